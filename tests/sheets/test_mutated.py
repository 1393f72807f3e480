"""Damaged sheets by the thousand: each is refused in a sentence, or goes in and leaves a sound book."""

import random
import re
import resource
import shutil
import time
import traceback
from functools import cache
from pathlib import Path

import pytest

from sheets.damage import damaged
from shop import Shop, blank_book
from shopcrm.core.errors import ShopError
from shopcrm.features import imports
from soak import IS_SOAK

MUTANTS = 2_000 if IS_SOAK else 100
PORTION = 20
SECONDS = 30
MEGABYTES = 512
CORPUS = Path(__file__).parent.parent / "corpus" / "sheets"
_UNFILLED = re.compile(r"\{[a-z_]+\}")  # a place of our own sentence; the cells of a sheet may say {0}


@pytest.mark.soak
@pytest.mark.parametrize("portion", range(MUTANTS // PORTION))
def test_a_damaged_sheet_is_refused_in_a_sentence_or_goes_in_whole(tmp_path: Path, portion: int) -> None:
    before = peak_megabytes()
    broken = [
        f"{sheet}: {finding}"
        for number in range(portion * PORTION, (portion + 1) * PORTION)
        for sheet in [mutant(tmp_path, number)]
        for finding in findings(tmp_path, sheet)
    ]
    assert broken == []
    assert peak_megabytes() - before < MEGABYTES


@cache
def originals() -> tuple[tuple[Path, ...], ...]:
    """The sheets of the corpus, by the kind of their bytes: rare kinds are damaged as often as common ones."""
    kinds: dict[bytes, list[Path]] = {}
    for path in sorted(CORPUS.iterdir()):
        if path.suffix != ".json":
            start = path.read_bytes()[:4]
            kind = (
                start[:2] + path.suffix.encode()
                if start[:2] in (b"PK", b"\xd0\xcf", b"\xff\xfe")
                else path.suffix.encode()
            )
            kinds.setdefault(kind, []).append(path)
    return tuple(map(tuple, kinds.values()))


def mutant(folder: Path, number: int) -> Path:
    """The mutant of that number, written to the folder. The same number gives the same bytes."""
    chance = random.Random(f"mutant {number}")
    kinds = originals()
    original = chance.choice(kinds[number % len(kinds)] if number % 2 else chance.choice(kinds))
    done, content = damaged(original.read_bytes(), chance)
    path = folder / f"{number} {original.stem} ({done}){original.suffix}"
    path.write_bytes(content)
    return path


def findings(folder: Path, sheet: Path) -> list[str]:
    """What is wrong with how the sheet was taken."""
    shop = Shop(folder / "shop.db")
    shutil.copy(blank_book("general", "CNY", "Asia/Shanghai"), shop.path)
    before = shop.path.read_bytes()
    began = time.monotonic()
    found = []
    try:
        _import(shop, sheet, folder)
    except ShopError as refusal:
        if not refusal.message or _UNFILLED.search(refusal.message):
            found.append(f"refused without a sentence: {refusal.message!r}")
        if shop.path.read_bytes() != before:
            found.append(f"refused, but the book was changed: {refusal.message}")
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001 - what this test is for; a panic in Rust is no Exception
        found.append(traceback.format_exc(limit=-4))
    else:
        found += _after(shop, sheet)
    if (seconds := time.monotonic() - began) > SECONDS:
        found.append(f"took {seconds:.0f} s")
    return found


def _import(shop: Shop, sheet: Path, folder: Path) -> None:
    with shop.reading() as book:
        staged = imports.stage(book, [sheet])
    with shop.writing() as book:
        imported, looked_at = imports.take_in(book, staged)
    assert all(problem.message for problem in imported.problems)
    imports.write_rejects(folder / "rejects.csv", looked_at)


def _after(shop: Shop, sheet: Path) -> list[str]:
    """It went in: the book is sound, and the same sheet again brings nothing."""
    found = []
    try:
        shop.check()
        once = shop.dump()
        again = shop.import_sheets(sheet)
        if shop.dump() != once:
            found.append(f"again, it changes the book: {[(item.added, item.updated) for item in again.items]}")
    except ShopError as refusal:
        found.append(f"went in, and then: {refusal.message}")
    except Exception:  # noqa: BLE001 - what this test is for
        found.append(traceback.format_exc(limit=-4))
    return found


def peak_megabytes() -> float:
    """The most memory that this process, or a child that it waited for, has ever held."""
    both = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(both) / 1024
