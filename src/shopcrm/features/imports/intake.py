"""Takes staged sheets into the book in one transaction, counts what became of them, and keeps a batch for each."""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import insert

from shopcrm.core.book import Book
from shopcrm.core.masking import mask_text
from shopcrm.core.schema.sales import batch
from shopcrm.features.imports.staging import Staged, StagedSheet
from shopcrm.features.imports.writing.linking import link_refunds
from shopcrm.features.imports.writing.opened import opened_by, post_openings
from shopcrm.features.imports.writing.opening import OpeningBalances, differences
from shopcrm.features.imports.writing.people import Outcome, write_people
from shopcrm.features.imports.writing.receipts import write_receipts
from shopcrm.features.imports.writing.stock import write_stock
from shopcrm.sheets.issues import describe_issue
from shopcrm.sheets.records import Preamble, Receipts, RowIssue

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class ImportedSheet:
    """What one sheet held, and what became of it.

    `rows` counts data rows. `added`, `updated` and `unchanged` count customers in a customer sheet and receipts in a
    sales sheet. `sales`, `refunds`, `net_minor` and the two days say what the sheet holds, new or not; `sales` excludes
    refunds. `rejects` counts rows left out that need attention. `opened` counts customers whose opening balances were
    posted. `erased` counts rows of people who were erased: of a customer sheet they are left out, and new sales of
    theirs are nobody's. `batch` is none where nothing was new.
    """

    sheet: str
    tab: str
    profile: str
    kind: str
    batch: int | None
    rows: int
    added: int
    updated: int
    unchanged: int
    skipped: int
    sales: int
    refunds: int
    net_minor: int
    first_on: date | None
    last_on: date | None
    rejects: int
    issues: int
    new_customers: int
    opened: int
    erased: int
    mapping: Mapping[str, str]
    unmapped: tuple[str, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One row issue, as people and programs read it."""

    code: str
    message: str
    hint: str
    sheet: str
    row: int
    field: str
    cell: str
    is_rejected: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """One entry a sheet, and every row issue."""

    items: tuple[ImportedSheet, ...]
    refunds_linked: int
    problems: tuple[Problem, ...]
    openings: tuple[OpeningBalances, ...] = ()

    @property
    def needs_attention(self) -> bool:
        """Whether any row is worth a look."""
        return bool(self.problems)


def take_in(
    book: Book, staged: Staged, progress: Progress | None = None, *, opens_balances: bool = False
) -> tuple[Imported, Staged]:
    """Writes all sheets, or none where anything fails. Answers the counts, and the sheets with all issues found.

    With `opens_balances` the points and stored value that customer sheets name are posted as opening balances.
    """
    items, looked_at, openings = [], [], list[OpeningBalances]()
    for entry in staged.sheets:
        outcome, batch_id, balances = _take_in_one(book, entry, progress, opens_balances)
        with_issues = _with_issues(entry, outcome.issues)
        looked_at.append(with_issues)
        opened = opened_by(book, batch_id) if batch_id is not None and opens_balances else 0
        items.append(_count(with_issues, outcome, batch_id, opened))
        openings += [balances] if balances is not None else []
    linked = link_refunds(book, {item.batch for item in items if item.batch})
    if any(item.batch for item in items):
        changed = [
            f"{mask_text(item.sheet)}: {item.added} added, {item.updated} updated" for item in items if item.batch
        ]
        book.tell("; ".join(changed))
    problems = tuple(
        Problem(
            i.code, describe_issue(i.code), _hint(entry, i), entry.path.name, i.row, i.field, _shown(i), i.is_rejected
        )
        for entry in looked_at
        for i in entry.sheet.issues
    )
    return Imported(tuple(items), linked, problems, tuple(openings)), Staged(tuple(looked_at))


def _take_in_one(
    book: Book, entry: StagedSheet, progress: Progress | None, opens_balances: bool
) -> tuple[Outcome, int | None, OpeningBalances | None]:
    sheet = entry.sheet
    batch_ids: list[int] = []

    def begin_batch() -> int:
        if not batch_ids:
            batch_ids.append(book.next_id(batch))
            _write_batch(book, entry, batch_ids[0])
        return batch_ids[0]

    if sheet.receipts is not None:
        outcome = write_receipts(book, sheet.receipts, sheet.source, begin_batch, progress)
    elif sheet.kind == "stock":
        outcome = write_stock(book, sheet.stock, begin_batch)
    else:
        outcome = write_people(book, sheet.people, sheet.source, begin_batch)
    balances = differences(book, outcome.matched) if opens_balances and outcome.matched else None
    if balances is not None and balances.has_new:
        post_openings(book, balances, sheet.source, begin_batch())
    if not batch_ids:
        return outcome, None, balances
    counts = {"added": outcome.added, "updated": outcome.updated, "unchanged": outcome.unchanged}
    rejects = _rejected_rows([*sheet.issues, *outcome.issues])
    book.connection.execute(batch.update().where(batch.c.id == batch_ids[0]).values(**counts, rejects=len(rejects)))
    return outcome, batch_ids[0], balances


def _write_batch(book: Book, entry: StagedSheet, batch_id: int) -> None:
    sheet = entry.sheet
    values = {
        "id": batch_id, "sheet": entry.path.name, "tab": sheet.tab, "sha256": entry.sha256, "profile": sheet.profile,
        "kind": sheet.kind, "mapping": dict(sheet.mapping), "on": book.as_of, "imported_at": book.now, "by": book.by,
        "rows": sheet.rows, "skipped": sheet.skipped, "added": 0, "updated": 0, "unchanged": 0, "rejects": 0,
        "said": _said(sheet.preamble),
    }  # fmt: skip
    book.connection.execute(insert(batch).values(**values))


def _with_issues(entry: StagedSheet, found: list[RowIssue]) -> StagedSheet:
    issues = sorted([*entry.sheet.issues, *found], key=lambda issue: issue.row)
    return replace(entry, sheet=replace(entry.sheet, issues=issues))


def _rejected_rows(issues: list[RowIssue]) -> set[int]:
    return {issue.row for issue in issues if issue.is_rejected}


def _said(preamble: Preamble) -> dict[str, object]:
    """What the sheet says of itself, as the batch keeps it."""
    said = {
        "store": preamble.store,
        "first_on": preamble.first_on and preamble.first_on.isoformat(),
        "last_on": preamble.last_on and preamble.last_on.isoformat(),
        "rows": preamble.declared_rows,
    }
    return {name: value for name, value in said.items() if value is not None}


def _count(entry: StagedSheet, outcome: Outcome, batch_id: int | None, opened: int) -> ImportedSheet:
    sheet, figures = entry.sheet, _figures(entry.sheet.receipts)
    return ImportedSheet(
        sheet=entry.path.name,
        tab=sheet.tab,
        profile=sheet.profile,
        kind=sheet.kind,
        batch=batch_id,
        rows=sheet.rows,
        added=outcome.added,
        updated=outcome.updated,
        unchanged=outcome.unchanged,
        skipped=sheet.skipped,
        sales=figures.sales,
        refunds=figures.refunds,
        net_minor=figures.net_minor,
        first_on=figures.first_on,
        last_on=figures.last_on,
        rejects=len(_rejected_rows(list(sheet.issues))),
        issues=len(sheet.issues),
        new_customers=outcome.new_customers,
        opened=opened,
        erased=outcome.erased,
        mapping=sheet.mapping,
        unmapped=tuple(sheet.unmapped),
        notices=tuple(sheet.notices),
    )


class _Figures(NamedTuple):
    sales: int
    refunds: int
    net_minor: int
    first_on: date | None
    last_on: date | None


def _figures(receipts: Receipts | None) -> _Figures:
    """What a sales sheet holds, new or not; what the till calls void is no part of it."""
    if receipts is None:
        return _Figures(0, 0, 0, None, None)
    standing = [(kind, day) for kind, day, is_void in zip(receipts.kinds, receipts.days, receipts.are_void, strict=True)
                if not is_void]  # fmt: skip
    days = {day for _, day in standing}
    returned = len(receipts) - receipts.returned_minor.count(0)
    sales = sum(kind == "sale" for kind, _ in standing)
    net_minor = sum(receipts.nets_minor) - sum(receipts.returned_minor)
    return _Figures(
        sales, len(standing) - sales + returned, net_minor, min(days, default=None), max(days, default=None)
    )


def _hint(entry: StagedSheet, issue: RowIssue) -> str:
    if issue.code.endswith("_differs"):
        return "shopcrm imports review"
    return shlex.join(("shopcrm", "import", str(entry.path), "--rejects", "rejects.xlsx"))


def _shown(issue: RowIssue) -> str:
    # What is printed and piped never shows a whole phone or address; the rejects file has the row as it was.
    return "…" if issue.field in ("phone", "email", "name", "member_no", "till_id", "birthday") else issue.cell
