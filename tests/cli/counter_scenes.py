"""Scenes for the gallery of refusals: points at the counter, and the rewards they are exchanged for."""

from collections.abc import Callable, Mapping
from datetime import date

from cli.desk import Desk, call
from shopcrm.core import book as books
from shopcrm.core import errors, ledger
from shopcrm.core.errors import ShopError

BOOK = "--book lan.db --as-of 2026-06-30"


def _command(line: str) -> Callable[[Desk], None]:
    def prepare(desk: Desk) -> None:
        assert call(*line.split()).code == 0, line

    return prepare


def _shared_twice(desk: Desk) -> None:
    for _ in range(2):
        _command(f"{BOOK} points grant 王芳 --for share")(desk)


def _expired_points(desk: Desk) -> None:
    with books.open_book(desk.book, write=True, as_of=date(2026, 6, 30), by="test") as book:
        come = ledger.Posting(
            key="earn:early", customer_id=6, kind="earn", points=80, on=date(2026, 1, 5), rule="test", inputs={},
            settings_version_id=1, expires_on=date(2026, 6, 14),
        )  # fmt: skip
        gone = come._replace(key="expire:early", kind="expire", points=-80, on=date(2026, 6, 15), expires_on=None)
        ledger.post_many(book, [come, gone])


def _nothing(desk: Desk) -> None:
    pass


SCENES_AT_THE_COUNTER: Mapping[type[ShopError], tuple[Callable[[Desk], None], str]] = {
    errors.AmountTooSmall: (
        _command(f"{BOOK} settings set points.step 100"),
        f"{BOOK} points redeem 王芳 --amount 9.99 --receipt R-7",
    ),
    errors.PointsWorthless: (
        _command(f"{BOOK} settings set points.value 100=0.00"),
        f"{BOOK} points redeem 王芳 --amount 9.99 --receipt R-7",
    ),
    errors.OverShare: (
        _command(f"{BOOK} settings set points.max_share 50%"),
        f"{BOOK} points redeem 王芳 --points 150 --receipt R-7 --total 25",
    ),
    errors.GrantUnknown: (_nothing, f"{BOOK} points grant 王芳 --for revue"),
    errors.GrantWithoutPoints: (_nothing, f"{BOOK} points grant 王芳 --for event"),
    errors.GrantUsedUp: (_shared_twice, f"{BOOK} points grant 王芳 --for share"),
    errors.GrantGivenOnce: (
        _command(f"{BOOK} points grant 王芳 --for questionnaire"),
        f"{BOOK} points grant 王芳 --for questionnaire --key K-1",
    ),
    errors.TransferToSelf: (_nothing, f"{BOOK} points transfer 王芳 8000 --points 50"),
    errors.EntryUnknown: (_nothing, f"{BOOK} points reverse 99 --reason typed-twice"),
    errors.NotReversible: (
        _command(f"{BOOK} points reverse 16 --reason typed-twice"),
        f"{BOOK} points reverse 19 --reason typed-twice",
    ),
    errors.AlreadyReversed: (
        _command(f"{BOOK} points reverse 16 --reason typed-twice"),
        f"{BOOK} points reverse 16 --reason wrong-customer",
    ),
    errors.PeriodBeforeLastExpiry: (
        _expired_points,
        "--book lan.db --as-of 2026-06-01 points adjust Zoë --points 5 --reason forgotten",
    ),
    errors.RewardUnknown: (_nothing, f"{BOOK} points exchange 王芳 JUG --receipt R-7"),
    errors.RewardRetired: (
        _command(f"{BOOK} rewards retire MUG"),
        f"{BOOK} points exchange 王芳 MUG --receipt R-7",
    ),
    errors.RewardTaken: (_nothing, f"{BOOK} rewards add MUG --name Mug --points 90"),
    errors.RewardNotWritable: (_nothing, f"{BOOK} rewards add JUG --name Jug --points 0"),
}
