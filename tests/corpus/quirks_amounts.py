"""How amounts, signs, refunds and receipts are written, and what must not be counted."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from corpus.facts import BERLIN, CHICAGO, SHANGHAI, Facts, Made, read, refused
from corpus.quirks_shape import LINES, TOTALS, made_of
from corpus.shop_data import Item, Sale, sales
from corpus.tables import SaleCell, Table, money, sold
from corpus.tills_west import dollars
from corpus.writing import delimited, workbook

_EUROPEAN = {"Receipt No": "receipt", "Date": "date", "Item": "item", "Quantity": "quantity", "Amount": "net_amount"}
_WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


def sheets() -> Iterator[Made]:
    """Every sheet, quirk by quirk."""
    yield from _money_forms()
    yield from _decimal_marks()
    yield from _signs()
    yield from _refunds()
    yield from _handed_over()
    yield from _on_each_line()
    yield from _left_out()
    yield from _receipts()
    yield from _units()
    yield from _missing()


def _written(write: Callable[[int], str]) -> SaleCell:
    """A cell with the amount of an item, signed, in a till's own writing."""
    return lambda sale, item, place: write(-item.net if sale.is_refund else item.net)


def with_refunds(made: list[Sale]) -> list[Sale]:
    """The sales and two refunds under numbers of their own."""
    back = [
        replace(sale, number=f"T{sale.number}", at=made[-1].at, items=sale.items[:1], is_refund=True, word="退货")
        for sale in made[1:3]
    ]
    return [*made, *back]


def _dear(made: list[Sale]) -> list[Sale]:
    """One line of more than a thousand, so that there are thousands to group."""
    return [
        replace(made[0], items=tuple(replace(item, quantity=1, price=1_234_50, off=0) for item in made[0].items)),
        *made[1:],
    ]


def _money_forms() -> Iterator[Made]:
    forms: dict[str, tuple[Facts, Callable[[int], str]]] = {
        "money-dollars.csv": (CHICAGO, lambda minor: f"{dollars(minor)} "),
        "money-parentheses.csv": (CHICAGO, lambda minor: f"({dollars(-minor)})" if minor < 0 else dollars(minor)),
        "money-yuan-sign.csv": (SHANGHAI, lambda minor: f"{'-' if minor < 0 else ''}¥{money(abs(minor))}"),
        "money-thousands.csv": (SHANGHAI, lambda minor: f"{minor / 100:,.2f}"),
        "money-trailing-minus.csv": (SHANGHAI, lambda minor: f"{money(abs(minor))}{'-' if minor < 0 else ''}"),
        "money-three-decimals.csv": (SHANGHAI, lambda minor: f"{money(minor)}0"),
        "money-full-width.csv": (SHANGHAI, lambda minor: money(minor).translate(_WIDE)),
        "money-word-yuan.csv": (SHANGHAI, lambda minor: f"{money(minor)}元"),
    }
    for name, (shop, write) in forms.items():
        made = _dear(with_refunds(sales(name, 6, english=shop is CHICAGO)))
        table = sold(_EUROPEAN if shop is CHICAGO else LINES, made, shop, cells={_net_of(shop): _written(write)})
        yield made_of(name, table, "money_forms", shop=shop)
    made = [replace(sale, returned=89_84 if place == 2 else 0) for place, sale in enumerate(sales("annotated", 6))]
    made[2] = replace(made[2], items=(Item("A-1", "外套", "上衣", 131_77, 0),))

    def annotated(sale: Sale, item: Item, place: int) -> str:
        return money(sale.net) + (f"(已退款{money(sale.returned)})" if sale.returned else "")

    table = sold(TOTALS, made, SHANGHAI, cells={"实收金额": annotated}, shows=("refund_amount",))
    yield made_of("money-annotated-refund.csv", table, "money_forms", "annotated_amount")


def _net_of(shop: Facts) -> str:
    return "Amount" if shop is CHICAGO else "实收金额"


def german(minor: int) -> str:
    """`1.234,50`."""
    return f"{minor / 100:,.2f}".replace(",", "x").replace(".", ",").replace("x", ".")


def _decimal_marks() -> Iterator[Made]:
    made = _dear(sales("german", 6, english=True))
    table = sold(_EUROPEAN, made, BERLIN, cells={"Amount": _written(german)})
    content = delimited(table.rows, ";", "cp1252")
    yield Made("decimal-comma.csv", content, read(BERLIN, table.tab), ("decimal_mark_of_the_file",))
    whole = [
        replace(sale, items=tuple(replace(item, quantity=1, price=(1_234 + place) * 100, off=0) for item in sale.items))
        for place, sale in enumerate(sales("thousand", 6, english=True))
    ]
    table = sold(_EUROPEAN, whole, BERLIN, cells={"Amount": _written(lambda minor: german(minor)[:-3])})
    content = delimited(table.rows, ";")
    unclear = refused(BERLIN, "decimal_mark_unclear")
    yield Made("decimal-mark-unclear.csv", content, unclear, ("decimal_mark_of_the_file", "asks"))
    answered = read(BERLIN, table.tab, decimal_mark=",")
    yield Made("decimal-mark-answered.csv", content, answered, ("decimal_mark_of_the_file",))
    small = sales("comma cents", 6, english=True)
    table = sold(_EUROPEAN, small, BERLIN, cells={"Amount": _written(german)})
    yield Made(
        "decimal-comma-tabs.tsv", delimited(table.rows, "\t"), read(BERLIN, table.tab), ("decimal_mark_of_the_file",)
    )


