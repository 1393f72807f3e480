"""What every refusal has: a stable code, an exit code, one sentence, and a command to type next.

The sentences are templates over the keyword arguments an error is raised with; the same arguments go into the
JSON envelope, so that a program needs to parse no sentence.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from shlex import quote
from typing import Any, ClassVar

from shopcrm.core.language import Counted, translate

_COUNTS = frozenset({"count", "decimals", "given", "had", "limit", "number", "sales"})

REFUSED, USAGE, ATTENTION, UNSOUND, BUSY, INTERRUPTED = 1, 2, 3, 4, 75, 130


class ShopError(Exception):
    """The base of every refusal; never raised itself."""

    code: ClassVar[str]
    sentence: ClassVar[str]
    hint: ClassVar[str] = ""
    exit_code: ClassVar[int] = REFUSED
    masked: ClassVar[Mapping[str, Callable[[str], str]]] = {}  # details that quote what was typed, and may name someone

    running: str = "COMMAND"  # the command that was refused, for hints that name it

    def __init__(self, **details: Any) -> None:
        self.details = details | {n: mask(details[n]) for n, mask in self.masked.items() if n in details}
        super().__init__(details)

    @property
    def message(self) -> str:
        """The sentence, in the chosen language."""
        return translate(self.sentence).format(**{name: _said(name, value) for name, value in self.details.items()})

    @property
    def next_step(self) -> str:
        """The command to type next; empty where there is none."""
        # A hint is there to be pasted: a path with a blank in it needs its quotes.
        typed = {name: quote(str(value)) if isinstance(value, Path) else value for name, value in self.details.items()}
        return translate(self.hint).format(**{"running": self.running, **typed}) if self.hint else ""

    def __str__(self) -> str:
        return self.message


def _said(name: str, value: Any) -> Any:
    """A value within a sentence: numbers of points, and what counts things, as tables show them."""
    is_counting = name.endswith("points") or name in _COUNTS
    return Counted(value) if is_counting and isinstance(value, int) else value
