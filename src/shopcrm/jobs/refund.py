"""Gives a sale back and says what that does: to the money, to the customer's points, and to the tier."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import NamedTuple

from shopcrm.core.book import Book
from shopcrm.features import sales, tiers
from shopcrm.features.coupons import effects as coupon_effects
from shopcrm.features.coupons import expiring
from shopcrm.features.coupons.effects import CouponEffect
from shopcrm.features.points import accrual, effects

__all__ = ["CouponEffect", "Refunded", "refund"]


@dataclass(frozen=True, slots=True)
class Refunded(sales.GivenBack):
    """A refund and its effects, which the next sweep posts: `items` are entries of points, one row a lot they touch.

    `returned_minor` is what the goods come to, `withheld_minor` the worth of points that were spent and are charged,
    `paid_out_minor` what is left to hand over. `policy` says what became of `waived_points`; `ended_points` had ended
    unspent, and nothing is taken for them. `short_minor` is how much
    the spend is below what the tier asks for, which is lost at a review only; `tier_before` differs from `tier` where
    the tier had not been posted yet. Where `is_repeat`, nothing changes; the points are those that were taken.
    """

    returned_minor: int
    withheld_minor: int
    paid_out_minor: int
    clawed_points: int
    returned_points: int
    lapsed_points: int
    owed_points: int
    waived_points: int
    ended_points: int
    policy: str
    points: int
    balance_before_points: int
    balance_points: int
    pending_points: int
    tier_before: str | None
    tier: str | None
    spend_before_minor: int
    spend_minor: int
    short_minor: int
    items: tuple[effects.Effect, ...]
    coupons: tuple[CouponEffect, ...]


class _Effects(NamedTuple):
    """What a refund did on trial."""

    points: effects.Effects
    tier_before: str | None
    tier_after: tiers.Stand
    spend_before_minor: int


_NONE = _Effects(effects.Effects(0, 0, 0, 0, 0, 0, 0, "owe", 0, 0, 0, 0, ()), None, tiers.Stand(None, 0, 0), 0)


def refund(
    book: Book,
    asked: sales.Asked,
    *,
    amount: str | None = None,
    lines: Sequence[str] = (),
    number: str | None = None,
    on: date | None = None,
    reason: str | None = None,
) -> Refunded:
    """Writes a refund of a receipt: of `amount`, of `lines` (`SKU` or `ITEM`, `|QUANTITY`), or of all that is left.

    Only the fact is written. Its effects are those that the sweep up to the business date posts for it: found by
    running that sweep on trial, after everything that was due before. Raises what `sales.plan_refund` and
    `sales.write_refund` do.
    """
    plan = sales.plan_refund(book, asked, amount=amount, lines=lines, number=number, on=on, reason=reason)
    did = _NONE if plan.customer_id is None else _try(book, plan, plan.customer_id)
    came_back = _try_coupons(book, plan)
    given = sales.write_refund(book, plan).refund
    points, returned_minor = did.points, -given.net_minor
    withheld_minor = min(points.waived_minor, returned_minor)
    return Refunded(
        **{field.name: getattr(given, field.name) for field in fields(given)},
        returned_minor=returned_minor,
        withheld_minor=withheld_minor,
        paid_out_minor=returned_minor - withheld_minor,
        **{f.name: getattr(points, f.name) for f in fields(points) if f.name != "waived_minor"},
        tier_before=did.tier_before,
        tier=did.tier_after.tier,
        spend_before_minor=did.spend_before_minor,
        spend_minor=did.tier_after.spend_minor,
        short_minor=max(0, did.tier_after.from_minor - did.tier_after.spend_minor),
        coupons=came_back,
    )


def _try(book: Book, plan: sales.Plan, customer_id: int) -> _Effects:
    """What the refund does beyond what was due without it; nothing of it stays."""
    with book.tried():
        accrual.accrue(book)
        before, begun = tiers.stand(book, customer_id), effects.mark(book, customer_id)
        written = sales.write_refund(book, plan)
        accrual.accrue(book)
        after = tiers.stand(book, customer_id)
        is_repeat = written.refund.is_repeat
        did = effects.of_sale(book, customer_id, written.sale_id) if is_repeat else effects.since(book, begun)
        return _Effects(did, before.tier, after, before.spend_minor)


def _try_coupons(book: Book, plan: sales.Plan) -> tuple[CouponEffect, ...]:
    """What the refund does to the coupons of its receipt; nothing of it stays."""
    with book.tried():
        expiring.settle(book)
        used = coupon_effects.used_on(book, plan.sold.id)
        if not used:
            return ()
        refund = sales.write_refund(book, plan).refund
        settled = expiring.settle(book)
        is_whole = refund.left_minor == 0
        return tuple(coupon_effects.effects(book, used, settled, is_whole=is_whole, on=refund.on))
