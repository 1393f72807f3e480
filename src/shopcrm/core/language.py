"""Every sentence a person reads passes through here: gettext in the language of `--lang`."""

import gettext
import os
from collections.abc import Callable, Sequence
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Self

LANGUAGES = ("en", "zh-CN")
CATALOGS = Path(__file__).parent.parent / "locale"

_catalog = NullTranslations()
_chosen = "en"


def translate(message: str) -> str:
    """The message in the chosen language; the message itself where no translation is known."""
    return _catalog.gettext(message) if message else ""


def translate_plural(one: str, many: str, count: int) -> str:
    """The form of the message that fits `count`; it may hold `{count}`."""
    return _catalog.ngettext(one, many, count).format(count=count)


class Counted(str):
    """A number as it is shown, which brings its noun along: `{points:point|points}` is `1 point`, or `1,333 points`.

    Each language writes the forms that it has, in the order of its plural rule; none where it needs none.
    """

    __slots__ = ("number",)
    number: int

    def __new__(cls, count: int, shown: str = "") -> Self:
        """So many, shown with separators where not said otherwise."""
        counted = super().__new__(cls, shown or f"{count:,}")
        counted.number = count
        return counted

    def __format__(self, forms: str) -> str:
        nouns = forms.split("|")
        return f"{self!s} {nouns[min(_plural_form(self.number), len(nouns) - 1)]}" if forms else str(self)


def _plural_form(count: int) -> int:
    rule: Callable[[int], int] = getattr(_catalog, "plural", lambda number: int(number != 1))
    return int(rule(abs(count)))


def mark(message: str) -> str:
    """Marks a message for the catalog without translating it yet (class attributes, tables)."""
    return message


def choose(language: str) -> None:
    """Makes `language` (one of LANGUAGES) the language of this process."""
    global _catalog, _chosen
    _chosen = language
    if language == "en":
        _catalog = NullTranslations()
    else:
        _catalog = translation("shopcrm", CATALOGS, languages=[language.replace("-", "_")], fallback=True)
    # Typer looks the headings of its help up itself, in the process's own domain and language.
    gettext.bindtextdomain("shopcrm", str(CATALOGS))
    gettext.textdomain("shopcrm")
    os.environ["LANGUAGE"] = language.replace("-", "_")


def chosen() -> str:
    """The language of this process, for what words alone cannot translate: 20 % off is 打8折, which counts the rest."""
    return _chosen


def asked_for(arguments: Sequence[str]) -> str:
    """The language of a command line, known before any help text is built: `--lang`, else SHOPCRM_LANG, else en.

    An unknown language answers "en"; the option's own check then refuses it by name.
    """
    wanted = os.environ.get("SHOPCRM_LANG", "en")
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
    return wanted if wanted in LANGUAGES else "en"


def translate_word(value: str, about: str) -> str:
    """One of the program's own words where it means something else than by itself: a phone is also a way to contact.

    The catalog has it as `about: value`.
    """
    prefix = f"{about}: "
    message = prefix + value
    return translate(message).removeprefix(prefix)
