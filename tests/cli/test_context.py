"""Root options: the same before the command and behind it, and never mistaken for what a person types."""

import pytest

from cli.contract import LINES
from cli.desk import AS_OF, Desk, call, without_chance
from shopcrm.cli.context import Options, hoist
from shopcrm.core.errors import DateUnreadable


@pytest.mark.parametrize(
    ("typed", "hoisted"),
    [
        ("book info --json", "--json book info"),
        ("book --json info", "--json book info"),
        ("--json book info", "--json book info"),
        ("points statement C-1 --book x.db --quiet", "--book x.db --quiet points statement C-1"),
        ("book info --book=x.db --as-of=2026-01-01", "--book=x.db --as-of=2026-01-01 book info"),
        ("book info --lang zh-CN --by Mei", "--lang zh-CN --by Mei book info"),
        ("book info --dry-run --yes --no-color", "--dry-run --yes --no-color book info"),
        ("customers find -- --json", "customers find -- --json"),
        ("--quiet customers find -- --book x", "--quiet customers find -- --book x"),
        ("book info --book", "book info --book"),
        ("points adjust C-1 --points -5", "points adjust C-1 --points -5"),
        ("winback build --lapsed-by 2 --limit 3", "winback build --lapsed-by 2 --limit 3"),
        ("", ""),
    ],
)
def test_root_options_are_taken_to_the_front(typed: str, hoisted: str) -> None:
    assert hoist(typed.split()) == hoisted.split()


@pytest.mark.parametrize("name", LINES)
def test_root_options_mean_the_same_before_and_behind_a_command(desk: Desk, name: str) -> None:
    line = (*name.split(), *LINES[name].arguments)
    book = () if name == "init" else ("--book", str(desk.book))
    options = (*book, "--as-of", AS_OF, "--dry-run", "--json")

    before, behind = call(*options, *line), call(*line, *options)

    assert before.code == behind.code == 0, before.out + behind.out
    assert without_chance(before.data) == without_chance(behind.data)


def test_what_stands_behind_a_double_dash_is_text(desk: Desk) -> None:
    desk.run("customers", "add", "--name=--json")

    ran = desk.run("customers", "find", "--", "--json")

    assert ran.code == 0
    assert ran.out.splitlines()[1].split("\t")[1] == "--json"


@pytest.mark.parametrize("text", ["2026-02-30", "31.3.2026", "tomorrow", "2026-3", " ", "20260331"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(DateUnreadable):
        _fill(as_of=text)


@pytest.mark.parametrize("text", ["2026-03-31", "2026-3-1", " 2026-03-31 "])
def test_a_day_is_year_month_day(text: str) -> None:
    options = _fill(as_of=text)

    assert options.as_of is not None
    assert (options.as_of.year, options.as_of.month) == (2026, 3)


def _fill(as_of: str) -> Options:
    options = Options()
    options.fill(
        book=None, as_of=as_of, by=None, dry_run=False, yes=False, quiet=False, no_color=False, lang="en"
    )  # fmt: skip
    return options


@pytest.mark.parametrize(("currency", "exponent"), [(None, 2), ("CNY", 2), ("JPY", 0), ("KWD", 3)])
def test_the_decimals_are_those_of_the_books_currency(currency: str | None, exponent: int) -> None:
    assert Options(currency=currency).exponent == exponent
