"""The one door to the reader: whatever is dragged out of a till is read, or refused in a sentence."""

import gc
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheets.reader import ask, receipts_of, rejected_rows
from shopcrm.core.errors import SheetNotFound, SheetUnreadable, ShopError
from shopcrm.sheets.reading import Request, read_sheets
from shopcrm.sheets.rejects import write_rejects

SALES = """单号,日期,会员卡号,手机号,商品名称,数量,单价,实收金额,类型
R1,2024-03-05 14:05,0012,13800138000,茶,1,5.00,5.00,销售
R2,2024/3/6,散客,138****8000,饼,-1,7.00,(7.00),退货
合计,,,,,,,-2.00,
"""
CUSTOMERS = """卡号,姓名,手机号,生日,性别,注册日期
0012,张三,13800138000,12-25,男,2024-03-05
0013,李四,1.38E+10,1990年1月2日,女士,45356
"""


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetNotFound):
        read_sheets(tmp_path / "absent.csv", ask())
    with pytest.raises(SheetUnreadable):
        read_sheets(tmp_path, ask())


def test_the_door_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps((read_sheets, write_rejects, ask()))) == (read_sheets, write_rejects, ask())
    assert isinstance(ask(), Request)


def test_the_garbage_collector_is_left_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(SheetNotFound):
        read_sheets(tmp_path / "absent.csv", ask())
    assert gc.isenabled()


def test_csv_in_three_encodings_and_xlsx_say_the_same(tmp_path: Path, workbook: Callable[..., Path]) -> None:
    path = workbook({"export": [row.split(",") for row in SALES.splitlines()]})
    (expected,) = read_sheets(path, ask())
    assert len(receipts_of(expected)) == 2
    for encoding in ("utf-8", "utf-8-sig", "gbk"):
        text = tmp_path / "export.csv"
        text.write_bytes(SALES.encode(encoding))
        assert read_sheets(text, ask()) == [expected]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([SALES, CUSTOMERS]),
    st.sampled_from(["utf-8", "gbk", "utf-16"]),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 12)), max_size=6),
)
def test_a_mangled_text_is_read_or_refused_but_never_breaks(
    tmp_path: Path, text: str, encoding: str, cuts: list[tuple[float, bytes, int]]
) -> None:
    content = text.encode(encoding)
    for place, new, dropped in cuts:
        at = int(place * len(content))
        content = content[:at] + new + content[at + dropped :]
    path = tmp_path / "mangled.csv"
    path.write_bytes(content)
    try:
        sheets = read_sheets(path, ask())
    except ShopError as refusal:
        assert refusal.message
    else:
        for sheet in sheets:
            used = sum(max(len(receipt.lines), 1) for receipt in receipts_of(sheet)) + len(sheet.people)
            assert used + sheet.skipped + len(rejected_rows(sheet)) == sheet.rows


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4))
def test_a_mangled_workbook_is_read_or_refused_but_never_breaks(
    workbook: Callable[..., Path], cuts: list[tuple[float, bytes]]
) -> None:
    path = workbook({"a": [row.split(",") for row in CUSTOMERS.splitlines()]})
    content = bytearray(path.read_bytes())
    for place, new in cuts:
        at = int(place * (len(content) - 1))
        content[at : at + len(new)] = new
    path.write_bytes(bytes(content))
    try:
        read_sheets(path, ask())
    except ShopError as refusal:
        assert refusal.message


CELLS = st.sampled_from(
    ["", "-", "0", "茶", "2024-03-05", "05/03/2024", "13/03/24", "10:00", "45356", "1.5", "(3)", "1,200", "1.200,50",
     "$5", "合计", "退货", "已取消", "13800138000", "1.38E+10", "138****8000", "单号", "=1+1", "1e99", "9" * 30]
)  # fmt: skip
HEADERS = st.sampled_from(
    ["单号", "日期", "时间", "交易时间", "门店", "会员", "手机号", "姓名", "生日", "性别", "注册日期", "数量", "单价",
     "折扣", "实收金额", "金额（分）", "状态", "类型", "原单号", "币种", "订单实付金额", "商品名称", "备注"]
)  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(HEADERS, min_size=2, max_size=8),
    st.lists(st.lists(CELLS, max_size=9), max_size=8),
    st.sampled_from(["auto", "sales", "customers"]),
)
def test_any_cells_under_any_header_are_read_or_refused(
    tmp_path: Path, header: list[str], rows: list[list[str]], kind: str
) -> None:
    path = tmp_path / "any.csv"
    path.write_text("\n".join('"' + '","'.join(row) + '"' if row else "" for row in [header, *rows]), "utf-8")
    try:
        (sheet,) = read_sheets(path, ask(kind=kind))
    except ShopError as refusal:
        assert refusal.message
        assert refusal.next_step or not refusal.hint
        return
    used = sum(max(len(receipt.lines), 1) for receipt in receipts_of(sheet)) + len(sheet.people)
    assert used + sheet.skipped + len(rejected_rows(sheet)) == sheet.rows
    for receipt in receipts_of(sheet):
        assert (receipt.kind == "refund") or receipt.net_minor >= 0
        assert receipt.kind == "sale" or receipt.net_minor <= 0
        assert not receipt.lines or sum(line.net_minor for line in receipt.lines) == receipt.net_minor
    write_rejects(tmp_path / "rejects.csv", sheet)
