"""A till among others, as a program: BOOK NAME CODES. It says `ready`, waits for a line, and redeems every coupon."""

import gc
import random
import sys
from contextlib import suppress
from pathlib import Path

from shopcrm.core.book import open_book
from shopcrm.core.errors import CouponRedeemed
from shopcrm.features.coupons import checking, redeeming


def redeem_all(book: Path, name: str, codes: list[str]) -> None:
    """Each in a transaction of its own, in an order that is this till's; what another one redeemed is passed over."""
    random.Random(name).shuffle(codes)
    for number, code in enumerate(codes):
        with suppress(CouponRedeemed), open_book(book, write=True, by=name, command="bench") as opened:
            redeeming.redeem(opened, checking.Asked([code], "100", receipt=f"{name}-{number}"))


if __name__ == "__main__":
    place, till, listed = sys.argv[1:]
    gc.freeze()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    redeem_all(Path(place), till, Path(listed).read_text().split())
