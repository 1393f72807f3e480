"""What must be read from a sheet, computed from the clean data that the sheet was written from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from corpus.shop_data import Buyer, Item, Sale

Facts = dict[str, Any]

SHANGHAI = {"zone": "Asia/Shanghai", "currency": "CNY", "country": "CN"}
CHICAGO = {"zone": "America/Chicago", "currency": "USD", "country": "US"}
BERLIN = {"zone": "Europe/Berlin", "currency": "EUR", "country": "DE"}
LONDON = {"zone": "Europe/London", "currency": "GBP", "country": "GB"}
JAKARTA = {"zone": "Asia/Jakarta", "currency": "IDR", "country": "ID"}

_OF_BUYER = ("member_no", "phone", "email", "name", "till_id")
_OF_ITEM = {"sku": "sku", "item": "name", "category": "category"}


@dataclass(frozen=True)
class Made:
    """A sheet of the corpus: its bytes, what it is there for, and what must be read from it."""

    name: str  # with the suffix, which may lie
    content: bytes
    expected: Facts
    quirks: tuple[str, ...] = ()


@dataclass
class Tab:
    """The expected facts of one tab. `rows` counts data rows, `skipped` those among them left out on purpose."""

    kind: str
    profile: str
    rows: int
    skipped: int = 0
    receipts: list[Facts] = field(default_factory=list)
    people: list[Facts] = field(default_factory=list)
    stock: list[Facts] = field(default_factory=list)
    issues: list[tuple[int, str]] = field(default_factory=list)
    says: int = 0  # so many notices, at least
    preamble: Facts = field(default_factory=dict)

    def facts(self) -> Facts:
        """The sums beside the records, so that a person sees at once what the sheet comes to."""
        counted = [receipt for receipt in self.receipts if not receipt.get("is_void")]
        found: Facts = {"kind": self.kind, "profile": self.profile, "rows": self.rows, "skipped": self.skipped}
        if self.kind == "sales":
            days = sorted(receipt["on"] for receipt in counted)
            found |= {
                "sales": sum(receipt["kind"] == "sale" for receipt in counted),
                "refunds": sum(receipt["kind"] == "refund" for receipt in counted),
                "void": len(self.receipts) - len(counted),
                "lines": sum(len(receipt.get("lines", ())) for receipt in counted),
                "net_minor": sum(receipt["net_minor"] for receipt in counted),
                "first_on": days[0] if days else None,
                "last_on": days[-1] if days else None,
                "receipts": self.receipts,
            }
        elif self.kind == "customers":
            found |= {"persons": len(self.people), "people": self.people}
        else:
            found |= {"stock": self.stock}
        found["issues"] = [list(issue) for issue in sorted(self.issues)]
        return (
            found | ({"says": self.says} if self.says else {}) | ({"preamble": self.preamble} if self.preamble else {})
        )


def read(shop: Facts, *tabs: Tab, **options: Any) -> Facts:
    """A sheet that is read, and with which options."""
    return {"request": {**shop, **options}, "tabs": [tab.facts() for tab in tabs]}


def refused(shop: Facts, code: str, **options: Any) -> Facts:
    """A sheet that is refused with the code of an error."""
    return {"request": {**shop, **options}, "refused": code}


def receipt_facts(sale: Sale, row: int, shows: Iterable[str], zone: str) -> Facts:
    """One receipt, as far as the sheet shows it."""
    shown = set(shows)
    if sale.is_void:  # that it came to nothing is all there is to know
        return {"row": row, "receipt": sale.number, "on": sale.at.date().isoformat(), "net_minor": 0, "is_void": True}
    sign = -1 if sale.is_refund else 1
    facts: Facts = {
        "row": row,
        "receipt": sale.number if "receipt" in shown else None,
        "on": sale.at.date().isoformat(),
        "kind": "refund" if sale.is_refund else "sale",
        "net_minor": sign * sale.net,
        "store": sale.store if "store" in shown else "",
        "at": sale.at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).isoformat() if "time" in shown else None,
        "cashier": sale.cashier if "cashier" in shown else None,
        "payment_method": sale.payment if "payment_method" in shown else None,
        **{name: getattr(sale.buyer, name) if sale.buyer and name in shown else None for name in _OF_BUYER},
    }
    facts["phone"] = plain_phone(facts["phone"])
    if facts["receipt"] is None:
        del facts["receipt"]  # the reader makes one up
    if "refund_of" in shown:
        facts["refund_of"] = sale.refund_of
    if "refund_amount" in shown:
        facts["returned_minor"] = sale.returned
    if shown & {"sku", "item", "category", "quantity"}:
        facts["lines"] = [_line_facts(item, sign, shown) for item in sale.items]
    return facts


def _line_facts(item: Item, sign: int, shown: set[str]) -> Facts:
    facts: Facts = {name: getattr(item, own) for name, own in _OF_ITEM.items() if name in shown}
    if "quantity" in shown:
        facts["quantity_milli"] = sign * item.quantity * 1000
    if "whole_order" not in shown:
        facts["net_minor"] = sign * item.net
    if "unit_cost" in shown:
        facts["unit_cost_minor"] = item.cost
    return facts


def person_facts(buyer: Buyer, row: int, shows: Iterable[str]) -> Facts:
    """One customer, as far as the sheet shows her."""
    own: Facts = {
        "member_no": buyer.member_no, "phone": plain_phone(buyer.phone), "email": buyer.email, "name": buyer.name,
        "till_id": buyer.till_id, "gender": buyer.gender, "joined_on": buyer.joined.isoformat(),
        "birthday": [buyer.born.month, buyer.born.day, buyer.born.year, False], "tags": list(buyer.tags),
        "points_balance": buyer.points, "wallet_principal_minor": buyer.principal, "wallet_bonus_minor": buyer.bonus,
        "consents": [list(said) for said in buyer.consents],
    }  # fmt: skip
    shown = set(shows)
    empty: Facts = {"tags": [], "consents": []}
    return {"row": row, **{name: value if name in shown else empty.get(name) for name, value in own.items()}}


def plain_phone(phone: str | None) -> str | None:
    """A phone without what only makes it easier to read; the importer reads it with the shop's country."""
    return None if phone is None else re.sub(r"[^\d+]", "", normalize("NFKC", phone))
