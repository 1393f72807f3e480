"""Cards: a page that needs nothing else, a workbook that opens, and codes that are read back dot by dot."""

import re
import struct
import zipfile
import zlib
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import openpyxl
import segno

from golden.compare import check_golden
from shopcrm.sheets.cards import Card, CardSheet, write_cards
from shopcrm.sheets.cards.codes import as_png, as_svg
from shopcrm.sheets.cards.page import as_page
from shopcrm.sheets.cards.tab import as_workbook

CODE = "BCDFGHJKLM"
NASTY = ("=1+1", "<script>alert(1)</script>", '"><img src=x>', "[/bad]", "欧阳" * 12, None)


def card(holder: str | None = "王芳", code: str = CODE) -> Card:
    """A card of one offer."""
    conditions, good = ("From 200 CNY",), ("Good until 2026-06-30",)
    return Card(code, "BCDFG-HJKLM", "20 CNY off", conditions, good, holder, date(2026, 6, 1), date(2026, 6, 30))


def sheet(*cards: Card, shop: str = "Lan & Co <1>") -> CardSheet:
    """Cards of a shop whose name must be escaped."""
    return CardSheet(shop, "20 off", "en", cards)


class Tags(HTMLParser):
    """Collects the tags and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {f"{name}={value}" for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_page_is_what_it_was() -> None:
    page = as_page(sheet(card(), card(None)))
    check_golden("cards.html", page)


def test_what_a_person_typed_is_text_on_a_page_and_nothing_else() -> None:
    found = Tags(as_page(sheet(*map(card, NASTY))))

    assert set(found.tags) <= {
        "html", "head", "meta", "title", "style", "body", "main", "article", "p", "h2", "div", "svg", "path",
    }  # fmt: skip
    assert not any(each.startswith(("src=", "href=", "on")) for each in found.attributes)
    assert [name for name in NASTY if name and name not in found.texts] == []
    assert found.texts.count("Lan & Co <1>") == len(NASTY)


def test_a_page_asks_nothing_of_the_network() -> None:
    page = as_page(sheet(card()))
    assert "default-src 'none'" in page
    assert [word for word in ("http:", "https:", "url(", "@import", "<script", "<link") if word in page] == []


def test_a_square_on_a_page_holds_the_plain_code() -> None:
    assert dots_of_svg(as_svg(CODE)) == dots_of(CODE)
    assert dots_of_svg(as_svg("BCDFGHJKLN")) != dots_of(CODE)


def test_every_card_of_a_workbook_has_its_own_square() -> None:
    codes = [f"BCDFGHJK{letter}9" for letter in "BCDFGHJKLMNPQRSTVW"]
    with zipfile.ZipFile(BytesIO(as_workbook(sheet(*(card(code=code) for code in codes))))) as package:
        pictures = sorted(
            (name for name in package.namelist() if name.startswith("xl/media/")),
            key=lambda name: int("".join(filter(str.isdigit, name))),
        )
        assert [dots_of_png(package.read(name)) for name in pictures] == [dots_of(code) for code in codes]
        drawing = package.read("xl/drawings/drawing1.xml").decode()
    assert drawing.count("<oneCellAnchor>") == len(codes)


def test_a_workbook_opens_and_its_texts_are_texts() -> None:
    book = openpyxl.load_workbook(BytesIO(as_workbook(sheet(*map(card, NASTY)))))

    cards, listed = book.worksheets
    assert (cards.title, listed.title) == ("Cards", "Coupons")
    cells = [cell for tab in book for row in tab.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [listed.cell(5 + n, 7).value for n in range(len(NASTY))] == list(NASTY)
    assert [cards.cell(4, column).value for column in (1, 4, 7)] == list(NASTY[:3])
    assert cards.cell(5, 1).value == "BCDFG-HJKLM"
    assert str(listed.cell(5, 6).value) == "2026-06-30 00:00:00"


def test_fifteen_cards_are_a_page_and_no_card_is_cut_by_its_end() -> None:
    one, two = (openpyxl.load_workbook(BytesIO(as_workbook(sheet(*[card()] * n)))).worksheets[0] for n in (15, 31))
    assert [each.id for each in one.row_breaks.brk] == []
    assert [each.id for each in two.row_breaks.brk] == [30, 60]
    assert (two.page_setup.paperSize, two.page_setup.orientation) == (9, "portrait")


def test_the_same_cards_give_the_same_file_for_its_owner_alone(tmp_path: Path) -> None:
    for name in ("cards.html", "cards.XLSX"):
        path = write_cards(tmp_path / name, sheet(card()))
        first = path.read_bytes()
        assert write_cards(tmp_path / name, sheet(card())).read_bytes() == first
        assert path.stat().st_mode & 0o777 == 0o600


# --- read back -----------------------------------------------------------------------------------------------


def dots_of(text: str) -> list[list[bool]]:
    """The square as it must be, from segno itself: dark dots, with a light border of two."""
    square = segno.make_qr(text, error="m", boost_error=True)
    return [[bool(dot) for dot in row] for row in square.matrix_iter(border=2)]


def dots_of_png(png: bytes) -> list[list[bool]]:
    """Dark or light, from the middle of every dot of a picture of one bit a point."""
    chunks: dict[bytes, bytes] = {}
    place = 8
    while place < len(png):
        (size,), kind = struct.unpack(">I", png[place : place + 4]), png[place + 4 : place + 8]
        chunks[kind] = chunks.get(kind, b"") + png[place + 8 : place + 8 + size]
        place += size + 12
    width, height, depth = struct.unpack(">IIB", chunks[b"IHDR"][:9])
    assert depth == 1
    stride, raw = (width + 7) // 8 + 1, zlib.decompress(chunks[b"IDAT"])
    rows, above = [], bytes(stride - 1)
    for start in range(0, height * stride, stride):
        form, row = raw[start], raw[start + 1 : start + stride]
        assert form in (0, 2), "a row is as it is, or told by how it differs from the one above"
        above = row if form == 0 else bytes((one + other) % 256 for one, other in zip(row, above, strict=True))
        rows.append(above)
    return [[not row[x // 8] >> (7 - x % 8) & 1 for x in range(5, width, 10)] for row in rows[5::10]]


def dots_of_svg(svg: str) -> list[list[bool]]:
    """The dots of a path of strokes: `M x y`, then `h` to the right for dark ones and `m` to where the next begins."""
    side = int(svg.split('viewBox="0 0 ')[1].split()[0])
    dots = [[False] * side for _ in range(side)]
    x = y = 0.0
    for kind, said in re.findall(r"([Mmh])([^Mmh]*)", svg.split(' d="')[1].split('"')[0]):
        numbers = [float(number) for number in said.replace("-", " -").split()]
        if kind == "h":
            for across in range(int(numbers[0])):
                dots[int(y)][int(x) + across] = True
            x += numbers[0]
        else:
            x, y = (numbers[0], numbers[1]) if kind == "M" else (x + numbers[0], y + numbers[1])
    return dots


def test_a_picture_is_read_back_as_it_was_drawn() -> None:
    assert dots_of_png(as_png(CODE)) == dots_of(CODE)
    assert dots_of_png(as_png("BCDFGHJKLN")) != dots_of(CODE)
