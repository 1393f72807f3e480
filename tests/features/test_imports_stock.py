"""Stock sheets: what is on the shelf is kept by its code, and nothing is blanked."""

import json
from typing import Any

import pytest
from sqlalchemy import insert

from shop import NOW, TODAY, Shop
from shopcrm.core.book import Book
from shopcrm.core.schema.sales import batch
from shopcrm.features.imports.writing.people import Outcome
from shopcrm.features.imports.writing.stock import write_stock
from shopcrm.sheets.records import Stock


def stock(sku: str, **facts: Any) -> Stock:
    nothing: dict[str, Any] = {"item": None, "category": None, "tags": (), "quantity_milli": None}
    return Stock(row=2, sku=sku, **{**nothing, "price_minor": None, "unit_cost_minor": None, **facts})


def write(shop: Shop, *shelf: Stock) -> Outcome:
    with shop.writing() as book:
        return write_stock(book, shelf, lambda: begin_batch(book))


def begin_batch(book: Book) -> int:
    batch_id = book.next_id(batch)
    counts = dict.fromkeys(("rows", "added", "updated", "unchanged", "skipped", "rejects"), 0)
    book.connection.execute(
        insert(batch).values(
            id=batch_id, sheet="shelf.csv", tab="Sheet1", sha256="0" * 64, profile="generic", kind="stock", mapping={},
            on=TODAY, imported_at=NOW, by="test", **counts,
        )
    )  # fmt: skip
    return batch_id


def shelf(shop: Shop) -> list[Any]:
    return shop.rows(
        "SELECT sku, item, category, tags, quantity_milli, price_minor, unit_cost_minor, batch_id FROM stock_item"
        " ORDER BY id"
    )


def test_what_is_on_the_shelf_is_kept(shop: Shop) -> None:
    facts = {"item": "真丝裙", "category": "裙", "tags": ("通勤",), "quantity_milli": 3000}
    outcome = write(shop, stock("A-1", **facts, price_minor=89900, unit_cost_minor=31000), stock("B-1"))
    assert outcome[:4] == (2, 0, 0, 0)
    assert shelf(shop) == [
        ("A-1", "真丝裙", "裙", '["通勤"]', 3000, 89900, 31000, 1),
        ("B-1", None, None, "[]", None, None, None, 1),
    ]


def test_the_same_sheet_again_changes_nothing_and_begins_no_batch(shop: Shop) -> None:
    sheet = (stock("A-1", item="Scarf", tags=("silk",), quantity_milli=3000), stock("B-1", price_minor=500))
    write(shop, *sheet)
    assert write(shop, *sheet)[:4] == (0, 0, 2, 0)
    assert shop.rows("SELECT count(*) FROM batch") == [(1,)]
    assert shop.rows("SELECT count(*) FROM row_change") == [(0,)]


def test_what_changed_is_brought_up_to_date_and_the_old_values_are_kept(shop: Shop) -> None:
    write(shop, stock("A-1", item="Scarf", tags=("silk",), quantity_milli=3000, price_minor=900), stock("B-1"))
    outcome = write(shop, stock("A-1", quantity_milli=1000, unit_cost_minor=300), stock("B-1"), stock("C-1"))
    assert outcome[:4] == (1, 1, 1, 0)
    assert shelf(shop) == [
        ("A-1", "Scarf", None, '["silk"]', 1000, 900, 300, 1),
        ("B-1", None, None, "[]", None, None, None, 1),
        ("C-1", None, None, "[]", None, None, None, 2),
    ]
    ((batch_id, table, row_id, before),) = shop.rows("SELECT batch_id, table_name, row_id, before FROM row_change")
    assert (batch_id, table, row_id) == (2, "stock_item", 1)
    assert json.loads(before) == {
        "sku": "A-1", "item": "Scarf", "category": None, "tags": ["silk"], "quantity_milli": 3000, "price_minor": 900,
        "unit_cost_minor": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "updated"),
    [
        ({}, 0),
        ({"quantity_milli": 3000}, 0),
        ({"quantity_milli": 0}, 1),
        ({"tags": ("silk",)}, 0),
        ({"tags": ("silk", "red")}, 1),
        ({"item": "Shawl"}, 1),
        ({"price_minor": 0}, 1),
    ],
)
def test_a_blank_erases_nothing_and_a_zero_is_said(shop: Shop, facts: dict[str, Any], updated: int) -> None:
    write(shop, stock("A-1", item="Scarf", tags=("silk",), quantity_milli=3000, price_minor=900))
    assert write(shop, stock("A-1", **facts)).updated == updated
    ((_, item, _, tags, quantity, price, _, _),) = shelf(shop)
    assert (item, json.loads(tags), quantity, price) == (
        facts.get("item", "Scarf"),
        list(facts.get("tags", ("silk",))),
        facts.get("quantity_milli", 3000),
        facts.get("price_minor", 900),
    )


def test_a_stock_sheet_is_imported_like_any_other(shop: Shop) -> None:
    text = "货号,商品名称,库存,售价,进价\nA-1,真丝裙,3,899,310\nB-1,围巾,,99,\n"
    (item,) = shop.import_text(text, kind="stock").items
    assert (item.kind, item.rows, item.added, item.updated, item.unchanged, item.batch) == ("stock", 2, 2, 0, 0, 1)
    (item,) = shop.import_text(text.replace(",3,", ",2,"), kind="stock").items
    assert (item.added, item.updated, item.unchanged) == (0, 1, 1)
    assert [row[4] for row in shelf(shop)] == [2000, None]
    assert shop.check()
