"""Damages sheets as disks, mails, spreadsheet programs and people do: bytes, cells, letters, parts of a workbook."""

import csv
import re
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from random import Random
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

Damage = Callable[[bytes, Random], bytes]

_ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "gb18030",
    "big5",
    "cp1252",
    "shift_jis",
    "cp500",
    "utf-7",
)
_STAMP = (2026, 1, 1, 0, 0, 0)

ODD_CELLS = (
    "", " ", "0", "-", "--1", "++1", "-0", "1e5", "1e400", "-1e400", "NaN", "inf", "0x10", "1_000", "1,2,3",
    "1.2.3,4", "(12.00)", "（１２．００）", "１２３", "²", "½", "Ⅷ", "٣٤٥", "१२", "一千", "9" * 25, "9" * 400,
    "0." + "0" * 300 + "1", "=1+1", "=HYPERLINK(1)", "'", '"', '""', '"a', "a\nb", "a\rb", "a\u2028b", "\0", "\x1a",
    "\x85", "\ufeff", "\u202eabc", "\ufffd", "😀" * 40, "é" * 3000, "x" * 140_000, "#N/A", "#REF!", "True", "None",
    "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "-1-1-1", "2026/1/1 24:00",
    "2026-03-08T02:30:00-05:00", "1900-01-00", "60", "45000.99999", "-1", "2958466", "13/13/2026", "٢٠٢٦-٠١-٠١",
    "2026年13月40日", "1.38E+10", "138****8000", "+8613800138000000000", "@", "a@", "@b", "¥12", "12%", "$1", "€1",
    "合计", "总计：12", "total", "单号", "date",
    "refund", "已取消", "农历八月三十一", "0", "00", "1/0", "{", "%s", "{0}", "\\",
    "C:\\x", "../../x", "'; DROP TABLE sale; --",
)  # fmt: skip


def damaged(content: bytes, chance: Random) -> tuple[str, bytes]:
    """What was done, one to three things, and what is left."""
    done = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        ways = [*_BYTES, *(_WORKBOOK * 3 if content.startswith(b"PK") else _TEXT * 3)]
        way = chance.choice(ways)
        content = way(content, chance) if content else content
        done.append(way.__name__.removeprefix("_"))
    return " + ".join(done), content


# --- bytes ------------------------------------------------------------------------------------------------


