"""Money is an integer of minor units with the currency's exponent; never a float.

Rounding is named once: `round_half_up` for amounts that a sheet states finer than the currency.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from shopcrm.core.errors import AmountUnreadable, CurrencyUnknown

# ISO 4217 currencies whose minor unit is not a hundredth.
EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
         "XOF", "XPF"), 0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip

# What owners call a currency when asked for its code.
CALLED = {"RMB": "CNY", "人民币": "CNY", "元": "CNY", "YUAN": "CNY"}

_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")  # a comma elsewhere may be a decimal one


def exponent_of(currency: str) -> int:
    """How many decimals the currency has: CNY 2, JPY 0, KWD 3."""
    return EXPONENTS.get(currency, 2)


def check_currency(currency: str) -> str:
    """The ISO 4217 code, in capitals. Raises CurrencyUnknown with the nearest code."""
    code = CALLED.get(currency.strip().upper(), currency.strip().upper())
    known = _currencies_in_use()
    if code in known:
        return code
    from rapidfuzz import process

    found = process.extractOne(code, sorted(known))
    raise CurrencyUnknown(currency=currency, nearest=found[0] if found else "CNY")


def _currencies_in_use() -> set[str]:
    # Babel's list of names also holds currencies that are history (ADP).
    from babel.core import get_global

    used = (entry for entries in get_global("territory_currencies").values() for entry in entries)
    return {code for code, _start, end, is_tender in used if end is None and is_tender}


def round_half_up(value: Decimal) -> int:
    """The nearest integer; a half goes away from zero, as a till's receipt rounds."""
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def to_minor(value: Decimal, exponent: int) -> int:
    """Minor units of an amount in major units, rounded half up."""
    return round_half_up(value.scaleb(exponent))


def parse_minor(text: str, exponent: int) -> int:
    """Minor units of an amount typed by a person (`12`, `12.50`, `1,200.00`).

    Raises AmountUnreadable for anything else and for more decimals than the currency has, except zeros.
    """
    plain = text.strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    decimals = plain.partition(".")[2]
    # Three zeros may be thousands ("1.000" in Europe), so no more than two are ever dropped.
    too_fine = len(decimals.rstrip("0")) > exponent or len(decimals) > max(exponent, 2)
    if not _PLAIN.fullmatch(plain) or too_fine:
        raise AmountUnreadable(text=text, decimals=exponent)
    return int(Decimal(plain).scaleb(exponent))


def format_minor(minor: int, exponent: int) -> str:
    """`1234567` → `12,345.67`; digits and separators only, the currency is said once elsewhere."""
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(exponent + 1, "0")
    whole, fraction = (digits[:-exponent], digits[-exponent:]) if exponent else (digits, "")
    return f"{sign}{int(whole):,}" + (f".{fraction}" if fraction else "")


def split_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole parts in proportion to `weights` (0 or more, not all 0) that add up to it exactly.

    Each part is its share rounded towards zero; what is left goes, one unit each, to the largest remainders, the first
    of equals first (Hamilton's method).
    """
    whole, sign = sum(weights), -1 if total < 0 else 1
    shares = [divmod(abs(total) * weight, whole) for weight in weights]
    parts = [part for part, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda place: -shares[place][1])
    for place in by_remainder[: abs(total) - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]


@lru_cache(maxsize=8)
def signs_of(currency: str) -> frozenset[str]:
    """The signs and codes by which a sheet may write this currency (`¥`, `￥`, `CNY`, `RMB`, `元`)."""
    return frozenset({currency, *_SIGNS.get(currency, ())})


_SIGNS = {
    "CNY": ("¥", "￥", "RMB", "元", "人民币", "CN¥"),
    "JPY": ("¥", "￥", "円", "JP¥"),
    "USD": ("$", "US$"),
    "EUR": ("€",),
    "GBP": ("£",),
    "HKD": ("$", "HK$"),
    "TWD": ("$", "NT$", "元"),
    "MYR": ("RM",),
    "SGD": ("$", "S$"),
    "KRW": ("₩",),
    "INR": ("₹",),
    "THB": ("฿",),
    "AUD": ("$", "A$"),
    "CAD": ("$", "C$"),
}
