"""Every sentence passes through one catalog, and the language is known before anything is printed."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from shopcrm.core import language
from shopcrm.core.errors import BookNotFound

CATALOG = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"

msgid "There is no book at {path}."
msgstr "{path} 没有账本。"

msgid "{count} customer"
msgid_plural "{count} customers"
msgstr[0] "{count} 位顾客"
"""


@pytest.fixture
def chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalog of two messages, chosen for the length of a test."""
    catalog = read_po(StringIO(CATALOG), locale="zh_CN")
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "shopcrm.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(language, "CATALOGS", tmp_path)
    language.choose("zh-CN")
    yield
    language.choose("en")


@pytest.mark.usefixtures("chinese")
def test_a_known_message_is_said_in_the_chosen_language() -> None:
    assert BookNotFound(path="a.db").message == "a.db 没有账本。"
    assert language.translate_plural("{count} customer", "{count} customers", 3) == "3 位顾客"


@pytest.mark.usefixtures("chinese")
def test_a_message_without_translation_is_said_in_english() -> None:
    assert language.translate("Nobody has said this yet.") == "Nobody has said this yet."


@pytest.mark.usefixtures("chinese")
def test_an_empty_message_is_not_the_catalogs_own_header() -> None:
    assert language.translate("") == ""


@pytest.mark.usefixtures("chinese")
def test_english_can_be_chosen_again() -> None:
    language.choose("en")
    assert BookNotFound(path="a.db").message == "There is no book at a.db."


@pytest.mark.parametrize(("count", "said"), [(0, "0 customers"), (1, "1 customer"), (2, "2 customers")])
def test_a_count_takes_its_form(count: int, said: str) -> None:
    assert language.translate_plural("{count} customer", "{count} customers", count) == said


def test_a_marked_message_stays_as_it_is_until_it_is_said() -> None:
    assert language.mark("There is no book at {path}.") == "There is no book at {path}."


@pytest.mark.parametrize(
    ("arguments", "variable", "wanted"),
    [
        ([], None, "en"),
        ([], "zh-CN", "zh-CN"),
        (["--lang", "zh-CN", "init"], None, "zh-CN"),
        (["--lang=zh-CN"], None, "zh-CN"),
        (["--lang", "en"], "zh-CN", "en"),
        (["--lang=en"], "zh-CN", "en"),
        (["--lang"], "zh-CN", "zh-CN"),
        (["--lang", "fr"], "zh-CN", "en"),
        (["--lang=zh_CN"], None, "en"),
        ([], "", "en"),
        ([], "de", "en"),
        (["--language", "zh-CN"], None, "en"),
        (["--lang", "en", "--lang", "zh-CN"], None, "zh-CN"),
    ],
)
def test_the_language_is_read_off_the_command_line_before_help_is_built(
    arguments: list[str], variable: str | None, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOPCRM_LANG", raising=False)
    if variable is not None:
        monkeypatch.setenv("SHOPCRM_LANG", variable)
    assert language.asked_for(arguments) == wanted


@pytest.mark.parametrize("name", language.LANGUAGES)
def test_every_language_can_be_chosen_whether_or_not_it_is_translated(name: str) -> None:
    language.choose(name)
    try:
        assert language.translate("Nobody has said this yet.") == "Nobody has said this yet."
    finally:
        language.choose("en")


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 point is"), (-1, "-1 point is"), (0, "0 points are"), (1333, "1,333 points are")]
)
def test_a_number_brings_its_noun_in_the_form_that_fits(count: int, said: str) -> None:
    assert "{points:point is|points are} left, {points} in all".format(points=language.Counted(count)) == (
        f"{said} left, {count:,} in all"
    )


def test_a_language_without_plurals_needs_one_form(chinese: None) -> None:
    assert [f"{language.Counted(n):分}" for n in (1, 2)] == ["1 分", "2 分"]


def test_a_number_may_be_shown_otherwise() -> None:
    assert f"{language.Counted(1, '+1'):point|points}" == "+1 point"
