"""The shop's rules: show them, change them from a day on, and see what they were."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import insert

from shopcrm.core.book import Book
from shopcrm.core.errors import SettingFixed, SettingRefused, SheetNotFound
from shopcrm.core.language import translate
from shopcrm.core.points_rules import Value
from shopcrm.core.schema.house import settings_version
from shopcrm.core.setting_keys import check_value, find_key, flatten
from shopcrm.core.settings import Settings, read_settings


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting: its value, and since when it holds (nothing where it always did)."""

    key: str
    value: Value
    since_on: date | None


@dataclass(frozen=True, slots=True)
class Rules:
    """All settings in force, in the order they were first set."""

    items: tuple[Shown, ...]
    lines: tuple[str, ...]  # the same as TOML, ready for `settings set --from`


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change of settings did."""

    effective_on: date
    items: tuple[Shown, ...]
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class PastChange:
    """One key of one version."""

    version: int
    effective_on: date | None
    set_on: date
    by: str
    key: str
    value: Value


@dataclass(frozen=True, slots=True)
class Past:
    """Every change of the settings, oldest first."""

    items: tuple[PastChange, ...]


def show(book: Book) -> Rules:
    """The settings in force on the business date."""
    since: dict[str, date | None] = {}
    for version in book.history.versions:
        if version.effective_on is None or version.effective_on <= book.as_of:
            since.update(dict.fromkeys(version.changes, version.effective_on))
    items = tuple(Shown(key, value, since[key]) for key, value in book.settings.texts.items())
    return Rules(items, tuple(_toml_line(shown) for shown in items))


def set_value(book: Book, key: str, text: str) -> Changed:
    """Changes one setting from the business date on. Raises SettingUnknown, SettingRefused, SettingFixed."""
    return _change(book, {key: text})


def set_from(book: Book, path: Path) -> Changed:
    """Changes every setting that a TOML file names, from the business date on. Raises SheetNotFound as well."""
    import tomllib

    if not path.is_file():
        raise SheetNotFound(path=path, folder=path.parent)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=str)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
        raise SettingRefused(key=str(path), value=str(failure), expected=translate("write TOML")) from None
    return _change(book, flatten(document))


def history(book: Book) -> Past:
    """Every version, key by key."""
    rows = [
        PastChange(v.version_id, v.effective_on, v.set_at.astimezone(book.zone).date(), v.by, key, value)
        for v in book.history.versions
        for key, value in v.changes.items()
    ]
    return Past(tuple(rows))


def _change(book: Book, asked: Mapping[str, Value]) -> Changed:
    exponent = book.exponent
    wanted = {key: check_value(key, value, exponent) for key, value in asked.items()}
    current = book.settings.texts
    for key, value in wanted.items():
        if find_key(key).is_fixed and value != current.get(key):
            raise SettingFixed(key=key, current=current[key])
    changes = {key: value for key, value in wanted.items() if value != current.get(key)}
    proposed = read_settings({**current, **changes}, 0)
    if any(key.startswith("segments.") for key in changes):
        _check_segments(proposed)
    _check_later_days(book, changes)
    if changes:
        values = {"effective_on": book.as_of, "changes": changes, "set_at": book.now, "by": book.by}
        book.connection.execute(insert(settings_version).values(**values))
        book.tell(f"{', '.join(changes)} from {book.as_of} on")
    items = tuple(Shown(key, value, book.as_of) for key, value in (changes or wanted).items())
    return Changed(book.as_of, items, is_repeat=not changes)


def _check_later_days(book: Book, changes: Mapping[str, Value]) -> None:
    # A change for an early day meets the versions after it; a book whose rules of any day cannot be read opens no more.
    set_again: set[str] = set()
    for version in book.history.versions:
        if version.effective_on and version.effective_on > book.as_of:
            set_again |= version.changes.keys()
            standing = {key: value for key, value in changes.items() if key not in set_again}
            read_settings({**book.history.on(version.effective_on).texts, **standing}, 0)


def _check_segments(proposed: Settings) -> None:
    # Imported here: only a change of segments is worth the half second that the mathematics takes to load.
    from shopcrm.insight.rules import parse_rules, unreachable

    names = ", ".join(rule.name for rule in proposed.segments)
    try:
        rules = parse_rules({rule.name: rule.bands for rule in proposed.segments}, proposed.shop.exponent)
    except ValueError as refusal:
        raise SettingRefused(key="segments", value=names, expected=str(refusal)) from None
    if hidden := unreachable(rules):
        expected = translate("nobody can ever be in “{segment}”: the segments before it take them all")
        raise SettingRefused(key="segments.order", value=names, expected=expected.format(segment=hidden[0]))


def _toml_line(shown: Shown) -> str:
    # A JSON string or list of strings is a TOML one as well.
    key = ".".join(part if part.replace("_", "").isalnum() and part.isascii() else json.dumps(part, ensure_ascii=False)
                   for part in shown.key.split("."))  # fmt: skip
    return f"{key} = {json.dumps(shown.value, ensure_ascii=False)}"