def _flip(content: bytes, chance: Random) -> bytes:
    flipped = bytearray(content)
    for _ in range(chance.choice((1, 1, 5, 50))):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _cut(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _hole(content: bytes, chance: Random) -> bytes:
    start, stop = sorted((chance.randrange(len(content)), chance.randrange(len(content))))
    return content[:start] + content[stop:]


def _zeros(content: bytes, chance: Random) -> bytes:
    start = chance.randrange(len(content))
    length = chance.choice((1, 16, 512))
    return content[:start] + bytes(length) + content[start + length :]


def _noise(content: bytes, chance: Random) -> bytes:
    start = chance.randrange(len(content))
    return content[:start] + chance.randbytes(chance.choice((1, 7, 300))) + content[start:]


def _twice(content: bytes, chance: Random) -> bytes:
    return content + content


def _part_twice(content: bytes, chance: Random) -> bytes:
    start, stop = sorted((chance.randrange(len(content)), chance.randrange(len(content))))
    return content[:stop] + content[start:stop] * chance.choice((1, 30)) + content[stop:]


# --- cells of a text --------------------------------------------------------------------------------------


def _cells(change: Callable[[list[list[str]], Random], None]) -> Damage:
    def way(content: bytes, chance: Random) -> bytes:
        text, encoding = _decoded(content)
        delimiter = max(",;\t|", key=text[:2000].count)
        try:
            rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            return content
        if not any(rows):
            return content
        change(rows, chance)
        written = StringIO(newline="")
        csv.writer(written, delimiter=delimiter).writerows(rows)
        return written.getvalue().encode(encoding, "replace")

    way.__name__ = change.__name__
    return way


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeError:
            continue
    return content.decode("latin-1"), "latin-1"


def _somewhere(rows: Sequence[list[str]], chance: Random) -> tuple[list[str], int]:
    row = chance.choice([row for row in rows if row])
    return row, chance.randrange(len(row))


def _swap_cells(rows: list[list[str]], chance: Random) -> None:
    for _ in range(chance.choice((1, 10))):
        (one, i), (other, k) = _somewhere(rows, chance), _somewhere(rows, chance)
        one[i], other[k] = other[k], one[i]


def _odd_cells(rows: list[list[str]], chance: Random) -> None:
    for _ in range(chance.choice((1, 3, 20))):
        row, place = _somewhere(rows, chance)
        row[place] = chance.choice(ODD_CELLS)


def _odd_column(rows: list[list[str]], chance: Random) -> None:
    _, place = _somewhere(rows, chance)
    cell = chance.choice(ODD_CELLS)
    for row in rows[1:]:
        if place < len(row):
            row[place] = cell if len(cell) < 1000 else chance.choice(ODD_CELLS[:40])


def _no_header(rows: list[list[str]], chance: Random) -> None:
    del rows[0]


def _blank_header(rows: list[list[str]], chance: Random) -> None:
    row, place = _somewhere(rows[:1] if rows[0] else rows, chance)
    row[place] = ""


def _same_headers(rows: list[list[str]], chance: Random) -> None:
    row, place = _somewhere(rows[:1] if rows[0] else rows, chance)
    row[place] = chance.choice(row)


def _no_column(rows: list[list[str]], chance: Random) -> None:
    _, place = _somewhere(rows, chance)
    for row in rows:
        del row[place : place + 1]


def _shifted_rows(rows: list[list[str]], chance: Random) -> None:
    for row in chance.choices(rows, k=3):
        row[:0] = [""] * chance.choice((1, 2, 300))


def _shuffled_rows(rows: list[list[str]], chance: Random) -> None:
    chance.shuffle(rows)


def _rows_twice(rows: list[list[str]], chance: Random) -> None:
    rows += [list(row) for row in rows * chance.choice((1, 40))]


def _one_long_row(rows: list[list[str]], chance: Random) -> None:
    chance.choice(rows).extend(["1"] * 20_000)


# --- letters ----------------------------------------------------------------------------------------------


def _other_encoding(content: bytes, chance: Random) -> bytes:
    text, _ = _decoded(content)
    return text.encode(chance.choice(_ENCODINGS), "replace")


def _two_encodings(content: bytes, chance: Random) -> bytes:
    text, encoding = _decoded(content)
    half = chance.randrange(len(text) + 1)
    return text[:half].encode(encoding, "replace") + text[half:].encode(chance.choice(_ENCODINGS), "replace")


def _other_mark(content: bytes, chance: Random) -> bytes:
    return (
        chance.choice(
            (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<html>", b"sep=x\n")
        )
        + content
    )


def _open_quote(content: bytes, chance: Random) -> bytes:
    start = chance.randrange(len(content))
    return content[:start] + b'"' + content[start:]


def _other_delimiter(content: bytes, chance: Random) -> bytes:
    return content.replace(b",", chance.choice((b";", b"\t", b"|", b" ", b"")))


# --- parts of a workbook ----------------------------------------------------------------------------------


def _parts(change: Callable[[dict[str, bytes], str, Random], None]) -> Damage:
    def way(content: bytes, chance: Random) -> bytes:
        try:
            with ZipFile(BytesIO(content)) as archive:
                parts = {name: archive.read(name) for name in archive.namelist()}
        except (BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, KeyError):
            return content
        except Exception as failure:
            if type(failure).__name__ != "error":
                raise
            return content
        if not parts:
            return content
        # The tabs and their texts more often than styles and themes.
        telling = [name for name in parts if re.search(r"sheet|shared|content|workbook", name, re.IGNORECASE)]
        change(parts, chance.choice(telling * 3 + list(parts)), chance)
        packed = BytesIO()
        with ZipFile(packed, "w", chance.choice((ZIP_DEFLATED, ZIP_STORED))) as archive:
            for name, part in parts.items():
                archive.writestr(ZipInfo(name, _STAMP), part)
        return packed.getvalue()

    way.__name__ = change.__name__
    return way


def _no_part(parts: dict[str, bytes], name: str, chance: Random) -> None:
    del parts[name]


def _damaged_part(parts: dict[str, bytes], name: str, chance: Random) -> None:
    if parts[name]:
        parts[name] = chance.choice(_BYTES)(parts[name], chance)


def _empty_part(parts: dict[str, bytes], name: str, chance: Random) -> None:
    parts[name] = chance.choice((b"", b"<", b"<a/>", b"<?xml version='1.0'?><worksheet/>", b"\0" * 100))


def _renamed_part(parts: dict[str, bytes], name: str, chance: Random) -> None:
    parts[chance.choice((name.upper(), name.replace("/", "\\"), "../" + name, name + ".bak", "x" * 500))] = parts.pop(
        name
    )


def _swapped_parts(parts: dict[str, bytes], name: str, chance: Random) -> None:
    other = chance.choice(list(parts))
    parts[name], parts[other] = parts[other], parts[name]


def _odd_values(parts: dict[str, bytes], name: str, chance: Random) -> None:
    def odd(found: re.Match[bytes]) -> bytes:
        if chance.random() > 0.1:
            return found.group()
        cell = re.sub("[<&>\0-\x08\x1a]", "?", chance.choice(ODD_CELLS))
        return found.group(1) + cell.encode("utf-8", "replace") + b"<"

    parts[name] = re.sub(rb"(<(?:v|t|text:p)(?: [^>]*)?>)[^<]*<", odd, parts[name])


def _odd_attributes(parts: dict[str, bytes], name: str, chance: Random) -> None:
    def odd(found: re.Match[bytes]) -> bytes:
        if chance.random() > 0.05:
            return found.group()
        values = (
            b"",
            b"0",
            b"-1",
            b"A0",
            b"ZZZZ99",
            b"XFD1048576",
            b"B2",
            b"9" * 30,
            b"s",
            b"str",
            b"b",
            b"e",
            b"d",
            b"inlineStr",
            b"1.5",
        )
        return found.group(1) + chance.choice(values) + b'"'

    parts[name] = re.sub(
        rb'( (?:r|t|s|ref|spans|min|max|r:id|sheetId|office:value|table:number-[a-z-]*)=")[^"]*"', odd, parts[name]
    )


def _far_cell(parts: dict[str, bytes], name: str, chance: Random) -> None:
    row, place = chance.choice((1, 1048576, 99999999)), chance.choice(("A1", "XFD1048576", "A9", "ZZZ1"))
    cell = f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'
    parts[name] = parts[name].replace(b"</sheetData>", cell.encode() + b"</sheetData>")


def _entities(parts: dict[str, bytes], name: str, chance: Random) -> None:
    lol = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + b"&a;" * 50 + b'"><!ENTITY c "' + b"&b;" * 50 + b'">]>'
    head, mark, rest = parts[name].partition(b"?>")
    parts[name] = head + mark + lol + rest.replace(b"<v>", b"<v>&c;", 5) if mark else lol + parts[name]


_BYTES: tuple[Damage, ...] = (_flip, _cut, _hole, _zeros, _noise, _twice, _part_twice)
_TEXT: tuple[Damage, ...] = (
    *map(_cells, (
        _swap_cells, _odd_cells, _odd_cells, _odd_column, _odd_column, _no_header, _blank_header, _same_headers,
        _no_column, _shifted_rows, _shuffled_rows, _rows_twice, _one_long_row,
    )),
    _other_encoding, _two_encodings, _other_mark, _open_quote, _other_delimiter,
)  # fmt: skip
_WORKBOOK: tuple[Damage, ...] = tuple(
    map(_parts, (
        _no_part, _damaged_part, _damaged_part, _empty_part, _renamed_part, _swapped_parts, _odd_values, _odd_values,
        _odd_attributes, _odd_attributes, _far_cell, _entities,
    ))
)  # fmt: skip