def _signs() -> Iterator[Made]:
    made = with_refunds([replace(sale, word="销售") for sale in sales("sign type", 6)])
    table = sold({**LINES, "类型": "status"}, made, SHANGHAI, is_signed=False)
    yield made_of("sign-in-type.csv", table, "sign_in_another_column")
    words = {False: "收入", True: "支出"}
    made = with_refunds(sales("sign flow", 6))
    made = [replace(sale, word=words[sale.is_refund]) for sale in made]
    made[2] = replace(made[2], word="不计收支", is_void=True)
    table = sold({**TOTALS, "收/支": "status"}, made, SHANGHAI, is_signed=False)
    yield made_of("sign-in-income-or-expense.csv", table, "sign_in_another_column", "neutral_rows")
    words = {False: "Sale", True: "Refund"}
    made = with_refunds(sales("sign receipt type", 6, english=True))
    made = [replace(sale, word=words[sale.is_refund]) for sale in made]
    table = sold({**_EUROPEAN, "Type": "status"}, made, CHICAGO, is_signed=False)
    yield made_of("sign-in-english-type.csv", table, "sign_in_another_column", shop=CHICAGO)


def _refunds() -> Iterator[Made]:
    table = sold(LINES, with_refunds(sales("refund rows", 6)), SHANGHAI)
    yield made_of("refunds-of-their-own.csv", table, "refund_row_of_its_own")
    made = sales("refund of", 6)
    back = [
        replace(sale, number=f"T{sale.number}", refund_of=sale.number, is_refund=True, word="退货", at=made[-1].at)
        for sale in made[:2]
    ]
    table = sold({**LINES, "原单号": "refund_of"}, [*made, *back], SHANGHAI)
    yield made_of("refunds-that-name-their-sale.csv", table, "refund_row_of_its_own")
    table = sold(LINES, with_refunds(sales("quantities back", 6)), SHANGHAI)
    for row in table.rows[1:]:
        row[5] = str(row[5]).removeprefix("-")
    yield made_of("refunds-by-quantity-alone.csv", table, "sign_in_another_column")
    made = [
        replace(sale, returned=(0, 500, sale.net)[place % 3]) for place, sale in enumerate(sales("refund column", 6))
    ]
    table = sold({**TOTALS, "退款金额": "refund_amount"}, made, SHANGHAI)
    yield made_of("refund-as-a-column.csv", table, "refund_column")


def _on_each_line() -> Iterator[Made]:
    """The whole receipt's amount on each of its lines, under a header that says nothing of it."""
    fields = {
        "单号": "receipt", "日期": "date", "商品名称": "item", "数量": "quantity", "单价": "unit_price",
        "实付金额": "order_amount",
    }  # fmt: skip
    made = [replace(sale, items=tuple(replace(item, off=0) for item in sale.items)) for sale in sales("each line", 7)]
    yield made_of("amounts-on-each-line.csv", sold(fields, made, SHANGHAI), "blank_order_fields")


