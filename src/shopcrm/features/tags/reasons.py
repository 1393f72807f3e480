"""Why a customer has a tag: the figures that a rule looked at, kept with the tag, and as a sentence."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from shopcrm.core.book import Book
from shopcrm.core.choosing import saved
from shopcrm.core.choosing.conditions import measure_of
from shopcrm.core.choosing.persons import figures
from shopcrm.core.language import Counted
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor
from shopcrm.core.where.parsing import parse
from shopcrm.core.where.tree import Clause, Node, clauses
from shopcrm.features.tags.standing import Standing

Fact = dict[str, Any]  # what was looked at, and the figure: as JSON keeps it
_UNITS = ("days", "weeks", "months")


def facts_of(book: Book, node: Node) -> dict[int, list[Fact]]:
    """The figures that a rule looks at, of everyone who has any, by row key and in the order of the rule."""
    facts: dict[int, list[Fact]] = {}
    for clause in _asked(book, node, ()):
        measure = measure_of(book, clause)
        if measure is None:
            continue
        about = _about(clause)
        for person, (value, *more) in figures(book, measure).items():
            also = zip((name for name, _column in measure.also), more, strict=True)
            said = {measure.shown: value, **dict(also)}
            facts.setdefault(person, []).append({**about, **{name: _plain(each) for name, each in said.items()}})
    return facts


def reason_of(book: Book, row: Standing) -> str:
    """Why, in the chosen language: the figures as of the day they were looked at; who said so, for a tag by hand."""
    if row.rule is None:
        return _("from a sheet") if row.source == "sheet" else _("by hand")
    facts: list[Fact] = (row.why or {}).get("facts", [])
    said = [_said(book, fact) for fact in facts]
    return "; ".join(said) or _("by the rule of the settings")


def _asked(book: Book, node: Node, within: tuple[str, ...]) -> Iterator[Clause]:
    """The clauses of a rule, with those of the audiences that it names."""
    for clause in clauses(node):
        if clause.word == "audience" and clause.values:
            for text, path in saved.meant_texts(book, clause, within):
                yield from _asked(book, parse(text), path)
        else:
            yield clause


def _about(clause: Clause) -> Fact:
    """What of it was looked at: `of` what, and in the `last` how many days."""
    about: Fact = {}
    if clause.word == "bought" and clause.values:
        about["of"] = ", ".join(value.text for value in clause.values)
    if clause.within:
        about["last"] = f"{clause.within.number} {clause.within.unit}"
    return about


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _said(book: Book, fact: Mapping[str, Any]) -> str:
    sentence = _sentence(book, fact)
    if "last" not in fact:
        return sentence
    number, _space, unit = str(fact["last"]).partition(" ")
    stretches = (_("{number:day|days}"), _("{number:week|weeks}"), _("{number:month|months}"))
    stretch = stretches[_UNITS.index(unit)].format(number=Counted(int(number)))
    return _("{what} in the last {stretch}").format(what=sentence, stretch=stretch)


def _sentence(book: Book, fact: Mapping[str, Any]) -> str:
    if "weight" in fact:
        sentence = _("bought “{of}” on {days:day|days}, last on {on}, which weighs {weight}")
        return sentence.format(of=fact["of"], days=Counted(fact["days"]), on=fact["last_on"], weight=fact["weight"])
    if "days" in fact:
        what = _("bought “{of}”").format(of=fact["of"]) if "of" in fact else _("bought something")
        sentence = _("{what} on {days:day|days}, last on {on}")
        return sentence.format(what=what, days=Counted(fact["days"]), on=fact["last_on"])
    name, value = next((name, value) for name, value in fact.items() if name != "last")
    if name.endswith("_minor"):
        sentence = _("spent {amount} {currency}") if name == "monetary_minor" else _("{amount} {currency} stored")
        return sentence.format(amount=format_minor(value, book.exponent), currency=book.currency)
    if name == "frequency":
        return _("{days:day|days} with a sale").format(days=Counted(value))
    if name == "spendable_points":
        return _("{points:point|points} to spend").format(points=Counted(value))
    return (_("last sale on {on}") if name == "last_on" else _("first sale on {on}")).format(on=value)
