"""Every tag, how many have it, and who has one."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func

from shopcrm.core import audience
from shopcrm.core.audience import Listed, by_ids
from shopcrm.core.book import Book
from shopcrm.core.errors import ShopError
from shopcrm.core.language import Counted
from shopcrm.core.language import translate as _
from shopcrm.core.schema.preferences import customer_tag
from shopcrm.core.tag_rules import TagRule
from shopcrm.features.tags.reasons import reason_of
from shopcrm.features.tags.standing import holding, spelled


@dataclass(frozen=True, slots=True)
class TagCount:
    """One tag: how many customers have it, how many of them by hand or by a sheet, and the rule, where there is one."""

    tag: str
    count: int
    by_hand: int
    by_rule: int
    rule: str | None


@dataclass(frozen=True, slots=True)
class TagList:
    """Every tag that somebody has, or that a rule gives."""

    items: tuple[TagCount, ...]


@dataclass(frozen=True, slots=True)
class TaggedCustomer(Listed):
    """One customer with the tag: who or what says so, since when, until when, and why."""

    source: str
    since_on: date | None
    expires_on: date | None
    by: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class TagShown:
    """Who has a tag on the business date, by code, and the rule that gives it."""

    tag: str
    rule: str | None
    items: tuple[TaggedCustomer, ...]


def list_all(book: Book) -> TagList:
    """Every tag, with how many have it on the business date."""
    rules = {rule.name: rule for rule in book.settings.tags}
    persons: dict[str, dict[int, str]] = {name: {} for name in rules}
    for row in holding(book):
        persons.setdefault(row.tag, {})[row.person_id] = "rule" if row.rule else "hand"
    items = []
    for name in sorted(persons):
        by = Counter(persons[name].values())
        rule = rule_sentence(book, rules[name]) if name in rules else None
        items.append(TagCount(name, len(persons[name]), by["hand"], by["rule"], rule))
    return TagList(tuple(items))


def show(book: Book, name: str) -> TagShown:
    """Who has a tag, and why. Raises TagUnknown with what there is."""
    tag = spelled(book, name)
    rows = {row.person_id: row for row in holding(book, func.lower(customer_tag.c.tag) == func.lower(tag))}
    found = by_ids(book, rows)
    items = [
        TaggedCustomer(
            found[person].customer, found[person].name, found[person].member_no, found[person].phone,
            row.source, row.since_on, row.expires_on, row.by, reason_of(book, row),
        )
        for person, row in sorted(rows.items())
    ]  # fmt: skip
    rule = next((rule for rule in book.settings.tags if rule.name.casefold() == tag.casefold()), None)
    return TagShown(tag, rule_sentence(book, rule) if rule else None, tuple(items))


def rule_sentence(book: Book, rule: TagRule) -> str:
    """What a rule asks for, or why it cannot be asked."""
    try:
        parts = [audience.explained(book, rule.where)] if rule.where else []
        if rule.weigh:
            weighed = _("{what}, which weighs at least {least}, half after {days:day|days}")
            parts.append(
                weighed.format(
                    what=audience.explained(book, rule.weigh),
                    least=f"{float(rule.at_least):g}",
                    days=Counted(rule.half_life_days),
                )
            )
    except ShopError as refusal:
        return refusal.message
    return _("; ").join(parts)
