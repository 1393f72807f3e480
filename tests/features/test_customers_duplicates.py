"""Who is on the list twice: found by what two have in common, scored by reasons, never asked again once answered."""

from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop import Shop, open_shop
from shopcrm.core import merging
from shopcrm.core.errors import CustomerUnknown, SameCustomer
from shopcrm.features import customers
from shopcrm.features.customers import Asked
from shopcrm.features.customers.blocks import LAST_FOUR, NAME_AND_BIRTHDAY, OTHER_FORMAT, SAME
from shopcrm.features.customers.duplicates import Duplicates, duplicates, tell_apart, tell_apart_no_more
from shopcrm.features.customers.scoring import LEAST, POINTS, Known, reasons_of, score_of

PHONE, EMAIL = "+8613800138000", "a@b.cn"


def known(shop: Shop, name: str | None = None, birthday: str | None = None, **identities: str) -> str:
    """A customer with identities that others may have as well, as sheets bring them."""
    with shop.writing() as book:
        code = customers.add(book, asked=Asked(name=name or "Nobody", birthday=birthday)).customer
    if name is None:
        shop.write(f"UPDATE customer SET name = NULL, pinyin = NULL WHERE code = '{code}'")  # noqa: S608
    for kind, value in identities.items():
        shop.write(
            "INSERT INTO identity (customer_id, kind, value, source)"  # noqa: S608
            f" SELECT id, '{kind}', '{value}', '' FROM customer WHERE code = '{code}'"
        )
    return code


def listed(shop: Shop, limit: int | None = None) -> Duplicates:
    with shop.reading() as book:
        return duplicates(book, limit=limit)


def pairs(shop: Shop) -> list[tuple[str, str, int]]:
    return [(each.customer, each.other, each.score) for each in listed(shop).items]


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({"phone": PHONE}, {"phone": PHONE}, {"same phone": 50}),
        ({"wechat": "fang88"}, {"wechat": "fang88"}, {"same WeChat id": 50}),
        ({"email": EMAIL}, {"email": EMAIL}, {"same e-mail": 40}),
        ({"payment": "6222"}, {"payment": "6222"}, {"same payment account": 40}),
        ({"phone": PHONE}, {"member_no": "13800138000"}, {"same phone, written otherwise": 40}),
        ({"phone": PHONE}, {"payment": "13800138000"}, {"same phone, written otherwise": 40}),
        ({"phone": PHONE}, {"phone": "+113800138000"}, {"same phone, written otherwise": 40}),
        (
            {"name": "王芳", "phone": PHONE, "email": EMAIL},
            {"name": "王 芳", "phone": PHONE, "email": EMAIL},
            {"same phone": 50, "same e-mail": 40, "same name": 30},
        ),
        ({"name": "王芳", "birthday": "12-25"}, {"name": "王芳", "birthday": "1990-12-25"},
         {"same name": 30, "same birthday": 25}),
        ({"name": "王芳", "birthday": "02-29"}, {"name": "王方", "birthday": "2000-02-29"},
         {"same birthday": 25, "name sounds the same": 20}),
        ({"name": "王芳", "phone": PHONE}, {"name": "王芳芳", "phone": "+8613900008000"},
         {"name nearly the same": 15, "same last four digits": 15}),
        ({"name": "John Smith", "phone": PHONE}, {"name": "Jhon Smith", "phone": "+8613900008000"},
         {"name nearly the same": 15, "same last four digits": 15}),
        ({"name": "王芳", "phone": PHONE}, {"name": "王方", "phone": "+8613900008000"},
         {"name sounds the same": 20, "same last four digits": 15}),
        ({"name": "王芳", "phone": PHONE}, {"name": "李明", "phone": PHONE}, {"same phone": 50, "another name": -10}),
    ],
)  # fmt: skip
def test_two_who_have_this_in_common_are_a_pair_with_its_reasons(
    shop: Shop, one: dict[str, str], other: dict[str, str], reasons: dict[str, int]
) -> None:
    known(shop, **one)
    known(shop, "Nobody Else", phone="+8613911112222", email="c@d.cn")
    known(shop, **other)

    (pair,) = listed(shop).items
    assert (pair.customer, pair.other) == ("C-0001", "C-0003")
    assert dict(pair.reasons) == reasons
    assert pair.found_by == next(iter(reasons))
    assert pair.score == min(100, sum(reasons.values()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "王芳", "birthday": "12-25"}, {"name": "王芳", "birthday": "12-26"}),
        ({"name": "王芳"}, {"name": "王芳"}),  # there are many
        ({"name": "王芳", "birthday": "1990-12-25"}, {"name": "王芳", "birthday": "1991-12-25"}),
        ({"name": "王芳", "birthday": "12-25"}, {"name": "李明", "birthday": "12-25"}),
        ({"name": "王芳", "phone": PHONE}, {"name": "王伟国", "phone": "+8613900008000"}),
        ({"name": "王芳", "phone": PHONE, "birthday": "1960-01-05"},
         {"name": "李明", "phone": PHONE, "birthday": "1990-01-05"}),  # mother and son
        ({"phone": PHONE}, {"wechat": "+8613800138000"}),
        ({"member_no": "13800138000"}, {"payment": "13800138000"}),  # nobody's phone
        ({"email": "13800138000@qq.com"}, {"phone": PHONE}),
    ],
)  # fmt: skip
def test_two_who_have_no_more_than_this_in_common_are_none(
    shop: Shop, one: dict[str, str], other: dict[str, str]
) -> None:
    known(shop, **one)
    known(shop, **other)
    assert pairs(shop) == []


