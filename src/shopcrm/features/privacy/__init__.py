"""What the shop owes its customers: everything held about one person, erasing them, and how well all of it is kept."""

from shopcrm.features.privacy.erasing import Erased, delete_backups, erase, name_of
from shopcrm.features.privacy.exporting import Exported, export
from shopcrm.features.privacy.purging import Purged, purge
from shopcrm.features.privacy.reporting import Report, report

__all__ = ["Erased", "Exported", "Purged", "Report", "delete_backups", "erase", "export", "name_of", "purge", "report"]
