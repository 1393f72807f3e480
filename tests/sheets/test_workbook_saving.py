"""Workbooks on disk: one step, one owner, nothing left behind, and a refusal where nothing can be written."""

import os
import stat
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from shopcrm.core.errors import FolderUnwritable
from shopcrm.sheets.workbook import Column, Summary, Tab, write_workbook
from shopcrm.sheets.workbook.saving import save

PLAIN = Summary("Shop", "As of 2026-08-31", [("Customers", 1, "int")])


def write(folder: Path) -> Path:
    tab = Tab(
        "List", [Column("Name", "text"), Column("Segment", "tag")], [["Ana", "Loyal"], ["Bo", "New"]], tag_column=1
    )
    return write_workbook(folder / "list.xlsx", PLAIN, [tab], currency="CNY", exponent=2)


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    assert write(tmp_path).read_bytes() == write(tmp_path).read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_read_the_workbook_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(b"last week's")
    path = write(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path] == [tmp_path / "list.xlsx"]
    assert load_workbook(path).worksheets[1]["A5"].value == "Ana"


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda folder: folder / "missing" / "list.xlsx", "the folder does not exist"),
        (lambda folder: (folder / "file").write_text("x") and folder / "file" / "list.xlsx", "its folder is a file"),
        (lambda folder: (folder / "list.xlsx").mkdir() or folder / "list.xlsx", "it is a folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_and_left_as_it_was(
    tmp_path: Path, prepare: Callable[[Path], Path], reason: str
) -> None:
    path = prepare(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FolderUnwritable) as refusal:
        write_workbook(path, PLAIN, [], currency="CNY", exponent=2)
    assert refusal.value.message == f"{path} cannot be written: {reason}."
    assert str(path.parent) in refusal.value.next_step
    assert sorted(tmp_path.iterdir()) == before


def test_a_workbook_held_open_is_left_alone_and_the_new_one_put_beside_it(tmp_path: Path) -> None:
    """Windows refuses to replace a file that Excel shows; Linux never does, so the refusal is made here."""
    path, taken = tmp_path / "list.xlsx", tmp_path / "list (2).xlsx"
    path.write_bytes(b"shown by Excel")
    taken.write_bytes(b"another")

    def replace_unless_open(source: Path, target: Path) -> None:
        if target == path:
            raise PermissionError(13, "The process cannot access the file")
        source.replace(target)

    assert save(path, b"new", replace_unless_open) == tmp_path / "list (3).xlsx"
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {
        "list.xlsx": b"shown by Excel",
        "list (2).xlsx": b"another",
        "list (3).xlsx": b"new",
    }


def test_a_folder_that_lets_nothing_be_replaced_is_refused_and_keeps_no_leftovers(tmp_path: Path) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(FolderUnwritable):
        save(tmp_path / "list.xlsx", b"new", refuse)
    assert list(tmp_path.iterdir()) == []


def test_the_package_is_a_sound_zip_without_clock_times(tmp_path: Path) -> None:
    content = write(tmp_path).read_bytes()
    with ZipFile(BytesIO(content)) as package:
        assert package.testzip() is None
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}
        assert b"<dcterms:" not in package.read("docProps/core.xml")
