"""The end of points: the last day holds through midnight, what ends is posted on its day, whenever a sweep runs."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.postings import posting
from shop import Person, Shop, open_shop
from shopcrm.core import ledger
from shopcrm.core.book import open_book
from shopcrm.core.errors import InsufficientPoints
from shopcrm.features.points import counter, expiry
from shopcrm.features.points.statement import statement
from soak import IS_SOAK


def brings(shop: Shop, points: int, on: str, until: str | None) -> None:
    """A lot of the first customer's, with its last good day."""
    number = len(shop.rows("SELECT id FROM points_entry"))
    with shop.writing(on) as book:
        ledger.post(book, posting(f"lot:{number}", points, on, expires_on=until))


def expire(shop: Shop, as_of: str | None = None) -> expiry.Expired:
    with shop.writing(as_of) as book:
        return expiry.expire(book)


def put_back(shop: Shop, points: int, on: str, entry: int) -> None:
    """A redemption that is taken back, as a whole or in part."""
    with shop.writing(on) as book:
        back = posting(f"back:{entry}:{on}", points, on, kind="reverse", reverses_id=entry)
        ledger.post(book, back)


def expiries(shop: Shop) -> list[tuple[str, str, int]]:
    """(key, day, points) of everything that has ended, in the order of their keys."""
    return shop.rows("SELECT key, \"on\", points FROM points_entry WHERE kind = 'expire' ORDER BY key")


@pytest.fixture
def ana(shop: Shop) -> Person:
    return shop.customer("Ana")


@pytest.mark.parametrize(
    ("as_of", "balance", "entries"),
    [("2026-01-30", 100, 0), ("2026-01-31", 100, 0), ("2026-02-01", 0, 1), ("2026-06-30", 0, 1)],
)
def test_points_are_good_through_their_last_day_and_end_on_the_next(
    shop: Shop, ana: Person, as_of: str, balance: int, entries: int
) -> None:
    brings(shop, 100, "2026-01-01", "2026-01-31")

    swept = expire(shop, as_of)

    assert (swept.entries, swept.expired_points) == (entries, 100 * entries)
    assert ana.statement(as_of).balance_points == balance
    assert expiries(shop) == [("expire:lot:1", "2026-02-01", -100)] * entries
    assert shop.check().items


def test_a_single_point_ends_as_any_other(shop: Shop, ana: Person) -> None:
    brings(shop, 1, "2026-01-01", "2026-01-31")

    assert expire(shop, "2026-02-01").expired_points == 1
    assert ana.statement("2026-02-01").balance_points == 0


def test_nothing_is_posted_as_ended_on_its_last_good_day(shop: Shop, ana: Person) -> None:
    brings(shop, 100, "2026-01-01", "2026-01-31")
    ending = posting("by hand", -100, "2026-01-31", kind="expire")

    with pytest.raises(InsufficientPoints), shop.writing("2026-01-31") as book:
        ledger.post(book, ending)

    with shop.writing("2026-02-01") as book:
        ledger.post(book, ending._replace(on=date(2026, 2, 1)))
    assert ana.statement("2026-02-01").balance_points == 0


@pytest.mark.parametrize(
    ("zone", "last_second"),
    [
        ("Asia/Shanghai", "2026-03-31T15:59:59Z"),
        ("Asia/Kathmandu", "2026-03-31T18:14:59Z"),
        ("Europe/Berlin", "2026-03-31T21:59:59Z"),  # two days after the clocks went forward
        ("America/New_York", "2026-04-01T03:59:59Z"),
        ("Pacific/Kiritimati", "2026-03-31T09:59:59Z"),
        ("Pacific/Pago_Pago", "2026-04-01T10:59:59Z"),
    ],
)
def test_the_last_day_lasts_through_midnight_in_the_shops_zone(
    tmp_path_factory: pytest.TempPathFactory, zone: str, last_second: str
) -> None:
    shop = open_shop(tmp_path_factory.mktemp("shop"), timezone=zone)
    shop.customer("Ana")
    brings(shop, 100, "2026-03-01", "2026-03-31")
    at = datetime.fromisoformat(last_second)
    assert at.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S") == "23:59:59"

    with open_book(shop.path, write=True, now=at, by="test") as book:
        assert expiry.expire(book).entries == 0
        assert counter.redeem(book, "Ana", points=40, receipt="R-1").balance_points == 60
    midnight = at + timedelta(seconds=1)
    with open_book(shop.path, write=True, now=midnight, by="test") as book:
        with pytest.raises(InsufficientPoints):
            counter.redeem(book, "Ana", points=1, receipt="R-2")
        swept = expiry.expire(book)
        assert (swept.as_of, swept.expired_points) == (date(2026, 4, 1), 60)


