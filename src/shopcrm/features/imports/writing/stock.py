"""A stock sheet becomes what is on the shelf: known codes are brought up to date, and nothing is blanked."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from shopcrm.core.book import Book
from shopcrm.core.schema.intake import row_change
from shopcrm.core.schema.stock import stock_item
from shopcrm.features.imports.writing.people import Outcome
from shopcrm.sheets.records import Stock

_FIELDS = ("item", "category", "tags", "quantity_milli", "price_minor", "unit_cost_minor")


def write_stock(book: Book, stock: Sequence[Stock], begin_batch: Callable[[], int]) -> Outcome:
    """Adds and updates what is on the shelf, by its code. The old values are kept, so that it can be undone.

    The batch is begun, and anything written, only where something is new.
    """
    standing = {row.sku: row for row in book.connection.execute(select(stock_item))}
    said = {each.sku: _facts(each) for each in stock}
    fresh = {sku: facts for sku, facts in said.items() if sku not in standing}
    changed = {
        sku: {name: facts.get(name, getattr(standing[sku], name)) for name in _FIELDS}
        for sku, facts in said.items()
        if sku in standing and any(getattr(standing[sku], name) != value for name, value in facts.items())
    }
    if fresh or changed:
        batch_id = begin_batch()
        rows = [(sku, *(_stored(facts.get(name, [] if name == "tags" else None)) for name in _FIELDS), batch_id)
                for sku, facts in fresh.items()]  # fmt: skip
        book.insert_many(stock_item, ("sku", *_FIELDS, "batch_id"), rows)
        _update(book, changed, standing, batch_id)
    return Outcome(len(fresh), len(changed), len(said) - len(fresh) - len(changed), 0, [])


def _facts(stock: Stock) -> dict[str, object]:
    """What the row says; what it does not say leaves the shelf as it was."""
    facts = {name: getattr(stock, name) for name in _FIELDS} | {"tags": list(stock.tags)}
    return {name: value for name, value in facts.items() if value not in (None, [])}


def _update(book: Book, changed: dict[str, dict[str, object]], standing: dict[str, Any], batch_id: int) -> None:
    if not changed:
        return
    before = [
        (
            batch_id,
            "stock_item",
            standing[sku].id,
            _encoded({name: getattr(standing[sku], name) for name in ("sku", *_FIELDS)}),
        )
        for sku in changed
    ]
    book.insert_many(row_change, ("batch_id", "table_name", "row_id", "before"), before)
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _FIELDS}
    statement = update(stock_item).where(stock_item.c.id == bindparam("key")).values(values)
    rows = [
        {"key": standing[sku].id} | {f"new_{n}": value for n, value in facts.items()} for sku, facts in changed.items()
    ]
    book.connection.execute(statement, rows)


def _stored(value: object) -> object:
    return _encoded(value) if isinstance(value, list) else value


def _encoded(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
