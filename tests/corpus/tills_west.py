"""Sheets of Square, Shopify and Loyverse, two for each of their exports at least."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from corpus.facts import CHICAGO, JAKARTA, LONDON, Made, read
from corpus.shop_data import Item, Sale, buyers, sales
from corpus.tables import SaleCell, Table, listed, money, sold
from corpus.writing import delimited
from sheets.till_headers import HEADERS, VARIANTS, columns

_SQUARE = {
    "Transaction ID": "receipt", "Date": "date", "Time": "time", "Location": "store", "Customer ID": "till_id",
    "Customer Name": "name", "Customer Reference ID": "member_no", "Net Sales": "net_amount", "Gross Sales": "gross",
    "Event Type": "status",
}  # fmt: skip
_SQUARE_ITEMS = {
    **_SQUARE, "Item": "item", "SKU": "sku", "Category": "category", "Qty": "quantity", "Discounts": "discount",
}  # fmt: skip
_CENTRAL = {"Time Zone": "Central Time (US & Canada)", "Tax": "$0.00"}
_DOLLARS = ("Net Sales", "Gross Sales")


def sheets() -> Iterator[Made]:
    """Every sheet, in the order of the profiles."""
    yield from _square()
    yield from _square_customers()
    yield from _shopify()
    yield from _loyverse()


def dollars(minor: int) -> str:
    """`-$1,234.50`, as Square writes it."""
    return f"{'-' if minor < 0 else ''}${abs(minor) // 100:,}.{abs(minor) % 100:02}"


def with_refund(made: list[Sale], place: int, number: str, word: str = "Refund") -> list[Sale]:
    """The sales and, at the end, a refund of the first item of one of them, under a number of its own."""
    of = made[place]
    one = replace(of.items[0], quantity=1, off=0)
    refund = replace(of, number=number, at=made[-1].at, items=(one,), is_refund=True, word=word)
    return [*made, refund]


def square_table(seed: str, profile: str, header: list[str] | None = None) -> Table:
    """Payments and a refund, as items or as one row a payment."""
    header = header or HEADERS[profile]
    made = [replace(sale, word="Payment") for sale in sales(seed, 7, english=True)]
    made = with_refund(made, 1, "RF-9")
    is_items = profile == "square_items"

    def net(sale: Sale, item: Item, _: int) -> str:
        return dollars((-1 if sale.is_refund else 1) * (item.net if is_items else sale.net))

    def gross(sale: Sale, item: Item, _: int) -> str:
        items = (item,) if is_items else sale.items
        return dollars((-1 if sale.is_refund else 1) * sum(each.net + each.off for each in items))

    def off(sale: Sale, item: Item, _: int) -> str:
        return dollars(-(item.off if is_items else sum(each.off for each in sale.items)))

    cells = {"Net Sales": net, "Gross Sales": gross, "Discounts": off}
    if is_items:
        cells["Qty"] = lambda sale, item, _: f"{-item.quantity if sale.is_refund else item.quantity}.0"
    fields = _SQUARE_ITEMS if is_items else {**_SQUARE, "Staff Name": "cashier"}
    cash = {
        "Card": "$0.00",
        "Cash": "$9.99",
        "Partial Refunds": "$0.00",
        "Card Brand": "Visa",
        "Transaction Status": "Complete",
    }
    fields = {title: name for title, name in fields.items() if title in header}
    zone = _CENTRAL if header == HEADERS[profile] else {**_CENTRAL, "Time Zone": "Eastern Time (US & Canada)"}
    fill = zone if is_items else {**zone, **cash}
    shop = CHICAGO if zone is _CENTRAL else {**CHICAGO, "zone": "America/New_York"}
    return sold(fields, made, shop, profile, header=header, cells=cells, fill=fill, is_by_line=is_items)


def _square() -> Iterator[Made]:
    for profile, name in (("square_items", "items"), ("square_transactions", "transactions")):
        for suffix, header in (("new", HEADERS[profile]), ("old", VARIANTS[profile][0])):
            table = square_table(f"square {name} {suffix}", profile, header)
            quirks = ("refund_row_of_its_own", "date_time_zone") if suffix == "new" else ("schema_drift",)
            yield Made(f"square-{name}-{suffix}.csv", delimited(table.rows), read(CHICAGO, table.tab), quirks)


def _square_customers() -> Iterator[Made]:
    words = {True: "Subscribed", False: "Unsubscribed", None: "Unknown"}
    for suffix, answers in (("full", (True, False, None)), ("short", (None,))):
        people = [
            replace(each, consents=() if said is None else (("email", said),))
            for place, each in enumerate(buyers(f"square {suffix}", 6, english=True))
            for said in [answers[place % len(answers)]]
        ]
        header = HEADERS["square_customers"][: None if suffix == "full" else 21]
        fields = {
            "Reference ID": "member_no", "First Name": "first_name", "Last Name": "last_name", "Email Address": "email",
            "Phone Number": "phone", "Birthday": "birthday", "Square Customer ID": "till_id",
            "First Visit": "joined_on",
            "Email Subscription Status": "consent_email",
        }  # fmt: skip
        table = listed(
            fields, people, "square_customers", header=header,
            cells={"Email Subscription Status": lambda each: words[dict(each.consents).get("email")]},
            fill={"Transaction Count": "12", "Lifetime Spend": "$345.60", "Creation Source": "Merchant"},
        )  # fmt: skip
        yield Made(f"square-customers-{suffix}.csv", delimited(table.rows), read(CHICAGO, table.tab))


def _first_only(read: Callable[[Sale], str]) -> SaleCell:
    """What stands on the first row of an order and is blank on the others."""
    return lambda sale, item, place: "" if place else read(sale)


def _created(sale: Sale, item: Item, place: int) -> str:
    return f"{sale.at:%Y-%m-%d %H:%M:%S} {'-0600' if sale.at.month < 3 else '-0500'}"


_ORDER_CELLS: dict[str, SaleCell] = {
    "Email": _first_only(lambda sale: sale.buyer.email if sale.buyer else ""),
    "Financial Status": _first_only(lambda sale: sale.word),
    "Total": _first_only(lambda sale: money(sale.net)),
    "Currency": _first_only(lambda _: "USD"),
    "Taxes": _first_only(lambda _: "0.00"),
    "Shipping": _first_only(lambda _: "0.00"),
    "Discount Amount": _first_only(lambda sale: money(sum(item.off for item in sale.items))),
    "Refunded Amount": _first_only(lambda sale: money(sale.returned)),
    "Billing Name": _first_only(lambda sale: sale.buyer.name if sale.buyer else ""),
    "Phone": _first_only(lambda sale: f"'{sale.buyer.phone}" if sale.buyer else ""),
    "Payment Method": _first_only(lambda sale: sale.payment),
    "Cancelled at": _first_only(lambda sale: f"{sale.at:%Y-%m-%d %H:%M:%S} -0500" if sale.is_void else ""),
    "Id": _first_only(lambda sale: f"55{sale.number[1:]}"),
    "Notes": _first_only(lambda sale: sale.more.get("Notes", "")),
    "Created at": _created,
}


def shopify_orders(seed: str, drop: tuple[str, ...] = ()) -> Table:
    """Orders paid, refunded in part and in full, unpaid and cancelled, with a note of two lines."""
    made = sales(seed, 8, english=True, first=date(2026, 4, 2))
    made = [replace(sale, number=f"#{sale.number[1:]}", word="paid", store="") for sale in made]
    made[0] = replace(made[0], more={"Notes": "Ring twice,\nthen wait"})
    made[2] = replace(made[2], word="partially_refunded", returned=500)
    made[3] = replace(made[3], word="refunded", returned=made[3].net)
    made[5] = replace(made[5], word="pending", is_void=True)
    made[6] = replace(made[6], word="refunded", is_void=True, returned=made[6].net)
    fields = {
        "Name": "receipt", "Email": "email", "Financial Status": "status", "Created at": "datetime",
        "Lineitem quantity": "quantity", "Lineitem name": "item", "Lineitem price": "unit_price", "Lineitem sku": "sku",
        "Billing Name": "name", "Phone": "phone", "Payment Method": "payment_method",
        "Refunded Amount": "refund_amount",
        "Total": "order_amount", "Vendor": "category",
    }  # fmt: skip
    header = [title for title in HEADERS["shopify_orders"] if title not in drop]
    cells = {title: cell for title, cell in _ORDER_CELLS.items() if title in header}
    return sold(
        {title: name for title, name in fields.items() if title in header}, made, CHICAGO, "shopify_orders",
        header=header, cells=cells, shows=("whole_order",), fill={"Fulfillment Status": "fulfilled"},
    )  # fmt: skip


def _shopify() -> Iterator[Made]:
    table = shopify_orders("shopify full")
    quirks = ("blank_order_fields", "refund_column", "cancelled_rows", "leading_apostrophe")
    yield Made("shopify-orders-full.csv", delimited(table.rows, end="\n"), read(CHICAGO, table.tab), quirks)
    dropped = ("Outstanding Balance", "Employee", "Location", "Device ID", "Payment ID", "Payment References", "Notes")
    table = shopify_orders("shopify older", dropped)
    yield Made("shopify-orders-older.csv", delimited(table.rows, end="\n"), read(CHICAGO, table.tab))
    fields = {
        "First Name": "first_name", "Last Name": "last_name", "Email": "email", "Phone": "phone", "Tags": "tags",
        "Accepts Email Marketing": "consent_email", "Accepts SMS Marketing": "consent_sms",
    }  # fmt: skip
    for suffix, header in (("new", HEADERS["shopify_customers"]), ("old", VARIANTS["shopify_customers"][0])):
        people = [
            replace(each, consents=(("email", place % 2 == 0), ("sms", place % 3 == 0)))
            for place, each in enumerate(buyers(f"shopify {suffix}", 6, english=True))
        ]
        own = {**fields, "Customer ID": "till_id"} if "Customer ID" in header else fields
        cells = {
            "Phone": lambda each: f"'{each.phone}", "Customer ID": lambda each: f"'{each.till_id}",
            "Tags": lambda each: ", ".join(each.tags),
        }  # fmt: skip
        used = {title: cell for title, cell in cells.items() if title in header}
        fill = {"Total Spent": "120.50", "Total Orders": "3", "Tax Exempt": "no", "Zip": "'60601"}
        table = listed(own, people, "shopify_customers", header=header, cells=used, fill=fill)
        yield Made(f"shopify-customers-{suffix}.csv", delimited(table.rows, end="\n"), read(CHICAGO, table.tab))


_LOYVERSE = {
    "Date": "datetime", "Receipt number": "receipt", "Receipt type": "status", "Net sales": "net_amount",
    "Store": "store", "Cashier name": "cashier", "Customer name": "name", "Customer contacts": "phone",
}  # fmt: skip
_LOYVERSE_LINES = {"Category": "category", "SKU": "sku", "Item": "item", "Quantity": "quantity"}


def loyverse_sales(seed: str) -> list[Sale]:
    """Sales, a refund and a cancelled receipt, by the minute."""
    made = with_refund(sales(seed, 7, english=True), 2, "R2001")
    made = [replace(sale, word=sale.word or "Sale", at=sale.at.replace(second=0)) for sale in made]
    made[4] = replace(made[4], is_void=True)
    return made


def loyverse_table(seed: str, profile: str, drop: tuple[str, ...] = ()) -> Table:
    """Sales, a refund and a cancelled receipt, by item or by receipt."""
    own = _LOYVERSE_LINES if profile == "loyverse_items" else {"Payment type": "payment_method"}
    cells: dict[str, SaleCell] = {
        "Status": lambda sale, item, place: "Cancelled" if sale.is_void else "Closed",
        "Date": lambda sale, item, place: f"{sale.at:%Y-%m-%d %H:%M}",
    }
    return sold(
        {**_LOYVERSE, **own}, loyverse_sales(seed), LONDON, profile, cells=cells,
        header=[title for title in HEADERS[profile] if title not in drop],
        fill={"Cost of goods": "3.10", "Gross profit": "5.00", "Taxes": "0.00"},
    )  # fmt: skip


def _loyverse() -> Iterator[Made]:
    dropped = ("Comment", "Variant", "Description", "Dining option")
    for profile in ("loyverse_items", "loyverse_receipts"):
        for suffix, count in (("full", 0), ("short", 4)):
            table = loyverse_table(f"{profile} {suffix}", profile, dropped[:count])
            name = f"loyverse-{profile.partition('_')[2]}-{suffix}.csv"
            yield Made(
                name, delimited(table.rows), read(LONDON, table.tab), ("cancelled_rows", "sign_in_another_column")
            )
    yield _loyverse_in_indonesian()
    for suffix, header in (
        ("old", HEADERS["loyverse_customers"]),
        (
            "new",
            columns("Customer ID,Customer name,Email,Phone,Customer code,Points balance,First visit,Last visit,Note"),
        ),
    ):
        fields = {
            "Customer ID": "till_id", "Customer name": "name", "Email": "email", "Phone": "phone",
            "First visit": "joined_on", "Customer code": "member_no", "Points balance": "points_balance",
        }  # fmt: skip
        own = {title: name for title, name in fields.items() if title in header}
        people = buyers(f"loyverse {suffix}", 6, english=True)
        table = listed(
            own, people, "loyverse_customers", header=header, fill={"Total spent": "99.10", "Total visits": "4"}
        )
        yield Made(f"loyverse-customers-{suffix}.csv", delimited(table.rows), read(LONDON, table.tab))


def _loyverse_in_indonesian() -> Made:
    words = {"Sale": "Penjualan", "Refund": "Pengembalian uang"}
    made = [replace(sale, word=words[sale.word]) for sale in loyverse_sales("loyverse indonesia")]
    whole = [
        replace(sale, items=tuple(replace(item, price=item.price * 1000, off=item.off * 1000) for item in sale.items))
        for sale in made
    ]
    fields = {
        "Tanggal": "datetime", "Nomor struk": "receipt", "Jenis struk": "status", "Penjualan bersih": "net_amount",
        "Toko": "store", "Nama Kasir": "cashier", "Nama Pelanggan": "name", "Kontak Pelanggan": "phone",
        "Kategori": "category", "SKU": "sku", "Barang": "item", "Kuantitas": "quantity",
    }  # fmt: skip

    def net(sale: Sale, item: Item, _: int) -> str:
        minor = -item.net if sale.is_refund else item.net
        return f"{minor / 100:,.2f}".replace(",", "x").replace(".", ",").replace("x", ".")

    cells = {
        "Tanggal": lambda sale, item, place: f"{sale.at:%d/%m/%y %H.%M}",
        "Penjualan bersih": net,
        "Keadaan": lambda sale, item, place: "Dibatalkan" if sale.is_void else "Ditutup",
    }
    table = sold(fields, whole, JAKARTA, "loyverse_items", header=VARIANTS["loyverse_items"][0], cells=cells)
    quirks = ("localised_words", "decimal_mark_of_the_file", "time_with_a_point")
    return Made("loyverse-items-indonesian.csv", delimited(table.rows, ";"), read(JAKARTA, table.tab), quirks)
