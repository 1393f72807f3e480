"""Import: what a till exports becomes facts. Nothing is awarded here; a sheet imported again changes nothing."""

from shopcrm.features.imports.intake import Imported, ImportedSheet, take_in
from shopcrm.features.imports.listing import BatchList, BatchShown, list_batches, show_batch
from shopcrm.features.imports.rejecting import write_rejects
from shopcrm.features.imports.reviewing import ReviewList, Settled, list_reviews, settle
from shopcrm.features.imports.staging import Asked, Staged, StagedSheet, save_profile, stage
from shopcrm.features.imports.undoing import Undone, undo
from shopcrm.features.imports.watching import Watched, watch

__all__ = [
    "Asked",
    "BatchList",
    "BatchShown",
    "Imported",
    "ImportedSheet",
    "ReviewList",
    "Settled",
    "Staged",
    "StagedSheet",
    "Undone",
    "Watched",
    "list_batches",
    "list_reviews",
    "save_profile",
    "settle",
    "show_batch",
    "stage",
    "take_in",
    "undo",
    "watch",
    "write_rejects",
]
