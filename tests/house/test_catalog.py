"""The catalogs of translations are those of this source, complete, and say the same."""

import re
from pathlib import Path
from string import Formatter

import pytest
from docs import catalog
from docs.catalog import Identity

from shopcrm.cli.app import COMMANDS
from shopcrm.core.language import CATALOGS

every_locale = pytest.mark.parametrize("locale", catalog.LOCALES)


def test_the_program_reads_the_catalogs_that_are_written() -> None:
    assert catalog.LOCALE == CATALOGS
    assert catalog.LOCALES == ("zh_CN",)


def test_the_template_holds_every_message() -> None:
    assert catalog.TEMPLATE.read_bytes() == catalog.template(), "run: make catalog"


@every_locale
def test_the_catalog_is_up_to_date(locale: str) -> None:
    assert catalog.po_path(locale).read_bytes() == catalog.updated(locale), "run: make catalog"


@every_locale
def test_the_compiled_catalog_is_that_of_the_translations(locale: str) -> None:
    assert catalog.po_path(locale).with_suffix(".mo").read_bytes() == catalog.compiled(locale), "run: make catalog"


@every_locale
def test_every_message_is_translated(locale: str) -> None:
    assert catalog.untranslated(locale) == []


@every_locale
def test_a_translation_has_the_placeholders_of_its_message(locale: str) -> None:
    assert [
        (identity, string)
        for identity, strings in catalog.translations(locale).items()
        for string in strings
        if string and placeholders(string) != placeholders(whole(identity))
    ] == []


@every_locale
def test_a_command_reads_the_same_in_every_language(locale: str) -> None:
    assert [
        (identity, string)
        for identity, strings in catalog.translations(locale).items()
        for string in strings
        if string and to_type(string) != to_type(whole(identity))
    ] == []


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("no field", []),
        ("{b} and {a}, {a} again", ["a", "a", "b"]),
        ("{seconds:g} s", ["seconds:g"]),
        ("{days:day|days} on", ["days"]),
        ("{{not a field}}", []),
    ],
)
def test_placeholders_are_counted_with_their_formats(text: str, fields: list[str]) -> None:
    assert placeholders(text) == fields


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Example:  shopcrm points redeem C-0042 --points 500", ["points", "redeem", "--points"]),
        ('例：shopcrm points adjust C-0042 --reason "too long"', ["points", "adjust", "--reason"]),
        ("shopcrm --book {path} book info", ["--book", "book", "info"]),
        ("shopcrm itself failed", []),
        ("{path} is not a shopcrm book.", []),
        ("{path} was written by a newer shopcrm (this one is older).", []),
    ],
)
def test_a_command_is_told_from_a_sentence_about_shopcrm(text: str, typed: list[str]) -> None:
    assert to_type(text) == typed


def test_a_sentence_that_changed_loses_its_translation_and_the_others_keep_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old: dict[Identity, list[str]] = {"Kept.": ["a.py"], "Changed.": ["a.py"], ("one", "{count}"): ["a.py"]}
    new: dict[Identity, list[str]] = {"Kept.": ["b.py"], "Changed!": ["a.py"], ("one", "{count}"): ["a.py"]}
    place = tmp_path / "zh_CN" / "LC_MESSAGES" / "shopcrm.po"
    place.parent.mkdir(parents=True)
    monkeypatch.setattr(catalog, "LOCALE", tmp_path)
    monkeypatch.setattr(catalog, "messages", lambda: old)
    translated = catalog.updated("zh_CN").decode().replace('msgid "Kept."\nmsgstr ""', 'msgid "Kept."\nmsgstr "留"')
    translated = translated.replace('msgstr[0] ""', 'msgstr[0] "{count} 行"')
    place.write_text(translated.replace('msgid "Changed."\nmsgstr ""', 'msgid "Changed."\nmsgstr "变"'), "utf-8")
    assert catalog.untranslated("zh_CN") == []
    monkeypatch.setattr(catalog, "messages", lambda: new)
    place.write_bytes(catalog.updated("zh_CN"))
    assert catalog.translations("zh_CN") == {"Kept.": ("留",), "Changed!": ("",), ("one", "{count}"): ("{count} 行",)}
    assert catalog.untranslated("zh_CN") == ["Changed!"]


def whole(identity: Identity) -> str:
    """The message; of one that counts, the form for many, which names everything."""
    return identity if isinstance(identity, str) else identity[1]


def placeholders(text: str) -> list[str]:
    """The fields of a template, each with its format, in a fixed order. Forms of a noun are each language's own."""
    parsed = [(name, form) for _, name, form, _ in Formatter().parse(text) if name is not None]
    return sorted(f"{name}:{form}" if form and "|" not in form else name for name, form in parsed)


def to_type(text: str) -> list[str]:
    """What must be typed as it stands, where a message is a command: its words and options, not what they stand for."""
    called = re.search(rf"shopcrm (?=--|(?:{'|'.join(COMMANDS)})(?: |$))", text)
    bare = re.sub('"[^"]*"', "…", text[called.end() :]) if called else ""
    return re.findall(r"(?<!\S)-{0,2}[a-z][a-z-]+(?!\S)", bare)
