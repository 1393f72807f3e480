"""Sales sheets: rows become receipts, and nothing is counted that was not paid."""

from datetime import UTC, date, datetime

import pytest

from sheets.reader import Reader, receipts_of, rejected_rows
from shopcrm.core.errors import ColumnUnreadable
from shopcrm.sheets.records import CleanSheet

HEADER = "receipt,datetime,member_no,item,quantity,unit_price,net_amount,status\n"


def issues(sheet: CleanSheet) -> list[tuple[int, str, bool]]:
    return [(issue.row, issue.code, issue.is_rejected) for issue in sheet.issues]


def nets(sheet: CleanSheet) -> dict[str, int]:
    return {receipt.receipt: receipt.net_minor for receipt in receipts_of(sheet)}


def test_a_receipt_carries_everything_the_sheet_says(read: Reader) -> None:
    sheet = read(
        "门店,小票号,交易时间,收银员,会员卡号,手机号,会员姓名,货号,商品名称,分类,数量,单价,实收金额,支付方式\n"
        "一店,0012,2024/3/5 14:05,小陈,00007,13800138000,张三,A-1,T恤,上衣,2,50,90.00,微信\n"
    )
    (receipt,) = receipts_of(sheet)
    assert receipt._asdict() == {
        "row": 2, "store": "一店", "receipt": "0012", "on": date(2024, 3, 5),
        "at": datetime(2024, 3, 5, 6, 5, tzinfo=UTC), "kind": "sale", "refund_of": None, "member_no": "00007",
        "phone": "13800138000", "email": None, "name": "张三", "cashier": "小陈", "payment_method": "微信",
        "net_minor": 9000, "lines": (("A-1", "T恤", "上衣", 2000, 9000, None),), "till_id": None,
        "discount_minor": None, "tax_minor": None, "is_void": False, "returned_minor": 0,
    }  # fmt: skip


def test_rows_of_one_receipt_belong_together_and_equal_lines_are_two(read: Reader) -> None:
    row = "R1,2024-03-05 14:05:00,7,tea,1,5,5.00,\n"
    sheet = read(HEADER + row + row + "R2,2024-03-05 14:06:00,7,tea,1,5,5.00,\n")
    assert nets(sheet) == {"R1": 1000, "R2": 500}
    assert len(receipts_of(sheet)[0].lines) == 2
    assert sheet.rows == 3


def test_receipt_numbers_start_anew_in_each_store_and_on_each_day(read: Reader) -> None:
    sheet = read("store,receipt,date,amount\nA,1,2024-03-05,1\nB,1,2024-03-05,2\nA,1,2024-03-06,3\nA,1,2024-03-05,4\n")
    assert [(each.store, each.on.day, each.net_minor) for each in receipts_of(sheet)] == [
        ("A", 5, 500),
        ("B", 5, 200),
        ("A", 6, 300),
    ]


def test_the_earlier_of_two_time_stamps_counts(read: Reader) -> None:
    sheet = read("receipt,datetime,amount\nR,2024-03-05 14:06,1\nR,2024-03-05 14:05,1\n")
    assert receipts_of(sheet)[0].at == datetime(2024, 3, 5, 6, 5, tzinfo=UTC)


def test_without_a_net_amount_each_row_is_multiplied_and_rounded_half_up(read: Reader) -> None:
    sheet = read(
        "receipt,date,quantity,unit price,discount\n"
        "R,2024-03-05,0.5,0.25,\nR,2024-03-05,0.5,0.25,\nS,2024-03-05,3,9.99,1.5\n"
    )
    assert nets(sheet) == {"R": 26, "S": 2847}


def test_a_discount_column_that_is_written_negative_is_still_taken_off(read: Reader) -> None:
    sheet = read("receipt,date,quantity,unit price,discount\nR,2024-03-05,1,10,-2\nS,2024-03-05,-1,10,2\n")
    assert nets(sheet) == {"R": 800, "S": -800}


def test_rates_are_not_taken_for_a_discount(read: Reader) -> None:
    with pytest.raises(ColumnUnreadable):
        read("单号,日期,数量,单价,折扣\n1,2024-03-05,1,100,0.85\n2,2024-03-05,1,100,1\n")


