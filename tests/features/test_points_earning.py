"""What earns and what does not, from when on points can be spent, and what a promotion adds."""

import json
from datetime import date
from typing import Any

import pytest

from shop import Shop
from shopcrm.features import sales
from shopcrm.features.points import accrual
from shopcrm.sheets.records import Line

BIRTHDAY = "UPDATE customer SET birth_month = 5, birth_day = 9"


def lines_of(
    shop: Shop, *lines: tuple[str, int], on: str = "2026-01-05", tax: int = 0, refund_of: str | None = None
) -> str:
    """A receipt of Ana's with lines (category, minor units); answers its number."""
    shop.customer("Ana")
    amount = sum(minor for _, minor in lines)
    receipt = shop.receipt(f"{amount / 100:.2f}", on, name="Ana", of=refund_of)
    items = tuple(Line(f"SKU-{n}", f"thing {n}", category, 1000, minor) for n, (category, minor) in enumerate(lines))
    shop.take_in([receipt._replace(lines=items, tax_minor=tax)])
    return receipt.receipt


def moved(shop: Shop) -> list[tuple[str, int]]:
    return [(line.kind, line.points) for line in shop.customer("Ana").statement().items]


def settings_since_ever(shop: Shop, **texts: str) -> None:
    for key, text in texts.items():
        shop.set(key.replace("__", "."), text, as_of="2020-01-01")


@pytest.mark.parametrize("word", ["delivery", "Delivery", "SKU-1", "thing 1"])
def test_a_line_that_earns_nothing_is_left_out_of_what_earns(shop: Shop, word: str) -> None:
    settings_since_ever(shop, points__excluded=word)
    lines_of(shop, ("Dresses", 10_000), ("delivery", 1_500))
    shop.accrue()

    assert moved(shop) == [("earn", 100)]
    assert shop.rows("SELECT inputs FROM points_entry") == [
        ('{"net_minor":11500,"excluded_minor":1500,"tax_minor":0,"base_minor":10000,"rate":"1"}',)
    ]
    shop.check()


def test_a_line_that_earns_nothing_is_left_out_of_the_receipt_that_it_stands_on(shop: Shop) -> None:
    settings_since_ever(shop, points__excluded="delivery")
    lines_of(shop, ("Dresses", 20_000))
    lines_of(shop, ("Dresses", 10_000), ("delivery", 1_500))
    lines_of(shop, ("Dresses", 30_000))
    shop.accrue()

    assert moved(shop) == [("earn", 200), ("earn", 100), ("earn", 300)]


@pytest.mark.parametrize(("earns_tax", "points"), [("yes", 106), ("no", 100)])
def test_tax_earns_only_where_settings_say_so(shop: Shop, earns_tax: str, points: int) -> None:
    settings_since_ever(shop, points__earns_tax=earns_tax)
    lines_of(shop, ("Dresses", 10_600), tax=600)
    shop.accrue()

    assert moved(shop) == [("earn", points)]


def test_tax_earns_nothing_of_a_sale_that_comes_in_with_its_refund_either(shop: Shop) -> None:
    settings_since_ever(shop, points__earns_tax="no", points__excluded="delivery")
    taxed = lines_of(shop, ("Dresses", 10_600), tax=600)
    both = lines_of(shop, ("Dresses", 10_600), ("delivery", 1_500), tax=600)
    for sold in (taxed, both):
        lines_of(shop, ("Dresses", -5_300), on="2026-01-06", refund_of=sold)
    shop.accrue()

    assert moved(shop)[:2] == [("earn", 100), ("earn", 100)]
    earned = shop.rows("SELECT key, inputs FROM points_entry WHERE kind = 'earn' ORDER BY sale_id")
    assert earned == [
        ("earn:sale:1:1", '{"net_minor":10600,"excluded_minor":0,"tax_minor":600,"base_minor":10000,"rate":"1"}'),
        ("earn:sale:2:1", '{"net_minor":12100,"excluded_minor":1500,"tax_minor":600,"base_minor":10000,"rate":"1"}'),
    ]
    shop.check()


def test_tax_that_earns_goes_back_with_its_refund(shop: Shop) -> None:
    settings_since_ever(shop, points__earns_tax="yes")
    sold = lines_of(shop, ("Dresses", 10_600), tax=600)
    lines_of(shop, ("Dresses", -5_300), on="2026-01-06", refund_of=sold)
    shop.accrue()

    assert moved(shop) == [("earn", 106), ("reverse", -53)]


