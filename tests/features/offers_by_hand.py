"""Offers written straight into the tables, and what is done with their coupons, as the tests say it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from shop import Shop
from shopcrm.core.book import Book
from shopcrm.core.coupons import laws
from shopcrm.core.errors import ShopError
from shopcrm.core.schema.offers import offer, offer_terms
from shopcrm.features.coupons import changing, checking, expiring, issuing, listing, redeeming

SINCE = date(2026, 1, 1)


def write_terms(book: Book, code: str, *, on: date = SINCE, **terms: Any) -> int:
    """An offer of that code, or the next version of its terms: ten off where nothing else is said."""
    offer_id = book.connection.scalar(select(offer.c.id).where(offer.c.code == code))
    if offer_id is None:
        offer_id = book.next_id(offer)
        book.connection.execute(insert(offer).values(id=offer_id, code=code, added_on=on))
    last = select(func.coalesce(func.max(offer_terms.c.version), 0)).where(offer_terms.c.offer_id == offer_id)
    version = int(book.connection.scalar(last) or 0) + 1
    values = {"kind": "amount", "value_minor": 1_000, "name": code} | terms
    if values["kind"] != "amount" and "value_minor" not in terms:
        del values["value_minor"]
    book.connection.execute(
        insert(offer_terms).values(offer_id=offer_id, version=version, on=on, posted_at=book.now, by="test", **values)
    )
    return int(offer_id)


def an_offer(shop: Shop, code: str = "TEN", *, on: str = "2026-01-01", **terms: Any) -> str:
    """The same, as a transaction of its own."""
    with shop.writing() as book:
        write_terms(book, code, on=date.fromisoformat(on), **terms)
    return code


def retire(shop: Shop, code: str, on: str) -> None:
    """No more coupons of it from that day on."""
    with shop.writing() as book:
        book.connection.execute(update(offer).where(offer.c.code == code).values(retired_on=date.fromisoformat(on)))


def issued(shop: Shop, code: str, *customers: str, as_of: str | None = None, **more: Any) -> issuing.Issued:
    """Coupons given out, by code and name of the customers, or to bearers or a group."""
    with shop.writing(as_of) as book:
        return issuing.issue(book, issuing.Asked(code, customers, **more))


def coupon_for(shop: Shop, code: str, customer: str | None = None, as_of: str | None = None) -> str:
    """One coupon, as it is printed: of a customer, or a bearer's."""
    given = issued(shop, code, customer, as_of=as_of) if customer else issued(shop, code, as_of=as_of, bearer=1)
    return given.items[0].code


def bearer(shop: Shop, code: str = "TEN", as_of: str | None = None, **terms: Any) -> str:
    """A coupon of an offer of these terms."""
    an_offer(shop, code, is_bearer=True, **terms)
    return coupon_for(shop, code, as_of=as_of)


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    """The code and the sentence of a refusal."""
    with pytest.raises(ShopError) as refused:
        call()
    return refused.value.code, refused.value.message


def checked(
    shop: Shop, codes: str | Sequence[str], total: str | None = "100", as_of: str | None = None, **more: Any
) -> tuple[checking.Checked, ShopError | None]:
    """What check says."""
    with shop.reading(as_of) as book:
        return checking.check(book, _asked(codes, total, more))


def redeemed(
    shop: Shop,
    codes: str | Sequence[str],
    receipt: str = "R-1",
    total: str | None = "100",
    as_of: str | None = None,
    **more: Any,
) -> redeeming.Redeemed:
    """Coupons used on a receipt."""
    with shop.writing(as_of) as book:
        return redeeming.redeem(book, _asked(codes, total, {"receipt": receipt, **more}))


def _asked(codes: str | Sequence[str], total: str | None, more: dict[str, Any]) -> checking.Asked:
    return checking.Asked([codes] if isinstance(codes, str) else codes, total, **more)


def voided(shop: Shop, code: str, as_of: str | None = None) -> changing.Changed:
    """Taken out of use."""
    with shop.writing(as_of) as book:
        return changing.void(book, code, reason="so")


def restored(shop: Shop, code: str, as_of: str | None = None, until: str | None = None) -> changing.Changed:
    """Given back by hand."""
    with shop.writing(as_of) as book:
        return changing.restore(book, code, reason="so", until=until)


def extended(shop: Shop, code: str, until: str, as_of: str | None = None) -> changing.Changed:
    """Made to last longer."""
    with shop.writing(as_of) as book:
        return changing.extend(book, code, until=until, reason="so")


def handed(shop: Shop, code: str, as_of: str | None = None) -> changing.Changed:
    """What it stands for was handed over."""
    with shop.writing(as_of) as book:
        return changing.hand_over(book, code)


def expire(shop: Shop, as_of: str | None = None) -> int:
    """The nightly end of coupons; answers how many."""
    with shop.writing(as_of) as book:
        return expiring.expire(book).expired


def settle(shop: Shop, as_of: str | None = None) -> int:
    """The nightly return of coupons; answers how many."""
    with shop.writing(as_of) as book:
        return expiring.settle(book).restored


def shown(shop: Shop, code: str, as_of: str | None = None) -> listing.ShownCoupon:
    """A coupon with its events."""
    with shop.reading(as_of) as book:
        return listing.show(book, code)


def stands(shop: Shop, code: str, as_of: str | None = None) -> tuple[str, str | None]:
    """Its status and its last good day."""
    held = shown(shop, code, as_of)
    return held.status, str(held.expires_on) if held.expires_on else None


def listed(shop: Shop, as_of: str | None = None, **more: Any) -> tuple[listing.CouponRow, ...]:
    """A list of coupons."""
    with shop.reading(as_of) as book:
        return listing.list_all(book, **more).items


def broken(shop: Shop, as_of: str | None = None) -> list[str]:
    """What the laws of coupons find."""
    with shop.reading(as_of) as book:
        return list(laws.broken_laws(book))
