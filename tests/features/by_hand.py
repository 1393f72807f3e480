"""What an owner does by hand about sales, as the tests say it: each a transaction of its own."""

from datetime import date
from typing import Any

from shop import Shop
from shopcrm.features import book as books
from shopcrm.features import imports, sales

DAY = "2026-01-05"


def typed(shop: Shop, receipt: str, amount: str | None = None, on: str = DAY, **more: Any) -> sales.Added:
    """A sale (or refund) written by hand."""
    with shop.writing() as book:
        return sales.add(book, receipt=receipt, amount=amount, on=date.fromisoformat(on), **more)


def withdrawn(shop: Shop, receipt: str, reason: str = "typed twice", **more: Any) -> sales.Withdrawn:
    """A receipt taken back by hand."""
    with shop.writing() as book:
        return sales.withdraw(book, sales.Asked(receipt, **more), reason=reason)


def undone(shop: Shop, batch: int | None) -> imports.Undone:
    """What one command changed by hand, taken back."""
    assert batch is not None
    with shop.writing() as book:
        return imports.undo(book, batch)


def shown(shop: Shop, receipt: str, **more: Any) -> sales.Shown:
    """A receipt looked up."""
    with shop.reading() as book:
        return sales.show(book, sales.Asked(receipt, **more))


def listed(shop: Shop, as_of: str | None = None, **more: Any) -> sales.SaleList:
    """A list of sales."""
    with shop.reading(as_of) as book:
        return sales.list_all(book, **more)


def info(shop: Shop) -> books.Info:
    """What the book says of itself."""
    with shop.reading() as book:
        return books.info(book)
