"""What is known of a customer, by hand: given, shared, taken away, and remembered as it was."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop import Shop, open_shop
from shopcrm.core import merging
from shopcrm.core.errors import (
    CustomerNameless,
    DateUnreadable,
    IdentityNotClear,
    IdentityNotTheirs,
    IdentityTaken,
    IdentityUnreadable,
    NothingToEdit,
    PhoneTaken,
    ShopError,
)
from shopcrm.features import customers
from shopcrm.features.customers import Asked

EVERYTHING = Asked(
    name="王芳", birthday="08-15", is_lunar=True, gender="female", phone=("13800138000", "010-6552 9988"),
    email="Fang@Example.com", wechat="FangFang88", payment="138 0013 8000", member_no=("88", "M-88"),
)  # fmt: skip


def add(shop: Shop, asked: Asked) -> str:
    with shop.writing() as book:
        return customers.add(book, asked=asked).customer


def edit(shop: Shop, text: str, asked: Asked) -> list[tuple[str, str | None, str | None]]:
    with shop.writing() as book:
        return [(each.field, each.before, each.after) for each in customers.edit(book, text, asked).items]


def found(shop: Shop, text: str) -> list[str]:
    with shop.reading() as book:
        return [each.customer for each in customers.search(book, text).items]


def known_by(shop: Shop, customer_id: int = 1) -> list[str]:
    rows = f"SELECT kind || ' ' || value FROM identity WHERE customer_id = {customer_id} ORDER BY id"  # noqa: S608
    return [row[0] for row in shop.rows(rows)]


@pytest.fixture
def family(shop: Shop) -> Shop:
    """A mother with everything, and her son, who has a phone of his own."""
    add(shop, EVERYTHING)
    add(shop, Asked(name="李明", phone="13900139000"))
    return shop


def test_a_person_is_added_with_everything_at_once(family: Shop) -> None:
    assert known_by(family) == [
        "member_no 88", "member_no M-88", "phone +8613800138000", "phone +861065529988", "email fang@example.com",
        "wechat fangfang88", "payment 13800138000",
    ]  # fmt: skip
    assert family.rows("SELECT name, birth_month, birth_day, is_birthday_lunar, gender, pinyin FROM customer")[0] == (
        "王芳", 8, 15, 1, "female", "wang fang",
    )  # fmt: skip


def test_what_is_changed_is_shown_masked_and_remembered_whole(family: Shop) -> None:
    asked = Asked(
        name=" 王  方 ", birthday="1990-12-25", gender="other", phone="13700137000", remove="Fang@example.com"
    )

    assert edit(family, "C-0001", asked) == [
        ("name", "王芳", "王 方"),
        ("birthday", "lunar 08-15", "1990-12-25"),
        ("gender", "female", "other"),
        ("email", "f***@example.com", None),
        ("phone", None, "137****7000"),
    ]
    assert family.rows("SELECT field, before, after, by, \"on\" FROM customer_change WHERE field <> 'added'") == [
        ("name", "王芳", "王 方", "test", "2026-06-30"),
        ("birthday", "lunar 08-15", "1990-12-25", "test", "2026-06-30"),
        ("gender", "female", "other", "test", "2026-06-30"),
        ("email", "fang@example.com", None, "test", "2026-06-30"),
        ("phone", None, "+8613700137000", "test", "2026-06-30"),
    ]
    assert (found(family, "wangfang"), found(family, "fang@example.com")) == (["C-0001"], [])
    trail = str(family.rows("SELECT change FROM audit"))
    assert "C-0001 changed: name, birthday, gender, email, phone" in trail
    assert not any(secret in trail for secret in ("王", "137", "example", "1990"))


def test_what_is_known_already_changes_nothing_and_leaves_no_trace(family: Shop) -> None:
    before = family.dump(), family.rows("SELECT count(*) FROM audit")
    assert edit(family, "88", EVERYTHING) == []
    assert (family.dump(), family.rows("SELECT count(*) FROM audit")) == before


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (Asked(birthday="02-29"), (None, 2, 29, 0)),
        (Asked(birthday="2000-02-29"), (2000, 2, 29, 0)),
        (Asked(birthday="02-30", is_lunar=True), (None, 2, 30, 1)),
        (Asked(birthday="lunar 1990-02-30"), (1990, 2, 30, 1)),
        (Asked(birthday="农历 8-15"), (None, 8, 15, 1)),
        (Asked(birthday="none"), (None, None, None, 0)),
    ],
)
def test_a_birthday_is_kept_by_the_calendar_it_was_told_in(
    family: Shop, asked: Asked, kept: tuple[int | None, ...]
) -> None:
    edit(family, "C-0001", asked)
    assert family.rows("SELECT birth_year, birth_month, birth_day, is_birthday_lunar FROM customer WHERE id = 1") == [
        kept
    ]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (Asked(), NothingToEdit),
        (Asked(is_lunar=True), NothingToEdit),
        (Asked(phone="13900139000"), PhoneTaken),
        (Asked(phone=("13700137000", "+86 139 0013 9000")), PhoneTaken),
        (Asked(member_no="88"), IdentityTaken),
        (Asked(email="FANG@example.com"), IdentityTaken),
        (Asked(wechat="FANGFANG88"), IdentityTaken),
        (Asked(payment="+8613800138000"), IdentityTaken),
        (Asked(phone="138****8000"), IdentityUnreadable),
        (Asked(wechat="two words"), IdentityUnreadable),
        (Asked(payment="****1234"), IdentityUnreadable),
        (Asked(birthday="02-30"), DateUnreadable),
        (Asked(birthday="1999-02-29"), DateUnreadable),
        (Asked(birthday="13-01", is_lunar=True), DateUnreadable),
        (Asked(birthday="01-31", is_lunar=True), DateUnreadable),
        (Asked(remove="13700137000"), IdentityNotTheirs),
        (Asked(remove="email:f@example.com"), IdentityNotTheirs),
        (Asked(remove="13800138000"), IdentityNotClear),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(family: Shop, asked: Asked, refusal: type[ShopError]) -> None:
    before = family.dump()
    text = "C-0001" if asked.remove or asked.phone == "13900139000" or asked.says_nothing else "C-0002"
    if asked.phone == ("13700137000", "+86 139 0013 9000"):
        text = "C-0001"
    with pytest.raises(refusal) as refused:
        edit(family, text, asked)
    assert "13800138000" not in refused.value.message.replace(str(asked.remove), "")
    assert family.dump() == before


def test_the_last_that_names_a_nameless_customer_stays(shop: Shop) -> None:
    add(shop, Asked(phone="13800138000"))
    with pytest.raises(CustomerNameless):
        edit(shop, "C-0001", Asked(remove="13800138000"))
    assert edit(shop, "C-0001", Asked(remove="13800138000", email="a@b.cn"))
    assert known_by(shop) == ["email a@b.cn"]


@pytest.mark.parametrize("text", ["phone:13800138000", "phone:138****8000", "phone:+86 138 0013 8000"])
def test_of_two_with_the_same_digits_the_kind_says_which_goes(family: Shop, text: str) -> None:
    assert edit(family, "C-0001", Asked(remove=text)) == [("phone", "138****8000", None)]
    assert "payment 13800138000" in known_by(family)


# --- shared phones ----------------------------------------------------------------------------------------


def shared(shop: Shop) -> list[tuple[int, int]]:
    return shop.rows("SELECT customer_id, is_shared FROM identity WHERE value = '+8613800138000' ORDER BY id")


def test_a_phone_is_shared_where_somebody_says_so_and_then_names_both(family: Shop) -> None:
    assert edit(family, "C-0002", Asked(shared_phone="13800138000")) == [("shared phone", None, "138****8000")]
    assert shared(family) == [(1, 1), (2, 1)]
    assert found(family, "13800138000") == ["C-0001", "C-0002"]
    assert edit(family, "C-0002", Asked(shared_phone="13800138000", phone="13800138000")) == []

    assert add(family, Asked(name="李小明", shared_phone="13800138000")) == "C-0003"
    with pytest.raises(PhoneTaken):
        add(family, Asked(name="Li", phone="13800138000"))
    assert shared(family) == [(1, 1), (2, 1), (3, 1)]


def test_a_phone_that_one_alone_has_left_is_shared_no_more(family: Shop) -> None:
    edit(family, "C-0002", Asked(shared_phone="13800138000"))
    edit(family, "C-0002", Asked(remove="138****8000"))
    assert shared(family) == [(1, 0)]
    assert family.rows("SELECT customer_id, field, before, after FROM customer_change WHERE field LIKE '%phone'") == [
        (1, "shared phone", None, "+8613800138000"),
        (2, "shared phone", None, "+8613800138000"),
        (1, "shared phone", "+8613800138000", None),
        (2, "phone", "+8613800138000", None),
    ]


def test_a_phone_of_ones_own_can_be_said_to_be_shared_later(family: Shop) -> None:
    assert edit(family, "C-0001", Asked(shared_phone="13800138000")) == [("shared phone", None, "138****8000")]
    assert shared(family) == [(1, 1)]


def test_what_a_merged_customer_was_known_by_is_the_keepers(family: Shop) -> None:
    with family.writing() as book:
        merging.point(book, dropped_id=2, into_id=1)
    assert edit(family, "李明", Asked(phone="13900139000", gender="female")) == []
    assert edit(family, "C-0001", Asked(remove="13900139000")) == [("phone", "139****9000", None)]
    assert known_by(family, 2) == []


# --- laws -------------------------------------------------------------------------------------------------

digits = st.text("0123456789", min_size=8, max_size=8)
PEOPLE = st.builds(
    Asked,
    name=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=3),
    phone=digits.map(lambda text: f"139{text}"),
    email=st.from_regex(r"[a-z]{3,8}@[a-z]{2,6}\.cn", fullmatch=True),
    wechat=st.from_regex(r"[a-zA-Z][a-zA-Z0-9_-]{5,19}", fullmatch=True),
    payment=digits.map(lambda text: f"62220200{text}"),
    member_no=digits.map(lambda text: f"No {text}"),
)


def in_common(people: list[Asked]) -> bool:
    """Whether any two have an identity in common."""
    held = [f"{kind} {getattr(each, kind)}".lower() for each in people for kind in WAYS]
    return len(held) > len(set(held))


WAYS = {
    "phone": (lambda text: text, lambda text: f"+86 {text[:3]}-{text[3:7]} {text[7:]}", lambda text: f"0086{text}"),
    "email": (str.upper, lambda text: f" {text} "),
    "wechat": (str.upper, str.lower),
    "payment": (lambda text: " ".join(text[n : n + 4] for n in range(0, 16, 4)),),
    "member_no": (lambda text: text,),
}


@settings(max_examples=25, deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=4).filter(lambda people: not in_common(people)))
def test_everyone_is_found_by_everything_they_are_known_by_and_never_shown_in_full(people: list[Asked]) -> None:
    with TemporaryDirectory() as folder:
        shop = open_shop(Path(folder))
        codes = [add(shop, asked) for asked in people]
        for code, asked in zip(codes, people, strict=True):
            for kind, ways in WAYS.items():
                said = str(getattr(asked, kind))
                assert [found(shop, way(said)) for way in ways] == [[code]] * len(ways)
            spelling = shop.rows(f"SELECT pinyin, initials FROM customer WHERE code = '{code}'")[0]  # noqa: S608
            for text in (asked.name, spelling[0], spelling[0].replace(" ", ""), spelling[1]):
                assert code in found(shop, str(text))
            with shop.reading() as book:
                shown = str(customers.search(book, code))
            secrets = (str(asked.phone), str(asked.email), str(asked.wechat), str(asked.payment))
            assert not [secret for secret in secrets if secret in shown]


@settings(max_examples=20, deadline=None)
@given(PEOPLE, PEOPLE)
def test_what_is_given_and_taken_away_again_leaves_the_book_as_it_was(one: Asked, more: Asked) -> None:
    with TemporaryDirectory() as folder:
        shop = open_shop(Path(folder))
        add(shop, one)
        before = shop.dump()
        given_now = edit(shop, "C-0001", Asked(phone=more.phone, email=more.email, wechat=more.wechat))
        kinds = {field for field, _, _ in given_now}
        gone = [f"{kind}:{getattr(more, kind)}" for kind in ("phone", "email", "wechat") if kind in kinds]
        if gone:
            edit(shop, "C-0001", Asked(remove=gone))
        assert shop.dump() == before
