"""Granted points: as many and as often as the settings say, once for a retry, and never into a period that is over."""

from typing import Any

import pytest

from core.postings import posting
from features.tampering import tampering
from shop import Person, Shop
from shopcrm.core import ledger
from shopcrm.core.errors import (
    GrantGivenOnce,
    GrantUnknown,
    GrantUsedUp,
    GrantWithoutPoints,
    KeyReused,
    PeriodBeforeLastExpiry,
    PointsNotPositive,
)
from shopcrm.features.points import grants, reversals

SINCE = "2025-01-01"


def granted(person: Person, name: str, on: str | None = None, **asked: Any) -> grants.Granted:
    with person.shop.writing(on) as book:
        return grants.grant(book, person.code, name, **asked)


def test_a_grant_is_worth_what_the_settings_say_or_what_is_said(shop: Shop) -> None:
    ana = shop.customer("Ana")

    assert [granted(ana, "review").points, granted(ana, "review", points=7).points] == [20, 7]
    assert shop.rows("SELECT kind, rule, points FROM points_entry") == [
        ("earn", "grants.review", 20), ("earn", "grants.review", 7),
    ]  # fmt: skip
    assert ana.statement().spendable_points == 27
    assert shop.check()


def test_granted_and_added_points_last_as_long_as_the_settings_let_them_and_are_never_pending(shop: Shop) -> None:
    shop.set("points.expiry", "end of month + 1", as_of=SINCE)
    shop.set("points.pending_days", "7", as_of=SINCE)
    ana = shop.customer("Ana")
    shown = granted(ana, "review", on="2026-01-31")
    ana.adjusted(5, on="2026-01-31")
    ana.adjusted(-2, on="2026-01-31")

    assert str(shown.expires_on) == "2026-02-28"
    assert {str(lot.expires_on) for lot in ana.statement("2026-02-28").lots} == {"2026-02-28"}
    last, over = ana.statement("2026-02-28"), ana.statement("2026-03-01")
    assert (last.spendable_points, over.spendable_points) == (23, 0)
    assert ana.redeemed(23, "R-1", on="2026-02-28").balance_points == 0
    assert shop.check()


@pytest.mark.parametrize(
    ("name", "days", "refused_on", "said"),
    [
        (
            "review",
            ["2026-06-30"] * 3,
            "2026-06-30",
            "C-0001 has had “review” 3 times on 2026-06-30, and 3 is the most; the next is possible on 2026-07-01.",
        ),
        (
            "signin",
            ["2026-12-31"],
            "2026-12-31",
            "C-0001 has had “signin” 1 time on 2026-12-31, and 1 is the most; the next is possible on 2027-01-01.",
        ),
        (
            "share",
            [f"2026-01-{day:02}" for day in range(1, 11) for _ in range(2)],
            "2026-01-31",
            "C-0001 has had “share” 20 times in 2026-01, and 20 is the most; the next is possible on 2026-02-01.",
        ),
        ("questionnaire", ["2026-01-05"], "2027-01-05", "C-0001 had “questionnaire” on 2026-01-05; it is given once."),
    ],
)
def test_a_grant_is_refused_once_it_is_used_up_with_the_day_of_the_next(
    shop: Shop, name: str, days: list[str], refused_on: str, said: str
) -> None:
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    for number, day in enumerate(days):
        granted(ana, name, on=day, key=f"K-{number}")

    with pytest.raises(GrantUsedUp) as refused:
        granted(ana, name, on=refused_on, key="K-last")

    assert refused.value.message == said
    assert refused.value.code == "grant_used_up"
    assert granted(bo, name, on=refused_on, key="K-bo").points > 0, "another customer's own"
    if not isinstance(refused.value, GrantGivenOnce):
        next_on = str(refused.value.details["next_on"])
        assert granted(ana, name, on=next_on, key="K-last").points > 0, "the day that was said"
    assert shop.check()


@pytest.mark.parametrize(("name", "key"), [("signin", None), ("questionnaire", None), ("review", "visit-7")])
def test_a_retry_answers_with_the_first_before_limits_are_looked_at(shop: Shop, name: str, key: str | None) -> None:
    ana = shop.customer("Ana")
    shop.set("grants.review.per_day", "1", as_of=SINCE)

    first, again = granted(ana, name, key=key), granted(ana, name, key=key)

    assert (first.is_repeat, again.is_repeat, again.entry) == (False, True, first.entry)
    with pytest.raises(KeyReused):
        granted(ana, name, key=key, points=999)


def test_a_day_signed_in_is_another_event_the_day_after(shop: Shop) -> None:
    ana = shop.customer("Ana")

    assert [granted(ana, "signin", on=f"2026-06-{day}").balance_points for day in (29, 30)] == [1, 2]