def test_the_likeliest_pair_stands_first_and_the_list_ends_at_its_limit(shop: Shop) -> None:
    known(shop, "王芳", phone=PHONE, email=EMAIL)
    known(shop, "李明", phone=PHONE)
    known(shop, "王芳", phone=PHONE, email=EMAIL)
    assert pairs(shop) == [("C-0001", "C-0003", 100), ("C-0001", "C-0002", 40), ("C-0002", "C-0003", 40)]
    assert (len(listed(shop, limit=1).items), listed(shop, limit=1).found) == (1, 3)


def test_a_phone_that_is_shared_makes_no_pair(shop: Shop) -> None:
    known(shop, "王芳", phone=PHONE)
    with shop.writing() as book:
        customers.add(book, asked=Asked(name="王小芳", shared_phone="13800138000"))
    assert pairs(shop) == []


def test_merged_customers_are_one_and_their_rows_the_keepers(shop: Shop) -> None:
    known(shop, "王芳", phone=PHONE)
    known(shop, "王方", phone=PHONE, email=EMAIL)
    known(shop, "Ana", email=EMAIL)
    assert pairs(shop) == [("C-0001", "C-0002", 70), ("C-0002", "C-0003", 30)]

    with shop.writing() as book:
        merging.point(book, dropped_id=2, into_id=1)
    assert pairs(shop) == [("C-0001", "C-0003", 30)]


def test_what_more_than_ten_have_tells_nothing_and_is_said(shop: Shop) -> None:
    for number in range(11):
        known(shop, f"王{number}", phone="+864008208820", birthday="01-01")
    known(shop, "李明", phone=PHONE)
    known(shop, "李明", phone=PHONE)

    answer = listed(shop)
    assert [(each.customer, each.other) for each in answer.items] == [("C-0012", "C-0013")]
    assert [(each.field, each.count) for each in answer.crowds] == [("same phone", 11)]
    assert "4008208820" not in str(answer.crowds)


def test_ten_are_no_crowd_yet(shop: Shop) -> None:
    for number in range(10):
        known(shop, None, phone="+864008208820", member_no=str(number))
    assert (listed(shop).found, listed(shop).crowds) == (45, ())


def test_two_who_pay_with_one_account_have_no_phone_in_common_for_it(shop: Shop) -> None:
    known(shop, "王芳", payment="13800138000")
    known(shop, None, phone="13800138000")
    known(shop, None, payment="13800138000")
    assert ("C-0001", "C-0003", 40) in pairs(shop)


