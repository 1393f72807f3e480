"""The rows of a customer sheet as people."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from shopcrm.core.language import translate
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.meaning.buyers import Buyers, read_buyers
from shopcrm.sheets.meaning.coded import meaning_of, meanings_of, note_codes, word_of
from shopcrm.sheets.meaning.consents import read_consents
from shopcrm.sheets.meaning.money import Sheet, SingleColumn, read_alone, refuse_column
from shopcrm.sheets.records import Birthday, Person, Request
from shopcrm.sheets.values.birthdays import CALENDAR_OF, read_birthdays, without_days_of_joining
from shopcrm.sheets.values.dates import EARLIEST, Column, read_days
from shopcrm.sheets.values.texts import NULL_WORDS, spread, unwrap

_GENDERS = {
    "male": ("男", "男士", "男性", "先生", "male", "m", "mr", "mr.", "man", "boy"),
    "female": (
        "女", "女士", "女性", "小姐", "太太", "female", "f", "ms", "mrs", "ms.", "mrs.", "miss", "woman", "girl",
    ),
    "other": ("其他", "其它", "other", "non-binary", "nonbinary", "diverse", "x"),
    "": ("未知", "保密", "不详", "unknown", "u", "n", "not specified", "prefer not to say"),
}  # fmt: skip
_GENDER_OF = {word: gender for gender, words in _GENDERS.items() for word in words}
_LONG = re.compile(r"(?:\d[-/.年月]?){6}")  # a date or a telephone, which is nobody's gender
_BETWEEN_TAGS = re.compile(r"[,;|、，；｜/]")


def read_people(path: Path, body: Body, request: Request, findings: Findings) -> list[Person]:
    """Everyone on the sheet. Cells that cannot be read are left out, rows that name nobody are rejected."""
    buyers = read_buyers(body, findings)
    joined = _joined(path, body, request, findings)
    columns = zip(
        body.numbers,
        buyers.member_no,
        buyers.phone,
        buyers.email,
        buyers.name,
        _birthdays(path, body, request, joined, findings),
        _genders(Sheet(path, body, request), findings),
        joined,
        buyers.till_id,
        read_tags(body),
        read_consents(body, findings),
        _balances(path, body, "points_balance", request, findings),
        _balances(path, body, "wallet_principal", request, findings),
        _balances(path, body, "wallet_bonus", request, findings),
        strict=True,
    )
    people = [Person(*cells) for cells in columns]
    return [person for person, is_someone in zip(people, _someone(buyers, findings), strict=True) if is_someone]


def read_tags(body: Body) -> list[tuple[str, ...]]:
    """The tags of every row, of all its tag columns; the same tag in capitals is the same tag."""
    if not body.has("tags"):
        return [()] * body.length
    columns = [spread(body.column(place), _split_tags) for place in body.layout.columns["tags"]]
    return [_once([tag for tags in row for tag in tags]) for row in zip(*columns, strict=True)]


def _split_tags(cell: str) -> tuple[str, ...]:
    parts = (" ".join(part.split()) for part in _BETWEEN_TAGS.split(unwrap(cell)))
    return _once([part for part in parts if part.lower() not in NULL_WORDS])


def _once(tags: Sequence[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(tag.casefold(), tag)
    return tuple(first.values())


def _someone(buyers: Buyers, findings: Findings) -> list[bool]:
    named = [any(cells) for cells in zip(*buyers.columns.values(), strict=True)]
    for position, is_someone in enumerate(named):
        if not is_someone:
            findings.reject(position, "customer_nameless", "", "")
    return named


def _birthdays(
    path: Path, body: Body, request: Request, joined: Sequence[date | None], findings: Findings
) -> list[Birthday | None]:
    if not body.has("birthday"):
        return [None] * body.length
    cells, header = body.cells("birthday"), body.layout.title("birthday")
    column = Column(path, header, cells, request.today, request.date_order, body.counts_from_1904)
    found = read_birthdays(column, _calendars(body))
    found = without_days_of_joining(found, joined)
    for position, code in sorted(found.problems.items()):
        findings.ignore(position, code, "birthday", cells[position])
    if found.years_alone:
        notice = translate("“{header}” names the year alone in {count} rows, which is no birthday.")
        findings.notices.append(notice.format(header=header, count=found.years_alone))
    return found.values


def _calendars(body: Body) -> list[str | None]:
    """For each row "lunar", "solar" or "" (not said); None for a code that nobody has explained."""
    if not body.has("birthday_calendar"):
        return [""] * body.length
    meanings = {"": "", **meanings_of(body, "birthday_calendar", CALENDAR_OF)}
    return spread(body.cells("birthday_calendar"), lambda cell: meaning_of(word_of(cell), meanings))


def _genders(sheet: Sheet, findings: Findings) -> list[str | None]:
    body = sheet.body
    if not body.has("gender"):
        return [None] * body.length
    cells = body.cells("gender")
    words = spread(cells, word_of)
    meanings = meanings_of(body, "gender", _GENDER_OF)
    known = {word: meaning_of(word, meanings) for word in set(words)}
    note_codes(body, "gender", [word for word, gender in known.items() if gender is None], findings)
    slipped = [cell for cell, word in zip(cells, words, strict=True) if known[word] is None and _LONG.search(cell)]
    if len(slipped) * 10 > sum(map(bool, words)):
        refuse_column(sheet, "gender", slipped, translate("genders, as if cells had slipped into other columns"))
    for position, word in enumerate(words):
        if word and not word.isdigit() and known[word] is None:
            findings.ignore(position, "gender_unreadable", "gender", cells[position])
    return [(known[word] or None) if known[word] in _GENDERS else None for word in words]


def _joined(path: Path, body: Body, request: Request, findings: Findings) -> list[date | None]:
    if not body.has("joined_on"):
        return [None] * body.length
    cells = body.cells("joined_on")
    latest = request.today + timedelta(1)
    title = body.layout.title("joined_on")
    days = read_days(Column(path, title, cells, latest, request.date_order, body.counts_from_1904))
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


def _balances(path: Path, body: Body, field: str, request: Request, findings: Findings) -> list[int | None]:
    """Points or money that the sheet says each row holds. No column, or a blank cell, is None: it is not zero."""
    if not body.has(field):
        return [None] * body.length
    cells = body.cells(field)
    is_points = field == "points_balance"
    sheet = Sheet(path, body, request)
    column = read_alone(sheet, field, 0 if is_points else sheet.exponent)
    if column.is_mostly_bad:
        notice = translate("“{header}” holds no balances; it was not read.")
        findings.notices.append(notice.format(header=body.layout.title(field)))
        return [None] * body.length
    _note_bad_balances(field, cells, column, findings)
    return [value if value is None or value >= 0 else None for value in column.values]


def _note_bad_balances(field: str, cells: Sequence[str], column: SingleColumn, findings: Findings) -> None:
    for position in column.bad:
        findings.ignore(position, "balance_unreadable", field, cells[position])
    for position, value in enumerate(column.values):
        if value is not None and value < 0:
            findings.ignore(position, "balance_negative", field, cells[position])
