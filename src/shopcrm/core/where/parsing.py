"""A text that chooses customers, read into a tree: `or` binds least, then `and`, then `not`, then brackets."""

from collections.abc import Callable
from functools import lru_cache

from shopcrm.core.language import translate as _
from shopcrm.core.where.clauses import read_clause
from shopcrm.core.where.cursor import Cursor
from shopcrm.core.where.tree import Both, Either, Node, Not, clauses

_DEEPEST, _MOST = 40, 200  # brackets in brackets, and clauses: beyond them nobody understands what is asked


@lru_cache(maxsize=64)
def parse(text: str) -> Node:
    """The tree of a text. Raises WhereUnreadable with the place, WhereWordUnknown with the nearest word."""
    cursor = Cursor(text)
    if cursor.here.kind == "end":
        raise cursor.refusal(_("write whom to choose, such as tier = gold and recency_days > 60"))
    node = _either(cursor, 0)
    if cursor.here.kind != "end":
        problem = _("the bracket was not opened") if cursor.here.kind == ")" else _("write and, or, or nothing more")
        raise cursor.refusal(problem)
    if sum(1 for _clause in clauses(node)) > _MOST:
        raise cursor.refusal(_("that is more than can be asked at once; save parts of it as audiences"))
    return node


def _either(cursor: Cursor, depth: int) -> Node:
    parts = _joined(cursor, depth, _both, "or")
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def _both(cursor: Cursor, depth: int) -> Node:
    parts = _joined(cursor, depth, _not, "and")
    return parts[0] if len(parts) == 1 else Both(tuple(parts))


def _joined(cursor: Cursor, depth: int, read: Callable[[Cursor, int], Node], word: str) -> list[Node]:
    parts = [read(cursor, depth)]
    while cursor.skip(word):
        parts.append(read(cursor, depth))
    return parts


def _not(cursor: Cursor, depth: int) -> Node:
    if depth > _DEEPEST:
        raise cursor.refusal(_("that is more than can be asked at once; save parts of it as audiences"))
    if cursor.skip("not"):
        return Not(_not(cursor, depth + 1))
    if cursor.here.kind != "(":
        return read_clause(cursor)
    cursor.take()
    node = _either(cursor, depth + 1)
    cursor.expect(")", _("the bracket is not closed"))
    return node
