"""The sweep that puts the tags of rules on, and takes off those that no longer hold."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter

from sqlalchemy import delete, select

from shopcrm.core import audience
from shopcrm.core.book import Book
from shopcrm.core.choosing import saved
from shopcrm.core.choosing.conditions import measure_of
from shopcrm.core.choosing.persons import among
from shopcrm.core.errors import SettingRefused, ShopError
from shopcrm.core.language import translate as _
from shopcrm.core.merging import whose
from shopcrm.core.schema.preferences import customer_tag
from shopcrm.core.schema.sales import sale
from shopcrm.core.tag_rules import TagRule
from shopcrm.core.where.parsing import parse
from shopcrm.core.where.tree import Clause, Node, clauses
from shopcrm.features.tags.reasons import Fact, facts_of
from shopcrm.features.tags.standing import Standing, rows_of

_HARDLY = 1e-9  # what a sum of halves may be off


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What a rule came to: how many have its tag by it, who is new and who has it no more, or why it was left alone."""

    tag: str
    count: int
    added: int
    taken_off: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What the sweep did."""

    as_of: date
    added: int
    taken_off: int
    items: tuple[RuleRow, ...]

    @property
    def needs_attention(self) -> bool:
        """Whether a rule could not be asked."""
        return any(row.problem for row in self.items)


def refresh(book: Book) -> Refreshed:
    """Gives every customer the tags that the rules in force give, with the figures that say why, as of today.

    What no rule gives any more is taken off; what is there by hand is left alone. A rule that cannot be asked, since a
    tier that it names is gone, leaves its tags as they are and is reported. Raises SettingRefused where a tag is given
    by itself.
    """
    rules = _in_order(book)
    gone = _take_off_without_rule(book, [rule.name for rule in rules])
    rows = [_refresh_rule(book, rule) for rule in rules]
    added, taken_off = sum(row.added for row in rows), gone + sum(row.taken_off for row in rows)
    if added or taken_off:
        book.tell(f"{added} tags put on and {taken_off} taken off by rules")
    return Refreshed(book.as_of, added, taken_off, tuple(sorted(rows, key=lambda row: row.tag)))


def _refresh_rule(book: Book, rule: TagRule) -> RuleRow:
    mine = [row for row in rows_of(book) if row.tag.casefold() == rule.name.casefold()]
    try:
        given = _given(book, rule)
    except ShopError as refusal:
        return RuleRow(rule.name, sum(row.rule is not None for row in mine), 0, 0, refusal.message)
    by_hand = {row.person_id for row in mine if row.rule is None and not _is_over(book, row)}
    wanted = {person: facts for person, facts in given.items() if person not in by_hand}
    standing = {row.customer_id: row for row in mine if row.rule is not None}
    right = {
        person
        for person, facts in wanted.items()
        if person in standing and standing[person].why == {"facts": facts} and standing[person].since_on == book.as_of
    }
    # A tag by hand that is over makes room: the rule says why it is on again.
    over = {row.id for row in mine if row.rule is None and _is_over(book, row) and row.customer_id in wanted}
    wrong = {row.id for customer_id, row in standing.items() if customer_id not in right}
    book.connection.execute(delete(customer_tag).where(among(customer_tag.c.id, wrong | over)))
    _write(book, rule, {person: facts for person, facts in wanted.items() if person not in right})
    before = {row.person_id for row in standing.values()}
    return RuleRow(rule.name, len(wanted), len(wanted.keys() - before), len(before - wanted.keys()), None)


def _write(book: Book, rule: TagRule, facts: Mapping[int, Sequence[Fact]]) -> None:
    rows = (
        (person, rule.name, rule.name, json.dumps({"facts": said}, ensure_ascii=False), book.as_of.isoformat())
        for person, said in sorted(facts.items())
    )
    book.insert_many(customer_tag, ("customer_id", "tag", "rule", "why", "since_on"), rows)


def _given(book: Book, rule: TagRule) -> dict[int, list[Fact]]:
    """Who has a rule's tag, with the figures behind it."""
    weighed = _weighed(book, rule) if rule.weigh else None
    if rule.where is None:
        return {person: [fact] for person, fact in (weighed or {}).items()}
    facts = facts_of(book, parse(rule.where))
    given = {person: facts.get(person, []) for person in audience.chosen(book, rule.where)}
    if weighed is None:
        return given
    return {person: [*own, weighed[person]] for person, own in given.items() if person in weighed}


def _weighed(book: Book, rule: TagRule) -> dict[int, Fact]:
    """Whose purchases weigh enough: one of today weighs 1, and half as much after every half-life."""
    clause = parse(rule.weigh or "")
    assert isinstance(clause, Clause)
    measure = measure_of(book, clause)
    assert measure is not None
    person = whose(book, measure.owner)
    wanted = select(person, sale.c.on).where(measure.owner.is_not(None), *measure.rows)
    days: defaultdict[int, list[date]] = defaultdict(list)
    for row in book.connection.execute(wanted.distinct().order_by(person, sale.c.on)):
        days[row[0]].append(row[1])
    of = ", ".join(value.text for value in clause.values) or "*"
    weighed = {}
    for who, own in days.items():
        weight = sum(0.5 ** ((book.as_of - day).days / rule.half_life_days) for day in own)
        if weight + _HARDLY >= float(rule.at_least):
            weighed[who] = {"of": of, "days": len(own), "last_on": own[-1].isoformat(), "weight": f"{weight:.2f}"}
    return weighed


def _in_order(book: Book) -> list[TagRule]:
    """The rules, those that others ask for first. Raises SettingRefused for a tag that is given by itself."""
    rules = {rule.name: rule for rule in book.settings.tags}
    sorter = TopologicalSorter({name: sorted(_needed(book, rule)) for name, rule in rules.items()})
    try:
        return [rules[name] for name in sorter.static_order()]
    except CycleError as failure:
        circle = list(reversed(failure.args[1]))
        expected = _("a tag cannot be given by itself: {circle}").format(circle=" → ".join(circle))
        raise SettingRefused(
            key=f"tags.{circle[0]}.where", value=rules[circle[0]].where or "", expected=expected
        ) from None


def _needed(book: Book, rule: TagRule) -> Iterator[str]:
    names = [each.name for each in book.settings.tags]
    if rule.where is None:
        return
    try:
        for clause in _tag_clauses(book, parse(rule.where), ()):
            typed = [value.text.casefold() for value in clause.values]
            for name in names:
                is_part = clause.relation == "~" and typed[0] in name.casefold()
                if not typed or is_part or name.casefold() in typed:
                    yield name
    except ShopError:  # said when the rule is asked
        return


def _tag_clauses(book: Book, node: Node, within: tuple[str, ...]) -> Iterator[Clause]:
    for clause in clauses(node):
        if clause.word == "audience":
            for text, path in saved.meant_texts(book, clause, within):
                yield from _tag_clauses(book, parse(text), path)
        elif clause.word == "tag":
            yield clause


def _take_off_without_rule(book: Book, names: Sequence[str]) -> int:
    orphans = [row.id for row in rows_of(book, customer_tag.c.rule.is_not(None)) if row.rule not in names]
    if orphans:
        book.connection.execute(delete(customer_tag).where(among(customer_tag.c.id, orphans)))
    return len(orphans)


def _is_over(book: Book, row: Standing) -> bool:
    return row.expires_on is not None and row.expires_on < book.as_of
