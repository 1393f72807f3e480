"""What terms cannot be kept, or contradict each other; each with the reason that is said."""

from collections.abc import Iterator

from shopcrm.core.book import Book
from shopcrm.core.coupons import HANDED_OVER, Terms
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor
from shopcrm.features.offers.typed import refuse


def refuse_contradictions(book: Book, terms: Terms) -> None:
    """Raises OfferNotWritable with the first reason why these terms cannot be."""
    for is_wrong, reason in (*_of_value(book, terms), *_of_days(terms), *_of_people(terms), *_of_budget(book, terms)):
        if is_wrong:
            refuse(reason)


def refuse_unusable(book: Book, terms: Terms) -> None:
    """Raises OfferNotWritable where a coupon that is issued on the business date would be good on no day."""
    starts_on, expires_on = terms.good_days(book.as_of)
    if expires_on and expires_on < max(starts_on, book.as_of):
        refuse(_("a coupon issued on {on} would be good on no day").format(on=book.as_of))


def _of_value(book: Book, terms: Terms) -> Iterator[tuple[bool, str]]:
    kind, value_minor, rate = terms.kind, terms.value_minor or 0, terms.off_rate or 0
    yield kind == "percent" and rate > 1, _("more than 100 % cannot be taken off")
    yield kind == "percent" and rate < 0, _("a price above the price is no offer")
    yield kind == "amount" and value_minor < 0, _("less than nothing cannot be taken off")
    yield (kind == "percent" and rate == 0) or (kind == "amount" and value_minor == 0), _("it takes nothing off")
    yield kind in HANDED_OVER and not terms.item, _("--value says in words what is handed over")
    yield kind == "exchange" and value_minor < 0, _("a piece cannot be had for less than nothing")
    yield (
        kind == "exchange" and not terms.is_scoped,
        _("an exchange needs --skus or --categories: what one piece is had of"),
    )
    yield (
        terms.max_discount_minor is not None and kind not in {"percent", "exchange"},
        _("--max-discount goes with percent and exchange; this one takes off no more than its value"),
    )
    yield (terms.max_discount_minor or 1) < 0 or terms.max_discount_minor == 0, _("--max-discount is more than nothing")
    yield (terms.min_spend_minor or 0) < 0, _("--min-spend is not less than nothing")


def _of_days(terms: Terms) -> Iterator[tuple[bool, str]]:
    first_on, last_on = terms.first_on, terms.last_on
    said = {"last_on": last_on, "first_on": first_on}
    is_backwards = bool(first_on and last_on and last_on < first_on)
    yield is_backwards, _("its last day, {last_on}, is before its first, {first_on}").format(**said)
    yield (
        terms.start_after_days is not None and terms.valid_days is None,
        _("--start-after needs --valid-days: for how long a coupon is good then"),
    )


def _of_people(terms: Terms) -> Iterator[tuple[bool, str]]:
    options = (
        ("--tiers", terms.tiers),
        ("--segments", terms.segments),
        ("--birthday-month", terms.is_birthday_month),
        ("--per-customer", terms.per_customer),
    )
    for option, value in options:
        said = _("--bearer does not go with {option}: nobody knows who brings it").format(option=option)
        yield bool(terms.is_bearer and value), said


def _of_budget(book: Book, terms: Terms) -> Iterator[tuple[bool, str]]:
    budget, most = terms.budget_minor, terms.most_minor or 1
    if budget is None:
        return
    yield (
        terms.kind in HANDED_OVER,
        _("--budget counts money off, and a {kind} takes none off").format(kind=_(terms.kind)),
    )
    amounts = {"budget": format_minor(budget, book.exponent), "most": format_minor(most, book.exponent)}
    yield budget < most, _("a budget of {budget} is less than the {most} that one coupon may cost").format(**amounts)
