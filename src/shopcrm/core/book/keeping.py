"""Keeps a connection open between the transactions of one process."""

from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from threading import local
from typing import Any

from sqlalchemy.pool import ConnectionPoolEntry, NullPool

file_to_open: ContextVar[Path] = ContextVar("file_to_open")
_OF = "of"  # which file a connection is to, in its info

# By its name too: a connection writes its journal beside the name under which it was opened.
_Identity = tuple[Path, int, int]


class KeepingPool(NullPool):
    """Keeps the connection that each thread gave back last, for whoever opens the same file next.

    Opening a file, reading its schema, preparing every statement and closing it again is a third of a redemption. A
    file that was put in the place of another is opened anew.
    """

    def __init__(self, creator: Callable[[], Any], **options: Any) -> None:
        super().__init__(creator, **options)
        self._spare = local()

    def _do_get(self) -> ConnectionPoolEntry:
        file = _identity(file_to_open.get())
        spare = self._put_by(None)
        if spare is not None and spare.info.get(_OF) == file:
            return spare
        _close(spare)
        record = self._create_connection()
        record.info.clear()
        record.info[_OF] = file
        return record

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        _close(self._put_by(record))  # there is one where two were open at the same time

    def _put_by(self, record: ConnectionPoolEntry | None) -> ConnectionPoolEntry | None:
        before: ConnectionPoolEntry | None = getattr(self._spare, "record", None)
        self._spare.record = record
        return before


def _close(spare: ConnectionPoolEntry | None) -> None:
    if spare is not None:
        spare.close()


def _identity(file: Path) -> _Identity | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return file, found.st_dev, found.st_ino
