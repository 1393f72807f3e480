"""A shop to test with, which reads like one: `shop.customer("Ana").bought("42.50", on="2026-01-05")`.

A real book in a real file; facts come in the way a sheet's do. Time is an argument.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from shopcrm.core.book import Book, open_book
from shopcrm.features import book as books
from shopcrm.features import customers, imports, init, segments, settings, tiers
from shopcrm.features.imports.staging import Staged, StagedSheet
from shopcrm.features.points import accrual, counter
from shopcrm.features.points import statement as statements
from shopcrm.features.points.moved import Moved
from shopcrm.features.tags import refreshing
from shopcrm.sheets.records import CleanSheet, Line, Receipt, side_by_side

NOW = datetime(2026, 6, 30, 4, 0, tzinfo=UTC)  # noon of 30 June in Shanghai
TODAY = date(2026, 6, 30)


@cache
def blank_book(template: str, currency: str, timezone: str) -> Path:
    """A new book of this kind, made once a process: building the tables costs half a second."""
    path = Path(mkdtemp(prefix="shopcrm-")) / "blank.db"
    init.init(
        path, shop_name="Lan", currency=currency, timezone=timezone, country="CN", template=template, by="test", now=NOW
    )
    return path


@dataclass
class Shop:
    """A book, and the verbs of a day at the shop. Every verb is a transaction of its own."""

    path: Path
    receipts: int = 0
    people: dict[str, str] = field(default_factory=dict)  # name → code

    @contextmanager
    def reading(self, as_of: str | None = None) -> Iterator[Book]:
        with open_book(self.path, as_of=_day(as_of), by="test", command="test", now=NOW) as book:
            yield book

    @contextmanager
    def writing(self, as_of: str | None = None) -> Iterator[Book]:
        with open_book(self.path, write=True, as_of=_day(as_of), by="test", command="test", now=NOW) as book:
            yield book

    def customer(self, name: str, phone: str | None = None) -> "Person":
        """A customer of that name, put on the list when first spoken of."""
        if name not in self.people:
            with self.writing() as book:
                self.people[name] = customers.add(book, name=name, phone=phone, member_no=f"M-{name}").customer
        return Person(self, name, self.people[name])

    def take_in(self, receipts: Sequence[Receipt]) -> imports.Imported:
        """Imports receipts as a sheet of a till would bring them."""
        sheet = CleanSheet(
            tab="Sheet1", kind="sales", profile="generic", mapping={}, unmapped=(), header_row=1, header=(),
            rows=len(receipts), skipped=0, notices=(), issues=(), cells={}, receipts=side_by_side(receipts),
        )  # fmt: skip
        with self.writing() as book:
            result, _ = imports.take_in(book, Staged((StagedSheet(Path("till.csv"), "0" * 64, sheet),)))
        return result

    def import_sheets(self, *sheets: Path, as_of: str | None = None, **asked: Any) -> imports.Imported:
        """Imports files as `shopcrm import` does: read first, then written in one transaction."""
        with self.reading(as_of) as book:
            staged = imports.stage(book, sheets, imports.Asked(**asked))
        with self.writing(as_of) as book:
            return imports.take_in(book, staged)[0]

    def import_text(self, text: str, name: str = "till.csv", **asked: Any) -> imports.Imported:
        """Imports a text as the CSV that a till would write."""
        sheet = self.path.parent / name
        sheet.write_text(text, encoding="utf-8")
        return self.import_sheets(sheet, **asked)

    def dump(self) -> tuple[str, ...]:
        """The canonical dump: equal for books with equal facts and postings."""
        with self.reading() as book:
            return books.dump(book).lines

    def check(self) -> books.Checked:
        """Proves every law of the book."""
        with self.reading() as book:
            return books.check(book)

    def rows(self, sql: str) -> list[Any]:
        """What stands in the file, past all of our own code."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql).fetchall()

    def write(self, sql: str) -> None:
        """Changes the file, past all of our own code."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(sql)

    def accrue(self, as_of: str | None = None) -> accrual.Accrued:
        with self.writing(as_of) as book:
            return accrual.accrue(book)

    def assign_tiers(self, as_of: str | None = None) -> tiers.Assigned:
        with self.writing(as_of) as book:
            return tiers.assign(book)

    def refresh_segments(self, as_of: str | None = None) -> segments.Refreshed:
        with self.writing(as_of) as book:
            return segments.refresh(book)

    def refresh_tags(self, as_of: str | None = None) -> refreshing.Refreshed:
        with self.writing(as_of) as book:
            return refreshing.refresh(book)

    def set(self, key: str, value: str, as_of: str | None = None) -> settings.Changed:
        with self.writing(as_of) as book:
            return settings.set_value(book, key, value)

    def receipt(
        self, amount: str, on: str, *, of: str | None = None, name: str | None = None, number: str | None = None
    ) -> Receipt:
        """One receipt; `of` makes it a refund of that receipt, a negative amount one of nothing in particular."""
        self.receipts += 1
        minor = round(float(amount) * 100)
        return Receipt(
            row=self.receipts + 1, store="main", receipt=number or f"R-{self.receipts}", on=date.fromisoformat(on),
            at=None, kind="refund" if minor < 0 else "sale", refund_of=of, member_no=f"M-{name}" if name else None,
            phone=None, email=None, name=None, cashier=None, payment_method=None, net_minor=minor,
            lines=(Line("SKU-1", "Silk dress", "Dresses", 1000 if minor >= 0 else -1000, minor),),
        )  # fmt: skip


@dataclass
class Person:
    """A customer of the shop, and what they do."""

    shop: Shop
    name: str
    code: str

    def bought(self, amount: str, on: str, number: str | None = None) -> Receipt:
        receipt = self.shop.receipt(amount, on, name=self.name, number=number)
        self.shop.take_in([receipt])
        return receipt

    def returned(self, amount: str, on: str, of: Receipt | None = None) -> Receipt:
        receipt = self.shop.receipt(f"-{amount}", on, name=self.name, of=of.receipt if of else None)
        self.shop.take_in([receipt])
        return receipt

    def redeemed(self, number: int, receipt: str, on: str | None = None) -> Moved:
        with self.shop.writing(on) as book:
            return counter.redeem(book, self.code, points=number, receipt=receipt)

    def adjusted(self, number: int, key: str | None = None, on: str | None = None) -> Moved:
        with self.shop.writing(on) as book:
            return counter.adjust(book, self.code, points=number, reason="test", key=key)

    def statement(self, as_of: str | None = None) -> statements.Statement:
        with self.shop.reading(as_of) as book:
            return statements.statement(book, self.code)


def open_shop(
    folder: Path, *, template: str = "general", currency: str = "CNY", timezone: str = "Asia/Shanghai"
) -> Shop:
    """A shop with a fresh book in the folder."""
    path = folder / "shop.db"
    shutil.copy(blank_book(template, currency, timezone), path)
    return Shop(path)


def _day(text: str | None) -> date:
    return date.fromisoformat(text) if text else TODAY