def test_a_refund_with_lines_goes_by_its_lines(shop: Shop) -> None:
    """What earned nothing takes nothing back; what is left of the rest is taken by the last refund exactly."""
    settings_since_ever(shop, points__excluded="delivery")
    sold = lines_of(shop, ("Dresses", 10_001), ("Hats", 3_333), ("delivery", 1_500))
    lines_of(shop, ("delivery", -1_500), on="2026-01-06", refund_of=sold)
    lines_of(shop, ("Hats", -3_333), on="2026-01-07", refund_of=sold)
    lines_of(shop, ("Dresses", -10_001), on="2026-01-08", refund_of=sold)
    shop.accrue()

    assert moved(shop) == [("earn", 133), ("reverse", -34), ("reverse", -99)]
    shop.check()


def test_a_refund_without_lines_goes_by_the_part_of_its_sale_that_earned(shop: Shop) -> None:
    settings_since_ever(shop, points__excluded="delivery")
    sold = lines_of(shop, ("Dresses", 10_000), ("delivery", 2_000))
    back = shop.receipt("-60.00", "2026-01-06", name="Ana", of=sold)
    shop.take_in([back._replace(lines=())])
    shop.accrue()

    assert moved(shop) == [("earn", 100), ("reverse", -50)]


def test_a_refund_that_was_withdrawn_weighs_nothing_in_the_next_one(shop: Shop) -> None:
    """Neither what it gave back of the goods, nor what it gave back of the delivery."""
    settings_since_ever(shop, points__excluded="delivery")
    sold = lines_of(shop, ("Dresses", 10_000), ("delivery", 900))
    mistaken = lines_of(shop, ("Dresses", -10_000), ("delivery", -900), on="2026-01-06", refund_of=sold)
    with shop.writing("2026-01-06") as book:
        sales.withdraw(book, sales.Asked(receipt=mistaken, kind="refund"), reason="mistaken")
    back = shop.receipt("-96.41", "2026-01-07", name="Ana", of=sold)
    shop.take_in([back._replace(lines=())])
    shop.accrue()

    assert moved(shop) == [("earn", 100), ("reverse", -89)]


def test_a_sale_with_a_voucher_sold_below_nothing_gives_nothing_once_it_is_withdrawn(shop: Shop) -> None:
    settings_since_ever(shop, points__excluded="gift card")
    sold = lines_of(shop, ("Dresses", 10_000), ("gift card", -5_000))
    shop.accrue("2026-01-05")
    with shop.writing("2026-01-06") as book:
        sales.withdraw(book, sales.Asked(receipt=sold), reason="mistaken")
    shop.accrue("2026-01-06")

    assert moved(shop) == [("earn", 100), ("reverse", -100)]
    shop.check()


def test_a_sale_of_which_nothing_earned_has_nothing_to_take_back(shop: Shop) -> None:
    settings_since_ever(shop, points__excluded="delivery")
    sold = lines_of(shop, ("delivery", 2_000))
    lines_of(shop, ("Dresses", 5_000), on="2026-01-05")
    lines_of(shop, ("delivery", -500), on="2026-01-06", refund_of=sold)
    shop.take_in([shop.receipt("-5.00", "2026-01-07", name="Ana", of=sold)._replace(lines=())])
    shop.accrue()

    assert moved(shop) == [("earn", 50)]


@pytest.mark.parametrize(
    ("day", "spendable"), [("2026-01-05", 0), ("2026-01-11", 0), ("2026-01-12", 100), ("2026-02-01", 100)]
)
def test_points_are_pending_for_the_return_window(shop: Shop, day: str, spendable: int) -> None:
    settings_since_ever(shop, points__pending_days="7")
    ana = shop.customer("Ana")
    ana.bought("100.00", on="2026-01-05")
    shop.accrue()

    statement = ana.statement(day)

    assert (statement.spendable_points, statement.pending_points) == (spendable, 100 - spendable)


