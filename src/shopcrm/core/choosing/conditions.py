"""A tree as a condition over `customer.c.id`: for every word a function, values bound and never written out."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import and_, false, not_, or_, true

from shopcrm.core.book import Book
from shopcrm.core.choosing import names, saved, told
from shopcrm.core.choosing.persons import Condition, Measure, having_own, having_rows, measuring
from shopcrm.core.choosing.values import contains, days, first_day, holds, numbers, tested
from shopcrm.core.where.parsing import parse
from shopcrm.core.where.tree import Both, Clause, Either, Node, Not

_POSITIVE = {"!=": "=", "not-in": "in", "unknown": "known"}


def condition_of(book: Book, node: Node, within: tuple[str, ...] = ()) -> Condition:
    """Whether a row of `customer` who is listed is chosen, as of the business date.

    It is never unknown: what is not known of somebody does not compare, and `not` turns that round. `within` are the
    saved audiences that led here. Raises WhereValueWrong, AudienceUnknown, AudienceCircular, and what parsing saved
    texts raises.
    """
    if isinstance(node, Both):
        return and_(*(condition_of(book, part, within) for part in node.parts))
    if isinstance(node, Either):
        return or_(*(condition_of(book, part, within) for part in node.parts))
    if isinstance(node, Not):
        return not_(condition_of(book, node.part, within))
    if node.relation in _POSITIVE:
        return not_(condition_of(book, replace(node, relation=_POSITIVE[node.relation]), within))
    if node.word == "audience":
        found = saved.meant_texts(book, node, within)
        return or_(false(), *(condition_of(book, parse(text), path) for text, path in found))
    return _CONDITIONS[node.word](book, node)


def measure_of(book: Book, clause: Clause) -> Measure | None:
    """The figure that a clause looks at, where it looks at one that can be told."""
    from shopcrm.core.choosing.measures import MEASURES

    figure = MEASURES.get(clause.word)
    return figure(book, clause) if figure else None


def _number(book: Book, clause: Clause) -> Condition:
    measure = measure_of(book, clause)
    assert measure is not None
    if clause.relation == "known":
        return measuring(book, measure, measure.value.is_not(None))
    wanted = numbers(book, clause)
    test = tested(measure.value, clause.relation, wanted)
    # Who has no rows has 0: where that fits, those are chosen whose rows do not say otherwise.
    if holds(0, clause.relation, wanted):
        return not_(measuring(book, measure, not_(test)))
    return measuring(book, measure, test)


def _recency(book: Book, clause: Clause) -> Condition:
    from shopcrm.core.choosing.measures import as_dates, last_bought

    measure = last_bought(book)
    if clause.relation == "known":
        return measuring(book, measure, measure.value.is_not(None))
    relation, dates = as_dates(numbers(book, clause), clause.relation, book.as_of)
    return measuring(book, measure, tested(measure.value, relation, dates))


def _date(book: Book, clause: Clause) -> Condition:
    measure = told.joined_on() if clause.word == "joined" else measure_of(book, clause)
    assert measure is not None
    if clause.relation == "known":
        return measuring(book, measure, measure.value.is_not(None))
    if clause.within:
        return measuring(book, measure, tested(measure.value, "between", [first_day(book, clause.within), book.as_of]))
    return measuring(book, measure, tested(measure.value, clause.relation, days(book, clause)))


def _bought(book: Book, clause: Clause) -> Condition:
    from shopcrm.core.choosing.measures import bought

    measure = bought(book, clause)
    return having_rows(book, measure.owner, *measure.rows)


def _consented(book: Book, clause: Clause) -> Condition:
    from shopcrm.core.consents import allows

    channels = {value.text for value in clause.values}
    return or_(*(allows(book, channel, clause.about or "marketing") for channel in sorted(channels)))


def _noted(book: Book, clause: Clause) -> Condition:
    from shopcrm.core.schema.preferences import customer_note

    kind = "note" if clause.word == "note" else "not_bought"
    rows = [customer_note.c.kind == kind, customer_note.c.on <= book.as_of]
    if clause.relation != "known":
        rows.append(contains(customer_note.c.text, clause))
    return having_rows(book, customer_note.c.customer_id, *rows)


def _preferring(book: Book, clause: Clause) -> Condition:
    from shopcrm.core.schema.preferences import preference

    rows = and_(preference.c.field == told.field_of(book, clause), preference.c.on <= book.as_of)
    test = true() if clause.relation == "known" else contains(preference.c.value, clause)
    return having_own(book, preference.c.customer_id, rows, test)


_CONDITIONS: Mapping[str, Callable[[Book, Clause], Condition]] = {
    "tier": names.in_tier,
    "segment": names.in_segment,
    "stage": names.in_stage,
    "tag": names.tagged,
    "recency_days": _recency,
    "frequency": _number,
    "monetary": _number,
    "points": _number,
    "wallet": _number,
    "coupon": names.holding_coupon,
    "joined": _date,
    "last_bought": _date,
    "first_bought": _date,
    "bought": _bought,
    "store": names.bought_at,
    "birthday": told.born_on,
    "birth_year": told.born_in,
    "age": told.aged,
    "gender": names.of_gender,
    "name": told.named,
    "code": told.coded,
    "phone": told.identified,
    "email": told.identified,
    "wechat": told.identified,
    "member_no": told.identified,
    "consent": _consented,
    "prefers": _preferring,
    "note": _noted,
    "not_bought": _noted,
    "campaign": names.treated_in,
}
