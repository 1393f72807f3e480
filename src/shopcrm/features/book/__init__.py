"""The book itself: what is in it, proof that it is sound, and its canonical dump."""

from shopcrm.features.book.check import Checked, check
from shopcrm.features.book.dump import Dump, dump
from shopcrm.features.book.info import Info, info

__all__ = ["Checked", "Dump", "Info", "check", "dump", "info"]
