"""The tables: what the database itself refuses, where personal data may stand, and that other databases understand."""

import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, ClauseElement, Integer, Table, event, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from shop import Shop, open_shop
from shopcrm.core import audience, ledger
from shopcrm.core.book import Book
from shopcrm.core.outreach import Assigned, read_list, write_list
from shopcrm.core.schema import every_table
from shopcrm.core.schema.triggers import APPEND_ONLY, trigger_names
from shopcrm.features import customers, settings, tiers
from shopcrm.features.customers.duplicates import duplicates
from shopcrm.features.customers.history import history
from shopcrm.features.points import accrual, counter
from shopcrm.features.points.statement import statement
from shopcrm.sheets.records import Line, Receipt

TABLES = every_table().tables
QUANTITIES = re.compile(r".*(_minor|_milli|points)|visit_\w+\.visits")
AMOUNTS = [
    (table.name, column.name) for table in TABLES.values() for column in table.c if QUANTITIES.fullmatch(str(column))
]
SECRETS = ("Xanadu Zhou", "13912345678", "xanadu@example.com", "hates wool", "1987")


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book in which every table that a feature writes has rows, all about one person."""
    shop = open_shop(tmp_path_factory.mktemp("busy"), template="apparel")
    with shop.writing() as book:
        customers.add(book, name=SECRETS[0], phone=SECRETS[1], email=SECRETS[2], member_no="M-1", birthday="1987-12-25")
    line = Line("SKU-1", "Silk dress", "Dresses", 1000, 150000)
    receipt = Receipt(
        row=2, store="main", receipt="R-1", on=date(2026, 1, 5), at=None, kind="sale", refund_of=None, member_no="M-1",
        phone=SECRETS[1], email=SECRETS[2], name=SECRETS[0], cashier="Mei", payment_method="cash", net_minor=150000,
        lines=(line,),
    )  # fmt: skip
    shop.take_in([receipt])
    changed = Line("SKU-1", "Silk dress", "Dresses", 1000, 160000)
    shop.take_in([receipt._replace(net_minor=160000, lines=(changed,))])
    shop.accrue()
    shop.assign_tiers()
    shop.refresh_segments()
    with shop.writing() as book:
        counter.adjust(book, SECRETS[1], points=-5, reason=f"{SECRETS[0]} {SECRETS[3]}")
        counter.redeem(book, SECRETS[2], points=7, receipt="R-2")
        figures = (date(2026, 1, 5), 176, 30.4, 5.8, 1, 160000, ("Silk dress",), ())
        write_list(book, "winback", {"lapsed_by": "2"}, [Assigned(1, "treated", 1, *figures)])
        read_list(book, "winback", reveal=True)
        audience.find(book, SECRETS[0], reveal=True)
        customers.list_all(book, reveal=True)
    return shop.path


# --- amounts ----------------------------------------------------------------------------------------------


def filler(table: Table) -> dict[str, Any]:
    """A row that the table takes, as long as nobody looks at what it refers to."""
    words = {
        column.name: re.findall(r"'(\w+)'", str(check.sqltext))[0]
        for check in table.constraints
        for column in table.c
        if isinstance(check, CheckConstraint) and check.name == f"ck_{table.name}_{column.name}_known"
    }
    texts = {date: "2026-01-01", int: 1, float: 1, dict: "{}"}
    row = {column.name: texts.get(column.type.python_type, "2026-01-01 00:00:00.000000") for column in table.c}
    fitting: dict[str, dict[str, Any]] = {
        "sale": {"refund_of_id": None, "kind": "sale"},
        "coupon": {"status": "redeemed"},
    }
    return row | words | fitting.get(table.name, {})


def insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    columns, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    connection.execute(" ".join(("INSERT INTO", table, f"({columns}) VALUES ({marks})")), list(row.values()))


@pytest.mark.parametrize(("table", "column"), AMOUNTS)
def test_an_amount_is_a_whole_number_or_nothing_at_all(shop: Shop, table: str, column: str) -> None:
    row = filler(TABLES[table])
    with closing(sqlite3.connect(shop.path)) as outsider:
        nothing = () if TABLES[table].c[column].nullable else (None,)
        for wrong in (1.5, 0.1, -2.5, "abc", "", "1.5", "12,50", b"12", 1e30, float("inf"), *nothing):
            with pytest.raises(sqlite3.IntegrityError, match=column):
                insert(outsider, table, {**row, column: wrong})
        insert(outsider, table, {**row, column: 7})  # so the refusals were about the amount
        (kept,) = outsider.execute(" ".join((f'SELECT typeof("{column}") FROM', table)))
        assert kept == ("integer",)


def test_every_table_with_money_or_points_is_among_them() -> None:
    assert {table for table, _ in AMOUNTS} == {
        "sale", "sale_line", "points_entry", "points_lot", "points_draw", "tier_change", "segment_snapshot",
        "assignment", "stock_item", "points_waiver", "reward", "wallet_entry", "wallet_lot", "wallet_draw",
        "visit_entry", "visit_lot", "visit_draw", "offer_terms", "coupon_event",
    }  # fmt: skip
    for table, column in AMOUNTS:
        assert isinstance(TABLES[table].c[column].type, Integer)


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("points_entry", {"points": 0}),
        ("points_entry", {"kind": "gift"}),
        ("points_entry", {"key": None}),
        ("points_lot", {"points": 0}),
        ("points_lot", {"points": -5}),
        ("points_lot", {"available_on": "2025-12-31"}),
        ("points_lot", {"expires_on": "2025-12-31"}),
        ("points_draw", {"points": 0}),
        ("wallet_entry", {"amount_minor": 0}),
        ("wallet_entry", {"kind": "gift"}),
        ("wallet_lot", {"amount_minor": 0}),
        ("wallet_lot", {"purse": "cash"}),
        ("wallet_lot", {"purse": "principal"}),
        ("wallet_lot", {"expires_on": "2025-12-31"}),
        ("wallet_draw", {"amount_minor": 0}),
        ("visit_entry", {"visits": 0}),
        ("visit_entry", {"kind": "gift"}),
        ("visit_lot", {"visits": -1}),
        ("visit_lot", {"expires_on": "2025-12-31"}),
        ("visit_draw", {"visits": 0}),
        ("sale", {"kind": "refund", "net_minor": 1}),
        ("sale", {"kind": "gift"}),
        ("sale", {"revision": 0}),
        ("customer", {"birth_month": 13}),
        ("customer", {"birth_day": 32}),
        ("customer", {"birth_month": None}),
        ("identity", {"kind": "fax"}),
        ("batch", {"kind": "coupons"}),
        ("segment_snapshot", {"r": 6}),
        ("segment_snapshot", {"m": 0}),
        ("segment_snapshot", {"frequency": -1}),
        ("assignment", {"arm": "maybe"}),
        ("contact", {"channel": "pigeon"}),
        ("row_change", {"table_name": "points_entry"}),
        ("offer_terms", {"kind": "lottery"}),
        ("offer_terms", {"value_minor": -1}),
        ("offer_terms", {"first_on": "2026-01-02"}),
        ("coupon", {"status": "lost"}),
        ("coupon", {"expires_on": "2025-12-31"}),
        ("coupon", {"status": "issued", "handed_on": "2026-01-01"}),
        ("coupon_event", {"discount_minor": -1}),
        ("coupon_event", {"payable_minor": -1}),
        ("coupon_event", {"receipt": None}),
        ("coupon_event", {"kind": "void"}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else value,
)
def test_what_cannot_be_is_refused_by_the_database(shop: Shop, table: str, wrong: dict[str, object]) -> None:
    row = filler(TABLES[table])
    with closing(sqlite3.connect(shop.path)) as outsider:
        with pytest.raises(sqlite3.IntegrityError, match="constraint failed"):
            insert(outsider, table, row | wrong)
        insert(outsider, table, row)


def test_one_key_is_one_entry_and_one_member_number_one_customer(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.path)) as outsider:
        for table, values in (
            ("points_entry", {"key": "K"}),
            ("sale", {"receipt": "R-1"}),
            ("customer", {"code": "C-1"}),
            ("identity", {"kind": "member_no", "value": "M-1"}),
        ):
            row = filler(TABLES[table]) | values
            insert(outsider, table, row | {"id": 1, "customer_id": 1} if "customer_id" in row else row | {"id": 1})
            again = row | {"id": 2, "customer_id": 2} if "customer_id" in row else row | {"id": 2}
            with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
                insert(outsider, table, again)


# --- personal data ----------------------------------------------------------------------------------------


def personal_columns() -> set[str]:
    return {f"{table.name}.{c.name}" for table in TABLES.values() for c in table.c if c.info.get("personal")}


def test_these_columns_hold_personal_data_and_no_others() -> None:
    assert personal_columns() == {
        "customer.name", "customer.birth_year", "customer.birth_month", "customer.birth_day", "customer.gender",
        "customer.is_birthday_lunar", "identity.value", "note.text", "row_change.before", "review.said",
        "review.person", "customer.pinyin", "customer.initials", "customer_change.before", "customer_change.after",
        "consent.evidence", "preference.value", "customer_note.text",
    }  # fmt: skip


def test_ledgers_sales_and_the_audit_trail_never_copy_it(busy: Path) -> None:
    found, filled = set(), set()
    with Shop(busy).reading() as book:
        for table in TABLES.values():
            for row in book.connection.execute(select(table)):
                filled.add(table.name)
                said = {f"{table.name}.{column.name}" for column in table.c if is_secret(row._mapping[column])}
                found |= said
    assert filled >= {"sale", "points_entry", "audit", "row_change", "assignment", "segment_snapshot", "batch"}
    assert found >= {"customer.name", "customer.birth_year", "identity.value", "note.text"}
    assert found <= personal_columns()


def is_secret(value: object) -> bool:
    return any(secret in str(value) for secret in SECRETS)


def test_append_only_tables_hold_no_personal_data() -> None:
    assert not {name for name in personal_columns() if name.partition(".")[0] in APPEND_ONLY}


# --- names and portability --------------------------------------------------------------------------------


def test_every_constraint_and_index_has_a_name_of_its_own() -> None:
    for table in TABLES.values():
        names = [str(c.name) for c in table.constraints] + [str(index.name) for index in table.indexes]
        assert "None" not in names
        assert len(names) == len(set(names))


def test_every_append_only_table_has_its_two_triggers() -> None:
    assert set(APPEND_ONLY) <= set(TABLES)
    assert trigger_names() == {f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_can_be_made_in_postgresql_too(name: str) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    statement = str(CreateTable(TABLES[name]).compile(dialect=dialect))
    assert "WITHOUT ROWID" not in statement
    for index in TABLES[name].indexes:
        assert str(CreateIndex(index).compile(dialect=dialect)).startswith("CREATE")


def test_what_the_counter_asks_can_be_asked_of_postgresql_too(busy: Path) -> None:
    asked: list[ClauseElement] = []

    def keep(_: object, statement: object, *__: object) -> None:
        if isinstance(statement, ClauseElement):
            asked.append(statement)

    shop = Shop(busy)
    shop.customer("Zoe").bought("88.00", on="2026-06-01")  # so that something is due
    with shop.writing() as book:
        event.listen(book.connection, "before_execute", keep)
        ask_everything(book)
    assert len(asked) > 40
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for query in asked:
        begun = str(query.compile(dialect=dialect)).split()[0]
        assert begun in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "DROP")


def ask_everything(book: Book) -> None:
    """Whatever core and the counter's features ask of the book."""
    audience.everyone(book)
    for text in ("8000", "王小芳", "wang", "an", "王方", "Wang Fagn"):
        customers.search(book, text)
    customers.edit(book, "C-0001", customers.Asked(gender="other", shared_phone="13912345678", wechat="xanadu"))
    history(book, "C-0001")
    duplicates(book)
    statement(book, "C-0001")
    accrual.accrue(book)
    counter.redeem(book, "C-0001", points=1, receipt="R-3")
    counter.adjust(book, "C-0001", points=1, reason="test")
    tiers.assign(book)
    tiers.list_all(book)
    settings.set_value(book, "points.rate", "2")
    read_list(book, "winback")
    ledger.outstanding_points(book)
    assert list(ledger.broken_laws(book)) == []