@pytest.mark.parametrize("word", ["退货", "退款", "Refund", "Return", "sales return", "会员退货"])
def test_a_refund_told_by_a_word_is_made_negative(read: Reader, word: str) -> None:
    sheet = read("receipt,date,quantity,amount,type\nR,2024-03-05,2,10,\nT,2024-03-06,1,5," + word + "\n")
    refund = receipts_of(sheet)[1]
    assert (refund.kind, refund.net_minor, refund.lines[0][3:5]) == ("refund", -500, (-1000, -500))


def test_a_refund_that_is_negative_already_stays_so(read: Reader) -> None:
    sheet = read("receipt,date,quantity,amount,type\nT,2024-03-06,-1,-5,退货\n")
    assert (receipts_of(sheet)[0].net_minor, receipts_of(sheet)[0].lines[0].quantity_milli) == (-500, -1000)


def test_a_fee_inside_a_refund_keeps_its_sign_against_the_goods(read: Reader) -> None:
    sheet = read("receipt,date,item,amount,type\nT,2024-03-06,coat,100,退货\nT,2024-03-06,fee,-10,退货\n")
    assert [line.net_minor for line in receipts_of(sheet)[0].lines] == [-10000, 1000]


def test_a_negative_total_is_a_refund_and_a_negative_line_is_not(read: Reader) -> None:
    sheet = read("receipt,date,item,amount\nR,2024-03-05,coat,100\nR,2024-03-05,voucher,-20\nT,2024-03-05,coat,-100\n")
    assert [(each.kind, each.net_minor) for each in receipts_of(sheet)] == [("sale", 8000), ("refund", -10000)]


def test_a_sale_and_its_refund_under_one_number_stay_apart(read: Reader) -> None:
    sheet = read("receipt,date,amount,type\nR,2024-03-05,10,sale\nR,2024-03-05,10,refund\n")
    assert [(each.kind, each.net_minor) for each in receipts_of(sheet)] == [("sale", 1000), ("refund", -1000)]


def test_lines_that_cost_nothing_stay_on_the_receipt(read: Reader) -> None:
    sheet = read(
        "receipt,date,item,quantity,unit price\nR,2024-03-05,tea,1,5\nR,2024-03-05,gift,1,0\nS,2024-03-05,lost,-9,0\n"
    )
    assert nets(sheet) == {"R": 500, "S": 0}
    assert receipts_of(sheet)[1].kind == "sale"
    assert receipts_of(sheet)[1].lines[0].quantity_milli == -9000


@pytest.mark.parametrize("word", ["Cancelled", "void", "已取消", "交易关闭", "未付款", "待付款", "充值"])
def test_what_never_came_to_pass_is_skipped(read: Reader, word: str) -> None:
    sheet = read(f"receipt,date,amount,status\nR,2024-03-05,10,\nS,2024-03-05,,{word}\n")
    assert (nets(sheet), sheet.rows, sheet.skipped, issues(sheet)) == ({"R": 1000}, 2, 1, [])


def test_closed_is_a_finished_receipt_unless_the_till_has_a_word_for_finished(read: Reader) -> None:
    assert read("receipt,date,amount,status\nR,2024-03-05,10,Closed\nS,2024-03-05,5,Cancelled\n").skipped == 1
    sheet = read("receipt,date,amount,status\nR,2024-03-05,10,Closed\nS,2024-03-05,5,Completed\n")
    assert nets(sheet) == {"S": 500}


def test_of_two_status_columns_the_weightier_word_holds(read: Reader) -> None:
    sheet = read(
        "Receipt number,Date,Receipt type,Net sales,Status\n"
        "R,2024-03-05,Sale,9,Cancelled\nS,2024-03-05,Refund,-9,Closed\n"
    )
    assert [(each.receipt, each.kind) for each in receipts_of(sheet)] == [("S", "refund")]


@pytest.mark.parametrize("word", ["未退款", "无退款", "not refunded", "无售后", "正常"])
def test_a_denied_refund_is_a_sale(read: Reader, word: str) -> None:
    assert nets(read(f"receipt,date,amount,退款状态\nR,2024-03-05,10,{word}\n")) == {"R": 1000}


