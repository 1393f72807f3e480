"""How a ratio is measured: floor and program in turn, so that a busy machine slows both; the best of each counts."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """How much longer the program takes than its floor; no limit where the ratio is only worth knowing."""

    what: str
    floor: float
    ours: float
    limit: float | None

    @property
    def value(self) -> float:
        """Ours over the floor."""
        return self.ours / self.floor

    @property
    def is_over(self) -> bool:
        """Whether the promise is broken."""
        return self.limit is not None and self.value > self.limit


def compare(
    what: str,
    floor: Callable[[], object],
    ours: Callable[[], object],
    limit: float | None,
    rounds: int,
    before: Callable[[], object] = lambda: None,
) -> Ratio:
    """The best of `rounds` runs of each, run in turn; what is done before each round is not counted."""
    floors, times = [], []
    for _ in range(rounds):
        before()
        floors.append(_seconds(floor))
        times.append(_seconds(ours))
    return Ratio(what, min(floors), min(times), limit)


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
