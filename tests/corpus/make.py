"""Writes the corpus: sheets as tills write them, each with the facts that must be read from it.

`PYTHONPATH=src:tests python -m corpus.make` from the root of the repository; the same bytes every time.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from corpus import (
    quirks_amounts,
    quirks_bad,
    quirks_dates,
    quirks_people,
    quirks_shape,
    tills_east,
    tills_more,
    tills_west,
    unknown_tills,
)
from corpus.facts import Made

FOLDER = Path(__file__).parent / "sheets"
README = Path(__file__).parent / "README.md"
_ABOUT = """\
# The corpus

Sheets as tills write them, with every quirk that real exports are known to have. Nobody in them is real: names are
put together at random, addresses end in example.com.

```sh
PYTHONPATH=src:tests python -m corpus.make   # writes sheets/ and this page, the same bytes every time
```

Beside each sheet stands `NAME.expected.json`: what is asked of the reader (`request`), and either the code of the error
that it must be `refused` with, or what must be read from each tab. The facts are computed from the clean data that the
sheet was written from (`shop_data.py`), never by the reader. `facts.py` says what a record holds, `tables.py` lays data
out under a header, `writing.py` and `writing_xls.py` make the bytes. `test_corpus.py` reads and compares everything.

To add a quirk: a line in `QUIRKS` of `make.py`, a sheet in the family that it belongs to, and make it.

