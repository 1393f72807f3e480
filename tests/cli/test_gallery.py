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


BOOK = "--book lan.db --as-of 2026-06-30"
Scene = tuple[Callable[[Desk], None], str]

# --- one scene an error ------------------------------------------------------------------------------------

SCENES: Mapping[type[ShopError], Scene] = {
    errors.BookNotFound: (_nothing, "--book none.db book info"),
    errors.BookExists: (_nothing, "--book lan.db init --shop-name Lan"),
    errors.NotABook: (_file("list.db", "milk, eggs, more milk"), "--book list.db book info"),
    errors.BookNewer: (_sql("UPDATE alembic_version SET version_num = '9999'"), f"{BOOK} book info"),
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
    errors.DateOrderUnclear: (
        _file("till.csv", "receipt,date,amount\nR-1,03/04/2026,10.00\n"),
        f"{BOOK} import till.csv",
    ),
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
    errors.NotRefreshed: (_nothing, "--book lan.db --as-of 2020-01-01 segments list"),
    errors.NothingToLearnFrom: (_nothing, "--book lan.db --as-of 2020-01-01 winback build"),
    errors.NeedsYes: (_nothing, "demo --into old"),
    errors.UsageWrong: (_nothing, f"{BOOK} points redeem 王芳 --points 50"),
    errors.Interrupted: (_nothing, f"{BOOK} book info"),
    errors.Defect: (_nothing, f"{BOOK} book info"),
}
# No command line leads to these: every amount a person types is a setting, whose own refusal answers.
CONSTRUCTED: Mapping[type[ShopError], ShopError] = {
    errors.AmountUnreadable: errors.AmountUnreadable(text="1.005", decimals=2),
}
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
    assert shared == [[errors.InsufficientPoints, errors.PendingPoints]]


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
