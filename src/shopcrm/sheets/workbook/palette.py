"""The colours of a workbook: a few tones, and one tone for each name that rows are coloured by."""

from collections.abc import Iterable, Mapping
from zlib import crc32

INK, SOFT_INK, RULE, BAND, HEADER = "22303C", "6B7A88", "E1E7EC", "F7F9FB", "24495E"

TONES = {
    "green": "1F7A4D",
    "blue": "2463A6",
    "amber": "B26B00",
    "red": "B3372F",
    "purple": "6A4AA3",
    "teal": "0E7490",
    "pink": "AD3F78",
    "olive": "66761F",
    "brown": "87552B",
    "grey": "5F6C79",
    "gold": "937000",
    "silver": "748392",
    "black": "1C232B",
}
# Handed out to names that nobody gave a tone; grey, gold, silver and black mean something to people.
_FREE = ("blue", "green", "amber", "purple", "teal", "pink", "olive", "brown", "red")


def choose_tones(names: Iterable[str], colours: Mapping[str, str]) -> dict[str, str]:
    """The tone (six hex digits) of each name: as `colours` says (a key of TONES or hex digits), else a free one.

    A name without a tone of its own gets the same one in every workbook, unless two names would share it.
    """
    distinct = sorted(set(names))
    tones = {name: TONES.get(colours[name], colours[name]) for name in distinct if name in colours}
    for name in distinct:
        if name not in tones:
            first = crc32(name.encode()) % len(_FREE)
            tried = [TONES[_FREE[(first + step) % len(_FREE)]] for step in range(len(_FREE))]
            tones[name] = next((tone for tone in tried if tone not in tones.values()), tried[0])
    return tones


def lighten(tone: str, share: float) -> str:
    """The tone mixed with white; `share` 0 is the tone itself, 1 is white."""
    parts = (int(tone[at : at + 2], 16) for at in (0, 2, 4))
    return "".join(f"{round(part + (255 - part) * share):02X}" for part in parts)
