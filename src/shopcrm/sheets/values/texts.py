"""Text cells: what is padding, what says "nothing", and numbers that must stay text."""

import re
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from unicodedata import normalize

Value = TypeVar("Value")

NULL_WORDS = frozenset(
    {"", "-", "--", "---", "—", "——", "－", "/", "n/a", "#n/a", "none", "nan", "null", "nil", "无", "未指定"}
)
WALK_IN_WORDS = frozenset(
    {"散客", "佚名", "匿名", "零售客户", "普通顾客", "非会员", "walk-in", "walk in", "walkin", "walk-in customer",
     "guest", "anonymous", "0", "0.0"}
)  # fmt: skip

LOST_DIGITS = re.compile(r"\d(?:\.\d+)?[eE]\+\d{1,3}")
_WHOLE_FLOAT = re.compile(r"(-?\d+)\.0+")


class Memo(dict[str, Value], Generic[Value]):
    """`read` of a cell, called once for each different cell."""

    def __init__(self, read: Callable[[str], Value]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> Value:
        value = self[cell] = self._read(cell)
        return value


def spread(cells: Sequence[str], read: Callable[[str], Value]) -> list[Value]:
    """`read` of every cell of a column, in one pass."""
    return list(map(Memo(read).__getitem__, cells))


def clean_text(cell: str) -> str | None:
    """The cell without padding and guards (`="…"`, a leading apostrophe); None where it says nothing."""
    text = unwrap(cell)
    return None if text.lower() in NULL_WORDS else text


def clean_number(cell: str) -> str | None:
    """An id, phone or receipt number: full width made half, `17850.0` made `17850`, zeros in front kept."""
    text = cell if cell.isalnum() and cell.isascii() else normalize("NFKC", unwrap(cell)).strip()
    if text.lower() in NULL_WORDS:
        return None
    whole = _WHOLE_FLOAT.fullmatch(text) if "." in text else None
    return whole[1] if whole else text


def clean_numbers(cells: Sequence[str]) -> list[str | None]:
    """`clean_number` of a column; a column of plain letters and digits is recognised as one piece of text."""
    together = "\n".join(["", *cells, ""])
    letters = together.replace("\n", "")
    if letters.isascii() and letters.isalnum() and len(together) == len(letters) + len(cells) + 1:
        lowered = together.lower()
        if not any(f"\n{word}\n" in lowered for word in NULL_WORDS):
            return [*cells]
    return spread(cells, clean_number)


def is_blank(cell: str) -> bool:
    """Whether a cell says nothing."""
    return unwrap(cell).lower() in NULL_WORDS


def unwrap(cell: str) -> str:
    """The cell without white space around it and without what spreadsheets wrap around digits to protect them."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1].strip()
    return text[1:].strip() if text.startswith("'") else text
