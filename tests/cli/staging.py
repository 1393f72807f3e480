"""What stands on the stage before the command line of a scene: files, rows, and commands that were run."""

import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing

from cli.desk import Desk, call

BOOK = "--book lan.db --as-of 2026-06-30"
Scene = tuple[Callable[[Desk], None], str]


def add_file(name: str, content: str | bytes) -> Callable[[Desk], None]:
    def prepare(desk: Desk) -> None:
        (desk.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return prepare


def run_sql(*statements: str) -> Callable[[Desk], None]:
    def prepare(desk: Desk) -> None:
        with closing(sqlite3.connect(desk.book)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return prepare


def run_line(line: str) -> Callable[[Desk], None]:
    def prepare(desk: Desk) -> None:
        assert call(*typed(line)).code == 0, line

    return prepare


def nothing(desk: Desk) -> None:
    pass


def typed(line: str) -> list[str]:
    return shlex.split(line)
