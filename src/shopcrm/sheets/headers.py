"""Finds the header of a tab and says which column is which field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from shopcrm.core.errors import FieldMissing, FieldUnknown, HeaderNotFound, HeaderUnknown, SheetEmpty
from shopcrm.core.language import translate
from shopcrm.sheets.grid import Tab, width_of
from shopcrm.sheets.profiles import GENERIC, Profile, find_profile, match_profile
from shopcrm.sheets.records import Request
from shopcrm.sheets.vocabulary import FIELDS, FIELDS_OF, count_recognised, key_of, nearest, vocabulary

_SEARCHED_ROWS = 40
_PARTS = ("first_name", "last_name", "gross_amount")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in a tab. `columns` maps a field to its column positions: several for status and name."""

    kind: str
    profile: str
    refund_prefix: str
    header_at: int  # position of the header among the tab's rows, from 0
    header: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]

    @property
    def mapping(self) -> dict[str, str]:
        """Canonical field → header as written."""
        return {field: self.title(field) for field in FIELDS if field in self.columns}

    @property
    def unmapped(self) -> tuple[str, ...]:
        """The headers that nothing is read from."""
        used = {position for positions in self.columns.values() for position in positions}
        return tuple(cell for position, cell in enumerate(self.header) if position not in used and cell)

    def title(self, field: str) -> str:
        """The header of a field as written, for sentences."""
        return " + ".join(self.header[position] for position in self.columns[field])


def check_request(request: Request) -> None:
    """Refuses a `--map` or `--profile` that names nothing. Raises FieldUnknown, ProfileUnknown."""
    for field in request.mapping:
        if field not in FIELDS:
            raise FieldUnknown(field=field, fields=", ".join(FIELDS), nearest=nearest(field, FIELDS))
    if request.profile is not None:
        find_profile(request.profile)


def find_layout(path: Path, tab: Tab, request: Request) -> Layout:
    """The header and the columns of a tab. Raises SheetEmpty, HeaderNotFound, HeaderUnknown, FieldMissing."""
    if not any(any(map(str.strip, row)) for row in tab.rows):
        raise SheetEmpty(path=path)
    header_at = _find_header(tab, request)
    if header_at is None:
        raise HeaderNotFound(path=path, first_rows=_first_rows(tab))
    cells = [" ".join(cell.split()) for cell in tab.rows[header_at]]
    header = (*cells, *[""] * (width_of(tab.rows) - len(cells)))
    asked = _asked_columns(path, header, request.mapping)
    return _understand(path, Layout("", GENERIC, "", header_at, header, asked), request)


def _understand(path: Path, bare: Layout, request: Request) -> Layout:
    asked = bare.columns
    profile = find_profile(request.profile) if request.profile else match_profile(bare.header)
    if profile is not None and request.kind in ("auto", profile.kind):
        columns = _settle(profile.kind, _by_profile(bare.header, profile), asked)
        layout = replace(
            bare, kind=profile.kind, profile=profile.name, refund_prefix=profile.refund_prefix, columns=columns
        )
        return _complete(path, layout)
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


def _find_header(tab: Tab, request: Request) -> int | None:
    wanted = {key_of(header) for header in request.mapping.values()}
    best, best_score = None, 0
    for position, row in enumerate(tab.rows[:_SEARCHED_ROWS]):
        filled = [cell for cell in row if cell.strip()]
        named = len(wanted & {key_of(cell) for cell in filled if len(cell) <= 80})
        score = count_recognised(filled)
        is_header = score >= 2 or score == len(filled) == 1 or (wanted and named == len(wanted))
        if is_header and score + 2 * named > best_score:
            best, best_score = position, score + 2 * named
    return best


def _first_rows(tab: Tab) -> str:
    rows = [[cell.strip()[:24] for cell in row if cell.strip()] for row in tab.rows[:_SEARCHED_ROWS]]
    return "\n".join("  " + " | ".join(row[:12]) for row in [row for row in rows if row][:5])


def _asked_columns(path: Path, header: tuple[str, ...], mapping: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    asked: dict[str, tuple[int, ...]] = {}
    for field, wanted in mapping.items():
        plain = " ".join(wanted.split())
        exact = [position for position, cell in enumerate(header) if cell == plain]
        alike = [position for position, cell in enumerate(header) if cell and key_of(cell) == key_of(wanted)]
        if not (exact or alike):
            names = [cell for cell in header if cell]
            likely = nearest(plain, names)
            raise HeaderUnknown(path=path, header=wanted, headers=", ".join(names), field=field, nearest=likely)
        asked[field] = ((exact or alike)[0],)
    return asked


def _by_profile(header: Sequence[str], profile: Profile) -> dict[str, tuple[int, ...]]:
    columns: dict[str, tuple[int, ...]] = {}
    for position, cell in enumerate(header):
        field = profile.field_of.get(key_of(cell))
        if field is not None:
            columns.setdefault(field, (position,))
    return columns


def _by_synonyms(header: Sequence[str], kind: str) -> dict[str, tuple[int, ...]]:
    """Each field's best-named column, the first of equals; every status column, since a till may hold two."""
    names = vocabulary().of_kind[kind]
    found: dict[str, list[tuple[int, int]]] = {}
    for position, cell in enumerate(header):
        field, rank = names.get(key_of(cell), ("", 0))
        if field:
            found.setdefault(field, []).append((rank, position))
    return {
        field: tuple(position for _, position in (sorted(places) if field == "status" else [min(places)]))
        for field, places in found.items()
    }


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
        _settle_amounts(columns)
    parts = columns.get("last_name", ()) + columns.get("first_name", ())
    if "name" not in columns and parts:
        columns["name"] = parts
    for part in _PARTS:
        columns.pop(part, None)
    return {field: positions for field, positions in columns.items() if field in FIELDS_OF[kind]}


def _settle_dates(columns: dict[str, tuple[int, ...]]) -> None:
    if "datetime" in columns:
        columns.pop("date", None)
        columns.pop("time", None)
    elif "date" not in columns and "time" in columns:
        columns["datetime"] = columns.pop("time")


def _settle_amounts(columns: dict[str, tuple[int, ...]]) -> None:
    """A gross amount is what was paid only where nothing was taken off it and nothing better is there."""
    gross = columns.pop("gross_amount", None)
    can_multiply = "quantity" in columns and "unit_price" in columns
    if gross and "net_amount" not in columns and "discount" not in columns and not can_multiply:
        columns["net_amount"] = gross


def _missing(layout: Layout) -> list[str]:
    columns = layout.columns
    if layout.kind == "customers":
        return [] if columns.keys() & {"member_no", "phone", "email", "name"} else ["phone"]
    missing = [] if columns.keys() & {"date", "datetime"} else ["date"]
    if "net_amount" not in columns and not {"quantity", "unit_price"} <= columns.keys():
        missing.append("net_amount")
    return missing


def _is_nearly_sales(layout: Layout) -> bool:
    return layout.kind == "sales" and len(_missing(layout)) < 2


def _complete(path: Path, layout: Layout) -> Layout:
    missing = _missing(layout)
    if missing:
        headers = ", ".join(cell for cell in layout.header if cell)
        names = translate(" and ").join(missing)
        raise FieldMissing(path=path, fields=names, field=missing[0], headers=headers)
    return layout
