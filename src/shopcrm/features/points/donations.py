"""Points that customers give to a good cause: each donation with its certificate, and what every project has had."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from shopcrm.core.audience import find_one
from shopcrm.core.book import Book
from shopcrm.core.language import Counted, translate
from shopcrm.core.ledger.keys import standing
from shopcrm.core.ledger.ledgers import POINTS
from shopcrm.core.ledger.refusing import reused_by
from shopcrm.core.merging import whose
from shopcrm.core.money import format_minor
from shopcrm.core.schema.points import points_entry
from shopcrm.features.points.moved import Moved, move, plain_text, refuse_wrong_number


@dataclass(frozen=True, slots=True)
class Donated(Moved):
    """A donation, and what its project has had in all up to the business date, this one with it."""

    project: str
    certificate: str
    project_points: int
    project_minor: int


@dataclass(frozen=True, slots=True)
class Project:
    """What customers gave to one project: `value_minor` is what the points were worth when they were given."""

    project: str
    points: int
    value_minor: int
    donations: int
    givers: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Projects:
    """Every project that was given to, by name, and all of them together."""

    points: int
    value_minor: int
    items: tuple[Project, ...]


def donate(book: Book, text: str, *, points: int, project: str, key: str | None = None) -> Donated:
    """Gives a customer's spendable points to a project. With a key a retry is harmless.

    Raises CustomerUnknown, CustomerAmbiguous, InsufficientPoints, KeyReused, EntryBeforeLast.
    """
    found = find_one(book, text)
    refuse_wrong_number(points, translate("write how many to donate, 1 or more"), points > 0)
    named = _as_known(book, plain_text(project))
    refuse_wrong_number(points, translate("the name of the project is needed"), bool(named))
    own_key = f"donate:{key or uuid4().hex}"
    first = standing(book, own_key)
    if first and first.inputs["project"] != named:
        raise reused_by(book, POINTS, first)
    inputs = {"project": named, "value_minor": book.settings.points.worth_minor(points)}
    moved = move(book, found, key=own_key, kind="donate", points=-points, rule="by hand", inputs=inputs)
    given_minor = int(standing(book, own_key).inputs["value_minor"])  # of a retry: what it was worth the first time
    total = next((each for each in projects(book).items if each.project == named), None)
    total_points, total_minor = (total.points, total.value_minor) if total else (0, 0)
    return Donated(
        **{**asdict(moved), "value_minor": given_minor},
        project=named,
        certificate=_certificate(book, moved, named, given_minor, (total_points, total_minor)),
        project_points=total_points,
        project_minor=total_minor,
    )


def projects(book: Book) -> Projects:
    """What every project has had up to the business date, without what was taken back by then."""
    said, back = points_entry.c.inputs, points_entry.alias("back")
    taken_back = select(back.c.id).where(back.c.reverses_id == points_entry.c.id, back.c.on <= book.as_of)
    project = said["project"].as_string().label("project")
    rows = (
        select(
            project,
            func.sum(-points_entry.c.points).label("points"),
            func.sum(said["value_minor"].as_integer()).label("value_minor"),
            func.count().label("donations"),
            func.count(whose(book, points_entry.c.customer_id).distinct()).label("givers"),
            func.min(points_entry.c.on).label("first_on"),
            func.max(points_entry.c.on).label("last_on"),
        )
        .where(points_entry.c.kind == "donate", points_entry.c.on <= book.as_of, ~taken_back.exists())
        .group_by(project)
        .order_by(project)
    )
    items = tuple(_project(row) for row in book.connection.execute(rows))
    return Projects(sum(each.points for each in items), sum(each.value_minor for each in items), items)


def _project(row: Any) -> Project:
    return Project(
        row.project, int(row.points), int(row.value_minor), row.donations, row.givers, row.first_on, row.last_on
    )


def _as_known(book: Book, name: str) -> str:
    """The name as it was first written: one project must not become two by a capital letter."""
    said = points_entry.c.inputs["project"].as_string()
    names = book.connection.scalars(select(said).where(points_entry.c.kind == "donate").group_by(said))
    return next((known for known in names if known.casefold() == name.casefold()), name)


def _certificate(book: Book, moved: Moved, project: str, given_minor: int, total: tuple[int, int]) -> str:
    sentence = translate(
        "D-{entry}: {customer} gave {points:point|points} ({worth} {currency}) to “{project}” on {on};"
        " {total_points:point|points} ({total} {currency}) in all"
    )
    return sentence.format(
        entry=f"{moved.entry:06}",
        customer=moved.customer,
        points=Counted(-moved.points),
        worth=format_minor(given_minor, book.exponent),
        currency=book.currency,
        project=project,
        on=moved.on,
        total_points=Counted(total[0]),
        total=format_minor(total[1], book.exponent),
    )
