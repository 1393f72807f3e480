"""For every error of offers and coupons the command line that meets it."""

from collections.abc import Callable, Mapping

from cli.desk import Desk
from cli.staging import BOOK, Scene, add_file, nothing, run_line, run_sql
from shopcrm.core import errors
from shopcrm.core.errors import ShopError

COUPON = "V3J7J-N3JMP"  # a code that is always the same, since pictures are compared


def _coupon(terms: str, *commands: str, to: str = "王芳") -> Callable[[Desk], None]:
    """One coupon of the offer LETTER, and what became of it."""

    def prepare(desk: Desk) -> None:
        run_line(f"{BOOK} offers add LETTER {terms}")(desk)
        run_line(f"{BOOK} coupons issue LETTER {to}")(desk)
        run_sql("UPDATE coupon SET code = 'V3J7JN3JMP' WHERE id = (SELECT max(id) FROM coupon)")(desk)
        for command in commands:
            run_line(f"{BOOK} {command}")(desk)

    return prepare


def _dress_coupon(desk: Desk) -> None:
    _coupon("--kind percent --value 20 --categories 连衣裙")(desk)
    add_file("lines.csv", "SKU,类别,数量,金额\nH-1,帽子,1,88.00\n")(desk)


def _two_coupons(desk: Desk) -> None:
    _coupon("--kind amount --value 20")(desk)
    run_line(f"{BOOK} offers add TENTH --kind percent --value 10")(desk)
    run_line(f"{BOOK} coupons issue TENTH 王芳")(desk)
    run_sql("UPDATE coupon SET code = 'WS9FZTVCWJ' WHERE id = (SELECT max(id) FROM coupon)")(desk)


COUPON_SCENES: Mapping[type[ShopError], Scene] = {
    errors.OfferUnknown: (nothing, f"{BOOK} coupons issue LETTRE 王芳"),
    errors.OfferTaken: (
        _coupon("--kind amount --value 20"),
        f"{BOOK} offers add LETTER --kind amount --value 30",
    ),
    errors.OfferNotWritable: (nothing, f"{BOOK} offers add LETTER --kind percent --value 120"),
    errors.OfferRetired: (
        _coupon("--kind amount --value 20", "offers retire LETTER"),
        f"{BOOK} coupons issue LETTER 王芳",
    ),
    errors.OfferOver: (
        run_line(
            "--book lan.db --as-of 2026-05-01 offers add JUNE --kind amount --value 20 --from 2026-05-01"
            " --to 2026-05-31"
        ),
        f"{BOOK} coupons issue JUNE 王芳",
    ),
    errors.LimitReached: (
        _coupon("--kind amount --value 20 --limit 2"),
        f"{BOOK} coupons issue LETTER 王芳 李娜",
    ),
    errors.CustomerLimitReached: (
        _coupon("--kind amount --value 20 --per-customer 1"),
        f"{BOOK} coupons issue LETTER 王芳",
    ),
    errors.BudgetExhausted: (
        _coupon("--kind amount --value 20 --budget 30"),
        f"{BOOK} coupons issue LETTER 李娜",
    ),
    errors.NotForCustomer: (
        _coupon("--kind amount --value 20"),
        f"{BOOK} coupons redeem {COUPON} --receipt R-7 --total 88 --customer 李娜",
    ),
    errors.IssueKeyReused: (
        _coupon("--kind amount --value 20", "coupons issue LETTER 王芳 --key may"),
        f"{BOOK} coupons issue LETTER 李娜 --key may",
    ),
    errors.CouponUnknown: (_coupon("--kind amount --value 20"), f"{BOOK} coupons show V3J7J-N3JPM"),
    errors.CouponNotYet: (
        _coupon("--kind amount --value 20 --valid-days 30 --start-after 30"),
        f"{BOOK} coupons redeem {COUPON} --receipt R-7 --total 88",
    ),
    errors.CouponExpired: (
        _coupon("--kind amount --value 20 --valid-days 30"),
        f"--book lan.db --as-of 2026-07-31 coupons redeem {COUPON} --receipt R-7 --total 88",
    ),
    errors.CouponRedeemed: (
        _coupon("--kind amount --value 20", f"coupons redeem {COUPON} --receipt R-5 --total 88"),
        f"{BOOK} coupons redeem {COUPON} --receipt R-7 --total 88",
    ),
    errors.CouponVoid: (
        _coupon("--kind amount --value 20", f"coupons void {COUPON} --reason given-twice"),
        f"{BOOK} coupons redeem {COUPON} --receipt R-7 --total 88",
    ),
    errors.BelowMinSpend: (
        _coupon("--kind amount --value 20 --min-spend 200"),
        f"{BOOK} coupons redeem {COUPON} --receipt R-7 --total 188",
    ),
    errors.NothingCovered: (
        _dress_coupon,
        f"{BOOK} coupons redeem {COUPON} --receipt R-7 --lines lines.csv",
    ),
    errors.LinesNeeded: (
        _coupon("--kind percent --value 20 --categories 连衣裙"),
        f"{BOOK} coupons redeem {COUPON} --receipt R-7 --total 88",
    ),
    errors.NotInBirthdayMonth: (
        _coupon("--kind amount --value 20 --birthday-month"),
        f"{BOOK} coupons redeem {COUPON} --receipt R-7 --total 88",
    ),
    errors.NotCombinable: (_two_coupons, f"{BOOK} coupons redeem {COUPON} WS9FZ-TVCWJ --receipt R-7 --total 88"),
    errors.NothingToTakeOff: (
        _coupon("--kind amount --value 20"),
        f"{BOOK} coupons redeem {COUPON} --receipt R-7 --total 0",
    ),
    errors.NothingToOwe: (_coupon("--kind amount --value 20"), f"{BOOK} coupons handover {COUPON}"),
    errors.CouponNotChanged: (
        _coupon("--kind amount --value 20 --valid-days 30"),
        f"{BOOK} coupons extend {COUPON} --until 2026-07-01 --reason ill",
    ),
    errors.CouponKeyReused: (
        _coupon("--kind amount --value 20", f"coupons redeem {COUPON} --receipt R-7 --total 88"),
        f"{BOOK} coupons redeem {COUPON} --receipt R-7 --total 880",
    ),
    errors.NothingToPrint: (
        run_line(f"{BOOK} offers add LETTER --kind amount --value 20"),
        f"{BOOK} coupons print LETTER --to cards.html",
    ),
    errors.GroupUnknown: (
        _coupon("--kind amount --value 20"),
        f"{BOOK} coupons issue LETTER --tier glod",
    ),
    errors.PeriodUnreadable: (nothing, f"{BOOK} coupons list --expiring-within soon"),
}
