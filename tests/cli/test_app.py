"""The root of the command line: what is said at the very beginning, and how a command is found."""

import pytest

from cli.desk import Desk, call


@pytest.mark.parametrize(
    ("typed", "meant"), [("point", "points"), ("custmers", "customers"), ("bok", "book"), ("setings", "settings")]
)
def test_a_mistyped_command_is_answered_with_the_nearest(typed: str, meant: str) -> None:
    ran = call(typed, "list")

    assert ran.code == 2
    assert f"“{typed}”" in ran.err or f"'{typed}'" in ran.err
    assert meant in ran.err


def test_a_usage_error_points_at_the_help_of_its_own_command(desk: Desk) -> None:
    assert desk.run("points", "redeem", "王芳").err.splitlines()[-1] == "Try:   shopcrm points redeem --help"
    assert desk.run("points", "nonsense").err.splitlines()[-1] == "Try:   shopcrm points --help"
    assert desk.run("nonsense").err.splitlines()[-1] == "Try:   shopcrm --help"


@pytest.mark.parametrize("options", [("--lang", "zh-CN"), ("--lang=zh-CN",), ()])
def test_every_language_there_is_may_be_asked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    if not options:
        monkeypatch.setenv("SHOPCRM_LANG", "zh-CN")

    assert desk.run(*options, "book", "check").code == 0


def test_an_unknown_language_is_refused_with_those_there_are(desk: Desk) -> None:
    ran = desk.run("--lang", "fr", "book", "check")

    assert ran.code == 2
    assert "en, zh-CN" in ran.err


def test_the_book_named_in_the_environment_is_used(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPCRM_BOOK", str(desk.book))

    assert call("--json", "book", "info").data["customers"] == 6
    assert call("--book", "none.db", "book", "info").code == 1


def test_without_a_name_the_book_is_the_one_of_this_folder_and_else_the_owners(desk: Desk) -> None:
    assert "data" in call("book", "info").err
    desk.book.rename("shop.db")

    assert call("--json", "book", "info").data["book"] == "shop.db"


def test_a_place_in_the_home_folder_may_be_written_with_a_tilde(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(desk.folder))
    monkeypatch.setenv("USERPROFILE", str(desk.folder))

    assert call("--json", "--book", "~/lan.db", "book", "info").data["customers"] == 6


@pytest.mark.parametrize("by", ["--by=Mei", None])
def test_who_is_at_the_counter_is_kept_with_entries_and_audit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, by: str | None
) -> None:
    if by is None:
        monkeypatch.setenv("SHOPCRM_BY", "Mei")

    desk.run(*([by] if by else []), "points", "adjust", "王芳", "--points", "5", "--reason", "waited")

    assert desk.shop.rows('SELECT "by" FROM points_entry ORDER BY id DESC LIMIT 1') == [("Mei",)]
    assert desk.shop.rows('SELECT "by", command FROM audit ORDER BY id DESC LIMIT 1') == [("Mei", "points adjust")]


def test_without_a_name_it_is_the_user_of_this_computer(desk: Desk) -> None:
    desk.run("points", "adjust", "王芳", "--points", "5", "--reason", "waited")

    assert desk.shop.rows('SELECT "by" FROM audit ORDER BY id DESC LIMIT 1') == [("lan",)]


def test_as_of_is_the_business_date_of_everything_that_is_written(desk: Desk) -> None:
    desk.run("--as-of", "2026-07-15", "points", "adjust", "王芳", "--points", "5", "--reason", "waited")

    assert desk.shop.rows('SELECT "on" FROM points_entry ORDER BY id DESC LIMIT 1') == [("2026-07-15",)]
    assert desk.shop.rows("SELECT as_of FROM audit ORDER BY id DESC LIMIT 1") == [("2026-07-15",)]
