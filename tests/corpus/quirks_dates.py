"""How dates and times are written, and in which bytes: encodings, line ends, and files under a false name."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

from corpus.facts import CHICAGO, LONDON, SHANGHAI, Made, read, refused
from corpus.quirks_shape import LINES, MEMBERS, TOTALS, made_of
from corpus.shop_data import Sale, buyers, sales
from corpus.tables import SaleCell, listed, sold
from corpus.tills_west import shopify_orders
from corpus.writing import delimited, html, open_document, spreadsheet_xml, workbook
from corpus.writing_xls import old_excel

_DAYS = {"单号": "receipt", "日期": "date", "商品名称": "item", "实收金额": "net_amount"}
_ENGLISH = {"Receipt No": "receipt", "Date": "datetime", "Customer Name": "name", "Amount": "net_amount"}


def sheets() -> Iterator[Made]:
    """Every sheet, quirk by quirk."""
    yield from _orders()
    yield from _writings()
    yield from _serials()
    yield from _times()
    yield from _encodings()
    yield from _guards()
    yield from _disguises()


def _at(write: Callable[[datetime], object]) -> SaleCell:
    return lambda sale, item, place: write(sale.at)


def _to_minutes(made: list[Sale]) -> list[Sale]:
    return [replace(sale, at=sale.at.replace(second=0)) for sale in made]


def _ambiguous(seed: str) -> list[Sale]:
    """Days of the first twelve of a month, that could be months as well."""
    made = _to_minutes(sales(seed, 6, english=True))
    return [replace(sale, at=sale.at.replace(month=3 + place % 2, day=5 + place)) for place, sale in enumerate(made)]


def _orders() -> Iterator[Made]:
    for name, shop, write in (
        ("dates-day-first.csv", LONDON, "{:%d/%m/%Y %H:%M}"),
        ("dates-month-first.csv", CHICAGO, "{:%m/%d/%Y %H:%M}"),
        ("dates-day-first-short.csv", LONDON, "{:%d/%m/%y}"),
    ):
        made = _to_minutes(sales(name, 9, english=True))
        hides = () if "%H" in write else ("time",)
        table = sold(_ENGLISH, made, shop, cells={"Date": _at(write.format)}, hides=hides)
        yield made_of(name, table, "date_order", shop=shop)
    made = _to_minutes(sales("month first short", 9, english=True))
    cells = {"Date": _at(lambda at: f"{at.month}/{at.day}/{at:%y} {at.hour % 12 or 12}:{at:%M %p}")}
    yield made_of("dates-month-first-short.csv", sold(_ENGLISH, made, CHICAGO, cells=cells), "date_order", shop=CHICAGO)
    table = sold(_ENGLISH, _ambiguous("ambiguous"), LONDON, cells={"Date": _at("{:%d/%m/%Y %H:%M}".format)})
    content = delimited(table.rows)
    yield Made("dates-unclear.csv", content, refused(LONDON, "date_order_unclear"), ("date_order", "asks"))
    yield Made("dates-answered.csv", content, read(LONDON, table.tab, date_order="dmy"), ("date_order",))


def _writings() -> Iterator[Made]:
    forms: dict[str, Callable[[datetime], object]] = {
        "dates-chinese.csv": lambda at: f"{at.year}年{at.month}月{at.day}日",
        "dates-compact.csv": lambda at: f"{at:%Y%m%d}",
        "dates-as-floats.csv": lambda at: f"{at:%Y%m%d}.0",
        "dates-with-slashes.csv": lambda at: f"{at.year}/{at.month}/{at.day}",
        "dates-with-points.csv": lambda at: f"{at:%Y.%m.%d}",
    }
    for name, write in forms.items():
        yield made_of(name, sold(_DAYS, sales(name, 7), SHANGHAI, cells={"日期": _at(write)}), "date_writings")
    made = _to_minutes(sales("double space", 7))
    cells = {"交易时间": _at(lambda at: f"{at:%Y/%m/%d}  {at:%H:%M}:")}
    yield made_of("dates-double-space-and-colon.csv", sold(TOTALS, made, SHANGHAI, cells=cells), "date_writings")
    made = _to_minutes(sales("afternoon", 7))
    cells = {
        "交易时间": _at(
            lambda at: f"{at:%Y年%m月%d日} {'上午' if at.hour < 12 else '下午'}{at.hour % 12 or 12}:{at:%M}"
        )
    }
    yield made_of("dates-chinese-with-time.csv", sold(TOTALS, made, SHANGHAI, cells=cells), "date_writings")
    cells = {"时间": _at(lambda at: f"{at.hour}.{at:%M}")}
    table = sold({**_DAYS, "时间": "time"}, _to_minutes(sales("points", 7)), SHANGHAI, cells=cells)
    yield made_of("times-with-a-point.csv", table, "time_with_a_point")


def _serials() -> Iterator[Made]:
    made = sales("serials", 7)

    def serial(at: datetime, first: date) -> float:
        return (at.date() - first).days + (at.hour * 3600 + at.minute * 60 + at.second) / 86400

    days = sold(_DAYS, made, SHANGHAI, cells={"日期": _at(lambda at: int(serial(at, date(1899, 12, 30))))})
    yield made_of("dates-serial.csv", days, "excel_serials")
    cells = {"交易时间": _at(lambda at: serial(at, date(1899, 12, 30)))}
    table = sold(TOTALS, made, SHANGHAI, cells=cells)
    yield Made("dates-serial.xlsx", workbook({"销售": table.rows}), read(SHANGHAI, table.tab), ("excel_serials",))
    table = sold(TOTALS, made, SHANGHAI, cells={"交易时间": _at(lambda at: at)})
    yield Made("dates-real.xlsx", workbook({"销售": table.rows}), read(SHANGHAI, table.tab), ("excel_serials",))
    content = workbook({"销售": table.rows}, from_1904=True)
    yield Made("dates-real-1904.xlsx", content, read(SHANGHAI, table.tab), ("excel_1904",))
    cells = {"日期": _at(lambda at: int(serial(at, date(1904, 1, 1))))}
    table = sold(_DAYS, made, SHANGHAI, cells=cells)
    content = workbook({"销售": table.rows}, from_1904=True)
    yield Made("dates-serial-1904.xlsx", content, read(SHANGHAI, table.tab), ("excel_1904",))


def _times() -> Iterator[Made]:
    made = sales("blank times", 7)
    table = sold({**LINES, "时间": "time"}, made, SHANGHAI)
    blank = {table.tab.receipts[1]["row"], table.tab.receipts[4]["row"]}
    for receipt in table.tab.receipts:
        if receipt["row"] in blank:
            receipt["at"] = None
    numbers = {str(table.rows[row - 1][0]) for row in blank}
    table.rows = [[*row[:-1], "" if str(row[0]) in numbers else row[-1]] for row in table.rows]
    yield made_of("times-blank.csv", table, "date_time_zone")
    table = shopify_orders("shopify offsets")
    yield Made("dates-with-offsets.csv", delimited(table.rows), read(CHICAGO, table.tab), ("date_time_zone",))
    fields = {"Receipt No": "receipt", "Date": "date", "Time": "time", "Amount": "net_amount"}
    made = sales("zone of nobody", 5, english=True)
    table = sold(fields, made, CHICAGO, header=[*fields, "Time Zone"], fill={"Time Zone": "Central Perk Time"})
    table.tab.says = 1
    yield made_of("times-of-an-unknown-zone.csv", table, "date_time_zone", shop=CHICAGO)
    made = sales("zone column", 7, english=True)
    table = sold(fields, made, CHICAGO, header=[*fields, "Time Zone"], fill={"Time Zone": "Central Time (US & Canada)"})
    expected = read(
        {**CHICAGO, "zone": "America/New_York"}, table.tab
    )  # the column knows better than the shop's setting
    yield Made("times-with-a-zone-column.csv", delimited(table.rows), expected, ("date_time_zone",))


def _encodings() -> Iterator[Made]:
    made = sales("encoding", 7)
    table = sold(LINES, made, SHANGHAI)
    for name, encoding in (
        ("encoding-utf-8.csv", "utf-8"),
        ("encoding-utf-8-bom.csv", "utf-8-sig"),
        ("encoding-gb18030.csv", "gb18030"),
        ("encoding-utf-16.csv", "utf-16"),
        ("encoding-utf-16-without-bom.csv", "utf-16-le"),
    ):
        yield made_of(name, table, "encodings", encoding=encoding)
    content = delimited(table.rows, end="\n", encoding="gb18030")
    yield Made("line-ends-lf.csv", content, read(SHANGHAI, table.tab), ("encodings", "line_ends"))
    yield Made("separator-bar.txt", delimited(table.rows, "|"), read(SHANGHAI, table.tab), ("encodings",))
    yield Made(
        "separator-said.csv",
        b"sep=;\r\n" + delimited(table.rows, ";"),
        read(SHANGHAI, table.tab),
        ("encodings", "said_separator"),
    )
    people = [
        replace(each, name=name)
        for each, name in zip(buyers("big5", 5), ("陳靜怡", "林國強", "黃美玲", "張志遠", "許雨桐"), strict=True)
    ]
    fields = {"會員編號": "member_no", "姓名": "name", "手機號碼": "phone", "電子郵件": "email"}
    listing = listed(fields, people)
    yield Made(
        "encoding-big5.csv", delimited(listing.rows, encoding="big5"), read(SHANGHAI, listing.tab), ("encodings",)
    )
    people = [
        replace(each, name=name)
        for each, name in zip(
            buyers("1252", 4, english=True), ("Zoë Brandl", "Jürgen Groß", "Renée Dupré", "Søren Å."), strict=True
        )
    ]
    listing = listed({"Customer No": "member_no", "Name": "name", "Email": "email"}, people)
    yield Made(
        "encoding-cp1252.csv", delimited(listing.rows, encoding="cp1252"), read(LONDON, listing.tab), ("encodings",)
    )


def _guards() -> Iterator[Made]:
    made = sales("guards", 7)
    guarded: dict[str, SaleCell] = {
        "单号": lambda sale, item, place: f"{sale.number}\t",
        "日期": lambda sale, item, place: f"{sale.at:%Y-%m-%d} \t",
        "会员卡号": lambda sale, item, place: f"\t{sale.buyer.member_no}" if sale.buyer else "",
    }
    yield made_of(
        "digits-behind-tabs.csv", sold(LINES, made, SHANGHAI, cells=guarded), "tab_guards", encoding="gb18030"
    )
    guarded = {
        "单号": lambda sale, item, place: f'="{sale.number}"',
        "会员卡号": lambda sale, item, place: f"'{sale.buyer.member_no}" if sale.buyer else "",
    }
    yield made_of(
        "digits-in-formulas.csv", sold(LINES, made, SHANGHAI, cells=guarded), "formula_guard", "leading_apostrophe"
    )
    padded: dict[str, SaleCell] = {
        "商品名称": lambda sale, item, place: f"{item.name:<20}",
        "单号": lambda sale, item, place: f"{sale.number:<20}",
        "会员卡号": lambda sale, item, place: f"{sale.buyer.member_no if sale.buyer else '':<20}",
        "实收金额": lambda sale, item, place: f"{item.net / 100:>12.2f}",
    }
    yield made_of("cells-padded.csv", sold(LINES, made, SHANGHAI, cells=padded), "column_padding", encoding="gb18030")


def _disguises() -> Iterator[Made]:
    table = sold(LINES, sales("disguised", 7), SHANGHAI)
    expected = read(SHANGHAI, table.tab)
    for name, content, quirk in (
        ("fake-tabs.xls", delimited(table.rows, "\t", "gb18030"), "fake_xls"),
        ("fake-html.xls", html(table.rows), "fake_xls"),
        ("fake-html-gbk.xls", html(table.rows, "gb18030"), "fake_xls"),
        ("fake-spreadsheet-xml.xls", spreadsheet_xml(table.rows), "fake_xls"),
        ("fake-commas.xls", delimited(table.rows), "fake_xls"),
        ("fake-workbook.csv", workbook({"销售": table.rows}), "fake_xls"),
        ("real.ods", open_document(table.rows), "real_formats"),
        ("real.xls", old_excel(table.rows), "real_formats"),
    ):
        yield Made(name, content, expected, (quirk,))
    listing = listed(MEMBERS, buyers("disguised", 6))
    yield Made("fake-members.xls", html(listing.rows), read(SHANGHAI, listing.tab), ("fake_xls",))
    yield Made("real-members.ods", open_document(listing.rows), read(SHANGHAI, listing.tab), ("real_formats",))
