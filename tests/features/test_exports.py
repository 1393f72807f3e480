"""Exports, read back as another program would: text that stays text, money and dates that count, phones masked."""

import shutil
import stat
import sys
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shop import Shop, open_shop
from shopcrm.core.book import Book
from shopcrm.core.errors import FolderUnwritable, NotRefreshed
from shopcrm.features import exports, winback
from shopcrm.features.exports.writing import Exported

KINDS = {
    "customers": exports.export_customers,
    "segments": exports.export_segments,
    "winback": exports.export_winback,
}
FORMULA = '=HYPERLINK("http://evil.example","click")'


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Three customers who came more than once, one with a name like a formula, and one who never bought."""
    boutique = open_shop(tmp_path_factory.mktemp("pattern"), template="apparel")
    boutique.set("consents.marketing_needs_consent", "no", as_of="2020-01-01")
    people = {"王芳": "13800138000", FORMULA: "13900139000", "Ana": None}
    for name, phone in people.items():
        boutique.customer(name, phone)
    boutique.customer("Nobody yet", "13700137000")
    days = ("2026-01-01", "2026-01-11", "2026-01-21")
    receipts = [boutique.receipt("1234.50", day, name=name) for name in people for day in days]
    boutique.take_in(receipts)
    boutique.assign_tiers()
    boutique.accrue()
    boutique.refresh_segments()
    with boutique.writing() as book:
        winback.build(book)
    return boutique


@pytest.fixture
def shop(pattern: Shop, tmp_path: Path) -> Shop:
    """A copy of it, apart from the folder that tests write to."""
    folder = tmp_path / "shop"
    folder.mkdir()
    return Shop(Path(shutil.copy(pattern.path, folder)), pattern.receipts, dict(pattern.people))


def export(shop: Shop, kind: str, path: Path, *, reveal: bool = False, as_of: str | None = None) -> Exported:
    def write(book: Book) -> Exported:
        return KINDS[kind](book, path, reveal=reveal)

    if reveal:
        with shop.writing(as_of) as book:
            return write(book)
    with shop.reading(as_of) as book:
        return write(book)


def list_tab(path: Path) -> tuple[Any, list[str], list[dict[str, Any]]]:
    """The list's tab, its header, and its rows as cells by header."""
    sheet = openpyxl.load_workbook(path).worksheets[1]
    top = int(str(sheet.freeze_panes)[1:]) - 1
    header = [str(cell.value or "") for cell in sheet[top]]
    return sheet, header, [dict(zip(header, row, strict=True)) for row in sheet.iter_rows(min_row=top + 1)]


@pytest.mark.parametrize(("kind", "rows"), [("customers", 4), ("segments", 4), ("winback", 3)])
def test_a_workbook_has_a_summary_and_a_list_with_a_frozen_header_and_a_filter(
    shop: Shop, tmp_path: Path, kind: str, rows: int
) -> None:
    path = tmp_path / "out.xlsx"
    exported = export(shop, kind, path)

    assert (exported.to, exported.rows, exported.is_revealed) == (path, rows, False)
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == ["Summary", *exported.tabs]
    sheet, header, found = list_tab(path)
    assert len(found) == rows
    assert all(header)
    assert sheet.auto_filter.ref == f"A4:{sheet.cell(4, len(header)).column_letter}{4 + rows}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_like_a_formula_stays_text(shop: Shop, tmp_path: Path, kind: str) -> None:
    export(shop, kind, tmp_path / "out.xlsx")

    workbook = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.data_type == "f" for sheet in workbook for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("kind", KINDS)
def test_phones_are_text_and_masked_unless_revealed(shop: Shop, tmp_path: Path, kind: str) -> None:
    masked, revealed = tmp_path / "masked.xlsx", tmp_path / "revealed.xlsx"
    export(shop, kind, masked)
    export(shop, kind, revealed, reveal=True)

    for path, phone in ((masked, "138****8000"), (revealed, "13800138000")):
        (fang,) = (row for row in list_tab(path)[2] if row["Name"].value == "王芳")
        assert (fang["Phone"].value, fang["Phone"].data_type, fang["Phone"].number_format) == (phone, "s", "@")
    assert "13800138000" not in _all_text(masked)
    assert "masked" in _all_text(masked)
    assert "in full" in _all_text(revealed)


@pytest.mark.parametrize("kind", KINDS)
def test_revealing_is_kept_in_the_audit_trail_and_masking_is_not(shop: Shop, tmp_path: Path, kind: str) -> None:
    before = shop.rows("SELECT count(*) FROM audit")
    content = shop.path.read_bytes()
    export(shop, kind, tmp_path / "out.xlsx")
    assert shop.path.read_bytes() == content

    export(shop, kind, tmp_path / "out.xlsx", reveal=True)

    assert shop.rows("SELECT count(*) FROM audit") == [(before[0][0] + 1,)]
    ((change,),) = shop.rows("SELECT change FROM audit ORDER BY id DESC LIMIT 1")
    assert "revealed" in change
    assert "138" not in change


