"""The gallery of refusals: for every error there is, what people see, provoked by a command line wherever one can.

SHOPCRM_WRITE_GOLDEN=1 writes tests/golden/errors.txt anew.
"""

import inspect
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, redirect_stderr
from pathlib import Path

import pytest

import shopcrm
from cli.desk import Desk, Ran, Stream, call
from cli.scenes import CONSTRUCTED, RAISED, SCENES
from cli.staging import typed
from golden.compare import check_golden
from shopcrm.cli import render
from shopcrm.cli.context import Options
from shopcrm.core import book as books
from shopcrm.core import errors
from shopcrm.core.errors import ShopError


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
        plain, refused = call(*typed(line)), call("--json", *typed(line))
    desk.book.unlink()  # as a file of its own: one process keeps a book open that is the same file
    desk.book.write_bytes(content)
    desk.book.chmod(0o600)
    (said,) = refused.envelope["errors"]
    assert (plain.code, refused.code, said["code"]) == (error.exit_code, error.exit_code, error.code), error
    return plain


def _raising(failure: BaseException) -> Callable[[object], None]:
    def broken(book: object) -> None:
        raise failure

    return broken


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