def test_a_key_is_not_shared_by_two_grants(shop: Shop) -> None:
    ana = shop.customer("Ana")
    granted(ana, "review", points=5, key="K")

    with pytest.raises(KeyReused) as refused:
        granted(ana, "share", points=5, key="K")
    assert refused.value.message.startswith("Under this key something else was posted on ")


@pytest.mark.parametrize("name", ["signin", "questionnaire", "review"])
def test_what_was_taken_back_counts_for_no_limit_and_can_be_granted_again(shop: Shop, name: str) -> None:
    """Granted to the wrong customer, taken back: the right grant for this one must not be swallowed as a retry."""
    ana = shop.customer("Ana")
    shop.set("grants.review.per_day", "1", as_of=SINCE)
    first = granted(ana, name)
    with shop.writing() as book:
        reversals.reverse(book, first.entry, reason="wrong customer")

    second, again = granted(ana, name), granted(ana, name)

    assert (second.is_repeat, second.balance_points) == (False, first.points)
    assert (again.is_repeat, again.entry) == (True, second.entry)
    assert shop.check()


@pytest.mark.parametrize(
    ("typed", "said", "hint"),
    [
        (
            "revue",
            (
                "There is no grant “revue”: perhaps review, event;"
                " there are event, questionnaire, referral, review, share, signin."
            ),
            "shopcrm points grant C-0001 --for review",
        ),
        (
            "生日",
            "There is no grant “生日”: there are event, questionnaire, referral, review, share, signin.",
            "shopcrm points grant C-0001 --for event",
        ),
    ],
)
def test_an_unknown_grant_is_answered_with_those_there_are(shop: Shop, typed: str, said: str, hint: str) -> None:
    ana = shop.customer("Ana")

    with pytest.raises(GrantUnknown) as refused:
        granted(ana, typed)

    assert (refused.value.message, refused.value.next_step) == (said, hint)


def test_a_shop_without_grants_is_told_how_to_name_one(shop: Shop) -> None:
    ana = shop.customer("Ana")
    with tampering(shop) as connection:
        connection.execute(
            "UPDATE settings_version SET changes = (SELECT json_group_object(key, json(json_quote(value)))"
            " FROM json_each(changes) WHERE key NOT LIKE 'grants.%')"
        )

    with pytest.raises(GrantUnknown) as refused:
        granted(ana, "birthday gift")

    assert refused.value.message == "There is no grant “birthday gift”: the settings name none."
    assert refused.value.next_step == "shopcrm settings set grants.'birthday gift'.points 10"


def test_a_grant_that_says_no_number_asks_for_one(shop: Shop) -> None:
    ana = shop.customer("Ana")

    with pytest.raises(GrantWithoutPoints):
        granted(ana, "event")
    for wrong in (0, -5):
        with pytest.raises(PointsNotPositive):
            granted(ana, "event", points=wrong)
    assert granted(ana, "event", points=30).balance_points == 30


@pytest.mark.parametrize("what", ["grant", "adjust"])
def test_points_by_hand_come_not_before_the_last_expiry(shop: Shop, what: str) -> None:
    ana, bo = shop.customer("Ana"), shop.customer("Bo")
    with shop.writing() as book:
        come = posting("early", 80, "2026-01-05", expires_on="2026-06-14")
        ledger.post_many(book, [come, posting("gone", -80, "2026-06-15", kind="expire")])

    def gives(person: Person, on: str) -> Any:
        return granted(person, "review", on=on) if what == "grant" else person.adjusted(20, on=on)

    with pytest.raises(PeriodBeforeLastExpiry) as refused:
        gives(ana, "2026-06-14")
    assert refused.value.message == (
        "Points of C-0001 expired on 2026-06-15; none can be added by hand on 2026-06-14, before it."
    )
    assert gives(bo, "2026-06-14").balance_points == 20
    assert gives(ana, "2026-06-15").balance_points == 20
    assert shop.check()


def test_a_retry_of_points_by_hand_is_answered_after_an_expiry_too(shop: Shop) -> None:
    ana = shop.customer("Ana")
    with shop.writing() as book:
        ledger.post(book, posting("early", 80, "2026-01-05", expires_on="2026-06-14"))
    first = (ana.adjusted(5, key="K", on="2026-02-01"), granted(ana, "review", key="K", on="2026-02-01"))
    with shop.writing() as book:
        ledger.post(book, posting("gone", -80, "2026-06-15", kind="expire"))

    again = (ana.adjusted(5, key="K", on="2026-02-01"), granted(ana, "review", key="K", on="2026-02-01"))

    assert [each.entry for each in again] == [each.entry for each in first]
