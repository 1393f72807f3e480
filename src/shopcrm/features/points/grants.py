"""Points for something that is no sale: a review, a referral, a day signed in, as often as the settings let it be."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from shlex import quote
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from shopcrm.core import ledger
from shopcrm.core.audience import Found, by_ids, chosen, find_one
from shopcrm.core.book import Book
from shopcrm.core.errors import GrantGivenOnce, GrantUnknown, GrantUsedUp, GrantWithoutPoints
from shopcrm.core.language import translate
from shopcrm.core.ledger.keys import open_key, standing
from shopcrm.core.ledger.ledgers import POINTS
from shopcrm.core.ledger.refusing import reused_by
from shopcrm.core.merging import is_of
from shopcrm.core.points_rules import GrantRule
from shopcrm.core.schema.points import points_entry
from shopcrm.features.points.moved import Moved, as_posting, move, refuse_before_expiry, refuse_wrong_number


@dataclass(frozen=True, slots=True)
class Granted(Moved):
    """What was granted, and until when it is good; never ending where `expires_on` is empty."""

    grant: str
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class GrantedToAll:
    """How many were granted, how many had been so before under the same key, and who had had all they may."""

    grant: str
    granted: int
    repeated: int
    skipped: int
    points: int


def grant(book: Book, text: str, name: str, *, points: int | None = None, key: str | None = None) -> Granted:
    """Gives a customer the points of one of the settings' grants, or as many as are said.

    A retry with the same key answers with the first posting, before limits are looked at. Without a key there is one
    where the rule makes the grant one event: once for ever, or once a day. What was taken back counts for no limit.

    Raises CustomerUnknown, CustomerAmbiguous, GrantUnknown, GrantWithoutPoints, GrantUsedUp, KeyReused,
    PeriodBeforeLastExpiry.
    """
    found = find_one(book, text)
    rule = _rule(book, found, name.strip())
    moved = move(book, found, **_event(book, found, rule, points, key))
    return Granted(**asdict(moved), grant=rule.name, expires_on=book.settings.points.expiry.last_good_day(moved.on))


def grant_to_all(
    book: Book, where: str, name: str, *, points: int | None = None, key: str | None = None
) -> GrantedToAll:
    """Gives everyone whom `where` chooses the points of a grant, in one transaction.

    Who has had it as often as the settings allow is passed over and counted, and so is who got it before under the
    same key. Raises what `grant` raises otherwise, and what `audience.where` raises.
    """
    ids = chosen(book, where)
    found, postings, skipped = by_ids(book, ids), [], 0
    for each in (found[customer_id] for customer_id in ids):
        own_key = f"{key}:{each.customer}" if key else None
        try:
            event = _event(book, each, _rule(book, each, name.strip()), points, own_key)
        except GrantUsedUp:
            skipped += 1
        else:
            postings.append(as_posting(book, each, **event))
    posted = ledger.post_many(book, postings)
    fresh = [each.amount for each in posted if not each.is_repeat]
    if fresh:
        book.tell(f"earn {sum(fresh)} points of {len(fresh)} customers")
    return GrantedToAll(name.strip(), len(fresh), len(posted) - len(fresh), skipped, sum(fresh))


def _event(book: Book, found: Found, rule: GrantRule, points: int | None, key: str | None) -> dict[str, Any]:
    """What is posted, by the names of `move`; or refused."""
    worth = rule.points if points is None else points
    if points is None and not worth:
        raise GrantWithoutPoints(grant=rule.name, customer=found.customer, typed=quote(rule.name))
    refuse_wrong_number(worth, translate("write how many to grant, 1 or more"), worth > 0)
    own_key = f"grant:{key}" if key else _natural_key(book, found, rule)
    first = standing(book, own_key)
    if first is None:
        _refuse_used_up(book, found, rule)
        refuse_before_expiry(book, found)
    elif first.rule != f"grants.{rule.name}":
        raise reused_by(book, POINTS, first)
    return {
        "key": own_key, "kind": "earn", "points": worth, "rule": f"grants.{rule.name}",
        "inputs": {"points": rule.points}, "expires_on": book.settings.points.expiry.last_good_day(book.as_of),
    }  # fmt: skip


def _rule(book: Book, found: Found, name: str) -> GrantRule:
    grants = book.settings.grants
    if name in grants:
        return grants[name]
    typed = quote(name or "review")
    if not grants:
        known, command = translate("the settings name none"), f"settings set grants.{typed}.points 10"
    else:
        from rapidfuzz import fuzz, process

        likely = [each[0] for each in process.extract(name, [*grants], scorer=fuzz.ratio, limit=3, score_cutoff=50)]
        known = translate("there are {grants}").format(grants=", ".join(grants))
        if likely:
            known = translate("perhaps {likely}; there are {grants}").format(
                likely=", ".join(likely), grants=", ".join(grants)
            )
        command = f"points grant {found.customer} --for {quote((likely or [*grants])[0])}"
    raise GrantUnknown(grant=name, known=known, grants=[*grants], command=command)


def _natural_key(book: Book, found: Found, rule: GrantRule) -> str:
    if rule.is_once:
        return open_key(book, f"grant:{rule.name}:{found.customer}")
    if rule.per_day == 1:
        return open_key(book, f"grant:{rule.name}:{found.customer}:{book.as_of}")
    return f"grant:{uuid4().hex}"


def _refuse_used_up(book: Book, found: Found, rule: GrantRule) -> None:
    had = _days_of(book, found, rule)
    if rule.is_once and had:
        raise GrantGivenOnce(customer=found.customer, grant=rule.name, given_on=had[0])
    day, month = book.as_of, [on for on in had if (on.year, on.month) == (book.as_of.year, book.as_of.month)]
    next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    for limit, given, period, next_on in (
        (rule.per_month, len(month), translate("in {month}").format(month=f"{day:%Y-%m}"), next_month),
        (rule.per_day, had.count(day), translate("on {day}").format(day=day), day + timedelta(days=1)),
    ):
        if limit and given >= limit:
            raise GrantUsedUp(
                customer=found.customer, grant=rule.name, given=given, limit=limit, period=period, next_on=next_on
            )


def _days_of(book: Book, found: Found, rule: GrantRule) -> list[date]:
    """The days on which the customer was granted it, without what was taken back."""
    back = points_entry.alias("back")
    taken_back = select(func.coalesce(func.sum(back.c.points), 0)).where(
        back.c.customer_id == points_entry.c.customer_id, back.c.reverses_id == points_entry.c.id
    )
    rows = (
        select(points_entry.c.on)
        .where(
            is_of(book, points_entry.c.customer_id, found.id),
            points_entry.c.rule == f"grants.{rule.name}",
            points_entry.c.kind == "earn",
            points_entry.c.points + taken_back.scalar_subquery() > 0,
        )
        .order_by(points_entry.c.on)
    )
    return list(book.connection.scalars(rows))
