"""Values in portions that one statement can bind."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

PORTION = 900  # SQLite's oldest limit is 999

T = TypeVar("T")


def portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in their order, so many at a time."""
    for start in range(0, len(values), PORTION):
        yield values[start : start + PORTION]
