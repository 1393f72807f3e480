"""Finds the header of a tab and says which column is which field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import NoReturn

from shopcrm.core.errors import FieldMissing, FieldUnknown, HeaderNotFound, HeaderUnknown, SheetEmpty
from shopcrm.core.language import translate
from shopcrm.sheets.grid import Tab
from shopcrm.sheets.layout.profiles import GENERIC, Profile, find_profile, match_profile
from shopcrm.sheets.records import Request, SavedLayout
from shopcrm.sheets.vocabulary import FIELDS, FIELDS_OF, count_recognised, key_of, nearest, vocabulary

_SEARCHED_ROWS = 40
_CONSENTS = ("consent_sms", "consent_email", "consent_wechat", "consent_phone", "consent_post")
# What profiles and synonyms name beside the fields that `--map` takes.
_UNASKED = {
    "sales": ("refund_of", "till_id", "zone"),
    "customers": ("till_id", "birthday_calendar", *_CONSENTS),
    "stock": (),
}
NO_TILL = Profile(
    name=GENERIC, kind="", source="", field_of={}, rank={}, ignored=frozenset(), telling=frozenset(), enough=0,
    refund_prefix="", order_level=frozenset(), is_lines=False, words={}, units={},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in a tab. `columns` maps a field to its column positions: several where all of them speak.

    `till` is the profile it was read by, with what that says about amounts and words. A layout `is_lines` where it
    names items and a receipt, but no day: it is read together with the tab that does.
    """

    kind: str
    profile: str
    till: Profile
    header_at: int  # position of the header among the tab's rows, from 0
    header: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    options: Mapping[str, str] = field(default_factory=dict)  # of a saved layout: date_order, decimal_mark

    @property
    def mapping(self) -> dict[str, str]:
        """Canonical field → header as written."""
        return {name: self.title(name) for name in FIELDS if name in self.columns}

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The headers that nothing is read from."""
        used = {position for positions in self.columns.values() for position in positions}
        return tuple(cell for position, cell in enumerate(self.header) if position not in used and cell)

    @property
    def words(self) -> Mapping[str, Mapping[str, str | bool]]:
        """What the till's own words mean, by field."""
        return self.till.words

    @property
    def is_lines(self) -> bool:
        """Whether it names items and receipts, but no day."""
        return self.kind == "sales" and not self.columns.keys() & {"date", "datetime"}

    @property
    def fingerprint(self) -> str:
        """The same for every sheet with this header."""
        return fingerprint_of(self.header)

    def title(self, name: str) -> str:
        """The header of a field as written, for sentences."""
        return " + ".join(self.header[position] for position in self.columns[name])


def fingerprint_of(header: Sequence[str]) -> str:
    """A digest of the header's keys, empty ones at the end left out."""
    keys = "\x1f".join(key_of(cell) for cell in header).rstrip("\x1f")
    return blake2b(keys.encode(), digest_size=8).hexdigest()


def check_request(request: Request) -> None:
    """Refuses a `--map` or `--profile` that names nothing. Raises FieldUnknown, ProfileUnknown."""
    for name in request.mapping:
        if name not in FIELDS:
            raise FieldUnknown(field=name, fields=", ".join(FIELDS), nearest=nearest(name, FIELDS))
    if request.profile is not None and request.profile not in {saved.name for saved in request.saved}:
        find_profile(request.profile)


def find_layout(path: Path, tab: Tab, request: Request) -> Layout:
    """The header and the columns of a tab. Raises SheetEmpty, HeaderNotFound, HeaderUnknown, FieldMissing."""
    if not any(any(map(str.strip, column)) for column in tab.columns):
        raise SheetEmpty(path=path)
    first = tab.first_rows(_SEARCHED_ROWS)
    header_at = _find_header(first, request)
    if header_at is None:
        raise HeaderNotFound(path=path, first_rows=_shown(first))
    header = tuple(" ".join(cell.split()) for cell in first[header_at])
    bare = Layout("", GENERIC, NO_TILL, header_at, header, _asked_columns(path, header, request.mapping))
    saved = _saved(header, request)
    return _understand(path, bare, request) if saved is None else _explained(path, bare, saved, request)