def test_an_order_given_back_in_full_is_a_sale_and_all_of_it_came_back(read: Reader) -> None:
    sheet = read("订单号,日期,实收金额,订单状态\nR,2024-03-05,10,已退款\nS,2024-03-05,5,已完成\n")
    assert [(each.receipt, each.net_minor, each.returned_minor) for each in receipts_of(sheet)] == [
        ("R", 1000, 1000),
        ("S", 500, 0),
    ]


def test_a_part_given_back_is_what_its_own_column_says(read: Reader) -> None:
    sheet = read("订单号,日期,实收金额,订单状态,退款金额\nR,2024-03-05,10,部分退款,4.00\nS,2024-03-05,5,已完成,\n")
    assert [(each.receipt, each.net_minor, each.returned_minor) for each in receipts_of(sheet)] == [
        ("R", 1000, 400),
        ("S", 500, 0),
    ]


def test_what_was_given_back_may_stand_in_the_cell_of_the_amount(read: Reader) -> None:
    sheet = read("单号,日期,实收金额\nR,2024-03-05,131.77(已退款89.84)\nS,2024-03-05,5\n")
    assert [(each.net_minor, each.returned_minor) for each in receipts_of(sheet)] == [(13177, 8984), (500, 0)]


def test_an_order_given_back_in_part_is_asked_about(read: Reader) -> None:
    sheet = read("订单号,日期,实收金额,订单状态\nR,2024-03-05,10,部分退款\nS,2024-03-05,5,已完成\n")
    assert issues(sheet) == [(2, "refund_unclear", True)]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",2024-03-05 14:05:00,7,tea,1,5,5.00,", "receipt_missing"),
        ("R9,,7,tea,1,5,5.00,", "date_missing"),
        ("R9,soon,7,tea,1,5,5.00,", "date_unreadable"),
        ("R9,1969-12-31,7,tea,1,5,5.00,", "date_too_early"),
        ("R9,2026-03-03,7,tea,1,5,5.00,", "date_in_future"),
        ("R9,2024-03-05,7,tea,1,5,,", "amount_missing"),
        ("R9,2024-03-05,7,tea,1,5,five,", "amount_unreadable"),
        ("R9,2024-03-05,7,tea,one,5,5.00,", "quantity_unreadable"),
        ("1.38E+10,2024-03-05,7,tea,1,5,5.00,", "digits_lost"),
    ],
)
def test_a_row_that_cannot_be_counted_is_rejected(read: Reader, row: str, code: str) -> None:
    good = "R1,2024-03-05 14:05:00,7,tea,1,5,5.00,\nR2,2024-03-05 14:05:00,7,tea,1,5,5.00,\n"
    sheet = read(HEADER + good + row + "\n")
    assert issues(sheet) == [(4, code, True)]
    assert rejected_rows(sheet) == [4]
    assert sheet.cells[4][3] == "tea"
    assert nets(sheet) == {"R1": 500, "R2": 500}


def test_tomorrow_is_allowed_since_clocks_differ(read: Reader) -> None:
    assert read("receipt,date,amount\nR,2026-03-02,1\n").issues == []


def test_a_receipt_with_a_bad_row_is_rejected_whole(read: Reader) -> None:
    sheet = read("receipt,date,amount\nR,2024-03-05,1\nR,2024-03-05,\nR,2024-03-06,2\nS,2024-03-05,3\n")
    assert issues(sheet) == [(2, "receipt_incomplete", True), (3, "amount_missing", True)]
    assert [(each.receipt, each.net_minor) for each in receipts_of(sheet)] == [("R", 200), ("S", 300)]


def test_a_bad_row_without_a_date_takes_the_receipt_with_it_on_any_day(read: Reader) -> None:
    sheet = read("receipt,date,amount\nR,2024-03-05,1\nR,,1\nS,2024-03-05,3\n")
    assert [each.receipt for each in receipts_of(sheet)] == ["S"]


def test_a_column_that_mostly_fails_is_another_column(read: Reader) -> None:
    with pytest.raises(ColumnUnreadable) as refusal:
        read("receipt,date,amount\nR,2024-03-05,cash\nS,2024-03-05,card\nT,2024-03-05,3\n")
    assert refusal.value.details["field"] == "net_amount"
    with pytest.raises(ColumnUnreadable) as refusal:
        read("receipt,date,amount\nR,monday,1\nS,tuesday,2\nT,2024-03-05,3\n")
    assert refusal.value.details["field"] == "date"


