"""The laws of importing: twice, shuffled, in overlapping pieces, in any format, the same rows make the same book.

The same means: the same dump, with each customer called by the strongest identity instead of by code. Codes count the
order in which customers were first seen, so that they are the shop's own and no fact of a sheet. Where single rows are
shuffled, the items of a receipt stand in another order too; then the order of items is left out of the comparison.
"""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop import Shop, open_shop
from soak import IS_SOAK

HEADER = ("单号", "日期", "会员卡号", "手机号", "姓名", "商品编码", "商品名称", "类别", "数量", "实收金额", "支付方式")
PEOPLE_HEADER = ("会员卡号", "姓名", "手机号", "性别", "生日", "入会日期")
STRONGEST = ("member_no", "phone", "email", "till_id", "name")
GOODS = (
    ("SK-1", "丝绸连衣裙", "连衣裙"),
    ("SK-2", "真丝围巾", "配饰"),
    ("", "礼品袋", ""),
    ("SK-4", "Beanie, wool", "配饰"),
)
NAMES = ("王芳", "李娜", "赵敏", "Zoë O'Neil", "欧阳修", "陈晨", "")

Row = tuple[str, ...]


@dataclass(frozen=True)
class Bought:
    """One receipt, as its rows."""

    on: date
    rows: tuple[Row, ...]


# --- what a till may write --------------------------------------------------------------------------------


@st.composite
def tills(draw: st.DrawFn, is_mixed: bool = False) -> list[Bought]:
    """A few weeks: receipts with one to four lines, of walk-ins and of customers with a number, a phone or both.

    Mixed, the same customer comes now with one and now with the other.
    """
    return [draw(receipts(number, is_mixed)) for number in range(draw(st.integers(2, 12)))]


@st.composite
def receipts(draw: st.DrawFn, number: int, is_mixed: bool) -> Bought:
    on = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 20)))
    is_refund = draw(st.integers(0, 5)) == 0
    buyer = draw(buyers(is_mixed))
    paid = draw(st.sampled_from(("微信", "现金", "支付宝")))
    rows = []
    for sku, item, category in draw(st.lists(st.sampled_from(GOODS), min_size=1, max_size=4)):
        quantity, minor = draw(st.integers(1, 3)), draw(st.integers(1, 99_999))
        sign = "-" if is_refund else ""
        amount = f"{sign}{minor // 100}.{minor % 100:02}"
        rows.append((f"R{number:04}", on.isoformat(), *buyer, sku, item, category, f"{sign}{quantity}", amount, paid))
    return Bought(on, tuple(rows))


@st.composite
def buyers(draw: st.DrawFn, is_mixed: bool) -> Row:
    """Nobody, or one of eight customers: always the same name; some come without a number, some without a phone."""
    who = draw(st.integers(-3, 7))
    if who < 0:
        return ("", "", "")
    ways = ((True, True), (True, False), (True, True), (False, True))
    known_by = draw(st.sampled_from(ways[:2] + ways[3:])) if is_mixed and who % 4 == 0 else ways[who % 4]
    number, phone = (f"M{who:03}", f"1380013800{who}")
    return (number if known_by[0] else "", phone if known_by[1] else "", NAMES[who % len(NAMES)])


@st.composite
def lists_of_people(draw: st.DrawFn) -> list[Row]:
    rows: list[Row] = []
    for who in range(draw(st.integers(2, 8))):
        born, gender = (
            draw(st.sampled_from((f"1990-02-{10 + who}", "", f"12-{10 + who}"))),
            draw(st.sampled_from(("女", "男", ""))),
        )
        joined = draw(st.sampled_from(("2025-01-31", "")))
        rows.append((f"M{who:03}", f"{NAMES[who % 6]}{who}", f"1380013800{who}", gender, born, joined))
    return rows


# --- how they are imported --------------------------------------------------------------------------------


def rows_of(bought: Iterable[Bought]) -> list[Row]:
    return [row for receipt in bought for row in receipt.rows]


def book_of(*sheets: bytes, ending: str = "csv") -> tuple[str, ...]:
    """The dump of a new book after these sheets, its customers called by their strongest identity."""
    with TemporaryDirectory(prefix="shopcrm-") as folder:
        shop = open_shop(Path(folder))
        for number, content in enumerate(sheets):
            sheet = Path(folder) / f"{number}.{ending}"
            sheet.write_bytes(content)
            assert shop.import_sheets(sheet).problems == ()
        shop.check()
        return without_codes(shop)


