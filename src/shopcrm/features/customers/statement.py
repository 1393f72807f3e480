"""A statement for the customer to take home: what they have, and how it came to be."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from shopcrm.core import ledger
from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.coupons.wording import customers_money
from shopcrm.core.errors import UsageWrong
from shopcrm.core.language import Counted, chosen
from shopcrm.core.language import translate as _
from shopcrm.core.ledger import Ledger
from shopcrm.core.merging import ids_of
from shopcrm.features.customers.showing import show_customer
from shopcrm.features.customers.shown import Shown
from shopcrm.sheets.paper import FORMS, write_paper
from shopcrm.sheets.workbook import Column, Fact, Summary, Tab

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Stated:
    """The file that was written. `to` may be a free name beside the one asked for, where that was held open."""

    customer: str
    name: str | None
    to: Path
    entries: int


def state(book: Book, text: str, path: Path) -> Stated:
    """Writes points, money, cards and coupons of a customer as of the business date, except under --dry-run.

    Entries of the last twelve months are listed, with the balance after each. No phone stands in it.

    Raises CustomerUnknown, CustomerAmbiguous, FolderUnwritable; UsageWrong for a name that ends with none of FORMS.
    """
    if path.suffix.lower() not in FORMS:
        problem = _("Statements are written as {forms}, not as “{name}”.").format(
            forms=", ".join(FORMS), name=path.name
        )
        raise UsageWrong(problem=problem, command="shopcrm customers statement")
    shown, ids = show_customer(book, text), ids_of(book, find_one(book, text).id)
    who = " · ".join(filter(None, (shown.name, shown.member_no, shown.customer)))
    subtitle = _("Statement for {who} as of {on}").format(who=who, on=book.as_of)
    summary = Summary(book.settings.shop.name, subtitle, list(_facts(book, shown)))
    tabs = [tab for tab in _tabs(book, shown, ids) if tab.rows]
    to = path
    if not book.is_dry_run:
        to = write_paper(path, summary, tabs, currency=book.currency, exponent=book.exponent, language=chosen())
    entries = sum(len(tab.rows) for tab in tabs if len(tab.columns) == len(_COLUMNS))
    return Stated(shown.customer, shown.name, to, entries)


def _facts(book: Book, shown: Shown) -> Iterator[Fact]:
    points, rules = shown.points, book.settings.points
    worth = rules.worth_minor(points.spendable_points)
    said = _("{points:point|points}").format(points=Counted(points.spendable_points))
    if worth:
        said = _("{points}, worth {money}").format(points=said, money=customers_money(book, worth))
    yield _("Points to spend"), said, "text"
    if points.pending_points:
        sentence = _("{points} from {frees_on} on")
        yield _("Coming"), sentence.format(points=Counted(points.pending_points), frees_on=points.frees_on), "text"
    if points.ending_points:
        sentence = _("{points} after {expires_on}")
        yield _("Ending"), sentence.format(points=Counted(points.ending_points), expires_on=points.expires_on), "text"
    if shown.principal_minor or shown.bonus_minor:
        money = customers_money(book, shown.principal_minor + shown.bonus_minor)
        bonus = customers_money(book, shown.bonus_minor)
        yield _("In your wallet"), _("{money}, of which {bonus} bonus").format(money=money, bonus=bonus), "text"
    for card in shown.cards:
        yield card.card, _("{count:visit|visits} left").format(count=Counted(card.left)), "text"
    if shown.tier.tier:
        yield _("Tier"), _(shown.tier.tier), "text"
    if shown.tier.next_tier:
        missing = customers_money(book, shown.tier.to_next_minor or 0)
        yield _("To {tier}").format(tier=_(shown.tier.next_tier)), missing, "text"


def _tabs(book: Book, shown: Shown, ids: list[int]) -> Iterator[Tab]:
    coupons = [(each.offer, each.code, each.starts_on, each.expires_on) for each in shown.coupons]
    columns = [
        Column(_("What"), "text"), Column(_("Code"), "text"), Column(_("From"), "date"),
        Column(_("Good until"), "date"),
    ]  # fmt: skip
    yield Tab(_("Coupons"), columns, coupons)
    yield _entries(book, ids, ledger.POINTS, _("Points"), "int")
    yield _entries(book, ids, ledger.MONEY, _("Wallet"), "money")
    yield _entries(book, ids, ledger.VISITS, _("Visit cards"), "int")


_COLUMNS = ("on", "kind", "receipt", "amount", "balance")


def _entries(book: Book, ids: list[int], of: Ledger, title: str, kind: Any) -> Tab:
    since = book.as_of - relativedelta(months=MONTHS)
    entry = of.entry.c
    wanted = select(entry.on, entry.kind, entry.receipt, of.entry_amount.label("amount")).where(
        entry.customer_id.in_(ids), entry.on <= book.as_of
    )
    balance, rows = 0, []
    for row in book.connection.execute(wanted.order_by(entry.on, entry.id)):
        balance += row.amount
        if row.on > since:
            rows.append((row.on, _(row.kind), row.receipt, row.amount, balance))
    columns = [
        Column(_("Day"), "date"), Column(_("What"), "text"), Column(_("Receipt"), "text"),
        Column(_("Amount"), kind), Column(_("Balance"), kind),
    ]  # fmt: skip
    return Tab(title, columns, rows[::-1], note=_("Of the last {count} months.").format(count=MONTHS))
