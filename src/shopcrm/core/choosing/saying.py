"""A tree as a sentence in the chosen language: what a text that chooses customers asks for."""

from shopcrm.core.book import Book
from shopcrm.core.choosing import saved
from shopcrm.core.choosing.values import first_day, last_day, month, numbers
from shopcrm.core.language import Counted, mark
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor
from shopcrm.core.where.parsing import parse
from shopcrm.core.where.tree import Both, Clause, Either, Node, Not, Within
from shopcrm.core.where.words import word_of

_SAID = {
    "=": mark("{what}: {value}"),
    "!=": mark("{what}: not {value}"),
    "~": mark("{what}: “{value}” in it"),
    "<": mark("{what}: under {value}"),
    "<=": mark("{what}: at most {value}"),
    ">": mark("{what}: over {value}"),
    ">=": mark("{what}: at least {value}"),
    "in": mark("{what}: one of {value}"),
    "not-in": mark("{what}: none of {value}"),
    "between": mark("{what}: from {low} to {high}"),
    "known": mark("{what}: known"),
    "unknown": mark("{what}: not known"),
}
_OF_NAMES = {"known": mark("{what}: any"), "unknown": mark("{what}: none")}
_OF_DATES = {
    "<": mark("{what}: before {value}"),
    "<=": mark("{what}: {value} or before"),
    ">": mark("{what}: after {value}"),
    ">=": mark("{what}: {value} or after"),
}
_UNITS = {
    "days": mark("{number:day|days}"),
    "weeks": mark("{number:week|weeks}"),
    "months": mark("{number:month|months}"),
}
_PARTS = {"": "", "category": mark("category"), "sku": mark("SKU"), "item": mark("item")}
_CHANNELS = {
    "sms": mark("text message"), "phone": mark("telephone"), "email": mark("e-mail"), "wechat": mark("WeChat"),
    "post": mark("letter"),
}  # fmt: skip


def sentence_of(book: Book, node: Node) -> str:
    """What is asked for, as of the business date; a saved audience is said with what it asks for."""
    return _said(book, node, ())


def _said(book: Book, node: Node, path: tuple[str, ...]) -> str:
    if isinstance(node, Both):
        return _("; ").join(_grouped(book, part, path) for part in node.parts)
    if isinstance(node, Either):
        return _(" or ").join(_grouped(book, part, path) for part in node.parts)
    if isinstance(node, Not):
        return _("not so: {what}").format(what=_bracketed(book, node.part, path))
    if node.word == "audience" and node.relation in ("=", "in") and len(node.values) == 1:
        ((text, longer),) = saved.meant_texts(book, node, path)
        what = _said(book, parse(text), longer)
        return _("audience {name} ({what})").format(name=longer[-1], what=what)
    return _clause(book, node)


def _grouped(book: Book, node: Node, path: tuple[str, ...]) -> str:
    return _bracketed(book, node, path) if isinstance(node, (Both, Either)) else _said(book, node, path)


def _bracketed(book: Book, node: Node, path: tuple[str, ...]) -> str:
    said = _said(book, node, path)
    return f"({said})" if isinstance(node, (Both, Either)) else said


def _clause(book: Book, clause: Clause) -> str:
    what = _(word_of(clause.word).meaning)
    if clause.word == "bought":
        what = " ".join(filter(None, (what, _(_PARTS[clause.about]))))
    elif clause.word == "prefers":
        what = _("preferred {field}").format(field=_(clause.about))
    elif clause.about == "service":
        what = _("{what}, about service").format(what=what)
    if clause.relation in ("last", "next") and clause.within:
        return _dated(book, clause, clause.within, what)
    if clause.relation == "month":
        return _("{what}: in month {number}").format(what=what, number=month(book, clause))
    if clause.within and clause.relation == "known":
        return _("{what}: anything in the last {stretch}").format(what=what, stretch=_stretch(clause.within))
    if clause.within:
        what = _("{what} in the last {stretch}").format(what=what, stretch=_stretch(clause.within))
    return _compared(book, clause, what)


def _dated(book: Book, clause: Clause, within: Within, what: str) -> str:
    is_next = clause.relation == "next"
    low = book.as_of if is_next else first_day(book, within)
    high = last_day(book, within) if is_next else book.as_of
    return _(_SAID["between"]).format(what=what, low=low, high=high)


def _compared(book: Book, clause: Clause, what: str) -> str:
    values = [_value(book, clause, place) for place in range(len(clause.values))]
    kind = word_of(clause.word).kind
    named = _OF_NAMES if kind in ("name", "ladder", "bought") else {}
    templates = {**_SAID, **(_OF_DATES if kind == "date" else named)}
    facts = {"value": ", ".join(values), "low": values[0] if values else "", "high": values[-1] if values else ""}
    return _(templates[clause.relation]).format(what=what, **facts)


def _value(book: Book, clause: Clause, place: int) -> str:
    text = clause.values[place].text
    kind = word_of(clause.word).kind
    if kind == "money":
        return f"{format_minor(numbers(book, clause)[place], book.exponent)} {book.currency}"
    if clause.word == "consent":
        return _(_CHANNELS[text])
    is_named = kind in ("name", "ladder", "choice") and clause.word not in ("tag", "audience", "coupon", "store")
    return _(text) if is_named else text


def _stretch(within: Within) -> str:
    return _(_UNITS[within.unit]).format(number=Counted(within.number))
