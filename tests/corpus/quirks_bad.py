"""What cannot be read: single cells and whole files, and the edges of what can."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from corpus.facts import CHICAGO, LONDON, SHANGHAI, Made, read, refused
from corpus.quirks_shape import LINES, MEMBERS, TOTALS, made_of
from corpus.shop_data import Item, Sale, buyers, sales
from corpus.tables import SaleCell, Table, listed, money, sold
from corpus.tills_west import loyverse_sales
from corpus.writing import delimited, workbook
from corpus.writing_xls import binary_excel
from sheets.till_headers import HEADERS


def sheets() -> Iterator[Made]:
    """Every sheet."""
    yield from _cells()
    yield from _files()
    yield from _parts()
    yield from _in_one_cell()
    yield from _edges()
    yield from _currencies()


def _rejected(table: Table, column: int, cells: dict[int, tuple[str, str]]) -> Table:
    """The table with cells that cost the row its place: row → the cell and the code of what is wrong."""
    for row, (cell, code) in cells.items():
        table.rows[row - 1][column] = cell
        table.tab.issues.append((row, code))
    table.tab.receipts = [each for each in table.tab.receipts if each["row"] not in cells]
    return table


def _cells() -> Iterator[Made]:
    bad = {
        3: ("昨天", "date_unreadable"),
        5: ("", "date_missing"),
        6: ("1949-10-01", "date_too_early"),
        8: ("2027-05-01", "date_in_future"),
    }
    yield made_of("bad-dates.csv", _rejected(sold(TOTALS, sales("bad dates", 9), SHANGHAI), 1, bad), "bad_cells")
    bad = {3: ("见备注", "amount_unreadable"), 5: ("", "amount_missing"), 7: ("1.2.3", "amount_unreadable")}
    yield made_of("bad-amounts.csv", _rejected(sold(TOTALS, sales("bad amounts", 9), SHANGHAI), 3, bad), "bad_cells")
    bad = {4: ("", "receipt_missing"), 6: ("2.60302E+14", "digits_lost")}
    yield made_of(
        "bad-receipt-numbers.csv",
        _rejected(sold(TOTALS, sales("bad numbers", 8), SHANGHAI), 0, bad),
        "bad_cells",
        "lost_digits",
    )
    made = [replace(sale, items=(*sale.items[:1], *sale.items[:1])) for sale in sales("incomplete", 5)]
    table = sold(LINES, made, SHANGHAI)
    table.rows[3][5] = "坏"
    table.tab.issues = [(4, "amount_unreadable"), (5, "receipt_incomplete")]
    table.tab.receipts = [each for each in table.tab.receipts if each["row"] != 4]
    yield made_of("bad-line-costs-the-receipt.csv", table, "bad_cells")
    made = sales("long numbers", 5)
    table = sold(TOTALS, made, SHANGHAI, cells={"小票号": lambda sale, item, place: 2.0260302000100012e17 + place})
    table.tab.issues = [(row, "digits_lost") for row in range(2, 7)]
    table.tab.receipts = []
    yield Made(
        "bad-numbers-of-eighteen-digits.xlsx",
        workbook({"销售": table.rows}),
        read(SHANGHAI, table.tab),
        ("lost_digits",),
    )
    table = sold({**LINES, "状态": "status"}, [replace(s, word="正常") for s in sales("unknown word", 6)], SHANGHAI)
    for row in table.rows:
        if row[0] == table.rows[3][0]:
            row[-1] = "待开光"
    places = [place for place, row in enumerate(table.rows, 1) if row[-1] == "待开光"]
    table.tab.issues = [(place, "status_unknown") for place in places]
    yield made_of("bad-status-word.csv", table, "bad_cells")


def _files() -> Iterator[Made]:
    quirks = ("bad_files",)
    yield Made("file-empty.csv", b"", refused(SHANGHAI, "sheet_empty"), quirks)
    yield Made("file-of-blanks.csv", b"\r\n , \r\n\r\n", refused(SHANGHAI, "sheet_empty"), quirks)
    yield Made("file-picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200), refused(SHANGHAI, "sheet_unreadable"), quirks)
    whole = workbook({"销售": sold(TOTALS, sales("cut", 5), SHANGHAI).rows})
    yield Made("file-cut-off.xlsx", whole[: len(whole) // 2], refused(SHANGHAI, "sheet_unreadable"), quirks)
    yield Made("file-without-header.csv", b"1,2,3\r\n4,5,6\r\n", refused(SHANGHAI, "header_not_found"), quirks)
    only_items = delimited([["商品名称", "数量"], ["T恤", "2"]])
    yield Made("file-without-days.csv", only_items, refused(SHANGHAI, "field_missing"), quirks)


def _parts() -> Iterator[Made]:
    """Rows of one receipt that do not fare alike."""
    when = {"Date": lambda sale, item, place: f"{sale.at:%Y-%m-%d %H:%M}"}
    fields = {
        "Date": "datetime", "Receipt number": "receipt", "Receipt type": "status", "Net sales": "net_amount",
        "Store": "store", "Cashier name": "cashier", "Customer name": "name", "Payment type": "payment_method",
    }  # fmt: skip
    made = [replace(sale, is_void=False) for sale in loyverse_sales("contacts")]
    table = sold(
        fields, made, LONDON, "loyverse_receipts", header=HEADERS["loyverse_receipts"], shows=("email",),
        cells={**when, "Customer contacts": lambda sale, item, place: sale.buyer.email if sale.buyer else ""},
        fill={"Status": "Closed"},
    )  # fmt: skip
    yield made_of("loyverse-contacts-are-addresses.csv", table, "either_contact", shop=LONDON)
    table = sold(
        fields, [replace(sale, is_void=False) for sale in loyverse_sales("both contacts")], LONDON, "loyverse_receipts",
        header=HEADERS["loyverse_receipts"], shows=("email", "phone"), fill={"Status": "Closed"},
        cells={
            **when,
            "Customer contacts": lambda sale, item, place: (
                f"{sale.buyer.email}, {sale.buyer.phone}" if sale.buyer else ""
            ),
        },
    )  # fmt: skip
    yield made_of("loyverse-contacts-hold-both.csv", table, "either_contact", shop=LONDON)
    made = [replace(sale, buyer=None, at=sale.at.replace(second=0)) for sale in sales("void item", 6, english=True)]
    made = [
        replace(sale, items=(sale.items[0], Item("X", "Mistake", "Tops", 9900, 0), *sale.items[1:])) for sale in made
    ]
    fields = {
        "Location": "store", "Check Id": "receipt", "Order Date": "datetime", "Server": "cashier", "SKU": "sku",
        "Menu Item": "item", "Sales Category": "category", "Net Price": "net_amount", "Qty": "quantity",
    }  # fmt: skip
    cells = {
        "Order Date": lambda sale, item, place: (
            f"{sale.at.month}/{sale.at.day}/{sale.at:%y} {sale.at.hour % 12 or 12}:{sale.at:%M %p}"
        ),
        "Void?": lambda sale, item, place: "true" if item.sku == "X" else "false",
    }
    table = sold(
        fields, made, CHICAGO, "toast_items", header=HEADERS["toast_items"], cells=cells, fill={"Deferred": "false"}
    )
    for receipt in table.tab.receipts:
        receipt["net_minor"] -= 9900
        receipt["lines"] = [line for line in receipt["lines"] if line["sku"] != "X"]
    table.tab.skipped = 6
    yield made_of("toast-one-item-void.csv", table, "cancelled_rows", shop=CHICAGO)
    yield _masked_in_names()


def _masked_in_names() -> Made:
    people = [
        replace(each, name=f"{each.name}（138****{place}000）")
        for place, each in enumerate(buyers("masked in name", 5))
    ]
    made = [
        replace(sale, buyer=people[place % 5], word="销售")
        for place, sale in enumerate(sales("masked in name", 6, most_lines=1))
    ]
    fields = {"流水号": "receipt", "会员": "name", "日期": "datetime", "类型": "status", "实收金额": "net_amount"}
    table = sold(fields, made, SHANGHAI, "pospal_sales")
    for receipt in table.tab.receipts:
        receipt["name"] = receipt["name"].partition("（")[0]
        table.tab.issues.append((receipt["row"], "phone_masked"))
    return made_of("pospal-masked-phones.csv", table, "masked_phones", "name_and_phone")


def _in_one_cell() -> Iterator[Made]:
    """A name and a telephone without brackets around the latter."""
    fields = {"单号": "receipt", "日期": "date", "会员": "name", "实收金额": "net_amount"}
    for name, write in (
        ("name-blank-phone.csv", "{0} {1}"),
        ("name-slash-phone.csv", "{0}/{1}"),
        ("phone-before-name.csv", "{1}({0})"),
    ):

        def both(sale: Sale, item: Item, place: int, form: str = write) -> str:
            return form.format(sale.buyer.name, sale.buyer.phone) if sale.buyer else "散客"

        table = sold(fields, sales(name, 7), SHANGHAI, cells={"会员": both}, shows=("phone",))
        yield made_of(name, table, "name_and_phone", "walk_in")
    table = sold(fields, sales("names or phones", 9, named=1), SHANGHAI, shows=("phone",))
    for place, receipt in enumerate(table.tab.receipts):
        kept, lost = ("phone", "name") if place % 3 == 0 else ("name", "phone")
        table.rows[receipt["row"] - 1][2] = receipt[kept]
        receipt[lost] = None
    yield made_of("name-or-phone.csv", table, "name_and_phone")


def _edges() -> Iterator[Made]:
    made = sales("midnight", 5, english=True, first=date(2026, 6, 3))
    made = [replace(sale, at=sale.at.replace(hour=(0, 23)[place % 2], minute=30)) for place, sale in enumerate(made)]
    fields = {"Order ID": "receipt", "Created at": "datetime", "Total": "net_amount", "Email": "email"}
    cells = {"Created at": lambda sale, item, place: f"{sale.at:%Y-%m-%dT%H:%M:%S}-05:00"}
    yield made_of("dates-near-midnight.csv", sold(fields, made, CHICAGO, cells=cells), "date_time_zone", shop=CHICAGO)
    weights = [
        replace(sale, items=(Item("W-1", "苹果", "水果", 1000, 0, quantity=place + 1),))
        for place, sale in enumerate(sales("weights", 6))
    ]
    table = sold(LINES, weights, SHANGHAI, cells={"数量": lambda sale, item, place: f"{item.quantity}.356kg"})
    for receipt in table.tab.receipts:
        receipt["lines"][0]["quantity_milli"] += 356
    yield made_of("quantities-by-weight.csv", table, "money_forms")
    named = [
        replace(sale, items=tuple(replace(item, name=f"{item.name}, “大号”\n新款") for item in sale.items))
        for sale in sales("newlines", 5)
    ]
    table = sold(LINES, named, SHANGHAI)
    yield made_of("items-of-two-lines.csv", table, "newlines_in_cells")
    table = sold(LINES, sales("typed", 7), SHANGHAI)
    table.rows[1:] = [
        [_number(row[0]), row[1], row[2], row[3], float(str(row[4])), float(str(row[5]))] for row in table.rows[1:]
    ]
    yield Made("numbers-typed.xlsx", workbook({"销售": table.rows}), read(SHANGHAI, table.tab), ("phones_as_numbers",))
    yield Made("numbers-typed.xlsb", binary_excel(table.rows), read(SHANGHAI, table.tab), ("real_formats",))
    hinted = {title if title != "性别" else "性别(0=女 1=男)": name for title, name in MEMBERS.items()}
    cells_of = {"性别(0=女 1=男)": lambda each: str(int(each.gender == "male"))}
    yield made_of(
        "genders-explained-by-the-header.csv", listed(hinted, buyers("explained", 6), cells=cells_of), "gender_digits"
    )
    coded = {"性别": lambda each: "男_1" if each.gender == "male" else "女_2"}
    yield made_of(
        "genders-with-codes.csv", listed(MEMBERS, buyers("coded", 6), cells=coded), "gender_digits", "localised_words"
    )
    made = [replace(sale, items=(Item("Z", "抹零", "其他", 1, 0),)) for sale in sales("cents", 6)]
    table = sold(TOTALS, made, SHANGHAI, cells={"实收金额": lambda sale, item, place: money(sale.net).lstrip("0")})
    yield made_of("amounts-of-a-cent.csv", table, "money_forms")


def _number(cell: object) -> int:
    return int(str(cell))


def _spaced(minor: int) -> str:
    """`1 234,50 €` with blanks that do not break, as in France."""
    return f"{minor / 100:,.2f}".replace(",", "\u202f").replace(".", ",") + "\u00a0€"


def _currencies() -> Iterator[Made]:
    """The signs, marks and decimals of other countries."""
    for name, currency, zone, write in (
        ("money-euro-behind.csv", "EUR", "Europe/Paris", _spaced),
        ("money-swiss.csv", "CHF", "Europe/Zurich", lambda minor: f"CHF {minor / 100:,.2f}".replace(",", "'")),
        ("money-yen.csv", "JPY", "Asia/Tokyo", lambda minor: f"¥{minor:,}"),
        ("money-dinar.csv", "KWD", "Asia/Kuwait", lambda minor: f"{minor // 1000}.{minor % 1000:03}"),
        ("money-ringgit.csv", "MYR", "Asia/Kuala_Lumpur", lambda minor: f"RM{minor / 100:,.2f}"),
    ):
        shop = {"zone": zone, "currency": currency, "country": zone[-2:]}
        made = [
            replace(sale, items=(Item("S", "Scarf", "Tops", 1_234_50 + place, 0),))
            for place, sale in enumerate(sales(name, 6, english=True))
        ]
        fields = {"Receipt No": "receipt", "Date": "date", "Amount": "net_amount"}
        table = sold(fields, made, shop, cells={"Amount": _amount(write)})
        yield made_of(name, table, "money_forms", shop=shop)
    yield _one_item_closed()


def _amount(write: Callable[[int], str]) -> SaleCell:
    return lambda sale, item, place: write(sale.net)


def _one_item_closed() -> Made:
    """An order of which one item was closed and given back: all of it was sold, and what came back is known."""
    made = [sale for sale in sales("one closed", 12) if len(sale.items) > 1][:4]
    made = [replace(sale, number=f"E{sale.number}", word="交易完成") for sale in made]
    made[1] = replace(made[1], returned=made[1].items[1].net)

    def closed(sale: Sale, place: int) -> bool:
        return bool(sale.returned) and place == 1

    fields = {
        "订单号": "receipt", "商品名称": "item", "订单创建时间": "datetime", "订单实付金额": "order_amount",
        "买家姓名": "name", "买家手机号": "phone", "订单商品状态": "status", "商品编码": "sku",
        "商品单价": "unit_price",
        "商品数量": "quantity", "商品已退款金额": "refund_amount",
    }  # fmt: skip
    cells: dict[str, SaleCell] = {
        "订单商品状态": lambda sale, item, place: "交易关闭" if closed(sale, place) else "交易完成",
        "商品已退款金额": lambda sale, item, place: money(sale.returned if closed(sale, place) else 0),
    }
    table = sold(
        fields, made, SHANGHAI, "youzan_lines", header=HEADERS["youzan_lines"], cells=cells, shows=("whole_order",)
    )
    return made_of("youzan-lines-one-item-closed.csv", table, "refund_column", "cancelled_rows")
