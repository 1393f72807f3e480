"""Gives back a sale that is in the book: all that is left of it, some of its lines, or an amount."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from shopcrm.core.book import Book
from shopcrm.core.errors import (
    NothingToGiveBack,
    RefundBeforeSale,
    RefundStands,
    SaleNotWritable,
    SaleUnknown,
    SaleWithdrawn,
    ShopError,
)
from shopcrm.core.language import translate as _
from shopcrm.core.schema.sales import counting, sale
from shopcrm.features.sales.finding import Asked, find_one, plain_number
from shopcrm.features.sales.recording import Content, Key, differs, record
from shopcrm.features.sales.remaining import Remaining, Wanted, pick, remaining, rest
from shopcrm.features.sales.revising import SOURCE, lines_of
from shopcrm.features.sales.rows import SaleRow, amount_of, facts_of, naming, reason_of
from shopcrm.features.sales.showing import LineRow, RefundRow, line_rows, refund_rows
from shopcrm.features.sales.typed import read_returned, read_wanted
from shopcrm.sheets.records import Line


@dataclass(frozen=True, slots=True)
class GivenBack(SaleRow):
    """The refund as it stands in the book, and what it leaves of its sale; `is_repeat` where it stood there before.

    `goods` are the lines it gives back, `refunds` the other refunds of the sale, which come to `before_minor`.
    """

    refund_of: str
    refund_of_on: date
    sold_minor: int
    before_minor: int
    left_minor: int
    reason: str | None
    goods: tuple[LineRow, ...]
    refunds: tuple[RefundRow, ...]
    revision: int
    batch: int
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A refund that can be written: what it is known by, what it says, and the row of the sale it gives back."""

    key: Key
    content: Content
    sold: Any
    reason: str | None

    @property
    def customer_id(self) -> int | None:
        """Who bought; None for a walk-in."""
        return self.content.customer_id


class Written(NamedTuple):
    """The row key of a refund, and what is to be said of it."""

    sale_id: int
    refund: GivenBack


def plan_refund(
    book: Book,
    asked: Asked,
    *,
    amount: str | None = None,
    lines: Sequence[str] = (),
    number: str | None = None,
    on: date | None = None,
    reason: str | None = None,
) -> Plan:
    """Works out a refund of a receipt, in the store of its sale: of `amount`, of `lines`, or of all that is left.

    `lines` are `SKU` or `ITEM`, with `|QUANTITY` where not all of it comes back. The refund's own `number` is the
    receipt's with -R1, -R2, ... unless said; a number that stands for a refund of this sale means that one again,
    worked out from what was left before it, so that a retry says the same on any later day. Without a number the same
    again on the same day is refused, since it is a double click more often than a second refund.

    Raises SaleNotWritable, AmountUnreadable, SaleUnknown, SaleElsewhere, SaleAmbiguous, SaleWithdrawn,
    RefundBeforeSale, NothingToGiveBack, SaleDiffers, LineNotSold, LineAmbiguous, LineTooMany, RefundStands.
    """
    if amount is not None and lines:
        raise SaleNotWritable(reason=_("an amount or lines are given back, not both"))
    if on is not None and on > book.as_of:
        raise SaleNotWritable(reason=_("{on} is after {as_of}").format(on=on, as_of=book.as_of))
    sold = _sold(book, asked, on or book.as_of)
    standing = _standing(book, sold, number) if number else None
    if standing and on not in (None, standing.on):
        raise differs(book, standing)
    left = remaining(book, sold, before_id=standing and standing.id)
    net_minor, goods = _given_back(book, left, amount, lines)
    if number is None and net_minor <= left.net_minor:
        _refuse_repeat(book, sold, on or book.as_of, amount, lines)
    key = Key(
        source=SOURCE,
        store=standing.store if standing else sold.store or book.settings.shop.store,
        on=on or (standing.on if standing else book.as_of),
        receipt=plain_number(number).upper() if number else _next_number(book, sold.receipt.upper()),
        kind="refund",
    )
    content = Content(
        kind="refund", at=None, customer_id=sold.customer_id, refund_of_id=sold.id, refund_of_receipt=sold.receipt,
        net_minor=-net_minor, payment_method=None, lines=goods,
    )  # fmt: skip
    return Plan(key, content, sold, (reason or "").strip() or None)