def test_rows_without_a_number_are_sales_of_their_own_that_keep_their_numbers(read: Reader) -> None:
    rows = ["2024-03-05,13800138000,tea,5", "2024-03-05,13800138000,tea,5", "2024-03-06,,cake,7"]
    header = "date,phone,item,amount\n"
    first = [each.receipt for each in receipts_of(read(header + "\n".join(rows)))]
    again = [each.receipt for each in receipts_of(read(header + "\n".join(reversed(rows))))]
    longer = [each.receipt for each in receipts_of(read(header + "\n".join([*rows, "2024-03-07,,tea,5"])))]
    assert len(set(first)) == 3
    assert set(first) == set(again)
    assert longer[:3] == first
    assert all(number.startswith("row:") for number in first)


def test_different_customers_on_one_receipt_are_told_and_the_first_is_kept(read: Reader) -> None:
    sheet = read(
        "receipt,date,member_no,amount\nR,2024-03-05,7,1\nR,2024-03-05,8,1\nS,2024-03-05,,1\nS,2024-03-05,9,1\n"
    )
    assert [each.member_no for each in receipts_of(sheet)] == ["7", "9"]
    assert issues(sheet) == [(3, "customer_conflict", False)]


@pytest.mark.parametrize("word", ["散客", "佚名", "匿名", "Walk-in", "Guest", "0", "-", "0.0", ""])
def test_a_walk_in_is_nobody(read: Reader, word: str) -> None:
    (receipt,) = receipts_of(read(f"receipt,date,member_no,name,amount\nR,2024-03-05,{word},{word},1\n"))
    assert (receipt.member_no, receipt.name) == (None, None)


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        (["张三（13800138000）", "李四(139****9000)"], "phone", "13800138000"),
        (["13800138000", "散客"], "phone", "13800138000"),
        (["M0012", "M0013"], "member_no", "M0012"),
        (["张三", "李四"], "name", "张三"),
    ],
)
def test_a_column_called_member_is_what_its_cells_are(read: Reader, cells: list[str], field: str, value: str) -> None:
    rows = "".join(f"{cell},2024-03-05,1\n" for cell in cells)
    (first, _) = receipts_of(read("会员,日期,实收金额\n" + rows))
    assert getattr(first, field) == value


def test_a_phone_in_some_names_fills_the_column_of_phones_and_never_overrules_it(read: Reader) -> None:
    people = [
        "张三(13700137000),",
        "李四(13600136000),+86 136 0013 6000",
        "王五(13500135000),13400134000",
        "赵六,123456",
    ]
    rows = "".join(f"{number},2024-03-05,{person},1\n" for number, person in enumerate(people))
    receipts = receipts_of(read("单号,日期,姓名,手机号,实收金额\n" + rows))
    assert [each.name for each in receipts] == ["张三", "李四", "王五(13500135000)", "赵六"]
    assert [each.phone for each in receipts] == ["13700137000", "+86 136 0013 6000", "13400134000", "123456"]


def test_later_lines_may_leave_blank_what_belongs_to_the_receipt(read: Reader) -> None:
    sheet = read(
        "单号,日期,状态,商品名称,数量,金额\n1,2024-03-05,已完成,茶,1,3\n,,,饼,2,4\n2,2024-03-06,已取消,茶,1,9\n,,,饼,1,9\n"
    )
    assert (nets(sheet), sheet.skipped, len(receipts_of(sheet)[0].lines)) == ({"1": 700}, 2, 2)


def test_sheets_of_whole_receipts_have_no_lines(read: Reader) -> None:
    assert receipts_of(read("receipt,date,amount\nR,2024-03-05,1\n"))[0].lines == ()


def test_a_quantity_that_is_not_told_is_one(read: Reader) -> None:
    sheet = read("receipt,date,item,amount\nR,2024-03-05,tea,1\nT,2024-03-05,tea,-1\n")
    assert [each.lines[0].quantity_milli for each in receipts_of(sheet)] == [1000, -1000]


def test_a_time_that_cannot_be_read_costs_only_the_time(read: Reader) -> None:
    sheet = read("receipt,date,time,amount\nR,2024-03-05,10:00,1\nS,2024-03-05,noon,1\n")
    assert issues(sheet) == [(3, "time_unreadable", False)]
    assert receipts_of(sheet)[1].at is None
