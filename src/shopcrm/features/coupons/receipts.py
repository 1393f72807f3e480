"""What is known of a receipt: whose it is, and what is on it, from the book or from a sheet of lines."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

from sqlalchemy import Date, Select, bindparam, func, select

from shopcrm.core.book import Book
from shopcrm.core.errors import UsageWrong
from shopcrm.core.language import translate
from shopcrm.core.merging import kept
from shopcrm.core.money import format_minor, parse_minor
from shopcrm.core.schema.bare import bare
from shopcrm.features.coupons.arithmetic import Basket, Line

sale = bare("sale", "id", "store", "receipt", "kind", "customer_id", "withdrawn", on=Date)
sale_line = bare("sale_line", "sale_id", "sku", "category", "quantity_milli", "net_minor")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it was named: its number in capitals, the store, and whose it is where the book knows it."""

    number: str
    store: str
    customer_id: int | None
    sale_id: int | None


def find_receipt(book: Book, number: str, store: str | None) -> Receipt:
    """The receipt of that number on the business date, in the book or not yet."""
    plain, own_store = " ".join(normalize("NFKC", number).split()), store or book.settings.shop.store
    spelt = {"on": book.as_of, "spelt": list({plain, plain.upper(), plain.lower()})}
    rows = book.connection.execute(_of_number(), spelt).all() if plain else []
    found = next((row for row in rows if row.store == own_store), None)
    if found is None:
        return Receipt(plain.upper(), own_store, None, None)
    buyer_id = None if found.customer_id is None else kept(book, found.customer_id)
    return Receipt(plain.upper(), own_store, buyer_id, found.id)


@cache
def _of_number() -> Select[Any]:
    here = (sale.c.on == bindparam("on"), sale.c.kind == "sale", sale.c.withdrawn.is_(None))
    return select(sale).where(sale.c.receipt.in_(bindparam("spelt", expanding=True)), *here)


def read_basket(book: Book, total: str | None, lines: Path | None, receipt: Receipt | None) -> Basket:
    """What is to be paid before coupons: the total as typed, and the lines of a sheet, or of the receipt in the book.

    Lines of the book count where they add up to the total: a till that took the coupon off already knows less.
    Raises UsageWrong, AmountUnreadable, and what `sheets.basket` raises.
    """
    known = _sheet_lines(book, lines) if lines else _book_lines(book, receipt)
    sum_minor = sum(line.left_minor for line in known or ())
    if total is None and not lines:
        _refuse(translate("Say what the receipt comes to with one of {options}.").format(options="--total, --lines"))
    total_minor = sum_minor if total is None else parse_minor(total, book.exponent)
    if total_minor < 0:
        _refuse(translate("A total cannot be less than nothing."))
    if sum_minor > total_minor or (known and not lines and sum_minor != total_minor):
        if lines:
            said = {"lines": format_minor(sum_minor, book.exponent), "total": format_minor(total_minor, book.exponent)}
            _refuse(translate("The lines come to {lines}, more than the total of {total}.").format(**said))
        known = None
    return Basket(total_minor, known)


def _sheet_lines(book: Book, path: Path) -> list[Line]:
    from shopcrm.sheets.basket import read_lines

    return [
        Line(each.sku or each.item, each.category, each.quantity_milli, each.net_minor)
        for each in read_lines(path, book.exponent)
    ]


def _book_lines(book: Book, receipt: Receipt | None) -> list[Line] | None:
    if receipt is None or receipt.sale_id is None:
        return None
    rows = book.connection.execute(
        select(sale_line.c.sku, sale_line.c.category, sale_line.c.quantity_milli, sale_line.c.net_minor).where(
            sale_line.c.sale_id == receipt.sale_id, func.coalesce(sale_line.c.net_minor, 0) >= 0
        )
    ).all()
    return [Line(*row) for row in rows] or None


def _refuse(problem: str) -> None:
    raise UsageWrong(problem=problem, command="shopcrm coupons check")
