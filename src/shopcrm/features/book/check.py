"""Proves the book sound: every law that commands keep is worked out again from all rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, and_, case, func, or_, select, text

from shopcrm.core import audit, ledger, merging
from shopcrm.core.book import Book
from shopcrm.core.coupons.laws import broken_laws as broken_coupons
from shopcrm.core.errors import BookUnsound
from shopcrm.core.language import mark
from shopcrm.core.language import translate as _
from shopcrm.core.schema import every_table
from shopcrm.core.schema.points import OPENING, points_entry
from shopcrm.core.schema.sales import counting, sale, sale_line
from shopcrm.core.schema.triggers import trigger_names


@dataclass(frozen=True, slots=True)
class Proof:
    """One law, and how many rows it was proved on."""

    law: str
    rows: int


@dataclass(frozen=True, slots=True)
class Checked:
    """Every law holds."""

    items: tuple[Proof, ...]


def check(book: Book) -> Checked:
    """Proves every law. Raises BookUnsound with the sentence that says which one does not hold, and all findings."""
    proofs, findings = [], []
    for law, table, prove in _LAWS:
        findings += list(prove(book))
        proofs.append(Proof(_(law), _count(book, table)))
    if findings:
        raise BookUnsound(finding=findings[0], findings=findings)
    return Checked(tuple(proofs))


def _intact(book: Book) -> Iterator[str]:
    for (said,) in book.connection.exec_driver_sql("PRAGMA integrity_check(5)"):
        if said != "ok":
            yield _("the file is damaged: {reason}").format(reason=said)
    for row in book.connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield _("a row of {table} refers to a row of {other} that is not there").format(table=row[0], other=row[2])


def _values_allowed(book: Book) -> Iterator[str]:
    # Asked for row by row: integrity_check leaves CHECK constraints out where the file is opened read-only.
    standing = _standing_tables(book)
    for table in (table for table in every_table().sorted_tables if table.name in standing):
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                broken = select(func.count()).select_from(table).where(text(f"NOT ({constraint.sqltext})"))
                if count := book.connection.scalar(broken):
                    yield _("{count} rows of {table} break the rule {rule}").format(
                        count=count, table=table.name, rule=constraint.name
                    )


def _guarded(book: Book) -> Iterator[str]:
    found = {row[0] for row in book.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    for name in sorted(trigger_names() - found):
        yield _("the trigger {name}, which keeps a ledger append-only, is gone").format(name=name)
    for name in sorted(set(every_table().tables) - _standing_tables(book)):
        yield _("the table {name} is gone").format(name=name)


def _standing_tables(book: Book) -> set[str]:
    rows = book.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {row[0] for row in rows}


def _ledger(book: Book) -> Iterator[str]:
    yield from ledger.broken_laws(book)


def _wallets(book: Book) -> Iterator[str]:
    yield from ledger.broken_laws(book, of=ledger.MONEY)


def _cards(book: Book) -> Iterator[str]:
    yield from ledger.broken_laws(book, of=ledger.VISITS)


def _coupons(book: Book) -> Iterator[str]:
    yield from broken_coupons(book)


def _sales_add_up(book: Book) -> Iterator[str]:
    summed = (
        select(sale.c.receipt, sale.c.on, sale.c.net_minor, func.sum(sale_line.c.net_minor).label("lines_minor"))
        .join(sale_line, sale_line.c.sale_id == sale.c.id)
        .group_by(sale.c.id, sale.c.receipt, sale.c.on, sale.c.net_minor)
        .having(func.sum(sale_line.c.net_minor) != sale.c.net_minor)
    )
    for row in book.connection.execute(summed):
        sentence = _("the lines of receipt {receipt} of {on} add up to {lines_minor} minor units, not {net_minor}")
        yield sentence.format(**row._mapping)


def _refunds_point_back(book: Book) -> Iterator[str]:
    sold = sale.alias("sold")
    wrong = (
        select(sale.c.receipt, sale.c.on)
        .join(sold, sold.c.id == sale.c.refund_of_id)
        .where(or_(sale.c.kind != "refund", sold.c.kind != "sale", sold.c.on > sale.c.on))
    )
    for row in book.connection.execute(wrong):
        yield _("receipt {receipt} of {on} gives back something that is no earlier sale").format(**row._mapping)


def _points_follow_sales(book: Book) -> Iterator[str]:
    """A sale and its refunds together never take more points than the sale gave, or brought to an opening balance.

    Refunds that came before their sale were known took from what other sales gave: these points are not held against
    a sale that has given none yet, or never will since an opening covers it.
    """
    group = func.coalesce(sale.c.refund_of_id, sale.c.id)
    said = points_entry.c.inputs
    brought = case((said["covered_by"].as_string() == OPENING, said["sale_points"].as_integer()), else_=0)
    alone = case((and_(said["sale_points"].as_integer().is_(None), points_entry.c.points < 0), -points_entry.c.points))
    sums = (
        select(
            group.label("group_id"),
            points_entry.c.customer_id,
            func.sum(points_entry.c.points).label("points"),
            func.max(brought).label("brought"),
            func.coalesce(func.sum(alone), 0).label("alone"),
        )
        .join(sale, sale.c.id == points_entry.c.sale_id)
        .where(or_(sale.c.kind == "sale", sale.c.refund_of_id.is_not(None)))
        .group_by(group, points_entry.c.customer_id)
        .having(func.sum(points_entry.c.points) < 0)
        .subquery()
    )
    own, opening = points_entry.alias("own"), points_entry.alias("opening")
    gave = select(own.c.id).where(own.c.sale_id == sale.c.id, own.c.customer_id == sums.c.customer_id)
    opened = select(opening.c.id).where(
        opening.c.customer_id == sums.c.customer_id, opening.c.on >= sale.c.on, opening.c.rule == OPENING
    )
    by_opening = and_(opened.exists(), sums.c.brought > sums.c.alone)
    held = case((gave.exists(), 0), (by_opening, sums.c.brought), else_=sums.c.alone)
    more = (-sums.c.points - held).label("more")
    rows = select(sale.c.receipt, sale.c.on, more).join(sums, sums.c.group_id == sale.c.id).where(more > 0)
    for row in book.connection.execute(rows):
        sentence = _("receipt {receipt} of {on} and its refunds took {points} points more than it gave")
        yield sentence.format(receipt=row.receipt, on=row.on, points=row.more)
    stray = select(points_entry.c.id).join(sale, sale.c.id == points_entry.c.sale_id)
    stray = stray.where(and_(points_entry.c.sale_revision > sale.c.revision))
    for row in book.connection.execute(stray):
        yield _("entry {entry} is for a revision of its sale that does not exist").format(entry=row.id)


def _withdrawn_counts_nowhere(book: Book) -> Iterator[str]:
    """No refund counts without its sale, and a sweep that has seen a withdrawal has left no points for the sale."""
    sold = sale.alias("sold")
    stranded = select(sale.c.receipt, sale.c.on).join(sold, sold.c.id == sale.c.refund_of_id)
    for refund in book.connection.execute(stranded.where(counting, sold.c.withdrawn.is_not(None))):
        yield _("receipt {receipt} of {on} gives back a sale that was withdrawn").format(**refund._mapping)
    sums = (
        select(sale.c.receipt, sale.c.on, func.sum(points_entry.c.points).label("points"))
        .join(points_entry, points_entry.c.sale_id == sale.c.id)
        .where(sale.c.withdrawn.is_not(None), sale.c.kind == "sale")
        .group_by(sale.c.id, sale.c.receipt, sale.c.on, sale.c.revision, points_entry.c.customer_id)
        .having(func.sum(points_entry.c.points) != 0, func.max(points_entry.c.sale_revision) == sale.c.revision)
    )
    for row in book.connection.execute(sums):
        yield _("receipt {receipt} of {on} was withdrawn and still gives {points} points").format(**row._mapping)


def _settings_readable(book: Book) -> Iterator[str]:
    for start in book.history.starts:
        try:
            book.history.on(start)
        except BookUnsound as refusal:
            yield refusal.details["finding"]


def _audit_unbroken(book: Book) -> Iterator[str]:
    for row in audit.broken_rows(book.connection):
        yield _("row {row} of the audit trail was changed, or a row before it is missing").format(row=row)
    if cut := audit.cut(book.connection):
        sentence = _(
            "the audit trail does not end where it was left: {written} rows were written, {standing} are there"
        )
        yield sentence.format(written="?" if cut.written is None else cut.written, standing=cut.standing)


_LAWS: tuple[tuple[str, str, Callable[[Book], Iterator[str]]], ...] = (
    (mark("the file is whole and every reference leads somewhere"), "customer", _intact),
    (mark("every value is one that its column allows"), "sale", _values_allowed),
    (mark("ledgers are guarded against change"), "points_draw", _guarded),
    (mark("entries are what is left in lots, less deficits"), "points_entry", _ledger),
    (mark("wallets are sums of entries, and never below zero"), "wallet_entry", _wallets),
    (mark("visit cards are sums of entries, and never below zero"), "visit_entry", _cards),
    (mark("coupons stand as their events left them"), "coupon", _coupons),
    (mark("every merge leads to who answers"), "customer_merge", merging.broken_pointers),
    (mark("a receipt is the sum of its lines"), "sale_line", _sales_add_up),
    (mark("a refund gives back an earlier sale"), "sale", _refunds_point_back),
    (mark("points follow sales and never outrun them"), "points_lot", _points_follow_sales),
    (mark("what was withdrawn counts nowhere"), "sale", _withdrawn_counts_nowhere),
    (mark("every version of the settings can be read"), "settings_version", _settings_readable),
    (mark("the audit trail is unbroken"), "audit", _audit_unbroken),
)


def _count(book: Book, table: str) -> int:
    if table not in _standing_tables(book):
        return 0
    return book.connection.scalar(select(func.count()).select_from(every_table().tables[table])) or 0
