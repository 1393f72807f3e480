"""Donated points: a certificate for each, and totals of every project that nobody can donate to twice by mistake."""

from dataclasses import astuple

import pytest

from shop import Person, Shop
from shopcrm.core.errors import InsufficientPoints, KeyReused, PointsNotPositive
from shopcrm.features.points import donations, reversals


def donated(
    person: Person, number: int, project: str = "School books", key: str | None = None, on: str | None = None
) -> donations.Donated:
    with person.shop.writing(on) as book:
        return donations.donate(book, person.code, points=number, project=project, key=key)


def projects(shop: Shop, as_of: str | None = None) -> list[tuple[object, ...]]:
    with shop.reading(as_of) as book:
        return [astuple(each) for each in donations.projects(book).items]


def two_givers(shop: Shop) -> tuple[Person, Person]:
    shop.set("points.value", "100 points = 10.00", as_of="2025-01-01")
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    ana.adjusted(15000, on="2026-01-01")
    bo.adjusted(500, on="2026-01-01")
    return ana, bo


def test_a_donation_has_a_certificate_with_what_the_project_has_had_in_all(shop: Shop) -> None:
    ana, bo = two_givers(shop)
    donated(ana, 12000, on="2026-02-01")

    moved = donated(bo, 500, on="2026-03-01")

    assert moved.certificate == (
        "D-000004: C-0002 gave 500 points (50.00 CNY) to “School books” on 2026-03-01;"
        " 12,500 points (1,250.00 CNY) in all"
    )
    assert (moved.points, moved.balance_points, moved.value_minor) == (-500, 0, 5000)
    assert (moved.project_points, moved.project_minor) == (12500, 125000)
    assert [item.kind for item in bo.statement().items] == ["adjust", "donate"]
    assert shop.check()


def test_projects_are_listed_with_their_givers_and_days(shop: Shop) -> None:
    ana, bo = two_givers(shop)
    donated(ana, 100, on="2026-02-01")
    donated(ana, 100, project="Trees", on="2026-02-02")
    donated(bo, 50, project=" school  BOOKS ", on="2026-03-01")
    donated(ana, 7, on="2026-03-05")

    books = ("School books", 157, 1570, 3, 2, _day("2026-02-01"), _day("2026-03-05"))
    trees = ("Trees", 100, 1000, 1, 1, _day("2026-02-02"), _day("2026-02-02"))
    assert projects(shop) == [books, trees]
    assert projects(shop, "2026-02-01") == [("School books", 100, 1000, 1, 1, _day("2026-02-01"), _day("2026-02-01"))]
    assert projects(shop, "2026-01-31") == []


def test_what_was_given_keeps_its_worth_when_points_are_worth_more(shop: Shop) -> None:
    ana, _ = two_givers(shop)
    first = donated(ana, 100, key="K")
    shop.set("points.value", "100 points = 99.00")

    again = donated(ana, 100, key="K")

    assert (again.is_repeat, again.value_minor, again.certificate) == (True, 1000, first.certificate)
    assert donated(ana, 100).project_minor == 1000 + 9900


def test_a_donation_taken_back_is_in_no_total_from_that_day_on(shop: Shop) -> None:
    ana, bo = two_givers(shop)
    moved = donated(ana, 100, on="2026-02-01")
    donated(bo, 50, on="2026-02-01")
    with shop.writing("2026-02-03") as book:
        reversals.reverse(book, moved.entry, reason="wrong project")

    assert [row[1] for row in projects(shop, "2026-02-02")] == [150]
    assert [row[1:5] for row in projects(shop, "2026-02-03")] == [(50, 500, 1, 1)]
    assert ana.statement().balance_points == 15000
    assert shop.check()


@pytest.mark.parametrize("other", ["number", "project", "giver"])
def test_a_key_with_other_content_is_refused(shop: Shop, other: str) -> None:
    ana, bo = two_givers(shop)
    donated(ana, 100, key="K")

    with pytest.raises(KeyReused) as refused:
        match other:
            case "number":
                donated(ana, 101, key="K")
            case "project":
                donated(ana, 100, project="Trees", key="K")
            case _:
                donated(bo, 100, key="K")
    assert refused.value.message.startswith("Under this key something else was posted on ")

    assert [row[1] for row in projects(shop)] == [100]


def test_more_than_there_is_nothing_and_a_project_without_a_name_are_refused(shop: Shop) -> None:
    _, bo = two_givers(shop)

    with pytest.raises(InsufficientPoints):
        donated(bo, 501)
    with pytest.raises(PointsNotPositive):
        donated(bo, 0)
    with pytest.raises(PointsNotPositive):
        donated(bo, 10, project="  ")
    assert bo.statement().balance_points == 500


def _day(text: str) -> object:
    from datetime import date

    return date.fromisoformat(text)
