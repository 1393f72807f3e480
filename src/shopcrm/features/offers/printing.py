"""Prints the open coupons of an offer as cards to cut out and hand over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shopcrm.core import coupons
from shopcrm.core.audience import Found, by_ids
from shopcrm.core.book import Book
from shopcrm.core.coupons import Coupon, Terms
from shopcrm.core.coupons.wording import customers_money, gives_on_card, goods_of
from shopcrm.core.errors import NothingToPrint, UsageWrong
from shopcrm.core.language import chosen
from shopcrm.core.language import translate as _
from shopcrm.core.schema.coupons import coupon
from shopcrm.sheets.cards import FORMS, Card, CardSheet, write_cards


@dataclass(frozen=True, slots=True)
class Printed:
    """The file that was written. `to` may be a free name beside the one asked for, where that was held open."""

    offer: str
    to: Path
    coupons: int
    named: int


def print_cards(book: Book, code: str, path: Path) -> Printed:
    """Writes a card for every coupon of an offer that is good on the business date or later, except under --dry-run.

    A card names the customer it is for, and no phone. Raises OfferUnknown, NothingToPrint, UsageWrong (a name that
    ends with none of FORMS), FolderUnwritable.
    """
    if path.suffix.lower() not in FORMS:
        problem = _("Cards are written as {forms}, not as “{name}”.").format(forms=", ".join(FORMS), name=path.name)
        raise UsageWrong(problem=problem, command="shopcrm coupons print")
    row = coupons.find_offer(book, code)
    held = [each for each in coupons.coupons_of(book, coupon.c.offer_id == row.id) if each.status == "issued"]
    if not held:
        raise NothingToPrint(offer=row.code, as_of=book.as_of)
    names = by_ids(book, {each.customer_id for each in held if each.customer_id is not None})
    cards = [_card(book, each, names) for each in held]
    shop, title = book.settings.shop.name, coupons.current_terms(book, row.id).name
    to = path if book.is_dry_run else write_cards(path, CardSheet(shop, title, chosen(), cards))
    return Printed(row.code, to, len(cards), sum(card.holder is not None for card in cards))


def _card(book: Book, held: Coupon, names: Mapping[int, Found]) -> Card:
    return Card(
        code=held.code,
        shown=held.shown,
        gives=gives_on_card(book, held.terms),
        conditions=tuple(_conditions(book, held.terms)),
        good=tuple(_days(book, held)),
        holder=names[held.customer_id].name if held.customer_id is not None else None,
        starts_on=held.starts_on,
        expires_on=held.expires_on,
    )


def _conditions(book: Book, terms: Terms) -> Iterator[str]:
    if terms.min_spend_minor:
        yield _("From {least}").format(least=customers_money(book, terms.min_spend_minor))
    if terms.is_scoped:
        yield _("For {goods}").format(goods=goods_of(terms))
    if terms.is_birthday_month:
        yield _("In your birthday month")


def _days(book: Book, held: Coupon) -> Iterator[str]:
    if held.starts_on > book.as_of:
        yield _("From {day} on").format(day=held.starts_on)
    if held.expires_on:
        yield _("Good until {day}").format(day=held.expires_on)
