"""Collects every sentence of shopcrm for translators, and compiles what they wrote: `make catalog`.

Writes src/shopcrm/locale/shopcrm.pot (all messages), and for each language the .po with its translations kept and the
.mo that the program reads. No dates, line numbers or versions: files change only where sentences do. A sentence that
changed has lost its translation; it is not guessed from a similar one.
"""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from shopcrm.core.language import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "shopcrm"
LOCALE = SOURCE / "locale"
TEMPLATE = LOCALE / "shopcrm.pot"

LOCALES = tuple(language.replace("-", "_") for language in LANGUAGES if language != "en")

Identity = str | tuple[str, str]  # a message, or its forms for one and for many

_HEADERS = tuple(
    f"{name}:" for name in ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
)


def main() -> None:
    """Writes the template, and every language's catalog and compiled catalog."""
    LOCALE.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(template())
    for locale in LOCALES:
        place = po_path(locale)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(updated(locale))
        place.with_suffix(".mo").write_bytes(compiled(locale))
        print(f"{locale}: {len(untranslated(locale))} of {len(messages())} messages are not translated yet")


def po_path(locale: str) -> Path:
    """Where the translations of a locale (zh_CN) are kept."""
    return LOCALE / locale / "LC_MESSAGES" / "shopcrm.po"


def template() -> bytes:
    """The .pot as it should be: every message of the source, none translated."""
    return _as_po(_catalog(None))


def updated(locale: str) -> bytes:
    """The .po of a locale as it should be: every message of the source, with the translations it has."""
    return _as_po(_catalog(locale))


def compiled(locale: str) -> bytes:
    """The .mo of a locale as it should be."""
    file = BytesIO()
    write_mo(file, _catalog(locale))
    return file.getvalue()


def untranslated(locale: str) -> list[Identity]:
    """The messages that a locale has no translation of."""
    known = translations(locale)
    return [identity for identity in messages() if not known.get(identity) or not all(known[identity])]


def translations(locale: str) -> dict[Identity, tuple[str, ...]]:
    """What a locale makes of each message: one string, or one for each of the language's plural forms."""
    if not po_path(locale).exists():
        return {}
    with po_path(locale).open("rb") as file:
        stored = read_po(file, locale=locale)
    known: dict[Identity, tuple[str, ...]] = {}
    for message in stored:
        if message.id and not message.fuzzy:
            identity = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
            known[identity] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return known


@cache
def messages() -> dict[Identity, list[str]]:
    """Every message of the source, in the order of the files it stands in, with those files."""
    found: dict[Identity, list[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for identity in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(identity, []).append(path.relative_to(ROOT).as_posix())
    for path in sorted((SOURCE / "core" / "templates").glob("*.toml")):
        for name in _names(tomllib.loads(path.read_text(encoding="utf-8"))):
            found.setdefault(name, []).append(path.relative_to(ROOT).as_posix())
    return found


def _marked(tree: ast.Module) -> Iterator[Identity]:
    # Babel's own extractor goes by tokens: it takes `text.translate(None, b"...")` for a message, and fails on it.
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(node.func, ast.Name):
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if node.func.id in ("_", "translate", "mark") and texts and texts[0]:
                yield texts[0]
            elif node.func.id == "translate_plural" and len(texts) == 2:
                yield texts[0], texts[1]


def _names(document: dict[str, dict[str, object]]) -> Iterator[str]:
    """What a settings template says to people: names of tiers and segments, and benefits."""
    for family in ("tiers", "segments"):
        table = document.get(family, {})
        yield from _texts(table.get("order"))
        for item in table.values():
            if isinstance(item, dict):
                yield from _texts(item.get("benefits"))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        yield from map(str, value)


class _Steady(Catalog):
    """A catalog whose header says nothing that changes by itself."""

    def __iter__(self) -> Iterator[Message]:
        for message in super().__iter__():
            if not message.id:
                lines = str(message.string).splitlines()
                message.string = "".join(f"{line}\n" for line in lines if line.startswith(_HEADERS))
            yield message


def _catalog(locale: str | None) -> Catalog:
    catalog = _Steady(locale=locale, project="shopcrm", version="", fuzzy=False, charset="utf-8")
    catalog.header_comment = "# The sentences of shopcrm; made by `make catalog`, which keeps the translations."
    known = translations(locale) if locale else {}
    for identity, files in messages().items():
        strings = known.get(identity, ())
        string = strings if isinstance(identity, tuple) else "".join(strings)
        message = catalog.add(identity, string, locations=[(file, 0) for file in dict.fromkeys(files)])
        message.flags.clear()  # "20 % off" is no format of printf's
    return catalog


def _as_po(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalog, width=110, include_lineno=False)
    return file.getvalue()


if __name__ == "__main__":
    main()