def demand_days(path: Path, layout: Layout) -> None:
    """Refuses items without a day, for which no other tab has one. Raises FieldMissing."""
    if layout.is_lines:
        _refuse(path, layout, ["date"])


def _saved(header: Sequence[str], request: Request) -> SavedLayout | None:
    """The layout that was explained for this header, or is asked for by name."""
    if request.profile is not None:
        return next((saved for saved in request.saved if saved.name == request.profile), None)
    own = fingerprint_of(header)
    fitting = (saved for saved in request.saved if saved.fingerprint == own)
    return next((saved for saved in fitting if request.kind in ("auto", saved.kind)), None)


def _explained(path: Path, bare: Layout, saved: SavedLayout, request: Request) -> Layout:
    told = {**_asked_columns(path, bare.header, saved.mapping), **bare.columns}
    understood = _understand(path, replace(bare, columns=told), replace(request, profile=None, kind=saved.kind))
    return replace(understood, profile=saved.name, options=saved.options)


def _understand(path: Path, bare: Layout, request: Request) -> Layout:
    asked = bare.columns
    till = find_profile(request.profile) if request.profile else match_profile(bare.header)
    if till is not None and request.kind in ("auto", till.kind):
        found = _by_profile(bare.header, till)
        if not request.profile:
            found = _unknown_to(till, bare.header) | found
        columns = _settle(till.kind, found, asked)
        return _complete(path, replace(bare, kind=till.kind, profile=till.name, till=till, columns=columns))
    kinds = ("sales", "customers") if request.kind == "auto" else (request.kind,)
    layouts = [
        replace(bare, kind=kind, columns=_settle(kind, _by_synonyms(bare.header, kind), asked)) for kind in kinds
    ]
    sales = layouts[0]
    if {"receipt", "date"} <= sales.columns.keys() and _missing(sales) == ["net_amount"]:
        return _complete(path, sales)  # receipts without an amount are no list of customers
    for layout in layouts:
        if not _missing(layout):
            if request.kind == "auto" and not asked:
                _refuse_anonymous(path, layout)
            return layout
    return _complete(path, layouts[0] if _is_nearly_sales(layouts[0]) else layouts[-1])


def _refuse_anonymous(path: Path, layout: Layout) -> None:
    """Sales without a receipt or customer column, while some columns mean nothing to us: one of those may be it."""
    named = {"receipt", "member_no", "phone", "email", "name"} & layout.columns.keys()
    if layout.kind == "sales" and not named and any(layout.unmapped):
        headers = ", ".join(cell for cell in layout.header if cell)
        raise FieldMissing(path=path, fields=translate("receipt or phone"), field="receipt", headers=headers)


def _find_header(rows: Sequence[Sequence[str]], request: Request) -> int | None:
    wanted = {key_of(header) for header in request.mapping.values()}
    saved = {saved.fingerprint for saved in request.saved}
    best, best_score = None, 0
    for position, row in enumerate(rows):
        filled = [cell for cell in row if cell.strip()]
        if filled and saved and fingerprint_of(row) in saved:
            return position
        named = len(wanted & {key_of(cell) for cell in filled if len(cell) <= 80})
        score = count_recognised(filled)
        is_header = score >= 2 or score == len(filled) == 1 or (wanted and named == len(wanted))
        if is_header and score + 2 * named > best_score:
            best, best_score = position, score + 2 * named
    return best


def _shown(rows: Sequence[Sequence[str]]) -> str:
    texts = [[cell.strip()[:24] for cell in row if cell.strip()] for row in rows]
    return "\n".join("  " + " | ".join(row[:12]) for row in [row for row in texts if row][:5])


