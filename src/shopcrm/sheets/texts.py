"""Text cells: what is padding, what says "nothing", and numbers that must stay text."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar
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


def spread(cells: Sequence[str], read: Callable[[str], Value]) -> list[Value]:
    """`read` of every cell, called once for each different cell."""
    known = {cell: read(cell) for cell in set(cells)}
    return list(map(known.__getitem__, cells))


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
    together = "".join(cells)
    if together.isascii() and together.isalnum() and "" not in cells:
        lowered = "\n".join(cells).lower().join("\n\n")
        if not any(f"\n{word}\n" in lowered for word in NULL_WORDS):
            return list(cells)
    return spread(cells, clean_number)


def unwrap(cell: str) -> str:
    """The cell without white space around it and without what spreadsheets wrap around digits to protect them."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1].strip()
    return text[1:].strip() if text.startswith("'") else text
