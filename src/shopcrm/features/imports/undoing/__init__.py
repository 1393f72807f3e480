"""Takes a batch back, or says what depends on it."""

from shopcrm.features.imports.undoing.batches import Undone, undo

__all__ = ["Undone", "undo"]
