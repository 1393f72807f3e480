"""Every sheet of the corpus is read as its expected facts say, field by field."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from corpus import make
from shopcrm.core.errors import ShopError
from shopcrm.sheets.layout.profiles import all_profiles
from shopcrm.sheets.reading import read_sheets
from shopcrm.sheets.records import CleanSheet, Line, Person, Receipt, Request, Stock, one_by_one

TODAY = date(2026, 11, 25)
NAMES = sorted(path.name.removesuffix(".expected.json") for path in make.FOLDER.glob("*.expected.json"))


def expected_of(name: str) -> dict[str, Any]:
    """What stands beside a sheet."""
    document: dict[str, Any] = json.loads((make.FOLDER / f"{name}.expected.json").read_text("utf-8"))
    return document


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_is_read_as_its_facts_say(name: str) -> None:
    assert list(differences(name)) == []


def differences(name: str) -> Iterator[str]:
    """Where what is read is not what is expected, in words."""
    expected = expected_of(name)
    options = {key: value for key, value in expected["request"].items() if key != "country"}
    request = Request(**{**options, "zone": ZoneInfo(options["zone"]), "today": TODAY})
    try:
        sheets = read_sheets(make.FOLDER / name, request)
    except ShopError as refusal:
        if refusal.code != expected.get("refused"):
            yield f"refused with {refusal.code}: {refusal.message}"
        return
    if "refused" in expected:
        yield f"read, where {expected['refused']} was expected"
        return
    if len(sheets) != len(expected["tabs"]):
        yield f"{len(sheets)} tabs were read, {len(expected['tabs'])} expected"
    for sheet, tab in zip(sheets, expected["tabs"], strict=False):
        yield from _of_tab(sheet, tab)


def _of_tab(sheet: CleanSheet, tab: dict[str, Any]) -> Iterator[str]:
    for key, found in _sums(sheet).items():
        if key in tab and found != tab[key]:
            yield f"{key}: {found}, expected {tab[key]}"
    issues = sorted([issue.row, issue.code] for issue in sheet.issues)
    if issues != tab["issues"]:
        yield f"issues: {issues}, expected {tab['issues']}"
    if len(sheet.notices) < tab.get("says", 0):
        yield f"notices: {list(sheet.notices)}"
    for key, wanted in tab.get("preamble", {}).items():
        found = getattr(sheet.preamble, key)
        if (found.isoformat() if isinstance(found, date) else found) != wanted:
            yield f"preamble {key}: {found}, expected {wanted}"
    receipts = list(map(_of_receipt, one_by_one(sheet.receipts))) if sheet.receipts is not None else []
    yield from _of_records("receipt", receipts, tab.get("receipts", []))
    yield from _of_records("person", list(map(_of_person, sheet.people)), tab.get("people", []))
    yield from _of_records("stock", list(map(_of_stock, sheet.stock)), tab.get("stock", []))


def _sums(sheet: CleanSheet) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": sheet.kind, "profile": sheet.profile, "rows": sheet.rows, "skipped": sheet.skipped,
        "persons": len(sheet.people),
    }  # fmt: skip
    if sheet.receipts is not None:
        counted = [receipt for receipt in one_by_one(sheet.receipts) if not receipt.is_void]
        days = sorted(receipt.on for receipt in counted)
        found |= {
            "sales": sum(receipt.kind == "sale" for receipt in counted),
            "refunds": sum(receipt.kind == "refund" for receipt in counted),
            "void": len(sheet.receipts) - len(counted),
            "lines": sum(len(receipt.lines) for receipt in counted),
            "net_minor": sum(receipt.net_minor for receipt in counted),
            "first_on": days[0].isoformat() if days else None,
            "last_on": days[-1].isoformat() if days else None,
        }
    return found


def _of_records(what: str, found: Sequence[dict[str, Any]], expected: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Compares what is expected of each record, in the order of their rows; what is not expected is not looked at."""
    for one, wanted in zip_longest(sorted(found, key=_row), sorted(expected, key=_row)):
        if one is None or wanted is None:
            yield f"{what}: {one}, expected {wanted}"
            continue
        for key, value in wanted.items():
            if key == "lines":
                yield from _of_lines(one, value)
            elif one[key] != value:
                yield f"{what} of row {wanted['row']}, {key}: {one[key]!r}, expected {value!r}"