@pytest.mark.parametrize(
    ("rule", "earned_on", "last_day"),
    [
        ("1 month", "2026-01-31", "2026-02-28"),
        ("1 month", "2028-01-31", "2028-02-29"),
        ("12 months", "2028-02-29", "2029-02-28"),
        ("48 months", "2028-02-29", "2032-02-29"),
        ("end of month + 1", "2028-01-31", "2028-02-29"),
        ("end of year + 1", "2026-12-31", "2027-12-31"),
        ("90 days", "2026-01-31", "2026-05-01"),
    ],
)
def test_points_end_the_day_after_the_last_that_the_rules_give_them(
    shop: Shop, ana: Person, rule: str, earned_on: str, last_day: str
) -> None:
    shop.set("points.expiry", rule, as_of="2020-01-01")
    with shop.reading() as book:
        until = book.settings.points.expiry.last_good_day(date.fromisoformat(earned_on))
    brings(shop, 100, earned_on, str(until))

    assert str(until) == last_day
    assert expire(shop, last_day).entries == 0
    next_day = str(date.fromisoformat(last_day) + timedelta(1))
    assert expire(shop, next_day).entries == 1
    assert expiries(shop) == [("expire:lot:1", next_day, -100)]


def test_only_what_is_left_ends_and_what_never_ends_stays(shop: Shop, ana: Person) -> None:
    brings(shop, 100, "2026-01-01", "2026-01-31")
    brings(shop, 50, "2026-01-01", None)
    ana.redeemed(30, "R-1", on="2026-01-31")

    swept = expire(shop)

    assert (swept.expired_points, swept.customers, swept.value_minor) == (70, 1, 70)
    assert ana.statement().balance_points == 50
    assert ana.statement("2026-02-01").items[-1].kind == "expire"


def test_an_entry_says_what_ended_and_by_which_rules(shop: Shop, ana: Person) -> None:
    brings(shop, 100, "2026-01-01", "2026-01-31")
    shop.set("points.expiry", "90 days", as_of="2026-02-01")
    expire(shop)

    wanted = "SELECT rule, inputs, settings_version_id, by FROM points_entry WHERE kind = 'expire'"
    inputs = '{"earned_on":"2026-01-01","expires_on":"2026-01-31"}'
    assert shop.rows(wanted) == [("points.expiry", inputs, 2, "test")]


def test_a_second_run_finds_nothing_and_leaves_no_trace(shop: Shop, ana: Person) -> None:
    brings(shop, 100, "2026-01-01", "2026-01-31")
    expire(shop)
    before, audit = shop.dump(), shop.rows("SELECT count(*) FROM audit")

    assert expire(shop).entries == expire(shop, "2027-01-01").entries == 0
    assert (shop.dump(), shop.rows("SELECT count(*) FROM audit")) == (before, audit)


def test_what_is_put_back_into_a_lot_that_has_ended_ends_at_once_under_a_key_of_its_own(
    shop: Shop, ana: Person
) -> None:
    brings(shop, 100, "2026-01-01", "2026-01-31")
    entry = ana.redeemed(60, "R-1", on="2026-01-20").entry
    expire(shop, "2026-02-03")
    put_back(shop, 25, "2026-02-10", entry)
    put_back(shop, 35, "2026-03-10", entry)
    assert ana.statement().balance_points == 0, "unswept or not"

    expire(shop)

    assert expiries(shop) == [
        ("expire:lot:1", "2026-02-01", -40),
        ("expire:lot:1:2", "2026-02-10", -25),
        ("expire:lot:1:3", "2026-03-10", -35),
    ]
    assert [ana.statement(day).balance_points for day in ("2026-01-31", "2026-02-01", "2026-06-30")] == [40, 0, 0]
    assert shop.check().items


@pytest.mark.parametrize("is_swept", [False, True], ids=["not swept", "swept"])
def test_a_debt_is_not_paid_with_points_that_have_ended(shop: Shop, ana: Person, is_swept: bool) -> None:
    brings(shop, 100, "2026-01-01", "2026-01-31")
    if is_swept:
        expire(shop)
    with shop.writing("2026-02-05") as book:
        ledger.post(book, posting("back", -30, "2026-02-05", kind="reverse"))

    expire(shop)

    assert ana.statement().balance_points == -30
    assert shop.check().items


def test_a_sweep_for_an_early_day_leaves_to_later_ones_what_is_put_back_later(shop: Shop, ana: Person) -> None:
    brings(shop, 100, "2026-01-01", "2026-01-31")
    entry = ana.redeemed(60, "R-1", on="2026-01-20").entry
    put_back(shop, 60, "2026-05-10", entry)

    assert [expire(shop, day).expired_points for day in ("2026-02-01", "2026-05-09", "2026-05-10")] == [40, 0, 60]


def test_a_refund_of_an_earlier_day_takes_what_had_ended_since(shop: Shop, ana: Person) -> None:
    brings(shop, 100, "2026-01-01", "2026-01-31")
    expire(shop)
    with shop.writing() as book:
        ledger.post(book, posting("late", -70, "2026-01-15", kind="reverse"))

    assert expire(shop).entries == 0
    assert ana.statement().balance_points == 0
    assert shop.check().items


def test_a_single_point_that_is_put_back_into_a_lot_that_has_ended_ends_too(shop: Shop, ana: Person) -> None:
    brings(shop, 100, "2026-01-01", "2026-01-31")
    entry = ana.redeemed(60, "R-1", on="2026-01-20").entry
    expire(shop, "2026-02-03")
    put_back(shop, 1, "2026-02-10", entry)

    assert expire(shop).expired_points == 1
    assert expiries(shop)[-1] == ("expire:lot:1:2", "2026-02-10", -1)
    assert shop.check().items