"""

# Every quirk that real exports are known to have, and what is asked of the reader.
QUIRKS = {
    "title_rows": "titles and parameters above the header are kept as what is known of the whole sheet",
    "merged_title": "they may be merged cells",
    "merged_header": "a header may stand under a row of group titles",
    "footer_total": "totals below the data are left out and compared with a tolerance",
    "footer_above": "a count or sum that is declared must agree, or nothing is imported",
    "money_forms": "signs, brackets, thousands, trailing minus, three decimals, full width",
    "annotated_amount": "131.77(已退款89.84) is an amount and a refund",
    "decimal_mark_of_the_file": "point or comma is decided by the column, never by the cell",
    "time_with_a_point": "23.43 is a time",
    "asks": "what cannot be told is asked about",
    "sign_in_another_column": "a word says that an amount was given back",
    "neutral_rows": "不计收支 counts nowhere",
    "refund_row_of_its_own": "a refund is a receipt of another number",
    "refund_column": "a refund is a column of its order",
    "change_given": "cash received and change: what was due is what was paid",
    "cancelled_rows": "cancelled, void, unpaid rows and top-ups count nowhere",
    "blank_order_fields": "what belongs to the order is blank from its second line on",
    "receipts_restart": "receipt numbers start anew in each store and on each day",
    "identical_lines": "equal lines are two sales",
    "gift_lines": "lines that cost nothing are kept",
    "overlapping_exports": "the same receipts come again in the next export",
    "prefixed_name": "the same export comes again under another name",
    "range_in_the_name": "the file's name proves nothing about what is in it",
    "newest_first": "rows may run backwards",
    "date_time_zone": "date, time and a zone's name or distance; a blank time",
    "date_order": "day and month by all cells of a column",
    "date_writings": "年月日, compact, floats, slashes, points, two blanks and a stray colon",
    "excel_serials": "days as serial numbers",
    "excel_1904": "days that are counted from 1904",
    "encodings": "UTF-8 with and without a mark, UTF-16, GB18030, Big5, cp1252",
    "said_separator": "Excel's own sep= line",
    "line_ends": "lines that end without a carriage return",
    "tab_guards": "tabs that protect digits",
    "formula_guard": '="…" around digits',
    "leading_apostrophe": "an apostrophe before digits",
    "column_padding": "cells padded with blanks",
    "header_padding": "headers padded with blanks",
    "fake_xls": "files that are not what their name says",
    "real_formats": "the binary .xls and .ods",
    "phones_as_numbers": "telephones that became numbers",
    "lost_digits": "numbers whose last digits are gone",
    "leading_zeros": "codes keep their zeros",
    "masked_phones": "masked telephones and addresses name nobody",
    "phone_forms": "telephones with country, blanks, dashes, brackets, full width",
    "name_and_phone": "name and telephone in one cell",
    "walk_in": "a dash is nobody",
    "same_phone": "two names on one telephone",
    "same_person": "one person on several rows",
    "nameless": "a number without a name; a row of nobody",
    "gender_digits": "digits for a gender are not guessed at",
    "duplicate_header": "a header that stands there twice",
    "empty_header": "a column without a header",
    "repeated_header": "the header again among the data",
    "schema_drift": "columns come and go",
    "shifted_columns": "cells that have slipped into other columns",
    "several_tabs": "explanations beside data; orders, returns and people",
    "joined_tabs": "orders on one tab, their items on another",
    "hidden_tab": "hidden tabs are passed over",
    "hidden_rows": "hidden rows are passed over",
    "error_cells": "a formula without a value and #N/A are no zero",
    "example_rows": "examples and instructions that a template left",
    "blank_rows": "blank rows, or no rows at all",
    "yearless_birthdays": "birthdays without a year",
    "placeholder_birthdays": "birthdays that the till put in itself",
    "lunar_birthdays": "birthdays of the Chinese calendar",
    "amounts_in_fen": "amounts in the smallest unit",
    "localised_words": "headers and words of another language",
    "balances": "points and stored value, paid in and given",
    "consents": "consent by channel",
    "stock": "what is on the shelf",
    "bad_cells": "a cell that cannot be read costs its row, or itself, and is named",
    "bad_files": "what is no sheet is refused with the reason",
    "either_contact": "a column of contacts holds telephones or addresses",
    "newlines_in_cells": "a cell may hold a line's end",
    "no_receipts": "sums of a day or of an article are no sales",
    "unknown_till": "a till that nobody has seen, explained by hand",
}


def all_sheets() -> Iterator[Made]:
    """Every sheet of the corpus."""
    families = (
        tills_west, tills_more, tills_east, unknown_tills, quirks_shape, quirks_amounts, quirks_dates, quirks_people,
        quirks_bad,
    )  # fmt: skip
    for family in families:
        yield from family.sheets()


def as_json(made: Made) -> str:
    """The expected facts as they stand beside the sheet, one record a line."""
    lines = []
    for key, value in {"quirks": list(made.quirks), **made.expected}.items():
        if key != "tabs":
            lines.append(f' "{key}": {_plain(value)}')
            continue
        tabs = []
        for tab in value:
            parts = []
            for name, part in tab.items():
                is_list = name in ("receipts", "people", "stock") and part
                shown = "[\n   " + ",\n   ".join(map(_plain, part)) + "\n  ]" if is_list else _plain(part)
                parts.append(f'  "{name}": {shown}')
            tabs.append("{\n" + ",\n".join(parts) + "\n }")
        lines.append(' "tabs": [' + ", ".join(tabs) + "]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def write() -> None:
    """Writes everything anew and takes away what is not made any more."""
    FOLDER.mkdir(exist_ok=True)
    kept = set()
    for made in all_sheets():
        for name, content in ((made.name, made.content), (f"{made.name}.expected.json", as_json(made).encode())):
            (FOLDER / name).write_bytes(content)
            kept.add(name)
    for path in FOLDER.iterdir():
        if path.name not in kept:
            path.unlink()
    README.write_text(readme(), "utf-8")


def readme() -> str:
    """The page that says which sheet shows what."""
    sheets = list(all_sheets())
    lines = ["| quirk | what is asked | sheets |", "|---|---|---|"]
    for quirk, wanted in QUIRKS.items():
        names = ", ".join(f"`{sheet.name}`" for sheet in sheets if quirk in sheet.quirks)
        lines.append(f"| {quirk} | {wanted.replace('|', '/')} | {names} |")
    lines += ["", "| profile | sheets |", "|---|---|"]
    read_by = {sheet.name: {tab["profile"] for tab in sheet.expected.get("tabs", ())} for sheet in sheets}
    for profile in sorted(set().union(*read_by.values())):
        names = ", ".join(f"`{name}`" for name, profiles in read_by.items() if profile in profiles)
        lines.append(f"| {profile} | {names} |")
    return _ABOUT + "\n".join(lines) + "\n"


if __name__ == "__main__":
    write()
