"""Import: what a till exports becomes facts. Nothing is awarded here; a sheet imported again changes nothing."""

from shopcrm.features.imports.intake import Imported, ImportedSheet, take_in
from shopcrm.features.imports.rejecting import write_rejects
from shopcrm.features.imports.staging import Staged, StagedSheet, stage

__all__ = ["Imported", "ImportedSheet", "Staged", "StagedSheet", "stage", "take_in", "write_rejects"]