def test_who_is_not_the_same_is_asked_no_more_until_it_is_taken_back(shop: Shop) -> None:
    known(shop, "王芳", phone=PHONE)
    known(shop, "王方", phone=PHONE)
    known(shop, "李明")
    with shop.writing() as book:
        assert not tell_apart(book, "C-0002", "王芳").is_repeat
        assert tell_apart(book, "C-0001", "C-0002").is_repeat
    assert shop.rows('SELECT one_id, other_id, "on", by FROM not_same') == [(1, 2, "2026-06-30", "test")]
    assert pairs(shop) == []

    with shop.writing() as book:
        merging.point(book, dropped_id=2, into_id=3)
    assert pairs(shop) == [], "who was merged takes along what was said of them"

    with shop.writing() as book:
        assert not tell_apart_no_more(book, "C-0001", "李明").is_repeat
        assert tell_apart_no_more(book, "C-0001", "李明").is_repeat
    assert pairs(shop) == [("C-0001", "C-0003", 40)]
    assert shop.rows("SELECT change FROM audit ORDER BY id DESC LIMIT 1") == [("C-0001 and C-0003 may be the same",)]


def test_one_customer_is_not_told_apart_from_themselves(shop: Shop) -> None:
    known(shop, "王芳", phone=PHONE)
    with shop.writing() as book:
        with pytest.raises(SameCustomer):
            tell_apart(book, "王芳", "13800138000")
        with pytest.raises(CustomerUnknown):
            tell_apart(book, "王芳", "李明")


# --- laws -------------------------------------------------------------------------------------------------

SOMEBODY = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["王芳", "王方", "王芳芳", "李明", "Ana", "Anna"]),
        "birthday": st.sampled_from(["12-25", "1990-12-25", "02-29"]),
        "phone": st.sampled_from([PHONE, "+8613900008000", "+861065529988"]),
        "email": st.sampled_from([EMAIL, "c@d.cn"]),
        "payment": st.sampled_from(["13800138000", "6222"]),
    },
)


@settings(max_examples=25, deadline=None)
@given(st.lists(SOMEBODY, min_size=2, max_size=5))
def test_the_list_is_that_of_each_with_each(people: list[dict[str, str]]) -> None:
    """Keys find every pair that has something in common, and score it as comparing each with each does."""
    with TemporaryDirectory() as folder:
        shop = open_shop(Path(folder))
        codes = [known(shop, **each) for each in people]
        expected = set()
        for (one, mine), (other, theirs) in combinations(zip(codes, people, strict=True), 2):
            first, second = spelling(shop, one), spelling(shop, other)
            common = in_common(mine, theirs, first, second)
            score = score_of(reasons_of(first, second, common)) if common else 0
            expected |= {(one, other, score)} if score >= LEAST else set()
        assert set(pairs(shop)) == expected


def in_common(mine: dict[str, str], theirs: dict[str, str], first: Known, second: Known) -> set[str]:
    """What two have in common, compared one by one."""
    common = {SAME[kind] for kind in ("phone", "email", "payment") if kind in mine and mine[kind] == theirs.get(kind)}
    ends = [(each.get("phone", "")[-10:], each.get("payment", "")[-10:]) for each in (mine, theirs)]
    if {ends[0][0]} & set(ends[1]) - {""} or {ends[1][0]} & set(ends[0]) - {""}:
        common.add(OTHER_FORMAT)
    if first.pinyin and second.pinyin and first.pinyin[0] == second.pinyin[0]:
        common |= {LAST_FOUR} if mine.get("phone", "1")[-4:] == theirs.get("phone", "2")[-4:] else set()
        is_born = mine.get("birthday", "1")[-5:] == theirs.get("birthday", "2")[-5:]
        common |= {NAME_AND_BIRTHDAY} if first.pinyin == second.pinyin and is_born else set()
    return common


def spelling(shop: Shop, code: str) -> Known:
    columns = ", ".join(Known._fields)
    return Known(*shop.rows(f"SELECT {columns} FROM customer WHERE code = '{code}'")[0])  # noqa: S608


def test_every_reason_is_in_the_figures() -> None:
    page = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
    lines = {reason: f"| {reason} | {points} |" for reason, points in POINTS.items()}
    assert [reason for reason, line in lines.items() if line.replace("| -", "| −") not in page] == []
