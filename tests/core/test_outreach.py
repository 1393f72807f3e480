"""The lists of whom to call: one for a purpose and a day, the same twice, replaced when it differs, kept as it was."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from shop import Shop
from shopcrm.core.outreach import Assigned, LatestList, read_list, write_list
from shopcrm.core.schema.outreach import assignment, campaign
from shopcrm.features import customers

TERMS: dict[str, object] = {"lapsed_by": "2.0", "usual_gap_days": 31.25, "名": "回访"}


def overdue(of: int, place: int = 1, **figures: Any) -> Assigned:
    usual = Assigned(
        customer_id=of, arm="treated", place=place, last_on=date(2026, 3, 1), days_since=121, usual_gap_days=30.4,
        overdue_ratio=3.98, visits=4, spend_minor=123456, last_items=("真丝裙", 'a "b" \\'), usual_items=(),
    )  # fmt: skip
    return usual._replace(**figures)


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """A shop with two customers, who need not have said yes."""
    shop.set("consents.marketing_needs_consent", "no", as_of="2020-01-01")
    with shop.writing() as book:
        customers.add(book, name="Ana", phone="13800138000", member_no="M-001")
        customers.add(book, name="Bo", phone="13912348000")
    return shop


def write(shop: Shop, assigned: list[Assigned], *, as_of: str | None = None, terms: dict[str, object] = TERMS) -> bool:
    with shop.writing(as_of) as book:
        return write_list(book, "winback", terms, assigned)


def read(shop: Shop, as_of: str | None = None, purpose: str = "winback") -> LatestList | None:
    with shop.reading(as_of) as book:
        return read_list(book, purpose)


def test_a_list_is_read_as_it_was_written(counter: Shop) -> None:
    assert write(counter, [overdue(2, 1), overdue(1, 2, visits=1, last_items=())])
    latest = read(counter)
    assert latest is not None
    assert (latest.built_on, latest.terms) == (date(2026, 6, 30), TERMS)
    first, second = latest.entries
    assert (first.customer, first.name, first.member_no, first.phone) == ("C-0002", "Bo", None, "139****8000")
    assert (first.arm, first.spend_minor, first.overdue_ratio, first.last_on) == (
        "treated",
        123456,
        3.98,
        date(2026, 3, 1),
    )
    assert (first.last_items, first.usual_items, first.suppressed_by) == (("真丝裙", 'a "b" \\'), (), None)
    assert first.reason == (
        "Came on 4 days, usually every 30 days; last on 2026-03-01, 121 days ago (4.0 times the usual gap)."
    )
    assert second.reason == (
        "Came once, on 2026-03-01; the shop's customers usually come again within 30 days,"
        " and 121 have passed (4.0 times that)."
    )


def test_the_same_list_twice_is_written_once(counter: Shop) -> None:
    assert write(counter, [overdue(1), overdue(2, 2)])
    assert not write(counter, [overdue(1), overdue(2, 2)])


@pytest.mark.parametrize(
    "figures",
    [{"arm": "held_out"}, {"days_since": 122}, {"spend_minor": 123457}, {"last_items": ("x",)}, {"overdue_ratio": 4.0},
     {"last_on": date(2026, 3, 2)}, {"place": 3}, {"customer_id": 2}],
    ids=lambda figures: next(iter(figures)),
)  # fmt: skip
def test_a_list_of_the_same_day_that_differs_in_anything_takes_its_place(
    counter: Shop, figures: dict[str, Any]
) -> None:
    write(counter, [overdue(1)])
    changed = overdue(1)._replace(**figures)
    assert write(counter, [changed])
    assert not write(counter, [changed])
    with counter.reading() as book:
        assert book.connection.scalar(select(func.count()).select_from(campaign)) == 1
        (row,) = book.connection.execute(select(assignment)).all()
    assert {name: getattr(row, name) for name in figures} == {
        name: list(value) if isinstance(value, tuple) else value for name, value in figures.items()
    }


def test_other_terms_make_another_list(counter: Shop) -> None:
    write(counter, [overdue(1)])
    assert write(counter, [overdue(1)], terms={**TERMS, "lapsed_by": "3.0"})
    latest = read(counter)
    assert latest is not None
    assert latest.terms["lapsed_by"] == "3.0"


def test_an_empty_list_is_a_list(counter: Shop) -> None:
    write(counter, [overdue(1)], as_of="2026-06-01")
    assert write(counter, [], as_of="2026-06-02")
    latest = read(counter, "2026-06-02")
    assert latest is not None
    assert (latest.built_on, latest.entries) == (date(2026, 6, 2), ())


def test_as_of_a_day_the_latest_list_up_to_it_is_read(counter: Shop) -> None:
    for day, of in (("2026-06-20", 2), ("2026-06-01", 1)):
        write(counter, [overdue(of)], as_of=day)
    assert read(counter, "2026-05-31") is None
    assert read(counter, purpose="birthday") is None
    found = {}
    for day in ("2026-06-01", "2026-06-19", "2026-06-20", "2026-06-30"):
        latest = read(counter, day)
        assert latest is not None
        found[day] = [entry.customer for entry in latest.entries]
    assert found == {
        "2026-06-01": ["C-0001"], "2026-06-19": ["C-0001"], "2026-06-20": ["C-0002"], "2026-06-30": ["C-0002"],
    }  # fmt: skip


def test_revealed_phones_are_told_to_the_audit_trail(counter: Shop) -> None:
    write(counter, [overdue(1), overdue(2, 2)])
    with counter.writing() as book:
        latest = read_list(book, "winback", reveal=True)
        assert book.changes == ["phones of 2 customers revealed"]
    assert latest is not None
    assert [entry.phone for entry in latest.entries] == ["13800138000", "13912348000"]


@pytest.mark.parametrize("figures", [{"arm": "maybe"}, {"place": 0}, {"customer_id": 99}, {"spend_minor": 1.5}])
def test_what_makes_no_sense_is_refused_by_the_database_and_the_old_list_stays(
    counter: Shop, figures: dict[str, Any]
) -> None:
    write(counter, [overdue(1)])
    before = read(counter)
    with pytest.raises(IntegrityError):
        write(counter, [overdue(1)._replace(**figures)])
    assert read(counter) == before
    assert before is not None
