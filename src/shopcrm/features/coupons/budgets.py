"""What an offer may cost: asked when a coupon is used, since nobody knows before what a percent comes to."""

from collections.abc import Sequence

from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.coupons import Terms
from shopcrm.core.errors import BudgetExhausted, ShopError


def find_exhausted(book: Book, discounts: Sequence[tuple[Terms, int]]) -> ShopError | None:
    """A refusal where discounts in minor units would cost more than their offers may; else None.

    The larger counts of the budget that a coupon was issued under and today's: a raised one helps, a cut one takes
    nothing from who holds a coupon.
    """
    more: dict[int, int] = {}
    for terms, discount_minor in discounts:
        more[terms.offer_id] = more.get(terms.offer_id, 0) + discount_minor
        if terms.budget_minor is None or not discount_minor:
            continue
        budgets = (terms.budget_minor, coupons.current_terms(book, terms.offer_id).budget_minor)
        if None in budgets:
            continue
        try:
            coupons.refuse_beyond_budget(
                book, terms.offer, max(filter(None, budgets), default=0),
                coupons.discount_given(book, terms.offer_id), more[terms.offer_id],
            )  # fmt: skip
        except BudgetExhausted as refusal:
            return refusal
    return None
