"""Customer lists and items of more tills, the house's own layout in English, and a public set of invoices."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from corpus.facts import BERLIN, CHICAGO, LONDON, Made, read
from corpus.shop_data import Buyer, buyers, sales
from corpus.tables import listed, sold
from corpus.writing import delimited, workbook
from sheets.till_headers import HEADERS, VARIANTS


def sheets() -> Iterator[Made]:
    """Every sheet, in the order of the profiles."""
    yield from _lists()
    yield from _toast()
    yield from _house_and_retail()


def _lists() -> Iterator[Made]:
    for suffix, drop in (("full", ()), ("short", ("Username", "Role", "Shipping Phone"))):
        header = [title for title in HEADERS["woocommerce_customers"] if title not in drop]
        fields = {"Name": "name", "Email": "email", "Billing Phone": "phone", "Sign Up": "joined_on"}
        fill = {
            "Orders": "3",
            "Total Spend": "120.00",
            "AOV": "40.00",
            "Shipping Phone": "+49 30 1234567",
            "Role": "customer",
        }
        table = listed(
            fields, buyers(f"woo {suffix}", 6, english=True), "woocommerce_customers", header=header, fill=fill
        )
        yield Made(f"woocommerce-customers-{suffix}.csv", delimited(table.rows), read(BERLIN, table.tab))
    titles = {"male": "1", "female": "2"}
    for suffix, header in (("new", HEADERS["prestashop_customers"]), ("old", VARIANTS["prestashop_customers"][0])):
        people = [
            replace(each, consents=(("email", place % 2 == 1),))
            for place, each in enumerate(buyers(f"presta {suffix}", 6, english=True))
        ]
        fields = {
            "Customer ID": "till_id", "Titles ID (Mr = 1, Ms = 2, else 0)": "gender", "Email *": "email",
            "Birthday (yyyy-mm-dd)": "birthday", "Last Name *": "last_name", "First Name *": "first_name",
            "Newsletter (0/1)": "consent_email", "Registration date (yyyy-mm-dd)": "joined_on",
            "Groups (x,y,z...)": "tags",
        }  # fmt: skip
        table = listed(
            {title: name for title, name in fields.items() if title in header}, people, "prestashop_customers",
            header=header, fill={"Password *": "$2y$10$secret", "Active (0/1)": "1", "Opt-in (0/1)": "0"},
            cells={
                "Titles ID (Mr = 1, Ms = 2, else 0)": lambda each: titles[each.gender],
                "Newsletter (0/1)": lambda each: str(int(each.consents[0][1])),
            },
        )  # fmt: skip
        yield Made(f"prestashop-customers-{suffix}.csv", delimited(table.rows, ";"), read(BERLIN, table.tab))


def _toast() -> Iterator[Made]:
    for suffix, header in (("new", HEADERS["toast_items"]), ("old", VARIANTS["toast_items"][0])):
        made = [
            replace(sale, at=sale.at.replace(second=0), buyer=None, number=f"5000000000{sale.number[1:]}")
            for sale in sales(f"toast {suffix}", 7, english=True)
        ]
        made[3] = replace(made[3], is_void=True)
        off = "Discount" if "Discount" in header else "Discnt"
        fields = {
            "Location": "store", "Check Id": "receipt", "Order Date": "datetime", "Server": "cashier", "SKU": "sku",
            "Menu Item": "item", "Sales Category": "category", "Net Price": "net_amount", off: "discount",
            "Qty": "quantity",
            "Gross Price": "gross",
        }  # fmt: skip
        cells = {
            "Order Date": lambda sale, item, place: (
                f"{sale.at.month}/{sale.at.day}/{sale.at:%y} {sale.at:%I:%M %p}".replace(" 0", " ")
            ),
            "Void?": lambda sale, item, place: "true" if sale.is_void else "false",
        }
        fill = {
            "Order #": "12",
            "Order Id": "400000000012345678",
            "Deferred": "false",
            "Tax": "0.00",
            "Tab Name": "Table 4",
        }
        own = {title: name for title, name in fields.items() if title in header}
        table = sold(own, made, CHICAGO, "toast_items", header=header, cells=cells, fill=fill)
        yield Made(f"toast-items-{suffix}.csv", delimited(table.rows), read(CHICAGO, table.tab), ("cancelled_rows",))


def _house_and_retail() -> Iterator[Made]:
    names = HEADERS["generic_en"]
    fields = {title: title for title in names}
    made = sales("house english", 8, english=True)
    table = sold(fields, made, CHICAGO, "generic_en", header=names)
    yield Made("house-english.csv", delimited(table.rows), read(CHICAGO, table.tab))
    table = sold({**fields, "unit_cost": "unit_cost"}, sales("house english 2", 6, english=True), LONDON, "generic_en")
    yield Made("house-english-costs.xlsx", workbook({"Sales": table.rows}), read(LONDON, table.tab))
    for suffix, header, order in (
        ("first", HEADERS["online_retail"], "{0.month}/{0.day}/{0.year} {0:%H:%M}"),
        ("second", VARIANTS["online_retail"][0], "{0:%Y-%m-%d %H:%M:%S}"),
    ):
        yield _retail(suffix, header, order)


def _retail(suffix: str, header: list[str], order: str) -> Made:
    made = sales(f"retail {suffix}", 7, english=True, first=date(2010, 12, 1))
    made = [
        replace(
            sale, number=str(536365 + place), at=sale.at.replace(second=0),
            items=tuple(replace(item, off=0) for item in sale.items), buyer=_numbered(sale.buyer, place),
        )
        for place, sale in enumerate(made)
    ]  # fmt: skip
    made.append(replace(made[1], number=f"C{made[1].number}", at=made[-1].at, items=made[1].items[:1], is_refund=True))
    kinds = ("receipt", "sku", "item", "quantity", "datetime", "unit_price", "member_no")
    fields = dict(zip(header, kinds, strict=False))
    cells = {header[4]: lambda sale, item, place: order.format(sale.at)}
    table = sold(fields, made, LONDON, "online_retail", header=header, cells=cells, fill={"Country": "United Kingdom"})
    return Made(
        f"online-retail-{suffix}.csv", delimited(table.rows), read(LONDON, table.tab), ("refund_row_of_its_own",)
    )


def _numbered(buyer: Buyer | None, place: int) -> Buyer | None:
    return replace(buyer, member_no=str(17850 + place)) if buyer else None