@pytest.mark.parametrize(
    ("kind", "money", "amount", "day", "number"),
    [
        ("customers", "Net spend", 3703.5, "Last purchase", "Points"),
        ("segments", "Net spend", 3703.5, None, "Purchase days"),
        ("winback", "Spent", 3703.5, "Last visit", "Visits"),
    ],
)
def test_money_dates_and_counts_can_be_reckoned_with(
    shop: Shop, tmp_path: Path, kind: str, money: str, amount: float, day: str | None, number: str
) -> None:
    export(shop, kind, tmp_path / "out.xlsx")

    (fang,) = (row for row in list_tab(tmp_path / "out.xlsx")[2] if row["Name"].value == "王芳")
    assert (fang[money].value, fang[money].data_type, fang[money].number_format) == (amount, "n", "#,##0.00")
    assert fang[number].data_type == "n"
    if day:
        assert fang[day].is_date
        assert fang[day].value.date() == date(2026, 1, 21)
        assert fang[day].number_format == "yyyy-mm-dd"


def test_the_customers_workbook_says_where_everyone_stands(shop: Shop, tmp_path: Path) -> None:
    shop.customer("王芳").redeemed(100, "R-100")
    export(shop, "customers", tmp_path / "out.xlsx")

    rows = {row["Name"].value: row for row in list_tab(tmp_path / "out.xlsx")[2]}
    assert (rows["王芳"]["Tier"].value, rows["王芳"]["Purchase days"].value) == ("gold", 3)
    assert rows["王芳"]["Points"].value == 3 * 1234 - 100
    assert (rows["Nobody yet"]["Tier"].value, rows["Nobody yet"]["Points"].value) == (None, 0)
    assert rows["王芳"]["Customer"].value == "C-0001"


def test_the_customers_workbook_is_as_of_its_day(shop: Shop, tmp_path: Path) -> None:
    export(shop, "customers", tmp_path / "out.xlsx", as_of="2026-01-11")

    (fang,) = (row for row in list_tab(tmp_path / "out.xlsx")[2] if row["Name"].value == "王芳")
    assert (fang["Points"].value, fang["Net spend"].value, fang["Tier"].value) == (2468, 2469.0, "silver")


def test_a_birthday_shows_its_year_only_when_revealed(boutique: Shop, tmp_path: Path) -> None:
    boutique.import_text("member number,name,birthday\nM-1,王芳,1990-12-25\n", "members.csv")

    for reveal, birthday in ((False, "12-25"), (True, "1990-12-25")):
        export(boutique, "customers", tmp_path / "out.xlsx", reveal=reveal)
        assert list_tab(tmp_path / "out.xlsx")[2][0]["Birthday"].value == birthday


def test_the_segments_workbook_names_the_thresholds_it_used(shop: Shop, tmp_path: Path) -> None:
    export(shop, "segments", tmp_path / "out.xlsx")

    text = _all_text(tmp_path / "out.xlsx")
    assert "days since the last purchase <= 30; net spend > 5000; purchase days in the last 182 days >= 5" in text
    assert "Cuts of R" in text


def test_the_winback_workbook_is_the_call_list_in_its_order_with_the_reasons(shop: Shop, tmp_path: Path) -> None:
    export(shop, "winback", tmp_path / "out.xlsx")

    _sheet, header, rows = list_tab(tmp_path / "out.xlsx")
    with shop.reading() as book:
        wanted = winback.list_all(book).items
    assert [row["Customer"].value for row in rows] == [entry.customer for entry in wanted]
    assert [row["Why"].value for row in rows] == [entry.reason for entry in wanted]
    assert [row["No."].value for row in rows] == [1, 2, 3]
    assert header[-1] == "What they said"


@pytest.mark.parametrize("kind", ["segments", "winback"])
def test_what_was_never_worked_out_cannot_be_exported(boutique: Shop, tmp_path: Path, kind: str) -> None:
    with pytest.raises(NotRefreshed):
        export(boutique, kind, tmp_path / "out.xlsx")

    assert not (tmp_path / "out.xlsx").exists()


def test_an_empty_book_gives_a_workbook_that_says_so(boutique: Shop, tmp_path: Path) -> None:
    assert export(boutique, "customers", tmp_path / "out.xlsx").rows == 0
    assert "Nothing to show here." in _all_text(tmp_path / "out.xlsx")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["missing/out.xlsx", "file/out.xlsx", "folder.xlsx"])
def test_a_place_that_cannot_be_written_is_refused_and_nothing_is_left(
    shop: Shop, tmp_path: Path, kind: str, place: str
) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "folder.xlsx").mkdir()
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}

    with pytest.raises(FolderUnwritable):
        export(shop, kind, tmp_path / place, reveal=True)

    assert {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")} == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_workbook_is_for_its_owner_alone(shop: Shop, tmp_path: Path) -> None:
    export(shop, "customers", tmp_path / "out.xlsx")

    assert stat.S_IMODE((tmp_path / "out.xlsx").stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_book_gives_the_same_workbook(shop: Shop, tmp_path: Path, kind: str) -> None:
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    export(shop, kind, one)
    export(shop, kind, two)

    assert one.read_bytes() == two.read_bytes()


def _all_text(path: Path) -> str:
    workbook = openpyxl.load_workbook(path)
    return "\n".join(str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value)
