"""The rows of a customer sheet as people."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from unicodedata import normalize

from shopcrm.core.language import translate
from shopcrm.sheets.body import Body
from shopcrm.sheets.buyers import Buyers, read_buyers
from shopcrm.sheets.dates import EARLIEST, read_days
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.records import Birthday, Person, Request
from shopcrm.sheets.texts import NULL_WORDS, clean_text, spread, unwrap

_GENDERS = {
    "male": ("男", "男士", "男性", "先生", "male", "m", "mr", "mr.", "man", "boy"),
    "female": (
        "女",
        "女士",
        "女性",
        "小姐",
        "太太",
        "female",
        "f",
        "ms",
        "mrs",
        "ms.",
        "mrs.",
        "miss",
        "woman",
        "girl",
    ),
    "other": ("其他", "其它", "other", "non-binary", "nonbinary", "diverse", "x"),
    "": ("未知", "保密", "不详", "unknown", "u", "n", "not specified", "prefer not to say"),
}
_GENDER_OF = {word: gender or None for gender, words in _GENDERS.items() for word in words}
_YEARLESS = re.compile(r"(?:0000[-/.])?(\d{1,2})(?:[-/.]|月)(\d{1,2})日?")
_LEAP_YEAR = 2000


def read_people(path: Path, body: Body, request: Request, findings: Findings) -> list[Person]:
    """Everyone on the sheet. Cells that cannot be read are left out, rows that name nobody are rejected."""
    buyers = read_buyers(body, findings)
    birthdays = _birthdays(path, body, request, findings)
    genders = _genders(body, findings)
    joined = _joined(path, body, request, findings)
    columns = zip(
        body.numbers, buyers.member_no, buyers.phone, buyers.email, buyers.name, birthdays, genders, joined, strict=True
    )
    people = [Person(*cells) for cells in columns]
    return [person for person, is_someone in zip(people, _someone(buyers, findings), strict=True) if is_someone]


def _someone(buyers: Buyers, findings: Findings) -> list[bool]:
    named = [any(who) for who in zip(buyers.member_no, buyers.phone, buyers.email, buyers.name, strict=True)]
    for position, is_someone in enumerate(named):
        if not is_someone:
            findings.reject(position, "customer_nameless", "", "")
    return named


def _birthdays(path: Path, body: Body, request: Request, findings: Findings) -> list[Birthday | None]:
    if not body.has("birthday"):
        return [None] * len(body.rows)
    cells = body.cells("birthday")
    yearless = spread(cells, lambda cell: _YEARLESS.fullmatch(normalize("NFKC", unwrap(cell))))
    whole = ["" if short else cell for cell, short in zip(cells, yearless, strict=True)]
    days = read_days(path, body.layout.title("birthday"), whole, request.today, request.date_order)
    pairs = [(int(short[1]), int(short[2])) for short in yearless if short]
    is_day_first = request.date_order == "dmy" or (
        any(first > 12 for first, _ in pairs) and not any(second > 12 for _, second in pairs)
    )
    birthdays: list[Birthday | None] = []
    for position, (cell, short, day) in enumerate(zip(cells, yearless, days, strict=True)):
        if short:
            birthday = _yearless(int(short[1]), int(short[2]), is_day_first and "月" not in cell)
        else:
            is_likely = day is not None and day.year >= 1900 and day <= request.today
            birthday = Birthday(day.month, day.day, day.year) if day is not None and is_likely else None
        if birthday is None and unwrap(cell).lower() not in NULL_WORDS:
            findings.ignore(position, "birthday_unreadable", "birthday", cell)
        birthdays.append(birthday)
    return birthdays


def _yearless(first: int, second: int, is_day_first: bool) -> Birthday | None:
    month, day = (second, first) if is_day_first else (first, second)
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return None
    return Birthday(month, day, None)


def _genders(body: Body, findings: Findings) -> list[str | None]:
    if not body.has("gender"):
        return [None] * len(body.rows)
    cells = body.cells("gender")
    known = {cell: (clean_text(normalize("NFKC", cell)) or "").lower() for cell in set(cells)}
    if any(word.isdigit() for word in known.values()):  # 0 and 1 mean other things in other tills
        notice = translate("“{header}” holds codes whose meaning differs from till to till; they were not read.")
        findings.notices.append(notice.format(header=body.layout.title("gender")))
    for position, cell in enumerate(cells):
        word = known[cell]
        if word and not word.isdigit() and word not in _GENDER_OF:
            findings.ignore(position, "gender_unreadable", "gender", cell)
    return [_GENDER_OF.get(known[cell]) for cell in cells]


def _joined(path: Path, body: Body, request: Request, findings: Findings) -> list[date | None]:
    if not body.has("joined_on"):
        return [None] * len(body.rows)
    cells = body.cells("joined_on")
    latest = request.today + timedelta(1)
    days = read_days(path, body.layout.title("joined_on"), cells, latest, request.date_order)
    joined = [day if day is not None and EARLIEST <= day <= latest else None for day in days]
    _note_bad_days(cells, days, joined, findings)
    return joined


def _note_bad_days(
    cells: Sequence[str], days: Sequence[date | None], joined: Sequence[date | None], findings: Findings
) -> None:
    for position, (cell, day, kept) in enumerate(zip(cells, days, joined, strict=True)):
        if kept is None and unwrap(cell).lower() not in NULL_WORDS:
            code = "date_unreadable" if day is None else "date_too_early" if day < EARLIEST else "date_in_future"
            findings.ignore(position, code, "joined_on", cell)