@pytest.mark.parametrize(
    ("expiry", "bought", "last"),
    [
        ("none", "2026-01-05", None),
        ("90 days", "2026-01-05", "2026-04-05"),
        ("1 month", "2026-01-31", "2026-02-28"),
        ("1 month", "2024-01-31", "2024-02-29"),
        ("12 months", "2024-02-29", "2025-02-28"),
        ("end of month", "2026-01-05", "2026-01-31"),
        ("end of month + 1", "2026-01-31", "2026-02-28"),
        ("end of month + 12", "2025-06-15", "2026-06-30"),
        ("end of year", "2026-01-05", "2026-12-31"),
        ("end of year + 1", "2025-12-31", "2026-12-31"),
    ],
)
def test_the_last_good_day_of_a_lot(shop: Shop, expiry: str, bought: str, last: str | None) -> None:
    settings_since_ever(shop, points__expiry=expiry)
    ana = shop.customer("Ana")
    ana.bought("100.00", on=bought)
    shop.accrue()

    (lot,) = ana.statement(bought).lots
    assert lot.expires_on == (date.fromisoformat(last) if last else None)
    if last:
        assert ana.statement(last).balance_points == 100


@pytest.mark.parametrize(
    ("day", "points"),
    [
        ("2026-05-01", 100),  # a Friday
        ("2026-05-02", 200),  # the double weekend
        ("2026-05-03", 200),
        ("2026-05-09", 300),  # her birthday month, on days when it is worth more
        ("2026-05-10", 300),
        ("2026-06-13", 100),
    ],
)
def test_the_best_promotion_of_the_day_counts_once(shop: Shop, day: str, points: int) -> None:
    settings_since_ever(
        shop, promotions__weekend__multiplier="2", promotions__weekend__weekdays="sat, sun",
        promotions__weekend__from="2026-05-02", promotions__weekend__to="2026-05-10",
        promotions__birthday__multiplier="3", promotions__birthday__birthday_month="yes",
        promotions__birthday__from="2026-05-09",
    )  # fmt: skip
    ana = shop.customer("Ana")
    shop.write(BIRTHDAY)
    ana.bought("100.00", on=day)
    shop.accrue()

    assert moved(shop) == [("earn", points)]


def test_a_sale_earns_by_the_highest_tier_reached_before_its_day(boutique: Shop) -> None:
    settings_since_ever(boutique, points__rate="3", tiers__silver__multiplier="1.5")
    ana = boutique.customer("Ana")
    for amount, day in (("1000.00", "05-01"), ("10.00", "05-02"), ("2500.00", "05-03"), ("10.00", "05-04")):
        ana.bought(amount, on=f"2026-{day}")
    boutique.accrue()

    assert [points for _, points in moved(boutique)] == [3000, 45, 11_250, 60]


def test_a_tier_that_multiplies_by_one_hides_a_lower_one_that_multiplies_by_two(boutique: Shop) -> None:
    settings_since_ever(boutique, tiers__silver__multiplier="2", tiers__gold__multiplier="1")
    ana = boutique.customer("Ana")
    for amount, day in (("1000.00", "05-01"), ("10.00", "05-02"), ("2500.00", "05-03"), ("10.00", "05-04")):
        ana.bought(amount, on=f"2026-{day}")
    boutique.accrue()

    assert [points for _, points in moved(boutique)] == [1000, 20, 5000, 10]


def test_a_tier_reached_while_it_multiplied_by_one_counts_when_it_multiplies_by_more(boutique: Shop) -> None:
    boutique.set("tiers.silver.multiplier", "1.5", as_of="2026-06-01")
    ana = boutique.customer("Ana")
    for amount, day in (("1000.00", "05-01"), ("10.00", "05-02"), ("10.00", "06-01")):
        ana.bought(amount, on=f"2026-{day}")
    boutique.accrue()

    assert [points for _, points in moved(boutique)] == [1000, 10, 15]


def test_a_tier_that_multiplies_by_one_is_not_among_the_inputs(boutique: Shop) -> None:
    ana = boutique.customer("Ana")
    for amount, day in (("1000.00", "05-01"), ("10.00", "05-02")):
        ana.bought(amount, on=f"2026-{day}")
    boutique.accrue()

    assert boutique.rows("SELECT inputs FROM points_entry WHERE id = 2") == [('{"net_minor":1000,"rate":"1"}',)]


