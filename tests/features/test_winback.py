"""Win-back: a tiny shop worked out by hand, its boundaries, and the order in which to call.

Ana came on 1, 11 and 21 January (gaps 10, 10), Bo on 1 January and 10 February (gap 40), Cai once, on 10 January.
The shop's mean gap is the cube root of 10·10·40 = 4000, about 15.87 days. Shrunk with k = 3:
Ana (10·10·4000)^(1/5) = 13.195, Bo (40·4000)^(1/4) = 20 exactly, Cai (4000)^(1/3) = 15.874.
On 22 March they have been away 60, 40 and 71 days: 4.547, 2 exactly and 4.473 times their usual gap.
They spent 300, 200 and 100: 66, 100 and 22 for each gap. So Bo is called first, then Ana, then Cai.
"""

from fractions import Fraction

import pytest

from shop import Shop
from shopcrm.core.errors import NothingToLearnFrom, NotRefreshed
from shopcrm.core.outreach import ListedOverdue
from shopcrm.features import winback
from shopcrm.sheets.records import Line


@pytest.fixture
def tiny(shop: Shop) -> Shop:
    shop.set("consents.marketing_needs_consent", "no", as_of="2020-01-01")  # tests/features/test_consents.py asks
    for name in ("Ana", "Bo", "Cai"):
        shop.customer(name)
    days = {"Ana": ("01-01", "01-11", "01-21"), "Bo": ("01-01", "02-10"), "Cai": ("01-10",)}
    shop.take_in([shop.receipt("100.00", f"2026-{day}", name=name) for name in days for day in days[name]])
    return shop


def build(
    shop: Shop, as_of: str = "2026-03-22", lapsed_by: str | None = None, limit: int | None = None
) -> winback.Built:
    with shop.writing(as_of) as book:
        return winback.build(book, lapsed_by=Fraction(lapsed_by) if lapsed_by else None, limit=limit)


def listed(shop: Shop, as_of: str | None = None) -> tuple[ListedOverdue, ...]:
    with shop.reading(as_of) as book:
        return winback.list_all(book).items


def test_the_tiny_shop_is_as_worked_out_by_hand(tiny: Shop) -> None:
    built = build(tiny)

    assert (built.overdue, built.listed, built.spend_minor, built.lapsed_by) == (3, 3, 60000, "2")
    figures = [(e.name, e.days_since, e.usual_gap_days, e.overdue_ratio, e.visits, e.spend_minor) for e in listed(tiny)]
    assert figures == [
        ("Bo", 40, 20.0, 2.0, 2, 20000),
        ("Ana", 60, 13.2, 4.55, 3, 30000),
        ("Cai", 71, 15.9, 4.47, 1, 10000),
    ]


def test_everyone_listed_is_to_be_treated_and_suppressed_by_nothing_yet(tiny: Shop) -> None:
    build(tiny)

    assert {(entry.arm, entry.suppressed_by) for entry in listed(tiny)} == {("treated", None)}


@pytest.mark.parametrize(
    ("as_of", "lapsed_by", "names"),
    [
        ("2026-03-21", "2.0", ["Ana", "Cai"]),
        ("2026-03-22", "2.0", ["Bo", "Ana", "Cai"]),
        ("2026-03-22", "2.0001", ["Ana", "Cai"]),
        ("2026-03-22", "4.5", ["Ana"]),
        ("2026-03-22", "10", []),
        ("2026-02-10", "0.0001", ["Ana", "Cai"]),
    ],
)
def test_overdue_is_from_the_boundary_on(tiny: Shop, as_of: str, lapsed_by: str, names: list[str]) -> None:
    built = build(tiny, as_of, lapsed_by)

    assert [entry.name for entry in listed(tiny, as_of)] == names
    assert built.overdue == len(names)


def test_the_settings_say_how_many_gaps_are_too_many_where_nobody_does(tiny: Shop) -> None:
    tiny.set("winback.lapsed_by", "4.5", as_of="2026-01-01")

    assert build(tiny).lapsed_by == "4.5"
    assert [entry.name for entry in listed(tiny)] == ["Ana"]


def test_a_limit_keeps_who_has_most_to_lose(tiny: Shop) -> None:
    built = build(tiny, limit=2)

    assert (built.overdue, built.listed, built.spend_minor) == (3, 2, 50000)
    assert [entry.name for entry in listed(tiny)] == ["Bo", "Ana"]


