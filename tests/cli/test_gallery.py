"""The gallery of refusals: for every error there is, what people see, provoked by a command line wherever one can.

SHOPCRM_WRITE_GOLDEN=1 writes tests/golden/errors.txt anew.
"""

import inspect
import shlex
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, redirect_stderr
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import shopcrm
from cli.counter_scenes import SCENES_AT_THE_COUNTER
from cli.desk import Desk, Ran, Stream, call
from golden.compare import check_golden
from shopcrm.cli import render
from shopcrm.cli.context import Options
from shopcrm.core import book as books
from shopcrm.core import errors, ledger
from shopcrm.core.errors import ShopError

SALES = "receipt,date,amount\nR-1,2026-01-05,10.00\nR-2,2026-01-06,20.00\n"

# --- what stands there before the command ------------------------------------------------------------------


def _file(name: str, content: str | bytes) -> Callable[[Desk], None]:
    def prepare(desk: Desk) -> None:
        (desk.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return prepare


def _sql(*statements: str) -> Callable[[Desk], None]:
    def prepare(desk: Desk) -> None:
        with closing(sqlite3.connect(desk.book)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return prepare


def _command(line: str) -> Callable[[Desk], None]:
    def prepare(desk: Desk) -> None:
        assert call(*_typed(line)).code == 0, line

    return prepare


def _two_layouts(desk: Desk) -> None:
    _file("till.csv", SALES)(desk)
    _file("list.csv", "name,phone\n赵敏,13500135000\n")(desk)


def _two_tabs(desk: Desk) -> None:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title in ("Orders", "Lines"):
        tab = workbook.create_sheet(title)
        for row in SALES.splitlines():
            tab.append(row.split(","))
    workbook.save(desk.folder / "till.xlsx")


def _pending_points(desk: Desk) -> None:
    with books.open_book(desk.book, write=True, as_of=date(2026, 6, 30), by="test") as book:
        posting = ledger.Posting(
            key="earn:later", customer_id=6, kind="earn", points=80, on=date(2026, 6, 30), rule="test", inputs={},
            settings_version_id=1, available_on=date(2026, 7, 7),
        )  # fmt: skip
        ledger.post(book, posting)


def _nothing(desk: Desk) -> None:
    pass


def _older(desk: Desk) -> None:
    _sql("UPDATE alembic_version SET version_num = '0001'")(desk)


def _older_beside_a_folder(desk: Desk) -> None:
    _older(desk)
    (desk.folder / "lan.db.0001.part").mkdir(exist_ok=True)  # where the backup would be written


BOOK = "--book lan.db --as-of 2026-06-30"
Scene = tuple[Callable[[Desk], None], str]

# --- one scene an error ------------------------------------------------------------------------------------

SCENES: Mapping[type[ShopError], Scene] = {
    errors.BookNotFound: (_nothing, "--book none.db book info"),
    errors.BookExists: (_nothing, "--book lan.db init --shop-name Lan"),
    errors.NotABook: (_file("list.db", "milk, eggs, more milk"), "--book list.db book info"),
    errors.BookNewer: (_sql("UPDATE alembic_version SET version_num = '9999'"), f"{BOOK} book info"),
    errors.BookOlder: (_older, f"{BOOK} --dry-run book info"),
    errors.BookNotUpgraded: (_older_beside_a_folder, f"{BOOK} book info"),
    errors.BookBusy: (_nothing, f"{BOOK} points accrue"),
    errors.BookUnsound: (_sql("DROP TRIGGER points_entry_no_update"), f"{BOOK} book check"),
    errors.BookReadOnly: (_file("file", ""), "--book file/shop.db init --shop-name Lan"),
    errors.BookElsewhere: (_nothing, "--book postgresql://lan:secret@localhost/shop book info"),
    errors.TimezoneUnknown: (_nothing, "--book new.db init --shop-name Lan --timezone Asia/Shangai"),
    errors.CurrencyUnknown: (_nothing, "--book new.db init --shop-name Lan --currency CYN"),
    errors.CountryUnknown: (_nothing, "--book new.db init --shop-name Lan --country China"),
    errors.SettingUnknown: (_nothing, f"{BOOK} settings set points.rat 2"),
    errors.SettingRefused: (_nothing, f"{BOOK} settings set points.rate much"),
    errors.SettingFixed: (_nothing, f"{BOOK} settings set shop.currency USD"),
    errors.DateUnreadable: (_nothing, "--book lan.db --as-of 31.3.2026 book info"),
    errors.SheetNotFound: (_nothing, f"{BOOK} import none.csv"),
    errors.SheetUnreadable: (_file("bad.xlsx", b"PK\x03\x04 no workbook"), f"{BOOK} import bad.xlsx"),
    errors.SheetEmpty: (_file("empty.csv", ""), f"{BOOK} import empty.csv"),
    errors.TabUnknown: (_two_tabs, f"{BOOK} import till.xlsx --sheet Order"),
    errors.TabsOverlap: (_two_tabs, f"{BOOK} import till.xlsx"),
    errors.HeaderNotFound: (
        _file("odd.csv", "No.;Day;Paid so far\n1;Monday;10\n2;Tuesday;20\n".replace(";", ",")),
        f"{BOOK} import odd.csv",
    ),
    errors.FieldMissing: (_file("few.csv", "receipt,date,cashier\nR-1,2026-01-05,Mei\n"), f"{BOOK} import few.csv"),
    errors.FieldUnknown: (_file("till.csv", SALES), f"{BOOK} import till.csv --map recipt=receipt"),
    errors.HeaderUnknown: (_file("till.csv", SALES), f"{BOOK} import till.csv --map net_amount=amont"),
    errors.ProfileUnknown: (_file("till.csv", SALES), f"{BOOK} import till.csv --profile online_retial"),
    errors.ProfileNotKnown: (_nothing, f"{BOOK} profiles show online_retial"),
    errors.ProfileShipped: (_nothing, f"{BOOK} profiles remove online_retail"),
    errors.BatchUnknown: (_nothing, f"{BOOK} imports show 99"),
    errors.BatchUndone: (_command(f"{BOOK} imports undo 2"), f"{BOOK} imports undo 2"),
    errors.BatchInUse: (_nothing, f"{BOOK} imports undo 1"),
    errors.ReviewUnknown: (_nothing, f"{BOOK} imports review 9 --keep"),
    errors.AnswerUnfit: (_nothing, f"{BOOK} imports review 1 --split"),
    errors.FolderMissing: (_nothing, f"{BOOK} imports watch none --once"),
    errors.DateOrderUnclear: (
        _file("till.csv", "receipt,date,amount\nR-1,03/04/2026,10.00\n"),
        f"{BOOK} import till.csv",
    ),
    errors.DecimalMarkUnclear: (
        _file("till.csv", "receipt,date,amount\nR-1,2026-01-05,1.234\nR-2,2026-01-05,12.500\n"),
        f"{BOOK} import till.csv",
    ),
    errors.TotalsDiffer: (_file("till.csv", SALES), f"{BOOK} import till.csv --expect-total 99.00"),
    errors.ProfileTaken: (_file("till.csv", SALES), f"{BOOK} import till.csv --save-profile generic_en"),
    errors.LayoutsDiffer: (_two_layouts, f"{BOOK} import till.csv list.csv --save-profile mine"),
    errors.ColumnUnreadable: (
        _file("till.csv", "receipt,date,amount\nR-1,2026-01-05,cash\nR-2,2026-01-05,card\n"),
        f"{BOOK} import till.csv",
    ),
    errors.EncodingWrong: (
        _file("till.csv", "单号,日期,金额\n1,2026-01-05,10\n"),
        f"{BOOK} import till.csv --encoding ascii",
    ),
    errors.CurrencyDiffers: (
        _file("till.csv", "receipt,date,amount,currency\nR-1,2026-01-05,10.00,USD\n"),
        f"{BOOK} import till.csv",
    ),
    errors.FolderUnwritable: (_nothing, f"{BOOK} exports customers --to missing/customers.xlsx"),
    errors.CustomerUnknown: (_nothing, f"{BOOK} points statement 赵钱孙"),
    errors.CustomerAmbiguous: (_command(f"{BOOK} customers add --name 王芳芳"), f"{BOOK} points statement 王"),
    errors.IdentityTaken: (_nothing, f"{BOOK} customers add --name 赵敏 --phone 13800138000"),
    errors.IdentityUnreadable: (_nothing, f"{BOOK} customers add --name 赵敏 --phone 138****8000"),
    errors.CustomerNameless: (_nothing, f"{BOOK} customers add"),
    errors.SaleUnknown: (_nothing, f"{BOOK} sales show R-99"),
    errors.SaleElsewhere: (_nothing, f"{BOOK} sales show R-1 --on 2026-06-01"),
    errors.SaleAmbiguous: (
        _command(f"{BOOK} sales add --receipt R-1 --amount 88 --store East"),
        f"{BOOK} sales withdraw R-1 --reason typed-twice",
    ),
    errors.SaleDiffers: (
        _command(f"{BOOK} sales add --receipt H-1 --amount 88 --customer 王芳 --time 14:05"),
        f"{BOOK} sales add --receipt H-1 --amount 880 --customer 王芳",
    ),
    errors.SaleWithdrawn: (
        _command(f"{BOOK} sales withdraw R-1 --reason typed-twice"),
        f"{BOOK} sales add --receipt H-1 --amount 10 --refund-of R-1",
    ),
    errors.RefundTooLarge: (_nothing, f"{BOOK} sales add --receipt H-1 --amount 3500 --refund-of R-1"),
    errors.RefundOfAnother: (
        _nothing,
        f"{BOOK} sales add --receipt H-1 --amount 10 --refund-of R-1 --customer 李娜",
    ),
    errors.SaleNotWritable: (_nothing, f"{BOOK} sales add --receipt H-1 --amount 5 --line Hat"),
    errors.AmountUnreadable: (_nothing, f"{BOOK} sales add --receipt H-1 --amount 1.005"),
    errors.InsufficientPoints: (_nothing, f"{BOOK} points redeem 王芳 --points 9999 --receipt R-7"),
    errors.PendingPoints: (_pending_points, f"{BOOK} points redeem Zoë --points 50 --receipt R-7"),
    errors.PointsNotPositive: (_nothing, f"{BOOK} points redeem 王芳 --points 0 --receipt R-7"),
    errors.BelowMinimum: (
        _command(f"{BOOK} settings set points.minimum 100"),
        f"{BOOK} points redeem 王芳 --points 50 --receipt R-7",
    ),
    errors.NotAStep: (
        _command(f"{BOOK} settings set points.step 100"),
        f"{BOOK} points redeem 王芳 --points 250 --receipt R-7",
    ),
    errors.KeyReused: (_nothing, f"{BOOK} points redeem 王芳 --points 50 --receipt R-100"),
    errors.EntryBeforeLast: (_nothing, "--book lan.db --as-of 2026-06-01 points redeem 王芳 --points 50 --receipt R-7"),
    **SCENES_AT_THE_COUNTER,
    errors.NotRefreshed: (_nothing, "--book lan.db --as-of 2020-01-01 segments list"),
    errors.NothingToLearnFrom: (_nothing, "--book lan.db --as-of 2020-01-01 winback build"),
    errors.NeedsYes: (_nothing, "demo --into old"),
    errors.UsageWrong: (_nothing, f"{BOOK} points redeem 王芳 --points 50"),
    errors.Interrupted: (_nothing, f"{BOOK} book info"),
    errors.Defect: (_nothing, f"{BOOK} book info"),
}
# No command line leads to these.
CONSTRUCTED: Mapping[type[ShopError], ShopError] = {
    errors.InsufficientBalance: errors.InsufficientBalance(
        customer="C-0001", held="20.00", currency="CNY", purse="principal", needed="25.00"
    ),
    errors.WalletKeyReused: errors.WalletKeyReused(
        key="pay:main:2026-06-30:R-7", on=date(2026, 6, 30), principal="-20.00", bonus="0.00", currency="CNY",
        customer="C-0001",
    ),
    errors.WalletEntryBeforeLast: errors.WalletEntryBeforeLast(
        customer="C-0001", last_on=date(2026, 6, 30), on=date(2026, 6, 1)
    ),
}  # fmt: skip
RAISED: Mapping[type[ShopError], BaseException] = {
    errors.Interrupted: KeyboardInterrupt(),
    errors.Defect: ZeroDivisionError("division by zero"),
}


def every_error(base: type[ShopError] = ShopError) -> Iterator[type[ShopError]]:
    """All errors there are, by room and in the order in which they stand there."""
    for error in base.__subclasses__():
        assert getattr(errors, error.__name__) is error, "every error can be imported from the one place"
        yield error
        yield from every_error(error)


def test_every_error_has_a_scene() -> None:
    assert set(SCENES) | set(CONSTRUCTED) == set(every_error())


def test_the_gallery_shows_what_people_see(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(desk.folder / "home"))
    monkeypatch.setitem(inspect.unwrap(books.open_book).__kwdefaults__, "busy_seconds", 0.02)
    pictures = [_picture(desk, error) for error in every_error()]

    check_golden("errors.txt", "\n".join(pictures).replace(str(desk.folder), "FOLDER"))


def _picture(desk: Desk, error: type[ShopError]) -> str:
    if error in CONSTRUCTED:
        with redirect_stderr(err := Stream("utf-8", is_terminal=False)):
            code = render.refuse(Options(), CONSTRUCTED[error])
        return f"{error.__name__} ({error.code}, exit {code}), which no command line leads to\n{err.text()}"
    prepare, line = SCENES[error]
    ran = _provoke(desk, error, prepare, line)
    assert ran.out == "", error
    return f"{error.__name__} ({error.code}, exit {ran.code})\n$ shopcrm {line}\n{ran.err}"


def _provoke(desk: Desk, error: type[ShopError], prepare: Callable[[Desk], None], line: str) -> Ran:
    """Runs the scene on the book as it was, and puts the book back."""
    content = desk.book.read_bytes()
    prepare(desk)
    with ExitStack() as stack:
        if error is errors.BookBusy:
            holder = stack.enter_context(closing(sqlite3.connect(desk.book)))
            holder.execute("BEGIN IMMEDIATE")
        if error in RAISED:
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            patch.setattr("shopcrm.features.book.info", _raising(RAISED[error]))
        plain, refused = call(*_typed(line)), call("--json", *_typed(line))
    desk.book.write_bytes(content)
    (said,) = refused.envelope["errors"]
    assert (plain.code, refused.code, said["code"]) == (error.exit_code, error.exit_code, error.code), error
    return plain


def _raising(failure: BaseException) -> Callable[[object], None]:
    def broken(book: object) -> None:
        raise failure

    return broken


def _typed(line: str) -> list[str]:
    return line.split()


def test_codes_are_stable_words_and_only_kinds_of_the_same_share_one() -> None:
    codes: dict[str, list[type[ShopError]]] = {}
    for error in every_error():
        assert error.code == error.code.lower().replace(" ", "_").replace("-", "_")
        codes.setdefault(error.code, []).append(error)

    shared = [errors_of_one for errors_of_one in codes.values() if len(errors_of_one) > 1]
    assert all(issubclass(each, of[0]) for of in shared for each in of)
    assert {of[0] for of in shared} >= {errors.InsufficientPoints, errors.ProfileUnknown}


@pytest.mark.parametrize("error", [error for error in SCENES if error is not errors.Interrupted])
def test_every_refusal_says_what_to_type_next(error: type[ShopError]) -> None:
    assert error.hint
    assert error.__doc__


def test_every_error_is_raised_somewhere() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(shopcrm.__file__).parent.rglob("*.py"))

    assert [
        error.__name__ for error in every_error() if f"{error.__name__}(" not in source.replace("class ", "class")
    ] == []


def test_a_hint_with_a_path_can_be_pasted_where_the_path_has_a_space(desk: Desk) -> None:
    ran = call("--book", "my shop.db", "book", "info")

    hint = ran.err.splitlines()[1].removeprefix("Try:   shopcrm ")
    assert shlex.split(hint)[:2] == ["--book", "my shop.db"]
