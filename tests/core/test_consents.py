"""May we contact whom: the gatekeeper against a plain model, and the rules one by one."""

import random
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select

from shop import Shop
from shopcrm.core import consents, merging
from shopcrm.core.schema.consents import consent
from shopcrm.core.schema.people import customer
from soak import IS_SOAK

PEOPLE = 1_000 if IS_SOAK else 150
FIRST = date(2026, 5, 1)
YES, NO = True, False


class Said(NamedTuple):
    """One word of the plain model."""

    who: int
    channel: str
    purpose: str
    is_granted: bool
    on: date


def may(words: list[Said], group: list[int], channel: str, purpose: str, as_of: date, needs_a_yes: bool) -> bool:
    """The policy as a person would say it: nobody of the group said no last, and somebody yes where that is needed."""
    latest = []
    for who in group:
        own = [w for w in words if (w.who, w.channel, w.purpose) == (who, channel, purpose) and w.on <= as_of]
        if own:
            of_last_day = [w for w in own if w.on == max(each.on for each in own)]
            latest.append(all(w.is_granted for w in of_last_day))
    return all(latest) and (bool(latest) or not needs_a_yes or purpose == "service")


def allowed(shop: Shop, channel: str, purpose: str, as_of: date) -> set[int]:
    with shop.reading(as_of.isoformat()) as book:
        wanted = select(customer.c.id).where(merging.is_listed(), consents.allows(book, channel, purpose))
        return set(book.connection.scalars(wanted))


@pytest.mark.soak
@pytest.mark.parametrize("needs_a_yes", [True, False])
def test_whom_we_may_contact_is_what_the_plain_model_says(shop: Shop, needs_a_yes: bool) -> None:
    chance = random.Random(f"histories {needs_a_yes}")
    shop.set("consents.marketing_needs_consent", "yes" if needs_a_yes else "no", as_of="2020-01-01")
    words = write_histories(shop, chance)
    groups = merge_some(shop, chance)
    for as_of in (FIRST + timedelta(days) for days in (0, 2, 5, 9)):
        for channel in ("sms", "phone"):
            for purpose in consents.PURPOSES:
                expected = {
                    who for who, group in groups.items() if may(words, group, channel, purpose, as_of, needs_a_yes)
                }
                assert allowed(shop, channel, purpose, as_of) == expected
                with shop.reading(as_of.isoformat()) as book:
                    stopped = consents.suppressed(book, list(groups), channel, purpose)
                    standing = {who: consents.standing(book, who) for who in list(groups)[:20]}
                assert stopped.keys() == groups.keys() - expected
                for who, all_of in standing.items():
                    holds = next(each for each in all_of if (each.channel, each.purpose) == (channel, purpose))
                    assert holds.is_allowed == (who in expected)


def write_histories(shop: Shop, chance: random.Random) -> list[Said]:
    """A random history for every customer, some without a word."""
    with shop.writing() as book:
        book.insert_many(customer, ("id", "code"), ((n, f"C-{n:04}") for n in range(1, PEOPLE + 1)))
    words = [
        Said(who, chance.choice(("sms", "phone")), chance.choice(consents.PURPOSES), chance.random() < 0.5,
             FIRST + timedelta(chance.randrange(8)))
        for who in range(1, PEOPLE + 1) for _ in range(chance.choice((0, 1, 2, 5, 8)))
    ]  # fmt: skip
    with shop.writing() as book:
        rows = ((w.who, w.channel, w.purpose, w.is_granted, w.on.isoformat(), "hand") for w in words)
        columns = ("customer_id", "channel", "purpose", "is_granted", "on", "source")
        book.insert_many(consent, columns, rows)
    return words


def merge_some(shop: Shop, chance: random.Random) -> dict[int, list[int]]:
    """Everyone who is listed, with all who were merged into them."""
    groups = {who: [who] for who in range(1, PEOPLE + 1)}
    with shop.writing() as book:
        for _ in range(PEOPLE // 4):
            dropped, into = chance.sample(sorted(groups), 2)
            merging.point(book, dropped, into)
            groups[into] += groups.pop(dropped)
    return groups


# --- word by word -----------------------------------------------------------------------------------------


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """Ana, Bo and Cai, who have said nothing yet."""
    for name in ("Ana", "Bo", "Cai"):
        shop.customer(name)
    return shop


def say(shop: Shop, who: int, is_granted: bool, on: str, evidence: str | None = None) -> bool:
    """Whether it was news that the customer says so to messages."""
    with shop.writing("2026-06-30") as book:
        day = date.fromisoformat(on)
        places = [("sms", "marketing")]
        return bool(consents.record(book, who, places, is_granted=is_granted, on=day, evidence=evidence))


def holds(shop: Shop, as_of: str = "2026-06-30") -> set[int]:
    return allowed(shop, "sms", "marketing", date.fromisoformat(as_of))


def test_without_a_word_there_is_no_marketing_and_service_goes_to_all(counter: Shop) -> None:
    assert holds(counter) == set()
    assert allowed(counter, "sms", "service", date(2026, 6, 30)) == {1, 2, 3}


def test_of_a_book_that_is_older_than_the_setting_only_a_no_stops(counter: Shop) -> None:
    counter.write("DROP TRIGGER settings_version_no_update")
    changes = "json_remove(changes, '$.\"consents.marketing_needs_consent\"')"
    counter.write(f"UPDATE settings_version SET changes = {changes}")  # noqa: S608 - words of this test
    assert holds(counter) == {1, 2, 3}
    say(counter, 2, NO, "2026-06-01")
    assert holds(counter) == {1, 3}


def test_the_latest_word_holds_and_of_one_day_the_no(counter: Shop) -> None:
    assert say(counter, 1, YES, "2026-06-01")
    assert holds(counter) == {1}
    assert say(counter, 1, NO, "2026-06-10")
    assert holds(counter) == set()
    assert holds(counter, "2026-06-09") == {1}
    assert say(counter, 1, YES, "2026-06-10")
    assert holds(counter) == set()
    assert say(counter, 1, YES, "2026-06-11")
    assert holds(counter) == {1}


def test_the_same_word_again_is_no_news_unless_something_new_proves_it(counter: Shop) -> None:
    assert say(counter, 1, YES, "2026-06-01")
    assert not say(counter, 1, YES, "2026-06-05")
    assert say(counter, 1, YES, "2026-06-05", evidence="signed card")
    assert not say(counter, 1, YES, "2026-06-05", evidence="signed card")
    assert say(counter, 1, NO, "2026-06-06")
    assert not say(counter, 1, NO, "2026-06-07")


def test_of_merged_customers_a_no_of_either_holds_until_the_person_says_yes(counter: Shop) -> None:
    say(counter, 1, YES, "2026-06-01")
    say(counter, 2, NO, "2026-06-02")
    with counter.writing() as book:
        merging.point(book, 2, 1)
    assert holds(counter) == set()
    assert say(counter, 1, YES, "2026-06-03")
    assert holds(counter) == {1}
    assert say(counter, 1, NO, "2026-06-04")
    with counter.writing() as book:
        merging.unpoint(book, 2)
    assert holds(counter) == {2}


def test_why_somebody_is_suppressed(counter: Shop) -> None:
    say(counter, 1, YES, "2026-06-01")
    say(counter, 2, NO, "2026-06-02")
    with counter.reading() as book:
        stopped = consents.suppressed(book, [1, 2, 3], "sms")
    assert stopped == {2: consents.Suppression(date(2026, 6, 2)), 3: consents.Suppression(None)}
