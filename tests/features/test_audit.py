"""The audit trail, to read: who, when, which command, what; of a customer, and of those who are merged or erased."""

from datetime import UTC, date, datetime

import pytest

from shop import Shop
from shopcrm.core import merging
from shopcrm.core.book import open_book
from shopcrm.core.errors import CustomerUnknown
from shopcrm.features import audit, customers, privacy
from shopcrm.features.consents import saying


@pytest.fixture
def lived_in(shop: Shop) -> Shop:
    shop.customer("王芳", "13800138000")
    shop.customer("李娜")
    shop.customer("王芳").adjusted(5)
    with shop.writing() as book:
        saying.grant(book, "王芳", ["sms"])
    return shop


def listed(shop: Shop, who: str | None = None, since: str | None = None, limit: int | None = None) -> list[str]:
    with shop.reading() as book:
        day = date.fromisoformat(since) if since else None
        return [row.change for row in audit.list_rows(book, who=who, since=day, limit=limit).items]


def test_the_latest_comes_first_with_who_when_and_what(lived_in: Shop) -> None:
    with lived_in.reading() as book:
        found = audit.list_rows(book, limit=2)
    row = found.items[0]
    assert (found.count_all, len(found.items)) == (4, 2)
    assert (row.row, row.on, row.time, row.by) == (4, date(2026, 6, 30), "12:00", "test")
    assert row.change == "C-0001 said yes to sms (marketing) on 2026-06-30"


def test_of_a_customer_what_speaks_of_them(lived_in: Shop) -> None:
    assert listed(lived_in, "李娜") == ["C-0002 added"]
    assert len(listed(lived_in, "王芳")) == 3
    with pytest.raises(CustomerUnknown):
        listed(lived_in, "赵钱孙")


def test_a_code_is_not_found_within_another(lived_in: Shop) -> None:
    with lived_in.writing() as book:
        book.tell("C-00012 added")
    assert len(listed(lived_in, "C-0001")) == 3


def test_who_was_merged_is_the_same_person(lived_in: Shop) -> None:
    with lived_in.writing() as book:
        merging.point(book, 2, 1)
    assert len(listed(lived_in, "王芳")) == 4


def test_who_was_erased_is_asked_for_by_the_code(lived_in: Shop) -> None:
    with lived_in.writing() as book:
        privacy.erase(book, "王芳", reason="asked")
    assert listed(lived_in, "C-0001")[0] == "C-0001 erased"


def test_since_a_day_of_the_shop(shop: Shop) -> None:
    for hour in (15, 17):  # 23:00 of the 29th and 01:00 of the 30th in Shanghai
        with open_book(shop.path, write=True, by="Mei", command="customers add", now=_at(hour)) as book:
            customers.add(book, name=f"at {hour}")
    assert listed(shop, since="2026-06-30") == ["C-0002 added"]
    assert len(listed(shop, since="2026-06-29")) == 2


def test_no_name_and_no_phone_stands_in_the_trail(lived_in: Shop) -> None:
    texts = lived_in.rows("SELECT command || ' ' || change FROM audit")
    assert not [text for (text,) in texts if "王芳" in text or "13800138000" in text]


def _at(hour: int) -> datetime:
    return datetime(2026, 6, 29, hour, tzinfo=UTC)
