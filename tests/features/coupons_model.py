"""How coupons should stand, in plain dicts and day numbers: written from the rules alone, swept or not.

TEN takes ten off and is good for a week from the day after its issue, FIFTH a fifth but no more than thirty, CAKE is
handed over and TAG takes five off for ever. What comes back with its whole receipt lasts three days from then.
"""

from typing import Any

GRACE = 3
OFFERS: dict[str, dict[str, Any]] = {
    "TEN": {"after": 1, "lasts": 6, "off": 1_000},
    "FIFTH": {"after": 0, "lasts": 4, "off": 0},
    "CAKE": {"after": 0, "lasts": 9, "off": 0},
    "TAG": {"after": 0, "lasts": None, "off": 500},
}
RANKS = {"FIFTH": 0, "TEN": 1, "TAG": 2, "CAKE": 3}  # percents before amounts, the larger before the smaller


class Model:
    """Every coupon as a dict; `end` is its last good day, None for never."""

    def __init__(self) -> None:
        self.coupons: dict[str, dict[str, Any]] = {}
        self.sold: dict[str, dict[str, Any]] = {}  # receipt → what it came to, and what came back on which day

    def issue(self, code: str, offer: str, day: int) -> None:
        first = day + OFFERS[offer]["after"]
        end = None if OFFERS[offer]["lasts"] is None else first + OFFERS[offer]["lasts"]
        self.coupons[code] = {"offer": offer, "first": first, "end": end, "status": "issued", "given": 0, "on": None}
        self.coupons[code]["handed"] = False

    def status(self, code: str, day: int) -> str:
        own = self.coupons[code]
        is_over = own["status"] == "issued" and own["end"] is not None and own["end"] < day
        return "expired" if is_over else own["status"]

    def is_good(self, code: str, day: int) -> bool:
        return self.status(code, day) == "issued" and self.coupons[code]["first"] <= day

    def owed(self, code: str) -> bool:
        own = self.coupons[code]
        return own["offer"] == "CAKE" and own["status"] == "redeemed" and not own["handed"]

    def discounts(self, codes: list[str], total: int) -> dict[str, int]:
        taken: dict[str, int] = {}
        for code in sorted(codes, key=lambda code: RANKS[self.coupons[code]["offer"]]):
            own, left = self.coupons[code], total - sum(taken.values())
            fifth = min(left // 5, 3_000) if own["offer"] == "FIFTH" else 0
            taken[code] = min(left, OFFERS[own["offer"]]["off"]) + fifth
        return taken

    def helps(self, code: str, taken: dict[str, int]) -> bool:
        return self.coupons[code]["offer"] == "CAKE" or taken[code] > 0

    def give_back(self, code: str, day: int, end: int | None) -> None:
        own = self.coupons[code]
        own.update(end=end, given=0, on=None, handed=False)
        own["status"] = "expired" if end is not None and end < day else "issued"

    def settle(self) -> list[tuple[str, int]]:
        """Gives back what was redeemed on receipts that came back whole, and was not handed over; says which, when."""
        done = []
        for code, own in self.coupons.items():
            sold = self.sold.get(own["on"] or "", {"net": 1, "back": []})
            for day, _minor in sorted(sold["back"]):
                if sum(each[1] for each in sold["back"] if each[0] <= day) >= sold["net"] and not own["handed"]:
                    self.give_back(code, day, None if own["end"] is None else max(own["end"], day + GRACE))
                    done.append((code, day))
                    break
        return done
