"""What headers are called: the canonical fields, their synonyms, and how a header is brought to its key."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from unicodedata import normalize

CUSTOMER_FIELDS = (
    "member_no", "phone", "email", "name", "birthday", "gender", "joined_on", "tags", "points_balance",
    "wallet_principal", "wallet_bonus", "consent",
)  # fmt: skip
SALES_FIELDS = (
    "receipt", "date", "time", "datetime", "store", "cashier", "member_no", "phone", "email", "name", "sku", "item",
    "category", "quantity", "unit_price", "unit_cost", "discount", "net_amount", "tax", "payment_method", "status",
    "refund_amount", "refund_of", "currency",
)  # fmt: skip
STOCK_FIELDS = ("sku", "item", "category", "tags", "quantity", "unit_price", "unit_cost")
FIELDS_OF: Mapping[str, tuple[str, ...]] = {
    "sales": SALES_FIELDS,
    "customers": CUSTOMER_FIELDS,
    "stock": STOCK_FIELDS,
}
FIELDS = tuple(dict.fromkeys((*SALES_FIELDS, *CUSTOMER_FIELDS, *STOCK_FIELDS)))
# Read from headers, but not to be asked for by name: parts of a field, or what only a known till can mean by a cell.
PARTS = (
    "first_name", "last_name", "gross_amount", "due_amount", "change", "till_id", "zone", "consent_sms",
    "consent_email", "consent_wechat", "consent_phone", "consent_post", "birthday_calendar",
)  # fmt: skip

_HINT = re.compile(r"[(\[【]([^)\]】]*)[)\]】]")
# Hints that make another column of it: `数量(不含套餐子商品)` beside `数量(含套餐子商品)`, `Net (excl. tax)`.
_TELLING_HINT = re.compile(r"不含|未含|含.*(?:套餐|子商品)|excl|ex\b|without|before|w/o", re.IGNORECASE)
_PASSED_OVER = re.compile(r"[\s_\-\ufeff\u200b]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Header key → (field, rank) for each kind; rank 0 is the best name of a field. `known` keys are not read."""

    of_kind: Mapping[str, Mapping[str, tuple[str, int]]]
    known: frozenset[str]
    whole_order: frozenset[str]

    def recognises(self, key: str) -> bool:
        """Whether a header of this key means anything to us."""
        return key in self.known or any(key in names for names in self.of_kind.values())


def key_of(header: str) -> str:
    """What two spellings of one header have in common: `Unit_Price *` and `unit price（元）` differ in nothing."""
    plain = _HINT.sub(_kept_hint, normalize("NFKC", header)).strip().lower()
    return _PASSED_OVER.sub("", plain.rstrip("*:; \t"))


def hint_of(header: str) -> str:
    """The unit or hint that a header holds in brackets: `金额（分）` → `分`; empty where there is none."""
    found = _HINT.search(normalize("NFKC", header))
    return found[1].strip() if found else ""


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The synonyms that the package carries."""
    document = tomllib.loads((Path(__file__).parent / "synonyms.toml").read_text("utf-8"))
    of_kind = {kind: _ranked({**_shared(document, kind), **document[kind]}) for kind in FIELDS_OF}
    known = document["known"]
    return Vocabulary(of_kind, _keys(known["headers"]), _keys(known["whole_order"]))


def nearest(wanted: str, names: Sequence[str]) -> str:
    """The name most like what was typed; the first where none is like it at all."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(wanted.lower(), names, scorer=fuzz.ratio, processor=str.lower)
    return found[0] if found else names[0]


def count_recognised(cells: Iterable[str]) -> int:
    """How many different cells of a row are headers that we know."""
    words = vocabulary()
    return sum(words.recognises(key) for key in {key_of(cell) for cell in cells if len(cell) <= 80} - {""})


def _kept_hint(hint: re.Match[str]) -> str:
    return hint[1] if _TELLING_HINT.match(hint[1].strip()) else ""


def _shared(document: Mapping[str, Mapping[str, list[str]]], kind: str) -> Mapping[str, list[str]]:
    """What two kinds of sheet call the same: who buys, and what is sold."""
    names: dict[str, list[str]] = {}
    for shared, kinds in (("buyers", ("sales", "customers")), ("goods", ("sales", "stock"))):
        if kind in kinds:
            names |= document[shared]
    return names


def _ranked(fields: Mapping[str, list[str]]) -> dict[str, tuple[str, int]]:
    return {
        key_of(name): (field, rank) for field, names in fields.items() for rank, name in reversed([*enumerate(names)])
    }


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(key_of(name) for name in names)
