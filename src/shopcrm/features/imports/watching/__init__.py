"""Takes in what arrives in a folder, with nobody at the keyboard."""

from shopcrm.features.imports.watching.folder import Watched, watch

__all__ = ["Watched", "watch"]