def _asked_columns(path: Path, header: tuple[str, ...], mapping: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    asked: dict[str, tuple[int, ...]] = {}
    for name, wanted in mapping.items():
        plain = " ".join(wanted.split())
        exact = [position for position, cell in enumerate(header) if cell == plain]
        alike = [position for position, cell in enumerate(header) if cell and key_of(cell) == key_of(wanted)]
        if not (exact or alike):
            titles = [cell for cell in header if cell]
            likely = nearest(plain, titles)
            raise HeaderUnknown(path=path, header=wanted, headers=", ".join(titles), field=name, nearest=likely)
        asked[name] = ((exact or alike)[0],)
    return asked


def _by_profile(header: Sequence[str], till: Profile) -> dict[str, tuple[int, ...]]:
    named = [(till.field_of.get(key), till.rank.get(key, 0)) for key in map(key_of, header)]
    return _best_named([(name or "", rank) for name, rank in named])


def _unknown_to(till: Profile, header: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """What the synonyms make of headers that the till's profile has never seen: exports gain columns over time."""
    told = till.field_of.keys() | till.ignored
    return _by_synonyms(["" if key_of(cell) in told else cell for cell in header], till.kind)


def _by_synonyms(header: Sequence[str], kind: str) -> dict[str, tuple[int, ...]]:
    names = vocabulary().of_kind[kind]
    return _best_named([names.get(key_of(cell), ("", 0)) for cell in header])


def _best_named(named: Sequence[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    """Each field's best-named column, the first of equals; all of those fields that several columns speak of."""
    found: dict[str, list[tuple[int, int]]] = {}
    for position, (name, rank) in enumerate(named):
        if name:
            found.setdefault(name, []).append((rank, position))
    return {
        name: tuple(position for _, position in (sorted(places) if _is_plural(name) else [min(places)]))
        for name, places in found.items()
    }


def _is_plural(name: str) -> bool:
    """Whether every column of the field is read: a till may hold two statuses, and a consent for each channel."""
    return name in ("status", "tags") or name.startswith("consent")


def _settle(
    kind: str, guessed: dict[str, tuple[int, ...]], asked: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[int, ...]]:
    """The guess under what was asked for, brought to one column for each thing."""
    taken = {position for positions in asked.values() for position in positions}
    columns = {
        field: positions
        for field, positions in guessed.items()
        if field not in asked and not taken.intersection(positions)
    }
    if "date" in asked or "time" in asked:
        columns.pop("datetime", None)
    columns.update(asked)
    if kind == "sales":
        _settle_dates(columns)
        _settle_amounts(columns, asked)
    parts = columns.get("last_name", ()) + columns.get("first_name", ())
    if "name" not in columns and parts:
        columns["name"] = parts
    return {name: positions for name, positions in columns.items() if name in (*FIELDS_OF[kind], *_UNASKED[kind])}


def _settle_dates(columns: dict[str, tuple[int, ...]]) -> None:
    if "datetime" in columns:
        columns.pop("date", None)
        columns.pop("time", None)
    elif "date" not in columns and "time" in columns:
        columns["datetime"] = columns.pop("time")


def _settle_amounts(columns: dict[str, tuple[int, ...]], asked: Mapping[str, tuple[int, ...]]) -> None:
    """A gross amount is what was paid only where nothing was taken off it and nothing better is there.

    Where change was given, what was received is more than what was paid, and what was due is that.
    """
    due, change = columns.pop("due_amount", None), columns.pop("change", None)
    if due and change and "net_amount" not in asked:
        columns["net_amount"] = due
    gross = columns.pop("gross_amount", None)
    can_multiply = "quantity" in columns and "unit_price" in columns
    if gross and "net_amount" not in columns and "discount" not in columns and not can_multiply:
        columns["net_amount"] = gross


def _missing(layout: Layout) -> list[str]:
    columns = layout.columns
    if layout.kind == "stock":
        return [] if columns.keys() & {"sku", "item"} else ["sku"]
    if layout.kind == "customers":
        return [] if columns.keys() & {"member_no", "phone", "email", "name", "till_id"} else ["phone"]
    is_list_of_items = "receipt" in columns and columns.keys() & {"sku", "item"}
    missing = [] if columns.keys() & {"date", "datetime"} or is_list_of_items else ["date"]
    if "net_amount" not in columns and not {"quantity", "unit_price"} <= columns.keys():
        missing.append("net_amount")
    return missing


def _is_nearly_sales(layout: Layout) -> bool:
    return layout.kind == "sales" and len(_missing(layout)) < 2


def _complete(path: Path, layout: Layout) -> Layout:
    if missing := _missing(layout):
        _refuse(path, layout, missing)
    return layout


def _refuse(path: Path, layout: Layout, missing: list[str]) -> NoReturn:
    headers = [cell for cell in layout.header if cell]
    names = translate(" and ").join(missing)
    raise FieldMissing(path=path, fields=names, field=missing[0], headers=", ".join(headers), columns=headers)
