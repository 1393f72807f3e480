"""Measures every promise of speed against its floor and prints the ratios; exits 1 where one is broken.

`python -m benchmarks imports` measures one room alone.
"""

import sys
from collections.abc import Mapping
from tempfile import TemporaryDirectory
from types import ModuleType

from benchmarks import bulk, choosing, coupons, imports, people, points, startup
from benchmarks.measuring import Ratio

ROOMS: Mapping[str, ModuleType] = {
    "startup": startup,
    "bulk": bulk,
    "imports": imports,
    "points": points,
    "coupons": coupons,
    "people": people,
    "choosing": choosing,
}


def main() -> int:
    """Runs every measurement, prints one line each, and answers 1 where a ratio is over its limit."""
    with TemporaryDirectory(prefix="shopcrm-bench-") as folder:
        ratios = [ratio for name in sys.argv[1:] or ROOMS for ratio in ROOMS[name].measure(folder)]
    print(f"{'what':58} {'floor s':>8} {'ours s':>8} {'ratio':>6} {'limit':>6}")
    for ratio in ratios:
        print(_line(ratio))
    return int(any(ratio.is_over for ratio in ratios))


def _line(ratio: Ratio) -> str:
    verdict = "OVER" if ratio.is_over else ""
    limit = "" if ratio.limit is None else f"{ratio.limit:6.2f}"
    return f"{ratio.what:58} {ratio.floor:8.3f} {ratio.ours:8.3f} {ratio.value:6.2f} {limit:>6} {verdict}"


if __name__ == "__main__":
    sys.exit(main())
