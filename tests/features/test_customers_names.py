"""Wherever a name is written, how it sounds is written beside it: by hand, by sheets, by answers and by taking back."""

from collections.abc import Callable

import pytest

from shop import Shop
from shopcrm.core.names import spelt
from shopcrm.features import customers, imports
from shopcrm.features.imports.reviewing import settle

HEAD = "会员卡号,姓名,手机号\n"


def by_hand(shop: Shop) -> None:
    with shop.writing() as book:
        customers.add(book, name="单雄信")
        customers.add(book, name="Zoë", phone="13700137000")
        customers.edit(book, "Zoë", customers.Asked(name="Zoé 王"))


def by_a_sheet(shop: Shop) -> None:
    shop.import_text(f"{HEAD}88,王芳,13800138000\n89,李娜,\n")
    shop.import_text(f"{HEAD}88,Ana,13800138000\n90,,13600136000\n")


def by_a_receipt(shop: Shop) -> None:
    shop.import_text("receipt,date,phone,customer name,amount\nR-1,2026-01-05,13800138000,王芳,88\n")
    shop.import_text("receipt,date,customer name,amount\nR-2,2026-01-05,曾小贤,88\n")


def by_an_answer(shop: Shop, answer: str = "take") -> None:
    for name in ("王芳", "李强"):
        shop.import_text(f"姓名,手机号\n{name},13800138000\n")
    with shop.writing() as book:
        settle(book, 1, answer)


def by_another_answer(shop: Shop) -> None:
    by_an_answer(shop, "new")


def by_taking_back(shop: Shop) -> None:
    by_a_sheet(shop)
    with shop.writing() as book:
        imports.undo(book, 2)


@pytest.mark.parametrize("write", [by_hand, by_a_sheet, by_a_receipt, by_an_answer, by_another_answer, by_taking_back])
def test_a_name_that_is_written_is_found_by_how_it_sounds(shop: Shop, write: Callable[[Shop], None]) -> None:
    write(shop)
    rows = shop.rows("SELECT name, pinyin, initials FROM customer")
    assert any(name for name, _, _ in rows)
    assert [(pinyin, initials) for _, pinyin, initials in rows] == [spelt(name) for name, _, _ in rows]


def test_a_change_that_answers_a_sheet_is_one_by_hand(shop: Shop) -> None:
    by_an_answer(shop)
    assert shop.rows("SELECT field, before, after, by FROM customer_change") == [("name", "王芳", "李强", "test")]
