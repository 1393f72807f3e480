"""What a coupon gives, in a few words."""

from shopcrm.core.book import Book
from shopcrm.core.coupons import Terms
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor


def describe(book: Book, terms: Terms) -> str:
    """What a coupon of these terms gives."""
    if terms.item is not None:
        return terms.item
    if terms.kind == "percent":
        return _("{percent} % off").format(percent=f"{float(100 * (terms.off_rate or 0)):g}")
    amount = format_minor(terms.value_minor or 0, book.exponent)
    return (_("one piece for {amount}") if terms.kind == "exchange" else _("{amount} off")).format(amount=amount)