def write_refund(book: Book, plan: Plan) -> Written:
    """Writes a refund, or answers with the first of the same number and content. It awards and takes nothing yet.

    Raises SaleDiffers, SaleWithdrawn, RefundTooLarge.
    """
    recorded = record(
        book, plan.key, plan.content, typed=plan.key.receipt, is_store_said=True, sold=plan.sold, reason=plan.reason
    )
    row = book.connection.execute(select(sale).where(sale.c.id == recorded.sale_id)).one()
    (facts,) = facts_of(book, [row])
    left_minor = remaining(book, plan.sold).net_minor
    others = [each for each in refund_rows(book, plan.sold.id) if (each.receipt, each.on) != (row.receipt, row.on)]
    refund = GivenBack(
        **facts,
        refund_of=plan.sold.receipt,
        refund_of_on=plan.sold.on,
        sold_minor=plan.sold.net_minor,
        before_minor=plan.sold.net_minor - left_minor + row.net_minor,
        left_minor=left_minor,
        reason=reason_of(book, row),
        goods=line_rows(lines_of(book, row.id)),
        refunds=tuple(each for each in others if each.withdrawn is None),
        revision=row.revision,
        batch=recorded.batch_id,
        is_repeat=recorded.is_repeat,
    )
    return Written(recorded.sale_id, refund)


def _sold(book: Book, asked: Asked, day: date) -> Any:
    wanted = asked._replace(kind="sale")
    try:
        sold = find_one(book, wanted, until=day, counting_first=True)
    except SaleUnknown:
        later = find_one(book, wanted, counting_first=True)
        raise RefundBeforeSale(receipt=later.receipt, sold_on=later.on, on=day, first=naming(later)) from None
    if sold.withdrawn is not None:
        raise SaleWithdrawn(receipt=sold.receipt, on=sold.on, first=naming(sold))
    return sold


def _standing(book: Book, sold: Any, number: str) -> Any:
    """The refund of this sale that has the number; None where there is none that counts."""
    plain = plain_number(number)
    is_it = or_(sale.c.receipt == plain, sale.c.receipt == plain.upper())
    wanted = select(sale).where(is_it, sale.c.refund_of_id == sold.id, counting)
    return book.connection.execute(wanted.order_by(sale.c.id)).first()


def _refuse_repeat(book: Book, sold: Any, day: date, amount: str | None, lines: Sequence[str]) -> None:
    """Raises RefundStands where what is asked for was given back by hand on that day.

    What was asked for then is worked out from what was left then: the third of three may cost a cent more.
    """
    same = (sale.c.refund_of_id == sold.id, sale.c.on == day, sale.c.source == SOURCE, counting)
    for first in book.connection.execute(select(sale).where(*same).order_by(sale.c.id)).all():
        try:
            asked = _given_back(book, remaining(book, sold, before_id=first.id), amount, lines)
        except ShopError:  # so much of that line was not left then
            continue
        if asked == (-first.net_minor, tuple(lines_of(book, first.id))):
            own = _next_number(book, sold.receipt.upper())
            typed = [*(("--amount", amount) if amount else ()), *(word for each in lines for word in ("--line", each))]
            raise RefundStands(
                receipt=sold.receipt, sold_on=sold.on, on=day, refund=first.receipt, own=own,
                amount=amount_of(book, -first.net_minor), again=shlex.join((sold.receipt, *typed)),
            )  # fmt: skip


def _given_back(book: Book, left: Remaining, amount: str | None, lines: Sequence[str]) -> tuple[int, tuple[Line, ...]]:
    if left.net_minor <= 0:
        sold = left.sold
        raise NothingToGiveBack(
            receipt=sold.receipt,
            on=sold.on,
            returned=amount_of(book, sold.net_minor - left.net_minor),
            paid=amount_of(book, sold.net_minor),
            first=naming(sold),
        )
    if amount is not None:
        return read_returned(book, amount), ()
    if not lines:
        return left.net_minor, rest(left)
    goods = pick(book, left, [Wanted(*each) for each in read_wanted(lines)])
    net_minor = -sum(line.net_minor for line in goods)
    if net_minor == 0:
        raise SaleNotWritable(reason=_("a refund of nothing gives nothing back"))
    return net_minor, goods


def _next_number(book: Book, receipt: str) -> str:
    numbers = (f"{receipt}-R{place}" for place in count(1))
    taken = select(sale.c.id).limit(1)
    return next(number for number in numbers if book.connection.scalar(taken.where(sale.c.receipt == number)) is None)
