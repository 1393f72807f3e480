"""The customers workbook: everyone on the list, with tier, points, and what they have bought."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Select, case, func, select

from shopcrm.core.audience import as_listed, first_identity, with_listing
from shopcrm.core.audience import where as chosen_by
from shopcrm.core.book import Book
from shopcrm.core.language import translate as _
from shopcrm.core.masking import mask_email
from shopcrm.core.merging import whose
from shopcrm.core.schema.people import customer
from shopcrm.core.schema.points import points_entry
from shopcrm.core.schema.sales import counting, sale
from shopcrm.core.tiers import highest_tier, posted_tiers
from shopcrm.features.exports.writing import Exported, write
from shopcrm.sheets.workbook import Column, Fact, Tab


def export_customers(book: Book, path: Path, *, where: str | None = None, reveal: bool = False) -> Exported:
    """Writes everyone on the list, or whom `where` chooses, as of the business date. Raises FolderUnwritable."""
    posted = posted_tiers(book)
    wanted = _statement(book) if where is None else _statement(book).where(chosen_by(book, where))
    rows = [_cells(row, _tier(book, posted.get(row.id, {})), reveal) for row in book.connection.execute(wanted)]
    if reveal:
        book.tell(f"phones of {len(rows)} customers revealed")
    tab = Tab(_("Customers"), _columns(), rows, tag_column=7)
    facts: list[Fact] = [
        (_("Customers"), len(rows), "int"),
        (_("With a phone number"), sum(row[3] is not None for row in rows), "int"),
        (_("Points outstanding"), sum(row[8] for row in rows), "int"),
    ]
    tiers = [tier.name for tier in book.settings.tiers]
    steps = [(_(tier.name), tier.from_minor, "; ".join(_(b) for b in tier.benefits)) for tier in book.settings.tiers]
    columns = [Column(_("Tier"), "tag"), Column(_("From"), "money"), Column(_("Benefits"), "wrap")]
    tables = [Tab(_("Tiers"), columns, steps, tag_column=0)] if tiers else []
    return write(book, path, title=_("Customers"), on=book.as_of, facts=facts, tables=tables, tabs=[tab], reveal=reveal)


def _columns() -> list[Column]:
    return [
        Column(_("Customer"), "text"),
        Column(_("Name"), "text"),
        Column(_("Member no."), "text"),
        Column(_("Phone"), "phone"),
        Column(_("E-mail"), "text"),
        Column(_("Birthday"), "text"),
        Column(_("Joined"), "date"),
        Column(_("Tier"), "tag"),
        Column(_("Points"), "int"),
        Column(_("First purchase"), "date"),
        Column(_("Last purchase"), "date"),
        Column(_("Purchase days"), "int"),
        Column(_("Net spend"), "money"),
    ]


def _cells(row: Any, tier: str | None, reveal: bool) -> tuple[Any, ...]:
    listed = as_listed(row, reveal)
    month_day = f"{row.birth_month:02}-{row.birth_day:02}" if row.birth_month else None
    birthday = f"{row.birth_year}-{month_day}" if month_day and row.birth_year else month_day
    return (
        listed["customer"], listed["name"], listed["member_no"], listed["phone"],
        row.email if reveal else mask_email(row.email), birthday if reveal or not birthday else birthday[-5:],
        row.joined_on, tier, row.points or 0, row.first_on, row.last_on,
        row.visits or 0, row.net_minor or 0,
    )  # fmt: skip


def _tier(book: Book, reached: Mapping[str, Any]) -> str | None:
    tier = highest_tier(reached, book.settings)
    return _(tier.name) if tier else None


def _statement(book: Book) -> Select[Any]:
    bought_on = case((sale.c.kind == "sale", sale.c.on))
    who = whose(book, sale.c.customer_id).label("customer_id")
    bought = (
        select(
            who,
            func.min(bought_on).label("first_on"),
            func.max(bought_on).label("last_on"),
            func.count(bought_on.distinct()).label("visits"),
            func.sum(sale.c.net_minor).label("net_minor"),
        )
        .where(counting, sale.c.customer_id.is_not(None), sale.c.on <= book.as_of)
        .group_by(who)
        .subquery("bought")
    )
    points = _latest(points_entry, func.sum(points_entry.c.points).label("points"), book)
    return (
        with_listing(
            customer.c.birth_year, customer.c.birth_month, customer.c.birth_day, customer.c.joined_on,
            first_identity("email"), customer.c.id, points.c.points, bought.c.first_on, bought.c.last_on,
            bought.c.visits, bought.c.net_minor,
        )
        .outerjoin(bought, bought.c.customer_id == customer.c.id)
        .outerjoin(points, points.c.customer_id == customer.c.id)
        .order_by(customer.c.id)
    )  # fmt: skip


def _latest(table: Any, column: Any, book: Book) -> Any:
    """One figure a customer, from the rows of a table up to the business date."""
    who = whose(book, table.c.customer_id).label("customer_id")
    return select(who, column).where(table.c.on <= book.as_of).group_by(who).subquery()
