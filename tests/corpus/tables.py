"""Lays clean data out as rows under a header, and says with it what must be read from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.facts import Facts, Tab, person_facts, receipt_facts
from corpus.shop_data import Buyer, Item, Sale

SaleCell = Callable[[Sale, Item, int], object]  # the sale, one of its items, and the item's place on the receipt
BuyerCell = Callable[[Buyer], object]

_WHO = ("member_no", "phone", "email", "name", "till_id")
_LINES = frozenset({"sku", "item", "category", "quantity", "unit_price", "unit_cost"})


@dataclass
class Table:
    """Rows, header and preamble included, and the facts of their tab."""

    rows: list[list[object]]
    tab: Tab


def money(minor: int, decimals: int = 2) -> str:
    """Minor units as most tills write them: -1234 as `-12.34`."""
    if not decimals:
        return str(minor)
    sign, digits = "-" if minor < 0 else "", f"{abs(minor):0{decimals + 1}}"
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def sold(
    fields: Mapping[str, str],
    sales: Sequence[Sale],
    shop: Facts,
    profile: str = "generic",
    *,
    header: Sequence[str] | None = None,
    cells: Mapping[str, SaleCell] | None = None,
    fill: Mapping[str, object] | None = None,
    above: Sequence[Sequence[object]] = (),
    shows: Sequence[str] = (),
    hides: Sequence[str] = (),
    is_signed: bool = True,
    is_by_line: bool | None = None,
    decimals: int = 2,
) -> Table:
    """One row an item (or a sale, where no column speaks of items). `fields` are headers and what stands under them.

    `header` has all headers of the till where it has more, `fill` what stands under those. `shows` and `hides` correct
    which facts the reader can know from the columns.
    """
    named = list(header or fields)
    own = dict(cells or {})
    is_lined = bool(set(fields.values()) & _LINES) if is_by_line is None else is_by_line
    shown = (set(fields.values()) | set(shows)) - set(hides)
    if shown & {"time", "datetime"}:
        shown.add("time")
    shown -= set(hides)
    rows: list[list[object]] = [*(list(row) for row in above), list(named)]
    tab = Tab("sales", profile, 0)
    for sale in sales:
        tab.receipts.append(receipt_facts(sale, len(rows) + 1, shown, shop["zone"]))
        for place, item in enumerate(sale.items if is_lined else sale.items[:1]):
            sign = -1 if sale.is_refund and is_signed else 1
            plain = _sale_cells(sale, item, sign, is_lined, decimals)
            row: list[object] = []
            for title in named:
                if title in own:
                    row.append(own[title](sale, item, place))
                elif title in fields:
                    row.append(plain[fields[title]])
                else:
                    row.append(sale.more.get(title, (fill or {}).get(title, "")))
            rows.append(row)
            tab.rows += 1
            tab.skipped += sale.is_void
    return Table(rows, tab)


def _sale_cells(sale: Sale, item: Item, sign: int, is_lined: bool, decimals: int) -> Mapping[str, object]:
    def amount(minor: int) -> str:
        return money(sign * minor, decimals)

    one = (item,) if is_lined else sale.items
    return {
        "receipt": sale.number,
        "date": f"{sale.at:%Y-%m-%d}",
        "time": f"{sale.at:%H:%M:%S}",
        "datetime": f"{sale.at:%Y-%m-%d %H:%M:%S}",
        "store": sale.store,
        "cashier": sale.cashier,
        "payment_method": sale.payment,
        **{name: getattr(sale.buyer, name) if sale.buyer else "" for name in _WHO},
        "sku": item.sku,
        "item": item.name,
        "category": item.category,
        "quantity": str(sign * item.quantity),
        "unit_price": money(item.price, decimals),
        "unit_cost": money(item.cost, decimals),
        "discount": amount(sum(each.off for each in one)),
        "gross": amount(sum(each.net + each.off for each in one)),
        "net_amount": amount(sum(each.net for each in one)),
        "order_amount": amount(sale.net),
        "refund_amount": money(sale.returned, decimals),
        "refund_of": sale.refund_of or "",
        "status": sale.word,
    }


def listed(
    fields: Mapping[str, str],
    buyers: Sequence[Buyer],
    profile: str = "generic",
    *,
    header: Sequence[str] | None = None,
    cells: Mapping[str, BuyerCell] | None = None,
    fill: Mapping[str, object] | None = None,
    above: Sequence[Sequence[object]] = (),
    shows: Sequence[str] = (),
    hides: Sequence[str] = (),
) -> Table:
    """One row a customer; the parameters as in `sold`."""
    named = list(header or fields)
    own = dict(cells or {})
    shown = ({_FACT_OF.get(name, name) for name in fields.values()} | set(shows)) - set(hides)
    rows: list[list[object]] = [*(list(row) for row in above), list(named)]
    tab = Tab("customers", profile, len(buyers))
    for buyer in buyers:
        tab.people.append(person_facts(buyer, len(rows) + 1, shown))
        plain = _buyer_cells(buyer)
        rows.append(
            [
                own[title](buyer)
                if title in own
                else plain[fields[title]]
                if title in fields
                else (fill or {}).get(title, "")
                for title in named
            ]
        )
    return Table(rows, tab)


_FACT_OF = {
    "first_name": "name", "last_name": "name", "wallet_principal": "wallet_principal_minor",
    "wallet_bonus": "wallet_bonus_minor", "consent_email": "consents", "consent_sms": "consents",
}  # fmt: skip


def _buyer_cells(buyer: Buyer) -> Mapping[str, Any]:
    said = dict(buyer.consents)
    is_chinese = not buyer.name.isascii()
    genders = {"female": "女", "male": "男"} if is_chinese else {"female": "Female", "male": "Male"}
    return {
        "member_no": buyer.member_no,
        "till_id": buyer.till_id,
        "name": buyer.name,
        "first_name": buyer.first,
        "last_name": buyer.last,
        "phone": buyer.phone,
        "email": buyer.email,
        "gender": genders[buyer.gender],
        "birthday": f"{buyer.born:%Y-%m-%d}",
        "joined_on": f"{buyer.joined:%Y-%m-%d}",
        "tags": ",".join(buyer.tags),
        "points_balance": str(buyer.points),
        "wallet_principal": money(buyer.principal),
        "wallet_bonus": money(buyer.bonus),
        "consent_email": "yes" if said.get("email") else "no",
        "consent_sms": "yes" if said.get("sms") else "no",
    }
