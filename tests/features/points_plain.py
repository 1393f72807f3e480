"""What a customer's points come to, worked out anew each time from the bare list of what happened.

They are pending for 3 days, good for 20, and owed where a refund finds them spent.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

PENDING, LASTS = timedelta(3), timedelta(20)


@dataclass(eq=False)
class Event:
    """Points that came, from `starts` through `ends`; that were spent; that were taken, those of `own` first; or that
    went back to where the spending `own` had drawn them."""

    on: date
    points: int
    kind: str  # came, spent, taken, back
    own: object = None
    starts: date = date.min
    ends: date = date.max


@dataclass(eq=False)
class Lot:
    """What is left of points that came, and by what."""

    event: Event
    left: int


def replay(events: Iterable[Event]) -> tuple[list[Lot], int]:
    """The lots of one customer after all of it, and what is owed."""
    lots: list[Lot] = []
    owed, drawn, lapsed = 0, Counter[tuple[object, Lot]](), Counter[object]()
    for e in events:
        order = sorted(lots, key=lambda lot: (lot.event.ends, lot.event.on, lots.index(lot)))
        alive = [lot for lot in order if lot.event.ends >= e.on]
        if e.kind in ("came", "back"):
            owed, rest = owed - min(owed, e.points), e.points - min(owed, e.points)
            for lot in reversed(order):
                back = min(rest, drawn[e.own, lot]) if e.kind == "back" else 0
                lot.left, rest, drawn[e.own, lot] = lot.left + back, rest - back, drawn[e.own, lot] - back
            lots.append(Lot(e, rest))
            continue
        own = [lot for lot in order if e.own in (lot.event, lot.event.own) and e.kind == "taken"]
        ended = sum(lot.left for lot in own if lot not in alive) - lapsed[e.own]
        lapse = max(0, min(e.points, ended))
        lapsed[e.own] += lapse
        points, free = e.points - lapse, [lot for lot in alive if e.kind == "taken" or lot.event.starts <= e.on]
        for lot in sorted(free, key=lambda lot: (lot not in own, e.kind == "taken" and lot.event.on > e.on)):
            taken = min(lot.left, points)
            lot.left, points, drawn[e, lot] = lot.left - taken, points - taken, taken
        owed += points
    return lots, owed
