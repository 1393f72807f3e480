"""Questions that sheets raise about customers: listed once, settled once, and remembered."""

import pytest

from shop import Shop
from shopcrm.core.errors import AnswerUnfit, ReviewUnknown
from shopcrm.core.intake import Question, ask
from shopcrm.features import imports

PHONE = "13800138000"
HEAD = "name,phone,e-mail,birthday,gender,tags\n"
WANG = HEAD + f"王芳,{PHONE},,,,\n"
LI = HEAD + f"李强,{PHONE},li@example.com,1988-08-08,male,vip\n"


def listed(shop: Shop) -> list[tuple[str, str, str, int]]:
    with shop.reading() as book:
        return [(row.customer, row.field, row.said, row.row) for row in imports.list_reviews(book).items]


def settle(shop: Shop, number: int, answer: str) -> imports.Settled:
    with shop.writing() as book:
        return imports.settle(book, number, answer)


def people(shop: Shop) -> list[tuple[str, str | None, int | None, str | None]]:
    return shop.rows("SELECT code, name, birth_month, gender FROM customer ORDER BY id")


def identities(shop: Shop) -> list[tuple[int, str, str]]:
    return shop.rows("SELECT customer_id, kind, value FROM identity ORDER BY customer_id, kind")


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """A shop whose second sheet names another person under 王芳's phone."""
    shop.import_text(WANG, "first.csv")
    shop.import_text(LI, "second.csv")
    return shop


def test_a_phone_under_another_name_is_one_open_question(asked: Shop) -> None:
    asked.import_text(LI, "third.csv")

    with asked.reading() as book:
        (row,) = imports.list_reviews(book).items

    assert (row.review, row.customer, row.name, row.phone) == (1, "C-0001", "王芳", "138****8000")
    assert (row.field, row.said, row.sheet, row.row) == ("name", "李强", "second.csv", 2)
    assert row.answers == ("take", "keep", "new")


def test_take_makes_the_sheets_name_and_facts_the_customers(asked: Shop) -> None:
    settled = settle(asked, 1, "take")

    assert (settled.customer, settled.name) == ("C-0001", "李强")
    assert people(asked) == [("C-0001", "李强", 8, "male")]
    assert identities(asked) == [(1, "email", "li@example.com"), (1, "phone", f"+86{PHONE}")]
    assert asked.rows("SELECT tag FROM customer_tag") == [("vip",)]
    assert listed(asked) == []


def test_keep_leaves_the_name_and_fills_in_what_was_not_known(asked: Shop) -> None:
    settle(asked, 1, "keep")

    assert people(asked) == [("C-0001", "王芳", 8, "male")]
    assert identities(asked) == [(1, "email", "li@example.com"), (1, "phone", f"+86{PHONE}")]


def test_new_is_another_person_with_the_same_phone(asked: Shop) -> None:
    settled = settle(asked, 1, "new")

    assert settled.new_customer == "C-0002"
    assert people(asked) == [("C-0001", "王芳", None, None), ("C-0002", "李强", 8, "male")]
    assert identities(asked) == [
        (1, "phone", f"+86{PHONE}"),
        (2, "email", "li@example.com"),
        (2, "phone", f"+86{PHONE}"),
    ]
    assert asked.rows("SELECT kind, is_shared FROM identity ORDER BY kind, customer_id") == [
        ("email", 0), ("phone", 1), ("phone", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("answer", ["take", "keep", "new"])
def test_what_was_settled_is_asked_no_more_and_the_sheet_changes_nothing_again(asked: Shop, answer: str) -> None:
    settle(asked, 1, answer)
    before = asked.dump()

    asked.import_text(LI, "second.csv")

    assert listed(asked) == []
    assert asked.dump() == before
    assert asked.check().items


@pytest.mark.parametrize(("answer", "month", "gender"), [("take", 8, "male"), ("keep", 3, "female")])
def test_another_birthday_or_gender_is_taken_or_not(shop: Shop, answer: str, month: int, gender: str) -> None:
    shop.import_text(HEAD + f"王芳,{PHONE},,1990-03-04,female,\n", "first.csv")
    again = HEAD + f"王芳,{PHONE},,1990-08-08,male,\n"
    shop.import_text(again, "second.csv")
    assert listed(shop) == [("C-0001", "birthday", "1990-08-08", 2), ("C-0001", "gender", "male", 2)]

    settle(shop, 1, answer)
    settle(shop, 2, answer)
    shop.import_text(again, "second.csv")

    assert people(shop) == [("C-0001", "王芳", month, gender)]
    assert listed(shop) == []


@pytest.fixture
def weak(shop: Shop) -> Shop:
    """A shop with a customer known by a bare name, who has bought twice and has points."""
    shop.import_text("receipt,date,customer name,amount\nR-1,2026-01-05,王,100.00\nR-2,2026-01-06,王,50.00\n")
    with shop.writing() as book:
        ask(book, [Question(1, "weak", "王", 0, {"name": "王"})], "", lambda: 1)
    shop.accrue()
    return shop


def test_a_bare_name_of_one_person_stays(weak: Shop) -> None:
    assert settle(weak, 1, "keep").receipts == 0

    weak.accrue()
    assert weak.rows("SELECT customer_id, sum(points) FROM points_entry GROUP BY 1") == [(1, 150)]
    assert listed(weak) == []


def test_a_bare_name_of_several_people_names_nobody_and_its_points_go(weak: Shop) -> None:
    assert settle(weak, 1, "split").receipts == 2
    weak.accrue()

    assert weak.rows("SELECT count(*) FROM sale WHERE customer_id IS NOT NULL") == [(0,)]
    assert weak.rows("SELECT sum(points) FROM points_entry") == [(0,)]
    assert weak.check().items


def test_later_rows_of_a_name_that_was_split_are_walk_ins(weak: Shop) -> None:
    settle(weak, 1, "split")

    weak.import_text("receipt,date,customer name,amount\nR-2,2026-01-06,王,50.00\nR-3,2026-01-07,王,10.00\n")

    assert weak.rows("SELECT receipt, customer_id FROM sale ORDER BY receipt") == [
        ("R-1", None),
        ("R-2", None),
        ("R-3", None),
    ]
    assert weak.rows("SELECT count(*) FROM customer") == [(1,)]


@pytest.mark.parametrize("answer", ["split", "maybe"])
def test_an_answer_that_does_not_fit_is_refused(asked: Shop, answer: str) -> None:
    with pytest.raises(AnswerUnfit, match="--take, --keep, --new"):
        settle(asked, 1, answer)


def test_a_question_is_settled_once_and_must_exist(asked: Shop) -> None:
    settle(asked, 1, "keep")

    for number in (1, 2):
        with pytest.raises(ReviewUnknown):
            settle(asked, number, "take")
