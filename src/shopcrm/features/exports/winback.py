"""The win-back workbook: whom to call, why, and who the best customers are."""

from pathlib import Path

from shopcrm.core.book import Book
from shopcrm.core.errors import NotRefreshed
from shopcrm.core.language import translate as _
from shopcrm.core.outreach import ListedOverdue, read_list
from shopcrm.features.exports.segments import best_customers, latest_refresh
from shopcrm.features.exports.writing import Exported, write
from shopcrm.sheets.workbook import Column, Fact, Tab


def export_winback(book: Book, path: Path, *, reveal: bool = False) -> Exported:
    """Writes the latest win-back list on or before the business date. Raises NotRefreshed, FolderUnwritable."""
    latest = read_list(book, "winback", reveal=reveal)
    if latest is None:
        raise NotRefreshed(what=_("Overdue customers"), as_of=book.as_of, command="winback build")
    entries, stopped = latest.treated, latest.suppressed
    regulars = [entry for entry in entries if entry.visits > 1]
    facts: list[Fact] = [
        (_("Customers to call"), len(entries), "int"),
        (_("Of these, came more than once"), len(regulars), "int"),
        (_("What they have spent"), sum(entry.spend_minor for entry in entries), "money"),
        (_("Overdue from (times their usual gap)"), float(latest.terms["lapsed_by"]), "ratio"),
        (_("Usual gap"), _("their own, drawn to the shop's"), "text"),
        (_("Order"), _("net spend ÷ times overdue"), "text"),
    ]
    if latest.terms.get("limit"):
        facts.append((_("At most"), latest.terms["limit"], "int"))
    if stopped:
        facts.append((_("Must not be contacted"), len(stopped), "int"))
    tabs = [_call_list(entries)]
    if stopped:
        tabs.append(_not_to_call(stopped))
    if latest_refresh(book):
        tabs.append(best_customers(book, reveal=reveal, channel=latest.channel))
    return write(book, path, title=_("Win-back"), on=latest.built_on, facts=facts, tables=[], tabs=tabs, reveal=reveal)


def _call_list(entries: tuple[ListedOverdue, ...]) -> Tab:
    columns = [
        Column(_("No."), "int"),
        Column(_("Customer"), "text"),
        Column(_("Name"), "text"),
        Column(_("Phone"), "phone"),
        Column(_("Last visit"), "date"),
        Column(_("Days away"), "int"),
        Column(_("Usual gap (days)"), "int"),
        Column(_("Times overdue"), "ratio"),
        Column(_("Visits"), "int"),
        Column(_("Spent"), "money"),
        Column(_("Bought last"), "wrap", 24),
        Column(_("Usually buys"), "wrap", 24),
        Column(_("Why"), "wrap", 40),
        Column(_("What they said"), "wrap", 24),
    ]
    rows = [
        (
            place, e.customer, e.name, e.phone, e.last_on, e.days_since, round(e.usual_gap_days), e.overdue_ratio,
            e.visits, e.spend_minor, ", ".join(e.last_items), ", ".join(e.usual_items), e.reason, None,
        )
        for place, e in enumerate(entries, 1)
    ]  # fmt: skip
    return Tab(_("Call list"), columns, rows, note=_("From the top down; write what they said in the last column."))


def _not_to_call(stopped: tuple[ListedOverdue, ...]) -> Tab:
    columns = [
        Column(_("Customer"), "text"),
        Column(_("Name"), "text"),
        Column(_("Why not"), "tag"),
        Column(_("Last visit"), "date"),
        Column(_("Spent"), "money"),
        Column(_("Why"), "wrap", 60),
    ]
    rows = [(e.customer, e.name, _(e.suppressed_by or ""), e.last_on, e.spend_minor, e.reason) for e in stopped]
    note = _("Ask those without consent when they come in, and write down their yes: shopcrm consents grant")
    return Tab(_("Must not be contacted"), columns, rows, note=note)
