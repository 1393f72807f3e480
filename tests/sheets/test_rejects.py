"""The rows that were left out, written so that they can be mended and read again."""

import ast
import csv
import re
from pathlib import Path

import pytest

import shopcrm
from sheets.reader import Reader, receipts_of
from shopcrm.core.errors import FolderUnwritable
from shopcrm.sheets.issues import ISSUES, describe_issue
from shopcrm.sheets.rejects import write_rejects
from shopcrm.sheets.vocabulary import FIELDS, PARTS

SALES = "单号,日期,商品名称,实收金额\nR1,2024-03-05,=2+3,\nR2,2024-03-05,茶,5\nR3,,@SUM(A1),-7\nR3,2024-03-05,茶,5\n"


def test_rejected_rows_stand_as_they_were_with_the_reason(read: Reader, tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    write_rejects(path, read(SALES))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["row", "problem", "单号", "日期", "商品名称", "实收金额"],
        ["2", "The amount is blank.", "R1", "2024-03-05", "'=2+3", ""],
        ["4", "The date is blank.", "R3", "", "'@SUM(A1)", "'-7"],
        ["5", describe_issue("receipt_incomplete"), "R3", "2024-03-05", "茶", "5"],
    ]


def test_mended_rejects_are_read_again(read: Reader, tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    write_rejects(path, read(SALES))
    text = path.read_text("utf-8-sig").replace("'=2+3,", "'=2+3,9").replace("R3,,", "R3,2024-03-05,")
    sheet = read(text)
    assert sheet.issues == []
    assert {receipt.receipt: receipt.net_minor for receipt in receipts_of(sheet)} == {"R1": 900, "R3": -200}


def test_a_place_that_cannot_be_written_is_refused_and_nothing_is_left_behind(read: Reader, tmp_path: Path) -> None:
    sheet = read(SALES)
    with pytest.raises(FolderUnwritable):
        write_rejects(tmp_path / "absent" / "rejects.csv", sheet)
    (tmp_path / "taken").mkdir()
    with pytest.raises(FolderUnwritable):
        write_rejects(tmp_path / "taken", sheet)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export.csv", "taken"]


def _code_words(folder: str) -> set[str]:
    """Every string in a folder's sources that is shaped like the code of an issue."""
    shape = re.compile("(?:" + "|".join({code.split("_")[0] for code in ISSUES}) + r")_[a-z_]+")
    words = set()
    for path in (Path(shopcrm.__file__).parent / folder).rglob("*.py"):
        if path.name != "issues.py":
            constants = (
                node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)
            )
            words |= {word for word in constants if isinstance(word, str) and shape.fullmatch(word)}
    return words - set(FIELDS) - set(PARTS) - {"refund_prefix", "order_level", "date_order"}


def test_every_issue_that_the_reader_finds_is_described() -> None:
    assert _code_words("sheets") <= set(ISSUES)
    assert all(describe_issue(code).endswith(".") for code in ISSUES)


def test_nothing_is_described_that_cannot_come_up() -> None:
    assert set(ISSUES) <= _code_words("sheets") | _code_words("features")