def _handed_over() -> Iterator[Made]:
    """What was received in cash is more than what was paid, where the change has a column of its own."""
    made = sales("change", 6)
    cells: dict[str, SaleCell] = {
        "实收金额": lambda sale, item, place: money(sale.net // 10000 * 10000 + 10000),
        "找零": lambda sale, item, place: money(sale.net // 10000 * 10000 + 10000 - sale.net),
    }
    fields = {"单号": "receipt", "日期": "date", "应收金额": "net_amount"}
    table = sold(fields, made, SHANGHAI, header=["单号", "日期", "应收金额", "实收金额", "找零"], cells=cells)
    yield made_of("amounts-with-change.csv", table, "change_given")


def _left_out() -> Iterator[Made]:
    for name, words in (
        ("cancelled-chinese.csv", ("已完成", "已取消", "已完成", "未付款", "已完成", "作废")),
        ("cancelled-english.csv", ("Completed", "Cancelled", "Completed", "Void", "Completed", "Unpaid")),
    ):
        made = [
            replace(sale, word=words[place % 6], is_void=place % 2 == 1)
            for place, sale in enumerate(sales(name, 8, english=words[0].isascii()))
        ]
        shop = CHICAGO if words[0].isascii() else SHANGHAI
        fields = {**(_EUROPEAN if shop is CHICAGO else LINES), "Status" if shop is CHICAGO else "状态": "status"}
        yield made_of(name, sold(fields, made, shop), "cancelled_rows", shop=shop)
    made = sales("void flags", 6)
    made = [replace(sale, word="是" if place == 2 else "否", is_void=place == 2) for place, sale in enumerate(made)]
    yield made_of(
        "cancelled-flag.csv", sold({**LINES, "是否作废": "status"}, made, SHANGHAI), "cancelled_rows", "localised_words"
    )
    made = [replace(sale, word="消费") for sale in sales("top-ups", 6)]
    made[3] = replace(made[3], word="充值", is_void=True)
    yield made_of("top-ups-are-no-sales.csv", sold({**TOTALS, "类型": "status"}, made, SHANGHAI), "cancelled_rows")
    made = with_refunds(sales("flagged refunds", 6))
    made = [replace(sale, word="是" if sale.is_refund else "否") for sale in made]
    table = sold({**LINES, "是否退货": "status"}, made, SHANGHAI, is_signed=False)
    yield made_of("refund-flag.csv", table, "localised_words", "sign_in_another_column")


def _receipts() -> Iterator[Made]:
    made = sales("continued", 6)
    cells: dict[str, SaleCell] = {
        "单号": lambda sale, item, place: "" if place else sale.number,
        "日期": lambda sale, item, place: "" if place else f"{sale.at:%Y-%m-%d}",
        "会员卡号": lambda sale, item, place: "" if place or not sale.buyer else sale.buyer.member_no,
    }
    yield made_of("lines-continued.csv", sold(LINES, made, SHANGHAI, cells=cells), "blank_order_fields")
    made = [
        replace(sale, number=str(place % 3 + 1), store=("一店", "二店")[place % 2])
        for place, sale in enumerate(sales("restarted", 9))
    ]
    table = sold({**LINES, "门店": "store"}, made, SHANGHAI)
    yield made_of("receipts-restart-each-day.csv", table, "receipts_restart")
    made = sales("restarted per store", 4)
    made = [
        replace(sale, number="0001", at=made[0].at.replace(day=made[0].at.day + place // 2), store=f"{place % 2 + 1}店")
        for place, sale in enumerate(made)
    ]
    table = sold({**TOTALS, "门店": "store"}, made, SHANGHAI)
    yield made_of("receipts-restart-each-store.csv", table, "receipts_restart")
    made = [replace(sale, items=(sale.items[0], sale.items[0], *sale.items[1:])) for sale in sales("identical", 6)]
    yield made_of("lines-identical.csv", sold(LINES, made, SHANGHAI), "identical_lines")
    gifts = [
        replace(sale, items=(*sale.items, replace(sale.items[0], name="赠品围巾", price=0, off=0, quantity=1)))
        for sale in sales("gifts", 6)
    ]
    yield made_of("lines-given-away.csv", sold(LINES, gifts, SHANGHAI), "gift_lines")
    made = sales("overlap", 10)
    first, second = sold(LINES, made[:7], SHANGHAI), sold(LINES, made[4:], SHANGHAI)
    yield made_of("overlap-2026-03-01-2026-03-20.csv", first, "overlapping_exports", "range_in_the_name")
    yield made_of("20260306094202727_e72f865f5e1_overlap.csv", second, "overlapping_exports", "prefixed_name")
    table = sold(TOTALS, sales("newest first", 8)[::-1], SHANGHAI)
    yield made_of("items-2026-03-18-2026-03-19.csv", table, "range_in_the_name", "newest_first")


def _units() -> Iterator[Made]:
    fields = {"单号": "receipt", "交易时间": "datetime", "金额(分)": "net_amount"}
    table = sold(fields, sales("fen", 6), SHANGHAI, decimals=0)
    yield made_of("amounts-in-fen.csv", table, "amounts_in_fen")
    made = sales("fen lines", 6)
    fields = {"单号": "receipt", "日期": "date", "商品名称": "item", "数量": "quantity", "实收金额（分）": "net_amount"}
    content = workbook({"流水": sold(fields, made, SHANGHAI, decimals=0).rows})
    yield Made(
        "amounts-in-fen.xlsx",
        content,
        read(SHANGHAI, sold(fields, made, SHANGHAI, decimals=0).tab),
        ("amounts_in_fen",),
    )


def _missing() -> Iterator[Made]:
    for name, cell in (("formula-without-value.xlsx", "=1+1"), ("error-cells.xlsx", "#N/A")):
        table: Table = sold(TOTALS, sales(name, 7), SHANGHAI)
        for row in (3, 6):
            table.rows[row - 1][3] = cell
            table.tab.issues.append((row, "amount_missing"))
        table.tab.receipts = [each for each in table.tab.receipts if each["row"] not in (3, 6)]
        yield Made(name, workbook({"销售": table.rows}), read(SHANGHAI, table.tab), ("error_cells",))
    table = sold(TOTALS, sales("foreign", 5, english=True), SHANGHAI, cells={"实收金额": _written(dollars)})
    yield Made(
        "currency-differs.csv", delimited(table.rows), refused(SHANGHAI, "currency_differs"), ("money_forms", "asks")
    )