def _of_lines(receipt: dict[str, Any], expected: Sequence[dict[str, Any]]) -> Iterator[str]:
    found: list[dict[str, Any]] = receipt["lines"]
    kept = [{key: line[key] for key in wanted} for line, wanted in zip(found, expected, strict=False)]
    if len(found) != len(expected) or kept != list(expected):
        yield f"lines of row {receipt['row']}: {kept or found}, expected {list(expected)}"
    if found and sum(line["net_minor"] for line in found) != receipt["net_minor"]:
        yield f"lines of row {receipt['row']} do not come to their receipt: {found}, {receipt['net_minor']}"


def _row(record: dict[str, Any]) -> int:
    row: int = record["row"]
    return row


def _digits(phone: str | None) -> str | None:
    """A phone as written, without what only makes it easier to read: the importer reads it with the shop's country."""
    return None if phone is None else re.sub(r"[^\d+]", "", phone)


def _of_receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        **receipt._asdict(),
        "on": receipt.on.isoformat(),
        "at": receipt.at.astimezone(UTC).isoformat() if isinstance(receipt.at, datetime) else None,
        "phone": _digits(receipt.phone),
        "lines": [Line._asdict(line) for line in receipt.lines],
    }


def _of_person(person: Person) -> dict[str, Any]:
    return {
        **person._asdict(),
        "phone": _digits(person.phone),
        "birthday": None if person.birthday is None else [*person.birthday],
        "joined_on": None if person.joined_on is None else person.joined_on.isoformat(),
        "tags": list(person.tags),
        "consents": sorted([*said] for said in person.consents),
    }


def _of_stock(stock: Stock) -> dict[str, Any]:
    return {**stock._asdict(), "tags": list(stock.tags)}


def test_the_corpus_is_what_its_script_makes() -> None:
    made = {sheet.name: make.as_json(sheet) for sheet in make.all_sheets()}
    assert sorted(made) == NAMES
    for name, facts in made.items():
        assert (make.FOLDER / f"{name}.expected.json").read_text("utf-8") == facts, name


def test_the_texts_of_the_corpus_are_what_its_script_makes() -> None:
    texts = [sheet for sheet in make.all_sheets() if not sheet.content.startswith((b"PK", b"\xd0\xcf"))]
    assert len(texts) > 100
    assert [sheet.name for sheet in texts if (make.FOLDER / sheet.name).read_bytes() != sheet.content] == []


def test_the_page_about_the_corpus_is_up_to_date() -> None:
    assert make.README.read_text("utf-8") == make.readme()


def test_every_quirk_has_a_sheet() -> None:
    shown = {quirk for name in NAMES for quirk in expected_of(name)["quirks"]}
    assert set(make.QUIRKS) - shown == set()
    assert shown - set(make.QUIRKS) == set()


def test_every_profile_has_two_sheets() -> None:
    tabs = [tab for name in NAMES for tab in expected_of(name).get("tabs", ())]
    counts = {name: sum(tab["profile"] == name for tab in tabs) for name in all_profiles() if name != "meituan_lines"}
    assert {name: count for name, count in counts.items() if count < 2} == {}
    joined = [name for name in NAMES if "joined_tabs" in expected_of(name)["quirks"]]
    assert len(joined) >= 2  # the items of these tabs are read through meituan_lines


def test_there_are_many_sheets_and_all_are_small() -> None:
    assert len(NAMES) >= 120
    assert [name for name in NAMES if (make.FOLDER / name).stat().st_size > 40_000] == []


def test_nobody_in_the_corpus_can_be_reached() -> None:
    """Telephones of the ranges for fiction and addresses that cannot exist; so nobody real is ever in a sheet."""
    for path in make.FOLDER.glob("*.csv"):
        text = path.read_bytes().decode("latin-1")
        assert all(domain == "example.com" for domain in re.findall(r"@([\w.-]+\.\w+)", text)), path.name


def test_a_changed_fact_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "house-chinese.csv"
    (tmp_path / name).write_bytes((make.FOLDER / name).read_bytes())
    document = expected_of(name)
    document["tabs"][0]["receipts"][0]["lines"][0]["net_minor"] += 1
    (tmp_path / f"{name}.expected.json").write_text(json.dumps(document), "utf-8")
    monkeypatch.setattr(make, "FOLDER", tmp_path)
    assert len(list(differences(name))) == 1
