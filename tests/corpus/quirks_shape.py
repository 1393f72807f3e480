"""What stands around the data: titles, footers, declared counts, odd headers, tabs, hidden things, example rows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.facts import CHICAGO, SHANGHAI, Made, read, refused
from corpus.shop_data import buyers, sales
from corpus.tables import Table, listed, money, sold
from corpus.writing import delimited, workbook

LINES = {
    "单号": "receipt", "日期": "date", "会员卡号": "member_no", "商品名称": "item", "数量": "quantity",
    "实收金额": "net_amount",
}  # fmt: skip
TOTALS = {"小票号": "receipt", "交易时间": "datetime", "手机号": "phone", "实收金额": "net_amount"}
MEMBERS = {"会员编号": "member_no", "姓名": "name", "手机号": "phone", "性别": "gender", "生日": "birthday"}


def sheets() -> Iterator[Made]:
    """Every sheet, quirk by quirk."""
    yield from _titles()
    yield from _footers()
    yield from _declared()
    yield from _headers()
    yield from _tabs()
    yield from _blank_and_example_rows()
    yield from _stock()


def made_of(name: str, table: Table, *quirks: str, encoding: str = "utf-8", shop: dict[str, str] = SHANGHAI) -> Made:
    """A comma-separated sheet of a table."""
    return Made(name, delimited(table.rows, encoding=encoding), read(shop, table.tab), quirks)


def _titles() -> Iterator[Made]:
    above = [["一店商品销售明细"], ["门店名称:一店"], ["查询条件:2026-03-01 至 2026-04-30"]]
    table = sold(LINES, sales("titles 3", 6), SHANGHAI, above=above, shows=("store",))
    table.tab.preamble = {"store": "一店", "first_on": "2026-03-01", "last_on": "2026-04-30"}
    yield made_of("titles-three-rows.csv", table, "title_rows", encoding="gb18030")
    above = [
        ["支付宝交易记录明细查询"],
        ["账号:[shop@example.com]"],
        ["起始日期:[2026-03-01 00:00:00]    终止日期:[2026-05-01 00:00:00]"],
    ]
    above += [[f"说明第{number}行"] for number in range(1, 21)] + [["---------交易记录明细列表---------"]]
    table = sold(TOTALS, sales("titles 24", 6), SHANGHAI, above=above)
    yield made_of("titles-twenty-four-rows.csv", table, "title_rows", encoding="gb18030")
    above = [
        ["Sales report"],
        ["Store:", "Main Street"],
        ["Period:", "2026-03-01 - 2026-04-30"],
        ["Printed by:", "Mia"],
        [],
    ]
    fields = {"Receipt No": "receipt", "Date": "date", "Customer Name": "name", "Amount": "net_amount"}
    table = sold(fields, sales("titles 4", 6, english=True), CHICAGO, above=above, shows=("store",))
    yield made_of("titles-four-and-a-blank.csv", table, "title_rows", shop=CHICAGO)
    table = sold(
        LINES, sales("titles merged", 6), SHANGHAI, above=[["销售明细", *[None] * 5], ["导出人：店长", *[None] * 5]]
    )
    content = workbook({"销售": table.rows}, merged=("A1:F1", "A2:F2"))
    yield Made("titles-merged-cells.xlsx", content, read(SHANGHAI, table.tab), ("title_rows", "merged_title"))
    table = sold(LINES, sales("titles count", 6), SHANGHAI, above=[["销售明细", "", "", "", "", "", "2026年"]])
    yield made_of("titles-other-field-count.csv", table, "title_rows")


def _footer(table: Table, label: str, off: int = 0) -> None:
    total = sum(each["net_minor"] for each in table.tab.receipts) + off
    width = len(table.rows[-1])
    table.rows.append([label, *[""] * (width - 2), money(total)])
    table.tab.says = 1


def _footers() -> Iterator[Made]:
    for name, label, off in (
        ("footer-total.csv", "合计", 0),
        ("footer-rounded-total.csv", "合计", 3),
        ("footer-with-colon.csv", "合计：", 0),
    ):
        table = sold(LINES, sales(name, 6), SHANGHAI)
        _footer(table, label, off)
        yield made_of(name, table, "footer_total")
    table = sold(LINES, sales("footer wrong", 6), SHANGHAI)
    _footer(table, "总计", 123_45)
    yield Made("footer-wrong-total.csv", delimited(table.rows), refused(SHANGHAI, "totals_differ"), ("footer_total",))
    fields = {"Receipt No": "receipt", "Date": "date", "Item": "item", "Qty": "quantity", "Net Sales": "net_amount"}
    table = sold(fields, sales("footer english", 6, english=True), CHICAGO)
    _footer(table, "Grand Total")
    content = workbook({"Sales": table.rows})
    yield Made("footer-english.xlsx", content, read(CHICAGO, table.tab), ("footer_total",))
    table = listed(MEMBERS, buyers("footer people", 6))
    table.rows.append(["合计", "共6人", "", "", ""])
    yield made_of("footer-of-a-member-list.csv", table, "footer_total")


def _declared() -> Iterator[Made]:
    table = sold(TOTALS, sales("declared", 7), SHANGHAI, above=[["共7笔记录"]])
    table.tab.preamble = {"declared_rows": 7}
    yield made_of("declared-count-above.csv", table, "footer_above")
    table = sold(
        TOTALS, sales("declared words", 7), SHANGHAI, above=[["账单"], [], ["收入：7笔 100.00元"], ["支出：0笔 0.00元"]]
    )
    yield made_of("declared-income-above.csv", table, "footer_above")
    table = sold(TOTALS, sales("declared wrong", 7), SHANGHAI, above=[["共9笔记录"]])
    yield Made(
        "declared-count-differs.csv", delimited(table.rows), refused(SHANGHAI, "totals_differ"), ("footer_above",)
    )
    table = sold(TOTALS, sales("expected", 5), SHANGHAI)
    total = sum(each["net_minor"] for each in table.tab.receipts)
    content = delimited(table.rows)
    kept = read(SHANGHAI, table.tab, expected_rows=5, expected_total_minor=total)
    yield Made("expected-totals-agree.csv", content, kept, ("footer_above",))
    wrong = refused(SHANGHAI, "totals_differ", expected_rows=5, expected_total_minor=total + 1)
    yield Made("expected-total-differs.csv", content, wrong, ("footer_above",))


def _headers() -> Iterator[Made]:
    table = listed({"姓名": "name", "手机号": "phone", "性别": "gender"}, buyers("twice", 5))
    table.rows = [[*row, "手机号" if not place else ""] for place, row in enumerate(table.rows)]
    yield made_of("header-twice.csv", table, "duplicate_header")
    table = sold(LINES, sales("empty header", 5), SHANGHAI)
    table.rows = [[*row, "" if not place else "x"] for place, row in enumerate(table.rows)]
    yield made_of("header-empty-at-the-end.csv", table, "empty_header")
    table = sold(LINES, sales("padded header", 5), SHANGHAI)
    table.rows[0] = [
        f"{title:　<10}" if place % 2 else f"{title} \t" for place, title in enumerate(map(str, table.rows[0]))
    ]
    yield made_of("header-padded.csv", table, "header_padding", "tab_guards")
    table = listed(MEMBERS, buyers("shifted", 20))
    for row in table.rows[4:16]:
        row[3], row[4] = row[4], "上海市"
    expected = refused(SHANGHAI, "column_unreadable")
    yield Made("columns-shifted.csv", delimited(table.rows), expected, ("shifted_columns",))
    table = sold(LINES, sales("repeated header", 6), SHANGHAI)
    _moved(table, 5, [list(table.rows[0])])
    table.tab.rows, table.tab.skipped = table.tab.rows + 1, 1
    yield made_of("header-repeated.csv", table, "repeated_header")
    above = [["综合营业统计"], [], ["单号", "日期", "会员卡号", "商品", "", "金额"]]
    table = sold(LINES, sales("two header rows", 5), SHANGHAI, above=above)
    yield made_of("header-of-two-rows.csv", table, "merged_header")
    yield _unknown_layout()


def _unknown_layout() -> Made:
    fields = {"No.": "receipt", "Jour": "date", "Payé": "net_amount", "Tél": "phone"}
    table = sold(fields, sales("mapped", 5, english=True), CHICAGO)
    mapping = {"receipt": "No.", "date": "Jour", "net_amount": "Payé", "phone": "Tél"}
    return Made(
        "header-mapped.csv", delimited(table.rows), read(CHICAGO, table.tab, mapping=mapping), ("unknown_till",)
    )


def _tabs() -> Iterator[Made]:
    table = sold(LINES, sales("explained", 5), SHANGHAI)
    table.tab.says = 1
    notes = [["说明"], ["1. 本表由系统导出"], ["2. 请勿修改表头"]]
    yield Made(
        "tab-of-explanations.xlsx",
        workbook({"说明": notes, "销售": table.rows}),
        read(SHANGHAI, table.tab),
        ("several_tabs",),
    )
    hidden = sold(LINES, sales("hidden other", 3), SHANGHAI)
    table = sold(LINES, sales("hidden", 5), SHANGHAI)
    table.tab.says = 1
    content = workbook({"销售": table.rows, "旧数据": hidden.rows}, hidden=("旧数据",))
    yield Made("tab-hidden.xlsx", content, read(SHANGHAI, table.tab), ("hidden_tab",))
    table = sold(TOTALS, sales("hidden rows", 8), SHANGHAI)
    table.tab.receipts = [each for each in table.tab.receipts if each["row"] not in (4, 6)]
    table.tab.rows, table.tab.says = table.tab.rows - 2, 1
    content = workbook({"销售": table.rows}, hidden_rows=(4, 6))
    yield Made("rows-hidden.xlsx", content, read(SHANGHAI, table.tab), ("hidden_rows",))
    made = sales("three tabs", 6, english=True)
    back = [replace(sale, number=f"RT-{sale.number}", is_refund=True, items=sale.items[:1]) for sale in made[:2]]
    fields = {
        "Order ID": "receipt",
        "Order Date": "date",
        "Customer ID": "member_no",
        "Product Name": "item",
        "Quantity": "quantity",
    }
    fields["Net Sales"] = "net_amount"
    orders, returns = sold(fields, made, CHICAGO), sold(fields, back, CHICAGO)
    people = listed(
        {"Customer ID": "member_no", "Full Name": "name", "Email": "email"}, buyers("three tabs", 5, english=True)
    )
    content = workbook({"Orders": orders.rows, "Returns": returns.rows, "People": people.rows})
    yield Made(
        "tabs-orders-returns-people.xlsx",
        content,
        read(CHICAGO, orders.tab, returns.tab, people.tab),
        ("several_tabs",),
    )


def _moved(table: Table, after: int, rows: Sequence[list[object]]) -> None:
    """Puts rows in after a row of the spreadsheet, and moves what is expected below them."""
    table.rows[after:after] = rows
    for record in (*table.tab.receipts, *table.tab.people):
        record["row"] += len(rows) * (record["row"] > after)


def _blank_and_example_rows() -> Iterator[Made]:
    table = sold(TOTALS, sales("blank rows", 6), SHANGHAI)
    _moved(table, 3, [["", "", "", ""], []])
    _moved(table, 1, [["", "", "", ""]])
    yield made_of("rows-blank.csv", table, "blank_rows")
    table = listed(MEMBERS, buyers("examples", 6))
    examples: list[list[object]] = [
        ["例：A001", "例：张三", "13800000000", "男", "1990-01-01"],
        ["示例2", "示例：李四", "13800000001", "女", "1991-02-02"],
        ["这是两个例子,上传时请把例子清空", "", "", "", ""],
    ]
    _moved(table, 1, examples)
    table.tab.rows, table.tab.skipped = table.tab.rows + 3, 3
    yield Made("rows-of-examples.xlsx", workbook({"会员": table.rows}), read(SHANGHAI, table.tab), ("example_rows",))


def _stock() -> Iterator[Made]:
    goods = [
        (item.sku, item.name, item.category, item.price, item.cost) for sale in sales("stock", 6) for item in sale.items
    ]
    different = list(dict.fromkeys(goods))
    for name, header in (
        ("stock-chinese.csv", ["货号", "商品名称", "分类", "标签", "库存数量", "零售价", "进价"]),
        ("stock-english.csv", ["SKU", "Item", "Category", "Tags", "Stock", "Retail price", "Cost"]),
    ):
        table = Table([list(header)], listed(MEMBERS, []).tab)
        table.tab.kind = "stock"
        for place, (sku, item, category, price, cost) in enumerate(different):
            table.rows.append([sku, item, category, "春,通勤", str(place * 3), money(price), money(cost)])
            table.tab.stock.append(
                {
                    "row": place + 2, "sku": sku, "item": item, "category": category, "tags": ["春", "通勤"],
                    "quantity_milli": place * 3000, "price_minor": price, "unit_cost_minor": cost,
                }
            )  # fmt: skip
        table.tab.rows = len(different)
        yield Made(name, delimited(table.rows), read(SHANGHAI, table.tab, kind="stock"), ("stock",))