def test_a_sweep_over_a_lot_that_was_drawn_below_zero_is_refused_whole(shop: Shop, ana: Person) -> None:
    """What a damaged book says is not made good by an expiry."""
    brings(shop, 100, "2026-01-01", "2026-01-31")
    brings(shop, 100, "2026-01-02", "2026-02-05")
    ana.redeemed(60, "R-1", on="2026-01-20")
    before = shop.rows("SELECT count(*) FROM points_entry")
    with pytest.raises(AssertionError), shop.writing() as book:
        book.connection.exec_driver_sql("DROP TRIGGER points_draw_no_update")
        book.connection.exec_driver_sql("UPDATE points_draw SET points = 160")
        expiry.expire(book)
    assert shop.rows("SELECT count(*) FROM points_entry") == before


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE points_draw SET points = 99 WHERE entry_id = new.entry_id",
        "UPDATE points_entry SET customer_id = 2 WHERE id = new.entry_id",
        "UPDATE points_entry SET kind = 'adjust' WHERE id = new.entry_id",
        "UPDATE points_entry SET \"on\" = '2026-01-31' WHERE id = new.entry_id",
        "UPDATE points_draw SET points = 60; UPDATE points_entry SET points = -60 WHERE id = new.entry_id",
        "INSERT INTO points_draw (entry_id, lot_id, points) VALUES (new.entry_id, 2, 1)",
    ],
    ids=["draw", "customer", "kind", "day", "left over", "another lot"],
)
def test_a_sweep_that_finds_other_ends_than_it_meant_is_refused_whole(shop: Shop, ana: Person, wrong: str) -> None:
    """Whoever meddles with the file: what a sweep wrote is read again before it stays."""
    shop.customer("Bo")
    brings(shop, 100, "2026-01-01", "2026-01-31")
    brings(shop, 100, "2026-01-01", None)
    with pytest.raises(AssertionError), shop.writing() as book:
        for table in ("points_entry", "points_draw"):
            book.connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
        meddling = f"CREATE TRIGGER meddling AFTER INSERT ON points_draw WHEN new.lot_id = 1 BEGIN {wrong}; END"
        book.connection.exec_driver_sql(meddling)
        expiry.expire(book)
    assert expiries(shop) == []
    assert ana.statement("2026-01-31").balance_points == 200


def test_the_dump_calls_an_expiry_by_what_opened_its_lot(tmp_path_factory: pytest.TempPathFactory) -> None:
    books = [open_shop(tmp_path_factory.mktemp("shop")) for _ in range(2)]
    asked = [posting(key, 10, "2026-01-01", expires_on="2026-01-31") for key in ("one", "other")]
    for shop, order in zip(books, (asked, asked[::-1]), strict=True):
        shop.customer("Ana")
        with shop.writing() as book:
            ledger.post_many(book, order)
        expire(shop)

    assert books[0].dump() == books[1].dump()
    assert sum('"key": "expire:one:1"' in line for line in books[0].dump()) == 1


FIRST = date(2026, 1, 1)
EVENT = st.tuples(
    st.integers(0, 11), st.sampled_from(["earn", "redeem", "back"]), st.integers(1, 50), st.none() | st.integers(0, 4)
)


@pytest.mark.soak
@settings(max_examples=60 if IS_SOAK else 6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events=st.lists(EVENT, min_size=2, max_size=9), nights=st.sets(st.integers(0, 13)))
def test_nights_missed_and_nights_kept_leave_the_same_ends(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[int, str, int, int | None]], nights: set[int]
) -> None:
    nightly, late = (open_shop(tmp_path_factory.mktemp("shop")) for _ in range(2))
    for shop, kept in ((nightly, set(range(14))), (late, nights)):
        shop.customer("Ana")
        for day in range(15):
            _live(shop, FIRST + timedelta(day), [event for event in events if event[0] == day])
            if day in kept | {14}:
                expire(shop, str(FIRST + timedelta(day)))

    assert late.dump() == nightly.dump()
    assert late.check().items


def _live(shop: Shop, day: date, events: list[tuple[int, str, int, int | None]]) -> None:
    for number, (_, kind, points, lasts) in enumerate(events):
        key = f"{day}:{number}"
        with shop.writing(str(day)) as book:
            if kind == "earn":
                until = None if lasts is None else day + timedelta(lasts)
                ledger.post(book, posting(key, points, day, expires_on=until))
            elif kind == "redeem":
                spendable = statement(book, "Ana").spendable_points
                if spendable:
                    ledger.post(book, posting(key, -min(points, spendable), day))
            else:
                lines = statement(book, "Ana").items
                gone = {line.key for line in lines if line.kind == "reverse"}
                spent = [line for line in lines if line.kind == "redeem" and f"back:{line.key}" not in gone]
                for line in spent[:1]:
                    back = posting(f"back:{line.key}", -line.points, day, kind="reverse", reverses_id=line.entry)
                    ledger.post(book, back)