def test_building_again_is_a_repeat_and_changes_nothing(tiny: Shop) -> None:
    build(tiny)
    dump = tiny.dump()

    assert build(tiny).is_repeat
    assert tiny.dump() == dump
    assert tiny.rows("SELECT count(*) FROM audit WHERE change LIKE 'win-back%'") == [(1,)]


def test_other_terms_replace_the_list_of_the_day(tiny: Shop) -> None:
    build(tiny)

    assert not build(tiny, limit=1).is_repeat
    assert [entry.name for entry in listed(tiny)] == ["Bo"]
    assert tiny.rows("SELECT count(*) FROM campaign") == [(1,)]


def test_lists_of_other_days_stay(tiny: Shop) -> None:
    build(tiny, "2026-03-21")
    build(tiny, "2026-03-22")

    assert [entry.name for entry in listed(tiny, "2026-03-21")] == ["Ana", "Cai"]
    assert len(listed(tiny)) == 3


def test_why_somebody_is_listed_is_said_in_a_sentence(tiny: Shop) -> None:
    build(tiny)

    reasons = {entry.name: entry.reason for entry in listed(tiny)}
    assert reasons["Ana"] == (
        "Came on 3 days, usually every 13 days; last on 2026-01-21, 60 days ago (4.5 times the usual gap)."
    )
    assert reasons["Cai"] == (
        "Came once, on 2026-01-10; the shop's customers usually come again within 16 days,"
        " and 71 have passed (4.5 times that)."
    )


def test_what_they_bought_last_and_usually_is_listed_the_dearest_first(tiny: Shop) -> None:
    def sold(on: str, *items: tuple[str, int]) -> None:
        receipt = tiny.receipt(f"{sum(price for _, price in items) / 100:.2f}", on, name="Ana")
        lines = tuple(Line(None, item, None, 1000, price) for item, price in items)
        tiny.take_in([receipt._replace(lines=lines)])

    sold("2026-01-21", ("Belt", 500), ("Coat", 90000), ("Hat", 700), ("Socks", 100), ("Gift bag", 0))
    sold("2026-01-11", ("Belt", 500))

    build(tiny)

    ana = next(entry for entry in listed(tiny) if entry.name == "Ana")
    assert ana.last_items == ("Coat", "Silk dress", "Hat")
    assert ana.usual_items == ("Silk dress", "Belt", "Coat")


def test_a_refund_is_no_visit_and_lowers_the_spend(tiny: Shop) -> None:
    tiny.customer("Ana").returned("50.00", on="2026-03-20")

    build(tiny)

    ana = next(entry for entry in listed(tiny) if entry.name == "Ana")
    assert (ana.days_since, ana.visits, ana.spend_minor) == (60, 3, 25000)


def test_several_receipts_of_one_day_are_one_visit(tiny: Shop) -> None:
    tiny.customer("Ana").bought("1.00", on="2026-01-21")

    build(tiny)

    assert next(entry.visits for entry in listed(tiny) if entry.name == "Ana") == 3


@pytest.mark.parametrize("days", [(), ("2026-01-05",), ("2026-01-05", "2026-01-05"), ("2026-07-01", "2026-07-09")])
def test_nothing_can_be_learned_where_nobody_came_on_two_days(shop: Shop, days: tuple[str, ...]) -> None:
    for day in days:
        shop.customer("Fang").bought("10.00", on=day)

    with pytest.raises(NothingToLearnFrom):
        build(shop, "2026-06-30")

    assert shop.rows("SELECT count(*) FROM campaign") == [(0,)]


def test_a_list_that_was_never_built_is_refused(tiny: Shop) -> None:
    build(tiny)

    with pytest.raises(NotRefreshed):
        listed(tiny, "2026-03-21")


def test_phones_are_masked_and_revealing_them_is_kept_in_the_audit_trail(tiny: Shop) -> None:
    tiny.customer("Dan", phone="13800138000")
    tiny.take_in([tiny.receipt("10.00", f"2026-01-{day}", name="Dan") for day in ("02", "05")])
    build(tiny)

    with tiny.reading() as book:
        masked = {entry.phone for entry in winback.list_all(book).items}
    with tiny.writing() as book:
        shown = {entry.phone for entry in winback.list_all(book, reveal=True).items}

    assert (masked, shown) == ({None, "138****8000"}, {None, "13800138000"})
    assert tiny.rows("SELECT change FROM audit ORDER BY id DESC LIMIT 1") == [("phones of 4 customers revealed",)]
