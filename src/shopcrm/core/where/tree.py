"""What a text that chooses customers says, as a tree; and the tree as such a text again."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it was typed, and the place of its first character, counted from 1."""

    text: str
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """A stretch of so many days, weeks or months up to the business date, or from it on."""

    number: int
    unit: str  # days, weeks, months


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that must hold: a word, how it is related, and to what.

    `about` narrows the word: the field of a preference, the purpose of a consent, what of a line is looked at.
    `within` is the stretch of days of `last` and `next`, and the days that are looked at, where not all of them are.
    """

    word: str
    relation: str  # =, !=, <, <=, >, >=, ~, in, not-in, between, known, unknown, last, next, month
    values: tuple[Value, ...] = ()
    about: str = ""
    within: Within | None = None
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts hold."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts holds, or several."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


Node = Clause | Both | Either | Not


def clauses(node: Node) -> Iterator[Clause]:
    """Every clause, in the order in which they were typed."""
    if isinstance(node, Clause):
        yield node
    elif isinstance(node, Not):
        yield from clauses(node.part)
    else:
        for part in node.parts:
            yield from clauses(part)


def text_of(node: Node) -> str:
    """A text that is read as this very tree."""
    if isinstance(node, Clause):
        return _clause(node)
    if isinstance(node, Not):
        return f"not {_grouped(node.part)}"
    joined = " and " if isinstance(node, Both) else " or "
    return joined.join(_grouped(part) for part in node.parts)


def quoted(text: str) -> str:
    """A value in quotes, so that it is read as nothing else."""
    return '"' + text.replace('"', '""') + '"'


def _grouped(node: Node) -> str:
    text = text_of(node)
    return text if isinstance(node, Clause) else f"({text})"


def _clause(clause: Clause) -> str:
    about = quoted(clause.about) if clause.word == "prefers" else clause.about
    parts = [clause.word, *([about] if about else [])]
    related = _related(clause)
    if clause.within is None or clause.relation in ("last", "next"):
        return " ".join([*parts, *related])
    # What was bought is said before when, a sum after its days.
    stretch = [_stretch("last", clause.within)]
    return " ".join([*parts, *related, *stretch] if clause.word == "bought" else [*parts, *stretch, *related])


def _related(clause: Clause) -> list[str]:
    relation, values = clause.relation, [quoted(value.text) for value in clause.values]
    if clause.within and relation in ("last", "next"):
        return [_stretch(relation, clause.within)]
    if relation in ("known", "unknown"):
        is_plain = relation == "known" and clause.word == "bought" and clause.within
        return [] if is_plain else ["is known" if relation == "known" else "is not known"]
    if relation in ("in", "not-in"):
        return [f"{relation.replace('-', ' ')} ({', '.join(values)})"]
    if relation == "between":
        return [f"between {values[0]} and {values[1]}"]
    return ["in month", *values] if relation == "month" else [relation, *values]


def _stretch(side: str, within: Within) -> str:
    return f"in {side} {within.number} {within.unit}"
