"""What a refund does to the coupons that were used on its receipt: which come back, and why the others do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shopcrm.core import coupons
from shopcrm.core.book import Book
from shopcrm.core.coupons import Coupon
from shopcrm.features.coupons.expiring import Settled, redemptions


@dataclass(frozen=True, slots=True)
class CouponEffect:
    """One coupon of the receipt. `comes_back` as it stands then; else `stays` says why: part, handed or never."""

    code: str
    offer: str
    comes_back: bool
    status: str
    expires_on: date | None
    stays: str | None


def used_on(book: Book, sale_id: int) -> list[Coupon]:
    """The coupons that are redeemed on the receipt of a sale and did not come back yet."""
    sold, redeemed = redemptions(book)
    ids = [row.coupon_id for row in book.connection.execute(redeemed.where(sold.c.id == sale_id))]
    return [held for held in coupons.coupons_of(book, coupons.among(ids)) if held.status == "redeemed"]


def effects(book: Book, used: Sequence[Coupon], settled: Settled, *, is_whole: bool, on: date) -> list[CouponEffect]:
    """What became of a receipt's coupons in a sweep after its refund of that day; `is_whole` where nothing is kept."""
    returned: Mapping[str, object] = {item.code: item for item in settled.items}
    policy = str(book.history.on(on).texts.get("coupons.refund", "full"))
    found = []
    for before in used:
        held = coupons.find_coupon(book, before.code)
        is_back = held.shown in returned
        stays = "handed" if held.handed_on else "part" if not is_whole and policy == "full" else "never"
        found.append(
            CouponEffect(
                held.shown, held.terms.offer, is_back, held.status, held.expires_on, None if is_back else stays
            )
        )
    return found
