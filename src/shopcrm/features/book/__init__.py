"""The book itself: what is in it, proof that it is sound, its canonical dump, copies of it."""

from shopcrm.features.book.backing import BackedUp, backup
from shopcrm.features.book.check import Checked, check
from shopcrm.features.book.dump import Dump, dump
from shopcrm.features.book.info import Info, info
from shopcrm.features.book.restoring import Restored, restore

__all__ = [
    "BackedUp", "Checked", "Dump", "Info", "Restored", "backup", "check", "dump", "info", "restore",
]  # fmt: skip
