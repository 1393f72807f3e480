"""Tells the encoding of a text from its bytes, which stream by: the whole text never stands in memory."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from shopcrm.sheets.opening.refusals import NO_ENCODING, Refused

SAMPLE = 160_000  # letters that are looked at to tell delimiter and header
_LEGACY = {"gb18030": "gb2312", "big5hkscs": "big5", "cp1252": "latin-1"}  # each with the letters common in it
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "utf-8": "utf-8-sig", "big5": "big5hkscs"}
_CHUNK = 200_000
_FOREIGN_SAMPLE = 60_000
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


@dataclass(slots=True)
class Decoded:
    """How bytes read in one encoding: what their start says, and how much of them is no letter."""

    encoding: str
    errors: str = "strict"
    start: str = ""
    foreign: str = ""  # a sample of what is not ASCII
    foreign_count: int = 0
    broken: int = 0

    @property
    def holds(self) -> bool:
        """Whether the text may be in this encoding; tills that cut names by the byte break some letters."""
        return self.broken <= max(1, self.foreign_count // 50)

    @property
    def is_hopeless(self) -> bool:
        """Whether so much is broken that reading on would change nothing."""
        return self.broken > 200 and self.broken > self.foreign_count // 10


class NotWrittenSo(Exception):
    """The bytes are not in the encoding that was asked for, or that their own byte order mark tells."""

    def __init__(self, encoding: str) -> None:
        super().__init__(encoding)
        self.encoding = encoding


def settled_encoding(stream: BinaryIO, asked: str | None) -> str | None:
    """The encoding asked for or told by the bytes themselves, None where it has to be found. Raises NotWrittenSo."""
    wanted = asked or marked_encoding(stream)
    if wanted is None:
        return None
    try:
        "".encode(wanted)  # refuses what is no encoding of text, such as hex
        name = codecs.lookup(wanted).name
        codecs.getincrementaldecoder(name)
    except (LookupError, UnicodeError, ValueError):
        raise NotWrittenSo(wanted) from None
    return _WIDER.get(name, name)


def marked_encoding(stream: BinaryIO) -> str | None:
    """The encoding told by a byte order mark, or by where the NUL bytes of plain letters stand."""
    stream.seek(0)
    start = stream.read(2000)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > 4 * even and odd * 30 > len(start):
        return "utf-16-le"
    if even > 4 * odd and even * 30 > len(start):
        return "utf-16-be"
    return None


def start_of(stream: BinaryIO, encoding: str, errors: str = "strict") -> str:
    """The first letters of the text. Raises UnicodeDecodeError."""
    stream.seek(0)
    raw = stream.read(4 * SAMPLE)
    return codecs.getincrementaldecoder(encoding)(errors).decode(raw, final=len(raw) < 4 * SAMPLE)[:SAMPLE]


def likeliest_encoding(stream: BinaryIO, header_score: Callable[[str], int]) -> Decoded:
    """The encoding of a text that is not clean UTF-8; half a letter here and there is to be read as "�".

    Known headers first (`header_score` counts them in a text's start); then how much of what is not ASCII is common
    in the encoding's own country. Raises Refused where the text is in none.
    """
    nearly = _decode(stream, "utf-8")
    if nearly.holds and nearly.foreign_count - nearly.broken >= 3:
        return nearly
    found = [_decode(stream, name, _FOREIGN_SAMPLE) for name in _LEGACY]
    found.sort(key=lambda text: (header_score(text.start), _common_share(text)), reverse=True)
    for text in found:
        if text.holds and (whole := _decode(stream, text.encoding)).holds:
            return whole
    raise Refused(NO_ENCODING)


def _decode(stream: BinaryIO, encoding: str, enough_foreign: int | None = None) -> Decoded:
    """Reads the bytes once, or until enough of them was seen, keeping only what tells the encoding."""
    found = Decoded(encoding, "replace")
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    stream.seek(0)
    raw = b"-"
    while raw and not found.is_hopeless and (enough_foreign is None or len(found.foreign) < enough_foreign):
        raw = stream.read(_CHUNK)
        text = decoder.decode(raw, final=not raw)
        if len(found.start) < SAMPLE:
            found.start += text[: SAMPLE - len(found.start)]
        if text.isascii():
            continue
        found.foreign_count += len(text) - len(text.encode("ascii", "ignore"))
        found.broken += text.count("\ufffd")
        if len(found.foreign) < _FOREIGN_SAMPLE:
            found.foreign += "".join(_FOREIGN.findall(text))[:_FOREIGN_SAMPLE]
    return found


def _common_share(text: Decoded) -> float:
    home = _LEGACY[text.encoding]
    letters = text.foreign.replace("\ufffd", "")
    common = len(letters.encode(home, "ignore").decode(home)) / (len(text.foreign) or 1)
    if text.encoding == "cp1252":  # every byte is some letter there: believed only when the others look odd
        common *= 0.6
    return common
