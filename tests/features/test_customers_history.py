"""What became of a customer, told from the rows that say so: in order, by whom, and masked."""

import pytest
from sqlalchemy import insert

from shop import Shop
from shopcrm.core import merging
from shopcrm.core.errors import BatchInUse
from shopcrm.core.schema.consents import consent
from shopcrm.core.schema.preferences import customer_tag
from shopcrm.features import customers, imports
from shopcrm.features.customers import Asked, history
from shopcrm.features.customers.duplicates import tell_apart

HEAD = "会员卡号,姓名,手机号,生日,性别\n"


def told(shop: Shop, text: str, as_of: str | None = None) -> list[tuple[str, str | None, str | None, str | None, str]]:
    with shop.reading(as_of) as book:
        events = history.history(book, text).items
    return [(each.event, each.field, each.before, each.after, each.source) for each in events]


@pytest.fixture
def lived(shop: Shop) -> Shop:
    """A customer whom a sheet brought, a hand changed, and a sheet changed again."""
    shop.import_text(f"{HEAD}88,王芳,13800138000,1990-12-25,女\n", "一月.csv", as_of="2026-01-31")
    with shop.writing("2026-02-10") as book:
        customers.edit(book, "88", Asked(name="王芳芳", wechat="fangfang88", remove="13800138000"))
    shop.import_text(f"{HEAD}88,王芬,13800138000,1991-12-25,女\n", "二月.csv", as_of="2026-02-28")
    return shop


def test_what_sheets_and_hands_changed_is_told_from_the_latest_on(lived: Shop) -> None:
    assert told(lived, "88") == [
        ("changed", "name", "王芳芳", "王芬", "二月.csv"),
        ("changed", "birthday", "1990-12-25", "1991-12-25", "二月.csv"),
        ("added", "phone", None, "138****8000", "二月.csv"),
        ("added", "wechat", None, "f***8", "hand"),
        ("removed", "phone", "138****8000", None, "hand"),
        ("changed", "name", "王芳", "王芳芳", "hand"),
        ("added", None, None, None, "一月.csv"),
        ("added", "member_no", None, "88", "一月.csv"),
    ]
    with lived.reading() as book:
        events = history.history(book, "88").items
    assert {each.by for each in events} == {"test"}
    assert [str(each.on) for each in events] == ["2026-02-28"] * 3 + ["2026-02-10"] * 3 + ["2026-01-31"] * 2
    assert [each.batch for each in events] == [2, 2, 2, None, None, None, 1, 1]


def test_it_ends_with_the_business_date(lived: Shop) -> None:
    assert len(told(lived, "88", as_of="2026-02-27")) == 5
    assert len(told(lived, "88", as_of="2026-01-31")) == 2


def test_in_full_it_is_on_the_record(lived: Shop) -> None:
    with lived.writing() as book:
        events = history.history(book, "88", reveal=True).items
    assert {"13800138000", "fangfang88"} <= {each.after for each in events}
    assert lived.rows("SELECT change FROM audit ORDER BY id DESC LIMIT 1") == [("history of C-0001 revealed",)]


def test_who_was_added_by_hand_is_told_with_who_did_it(shop: Shop) -> None:
    with shop.writing() as book:
        customers.add(book, name="王芳", phone="13800138000")
    assert told(shop, "王芳") == [("added", None, None, None, "hand")]


def test_who_was_added_before_changes_were_kept_joined_on_a_day(shop: Shop) -> None:
    shop.write("INSERT INTO customer (code, name, joined_on) VALUES ('C-0001', '王芳', '2025-01-05')")
    assert told(shop, "王芳") == [("added", None, None, None, "hand")]


def test_merges_tags_consents_and_who_is_not_the_same_are_told(lived: Shop) -> None:
    with lived.writing("2026-03-01") as book:
        for name in ("王 芬", "李娜"):
            customers.add(book, name=name)
        merging.point(book, dropped_id=2, into_id=1)
        tell_apart(book, "88", "李娜")
        at = {"customer_id": 2, "by": "Mei"}
        book.connection.execute(insert(customer_tag).values(**at, tag="silk", since_on=book.as_of))
        said = {"channel": "phone", "source": "hand", "on": book.as_of}
        book.connection.execute(insert(consent).values(**at, **said, is_granted=False))
        book.connection.execute(insert(consent).values(**at, **said, is_granted=True))

    assert sorted(told(lived, "C-0002", as_of="2026-03-01")[:6], key=str) == [
        ("added", None, None, None, "hand"),
        ("allowed", "consent", None, "phone (marketing)", "hand"),
        ("merged", "customer", "C-0002", None, "hand"),
        ("refused", "consent", None, "phone (marketing)", "hand"),
        ("tagged", "tag", None, "silk", "hand"),
        ("told apart", "customer", None, "C-0003", "hand"),
    ]
    assert told(lived, "李娜")[0] == ("told apart", "customer", None, "C-0001", "hand")


def test_a_batch_whose_customer_was_changed_by_hand_stays(shop: Shop) -> None:
    for name in ("王芳", "王方"):
        shop.import_text(f"{HEAD}88,{name},,,\n")
    with shop.writing() as book:
        customers.edit(book, "88", Asked(name="王芳芳"))
    with shop.writing() as book, pytest.raises(BatchInUse) as refusal:
        imports.undo(book, 2)
    assert refusal.value.details["all_reasons"] == ("C-0001 was changed by hand after it",)


def test_a_batch_that_goes_takes_the_sound_of_its_names_along(shop: Shop) -> None:
    for name in ("王芳", "Ana"):
        shop.import_text(f"{HEAD}88,{name},,,\n")
    assert shop.rows("SELECT pinyin, initials FROM customer") == [("ana", "a")]
    with shop.writing() as book:
        imports.undo(book, 2)
    assert shop.rows("SELECT name, pinyin, initials FROM customer") == [("王芳", "wang fang", "wf")]
