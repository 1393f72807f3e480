"""The terms of an offer in words: in a few as a name, and in sentences as `offers show` says them."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from shopcrm.core.book import Book
from shopcrm.core.coupons.terms import Terms
from shopcrm.core.language import chosen
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor

Say = Callable[[Book, int], str]


def money(book: Book, minor: int) -> str:
    """An amount as a sentence says it."""
    return format_minor(minor, book.exponent)


def customers_money(book: Book, minor: int) -> str:
    """An amount as a card for customers says it: with the currency, and without decimals that are all zero."""
    whole, rest = divmod(minor, 10**book.exponent)
    said = f"{whole:,}" if rest == 0 else format_minor(minor, book.exponent)
    return f"{said}元" if chosen() == "zh-CN" and book.currency == "CNY" else f"{said} {book.currency}"


def gives_on_card(book: Book, terms: Terms) -> str:
    """What a coupon gives, as a card for customers says it."""
    return worth(book, terms, customers_money)


def worth(book: Book, terms: Terms, say: Say = money) -> str:
    """What a coupon gives, without its conditions; `say` says amounts."""
    if terms.item is not None:
        return terms.item
    if terms.kind == "percent":
        said = off(terms.off_rate or Fraction(0))
        if terms.max_discount_minor is None:
            return said
        return _("{off}, at most {amount}").format(off=said, amount=say(book, terms.max_discount_minor))
    if terms.kind == "exchange" and not terms.value_minor:
        return _("one piece free")
    if terms.kind == "exchange":
        return _("one piece for {amount}").format(amount=say(book, terms.value_minor or 0))
    return _("{amount} off").format(amount=say(book, terms.value_minor or 0))


def gives(book: Book, terms: Terms) -> str:
    """What a coupon gives, and from what spend; the name of an offer whose owner gave it none."""
    said = worth(book, terms)
    if not terms.min_spend_minor:
        return said
    least = money(book, terms.min_spend_minor)
    if terms.kind == "amount":
        return _("{amount} off from {least}").format(amount=money(book, terms.value_minor or 0), least=least)
    return _("{gives}, from {least}").format(gives=said, least=least)


def off(rate: Fraction) -> str:
    """A part of the price as it is advertised: `20 % off`; where Chinese is spoken, what is left to pay: `打8折`."""
    if rate == 1:
        return _("free")
    if chosen() == "zh-CN":
        return f"打{_plain(10 * (1 - rate))}折"
    return _("{percent} % off").format(percent=_plain(100 * rate))


def goods_of(terms: Terms) -> str:
    """What an offer is for; empty where it is for everything."""
    return ", ".join((*terms.categories, *terms.skus))


def days_of(terms: Terms) -> str:
    """When coupons are good, in a few words."""
    span = ""
    if terms.first_on and terms.last_on:
        span = f"{terms.first_on} – {terms.last_on}"
    elif terms.first_on:
        span = _("from {day} on").format(day=terms.first_on)
    elif terms.last_on:
        span = _("until {day}").format(day=terms.last_on)
    if terms.valid_days is None:
        return span or _("without end")
    counted = _("{days} days from issue").format(days=terms.valid_days)
    if terms.start_after_days:
        counted = _("{days} days, {after} days after issue").format(days=terms.valid_days, after=terms.start_after_days)
    return ", ".join(filter(None, (counted, span)))


def sentences(book: Book, terms: Terms) -> Iterator[str]:
    """The terms one by one, without how much of the limits is used up."""
    yield _("Gives: {gives}").format(gives=worth(book, terms))
    if terms.min_spend_minor:
        yield _("From a spend of: {least}").format(least=money(book, terms.min_spend_minor))
    if terms.is_scoped:
        yield _("For these goods: {goods}").format(goods=goods_of(terms))
    yield _("For: {whom}").format(whom=whom_of(terms))
    yield _("Good: {days}").format(days=days_of(terms))
    yield _("On a receipt: {combined}").format(combined=combined_of(terms))


def whom_of(terms: Terms) -> str:
    """Whom coupons are for."""
    if terms.is_bearer:
        return _("whoever brings one")
    said = [_("every customer")]
    if terms.tiers or terms.segments:
        said = [_("tier {tiers}").format(tiers=_either(terms.tiers))] if terms.tiers else []
        said += [_("segment {segments}").format(segments=_either(terms.segments))] if terms.segments else []
    if terms.is_birthday_month:
        said.append(_("in their birthday month"))
    return ", ".join(said)


def combined_of(terms: Terms) -> str:
    """What else may be used on the same receipt."""
    if not terms.combines:
        return _("with no other coupon")
    if len(terms.combines) > 1:
        return _("together with other coupons that allow it")
    if "product" in terms.combines:
        return _("together with coupons for some goods that allow it")
    return _("together with coupons for everything that allow it")


def _either(names: tuple[str, ...]) -> str:
    return " / ".join(names)


def _plain(number: Fraction) -> str:
    return f"{float(number):g}"