def without_codes(shop: Shop) -> tuple[str, ...]:
    lines = [json.loads(line) for line in shop.dump()]
    names: dict[str, tuple[int, str]] = {}
    for table, row in lines:
        if table == "identity":
            name = (STRONGEST.index(row["kind"]), row["value"])
            names[row["customer"]] = min(name, names.get(row["customer"], name))
    for table, row in lines:
        key = "code" if table == "customer" else "customer"
        if row.get(key) is not None:
            row[key] = names[row[key]]
    return tuple(sorted(json.dumps(line, ensure_ascii=False, sort_keys=True) for line in lines))


def without_places(dump: tuple[str, ...]) -> list[str]:
    """The dump without the order in which items stand on their receipts."""
    lines = [json.loads(line) for line in dump]
    for table, row in lines:
        if table == "sale_line":
            del row["position"]
    return sorted(json.dumps(line, ensure_ascii=False, sort_keys=True) for line in lines)


def text(rows: Sequence[Row], encoding: str = "utf-8", header: Row = HEADER) -> bytes:
    written = StringIO(newline="")
    csv.writer(written).writerows([header, *rows])
    return written.getvalue().encode(encoding)


def workbook(rows: Sequence[Row], header: Row = HEADER) -> bytes:
    """As a spreadsheet program keeps it: numbers and dates are numbers and dates."""
    book = openpyxl.Workbook()
    tab = book.worksheets[0]
    for row in (header, *rows):
        tab.append([_cell(name, value) for name, value in zip(header, row, strict=True)])
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def _cell(name: str, value: str) -> object:
    if value == name or not value:
        return value or None
    if name in ("日期", "入会日期"):
        return date.fromisoformat(value)
    if name == "手机号":
        return int(value)
    return float(value) if name in ("数量", "实收金额") else value


laws = settings(max_examples=100 if IS_SOAK else 6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.soak
@laws
@given(tills())
def test_a_sheet_imported_twice_is_imported_once(bought: list[Bought]) -> None:
    sheet = text(rows_of(bought))
    assert book_of(sheet, sheet) == book_of(sheet)


@pytest.mark.soak
@laws
@given(tills(is_mixed=True), st.data())
def test_the_order_of_receipts_makes_no_difference(bought: list[Bought], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(bought))
    assert book_of(text(rows_of(shuffled))) == book_of(text(rows_of(bought)))


@pytest.mark.soak
@laws
@given(tills(is_mixed=True), st.data())
def test_the_order_of_rows_makes_no_difference(bought: list[Bought], data: st.DataObject) -> None:
    rows = rows_of(bought)
    assert without_places(book_of(text(data.draw(st.permutations(rows))))) == without_places(book_of(text(rows)))


@pytest.mark.soak
@laws
@given(tills(), st.integers(0, 20), st.integers(0, 20))
def test_overlapping_exports_make_the_book_of_one_export(bought: list[Bought], one: int, other: int) -> None:
    """Two exports of some days each, which share the days between."""
    first_day, last_day = (date(2026, 1, 1) + timedelta(days=days) for days in sorted((one, other)))
    earlier = rows_of(receipt for receipt in bought if receipt.on <= last_day)
    later = rows_of(receipt for receipt in bought if receipt.on >= first_day)
    pieces = [text(rows) for rows in (later, earlier) if rows]
    assert book_of(*pieces) == book_of(text(rows_of(bought)))


@pytest.mark.soak
@laws
@given(tills())
def test_the_same_rows_in_gbk_in_utf_8_and_in_a_workbook_make_the_same_book(bought: list[Bought]) -> None:
    rows = rows_of(bought)
    utf_8 = book_of(text(rows, "utf-8-sig"))
    assert book_of(text(rows, "gb18030")) == utf_8
    assert book_of(workbook(rows), ending="xlsx") == utf_8


@pytest.mark.soak
@laws
@given(lists_of_people(), st.data())
def test_customers_twice_shuffled_or_in_pieces_are_the_same_customers(people: list[Row], data: st.DataObject) -> None:
    whole = book_of(text(people, header=PEOPLE_HEADER))
    shuffled = data.draw(st.permutations(people))
    middle = data.draw(st.integers(1, len(people) - 1))
    assert book_of(text(shuffled, header=PEOPLE_HEADER)) == whole
    assert book_of(*[text(people, header=PEOPLE_HEADER)] * 2) == whole
    assert (
        book_of(text(people[middle - 1 :], header=PEOPLE_HEADER), text(people[: middle + 1], header=PEOPLE_HEADER))
        == whole
    )
    assert book_of(workbook(people, header=PEOPLE_HEADER), ending="xlsx") == whole
    assert book_of(text(people, "gb18030", header=PEOPLE_HEADER)) == whole
