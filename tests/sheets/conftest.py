"""Sheets written into a temporary folder and read back."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheets.reader import Reader, ask
from shopcrm.sheets.reading import read_sheets
from shopcrm.sheets.records import CleanSheet


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Reads a text as the one tab of a till's export."""

    def read_text(text: str | bytes, **details: Any) -> CleanSheet:
        path = tmp_path / "export.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        (sheet,) = read_sheets(path, ask(**details))
        return sheet

    return read_text


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Writes tabs of rows into an .xlsx."""

    def write(tabs: dict[str, Sequence[Sequence[object]]], hidden: Sequence[str] = ()) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in tabs.items():
            tab = book.create_sheet(name)
            for row in rows:
                tab.append(list(row))
            if name in hidden:
                tab.sheet_state = "hidden"
        path = tmp_path / "export.xlsx"
        book.save(path)
        return path

    return write