@pytest.mark.parametrize(
    ("versions", "bought", "points"),
    [
        # T, which she reached, stands above U and goes: by what she spent she is in U from then on.
        (
            [
                {"order": ["T"], "T.from": "100"},
                {"order": ["U", "T"], "U.from": "50"},
                {"order": ["U"], "U.multiplier": "2"},
            ],
            [("120.00", "2026-01-05")],
            20,
        ),
        # T and U changed places: who has enough for T has no U yet, though U was the lower one before.
        (
            [
                {"order": ["U", "T"], "U.from": "50", "T.from": "100"},
                {"order": ["T", "U"], "T.from": "50", "U.from": "100", "U.multiplier": "2"},
            ],
            [("60.00", "2026-02-05")],
            10,
        ),
    ],
    ids=["a tier below", "changed places"],
)
def test_tiers_that_come_and_go_multiply_by_what_was_spent_for_them(
    shop: Shop, versions: list[dict[str, Any]], bought: list[tuple[str, str]], points: int
) -> None:
    for number, version in enumerate(versions, 1):
        since, said = f"2026-0{number}-01", json.dumps({f"tiers.{key}": text for key, text in version.items()})
        values = f"('{since}', '{said}', '2026-01-01 00:00:00.000000', 'test')"
        shop.write(f"INSERT INTO settings_version (effective_on, changes, set_at, by) VALUES {values}")  # noqa: S608 - above
    ana = shop.customer("Ana")
    for amount, day in (*bought, ("10.00", "2026-03-10")):
        ana.bought(amount, on=day)
    shop.accrue()
    shop.assign_tiers()

    assert moved(shop)[-1] == ("earn", points)


def test_a_promotion_multiplies_what_the_tier_has_multiplied(boutique: Shop) -> None:
    settings_since_ever(boutique, promotions__june__multiplier="1.5", promotions__june__from="2026-06-01")
    ana = boutique.customer("Ana")
    ana.bought("3000.00", on="2026-05-01")  # reaches gold, which doubles
    ana.bought("10.01", on="2026-06-01")
    boutique.accrue()

    assert moved(boutique) == [("earn", 3000), ("earn", 30)]
    assert boutique.rows("SELECT inputs FROM points_entry WHERE id = 2") == [
        (
            '{"net_minor":1001,"rate":"1","tier":"gold","multiplier":"2","promotion":"june","promotion_multiplier":"3/2"}',
        )
    ]


@pytest.mark.parametrize(
    ("table", "wrong", "told"),
    [
        ("lot", "UPDATE points_lot SET points = points + 1 WHERE id = new.id", "and its lot differ"),
        ("lot", "UPDATE points_lot SET entry_id = 3 - entry_id WHERE id = new.id", "and its lot differ"),
        ("lot", "UPDATE points_lot SET earned_on = '2026-01-04' WHERE id = new.id", "and its lot differ"),
        ("lot", "DELETE FROM points_lot WHERE id = new.id AND points = 50", "2 earnings have 1 lots"),
        ("draw", "UPDATE points_draw SET points = 101 WHERE entry_id = new.entry_id", "more was taken from lot"),
        ("draw", "UPDATE points_draw SET points = 29 WHERE entry_id = new.entry_id", "draws what it does not take"),
        ("draw", "UPDATE points_draw SET lot_id = 3 - lot_id WHERE entry_id = new.entry_id", "draws what it does not"),
        ("draw", "UPDATE points_lot SET expires_on = '2026-01-06' WHERE id = new.lot_id", "draws what it does not"),
        ("draw", "UPDATE points_entry SET \"on\" = '2026-01-04' WHERE id = new.entry_id", "draws what it does not"),
    ],
)
def test_a_sweep_that_finds_other_points_than_it_meant_is_refused_whole(
    shop: Shop, table: str, wrong: str, told: str
) -> None:
    """Whoever meddles with the file: what a sweep wrote is read again before it stays."""
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    sold = ana.bought("100.00", on="2026-01-05")
    ana.returned("30.00", on="2026-01-07", of=sold)
    bo.bought("50.00", on="2026-01-05")
    with pytest.raises(AssertionError, match=told), shop.writing() as book:
        for name in ("points_entry_no_update", "points_lot_no_update", "points_lot_no_delete", "points_draw_no_update"):
            book.connection.exec_driver_sql(f"DROP TRIGGER {name}")
        meddling = f"CREATE TRIGGER meddling AFTER INSERT ON points_{table} BEGIN {wrong}; END"
        book.connection.exec_driver_sql(meddling)
        accrual.accrue(book)
    assert shop.rows("SELECT count(*) FROM points_entry") == [(0,)]
