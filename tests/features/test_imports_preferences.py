"""Tags and consents of a sheet: only what is new is kept, and an old yes does not undo a later no."""

from datetime import date

import pytest

from shop import Shop
from shopcrm.core import consents
from shopcrm.features.imports.writing.preferences import new_tags, write_tags
from shopcrm.sheets.records import Said

YES, NO = True, False


@pytest.fixture
def counter(shop: Shop) -> Shop:
    """A shop with two customers, of batch 1, who have said nothing yet."""
    shop.import_text("member no,name\nM-1,Ana\nM-2,Bo\n")
    return shop


def tag(shop: Shop, *pairs: tuple[int, tuple[str, ...]]) -> list[tuple[int, str]]:
    with shop.writing() as book:
        found = new_tags(book, pairs)
        write_tags(book, found, batch_id=1)
    return found


def say(shop: Shop, is_granted: bool, *, source: str, on: str, channel: str = "sms") -> int:
    """Ana says it; answers how much of it was news."""
    day = date.fromisoformat(on)
    with shop.writing() as book:
        news = consents.news(book, [(1, [Said(channel, is_granted)])], source, day)
        consents.write_news(book, news, source, day, batch_id=1)
    return len(news)


def latest(shop: Shop) -> bool:
    ((is_granted,),) = shop.rows('SELECT is_granted FROM consent ORDER BY "on" DESC, id DESC LIMIT 1')
    return bool(is_granted)


def test_tags_are_added_once(counter: Shop) -> None:
    assert tag(counter, (1, ("VIP", "silk")), (2, ("VIP",)), (1, ("silk", "red"))) == [
        (1, "VIP"),
        (1, "silk"),
        (2, "VIP"),
        (1, "red"),
    ]
    assert tag(counter, (1, ("vip", "Silk")), (2, ("silk",)), (2, ())) == [(2, "silk")]
    assert counter.rows("SELECT customer_id, tag FROM customer_tag ORDER BY id") == [
        (1, "VIP"), (1, "silk"), (2, "VIP"), (1, "red"), (2, "silk"),
    ]  # fmt: skip


def test_what_is_said_again_is_no_news(counter: Shop) -> None:
    assert say(counter, YES, source="shopify_customers", on="2026-01-01") == 1
    assert say(counter, YES, source="shopify_customers", on="2026-02-01") == 0
    assert say(counter, YES, source="square_customers", on="2026-02-01") == 0
    assert say(counter, NO, source="shopify_customers", on="2026-03-01") == 1
    assert counter.rows('SELECT channel, is_granted, source, "on" FROM consent ORDER BY id') == [
        ("sms", 1, "shopify_customers", "2026-01-01"),
        ("sms", 0, "shopify_customers", "2026-03-01"),
    ]


def test_channels_are_asked_about_apart(counter: Shop) -> None:
    say(counter, YES, source="hand", on="2026-01-01")
    assert say(counter, YES, source="hand", on="2026-01-01", channel="email") == 1


def test_a_till_that_repeats_its_old_yes_does_not_undo_a_later_no(counter: Shop) -> None:
    say(counter, YES, source="shopify_customers", on="2026-01-01")
    say(counter, NO, source="hand", on="2026-02-01")
    assert say(counter, YES, source="shopify_customers", on="2026-03-01") == 0
    assert latest(counter) is NO
    assert say(counter, NO, source="shopify_customers", on="2026-03-02") == 0
    say(counter, YES, source="hand", on="2026-04-01")
    assert latest(counter) is YES


def test_a_till_that_changes_its_mind_is_heard(counter: Shop) -> None:
    say(counter, NO, source="shopify_customers", on="2026-01-01")
    say(counter, YES, source="hand", on="2026-02-01")
    say(counter, NO, source="hand", on="2026-03-01")
    assert say(counter, YES, source="shopify_customers", on="2026-04-01") == 1
    assert latest(counter) is YES


def test_what_is_said_later_is_not_known_before(counter: Shop) -> None:
    say(counter, NO, source="hand", on="2026-06-01")
    assert say(counter, YES, source="shopify_customers", on="2026-05-01") == 1
    assert latest(counter) is NO


def test_of_two_rows_of_one_customer_the_no_holds(counter: Shop) -> None:
    with counter.reading() as book:
        said = [(1, [Said("sms", YES)]), (1, [Said("sms", NO), Said("email", YES)]), (1, [Said("sms", YES)]), (2, [])]
        assert consents.news(book, said, "hand", date(2026, 1, 1)) == [(1, "sms", NO), (1, "email", YES)]
