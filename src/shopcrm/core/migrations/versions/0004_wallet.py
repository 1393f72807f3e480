"""Money in wallets lies in lots, like points; and visit cards get a ledger of their own."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_PURSES = ("principal", "bonus")


def upgrade() -> None:
    entries = _entries_so_far()
    op.drop_table("wallet_entry")  # its index and triggers go with it
    kinds = ("top_up", "bonus", "pay", "refund", "forfeit", "expire", "adjust", "reverse")
    _add_ledger("wallet", "amount_minor", "money", kinds, _purse())
    _add_ledger("visit", "visits", "visits", ("sell", "use", "refund", "expire", "reverse"), [_card()])
    _write(entries)
    for table in ("wallet_entry", "wallet_lot", "wallet_draw", "visit_entry", "visit_lot", "visit_draw"):
        _only_grows(table)


def _add_ledger(name: str, amount: str, counted: str, kinds: tuple[str, ...], own: list[sa.schema.SchemaItem]) -> None:
    entry, lot, draw = f"{name}_entry", f"{name}_lot", f"{name}_draw"
    op.create_table(
        entry,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(amount, sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("settings_version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(" OR ".join(f"kind = '{kind}'" for kind in kinds), name=op.f(f"ck_{entry}_kind_known")),
        sa.CheckConstraint(f"{amount} <> 0", name=op.f(f"ck_{entry}_{counted}_moved")),
        sa.CheckConstraint(f"{amount} = CAST({amount} AS INTEGER)", name=op.f(f"ck_{entry}_{amount}_whole")),
        _refers(entry, "customer_id", "customer"),
        _refers(entry, "reason_id", "note"),
        _refers(entry, "reverses_id", entry),
        _refers(entry, "settings_version_id", "settings_version"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{entry}")),
        sa.UniqueConstraint("key", name=op.f(f"uq_{entry}_key")),
    )
    op.create_table(
        lot,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        own[0],
        sa.Column(amount, sa.Integer(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        *own[1:],
        sa.CheckConstraint("expires_on >= earned_on", name=op.f(f"ck_{lot}_expires_after_earned")),
        sa.CheckConstraint(f"{amount} = CAST({amount} AS INTEGER)", name=op.f(f"ck_{lot}_{amount}_whole")),
        sa.CheckConstraint(f"{amount} > 0", name=op.f(f"ck_{lot}_{counted}_positive")),
        _refers(lot, "customer_id", "customer"),
        _refers(lot, "entry_id", entry),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{lot}")),
    )
    op.create_table(
        draw,
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column(amount, sa.Integer(), nullable=False),
        sa.CheckConstraint(f"{amount} <> 0", name=op.f(f"ck_{draw}_{counted}_moved")),
        sa.CheckConstraint(f"{amount} = CAST({amount} AS INTEGER)", name=op.f(f"ck_{draw}_{amount}_whole")),
        _refers(draw, "entry_id", entry),
        _refers(draw, "lot_id", lot),
        sa.PrimaryKeyConstraint("entry_id", "lot_id", name=op.f(f"pk_{draw}")),
        sqlite_with_rowid=False,
    )
    where = sa.text("reverses_id IS NOT NULL")
    op.create_index(f"ix_{entry}_customer_id_on", entry, ["customer_id", "on"], unique=False)
    op.create_index(
        f"ix_{entry}_reverses_id", entry, ["reverses_id"], unique=False, sqlite_where=where, postgresql_where=where
    )
    op.create_index(f"ix_{lot}_customer_id", lot, ["customer_id"], unique=False)
    op.create_index(f"ix_{lot}_entry_id", lot, ["entry_id"], unique=False)
    op.create_index(f"ix_{draw}_lot_id", draw, ["lot_id"], unique=False)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _purse() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("purse", sa.Text(), nullable=False),
        sa.CheckConstraint("purse = 'bonus' OR expires_on IS NULL", name=op.f("ck_wallet_lot_principal_lasts")),
        sa.CheckConstraint("purse = 'bonus' OR purse = 'principal'", name=op.f("ck_wallet_lot_purse_known")),
    ]


def _card() -> sa.schema.SchemaItem:
    return sa.Column("card", sa.Text(), nullable=False)


def _only_grows(table: str) -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows: post a correction instead'); END"
        )


def _entries_so_far() -> list[dict[str, Any]]:
    """In the order in which money moved: balances were never below zero in it."""
    rows = op.get_bind().exec_driver_sql('SELECT * FROM wallet_entry ORDER BY "on", id')
    return [dict(row._mapping) for row in rows]


def _write(entries: list[dict[str, Any]]) -> None:
    """The entries with one amount each, and the lots and draws that they come to: what came first goes first, except
    that what is taken back is taken out of the lots that it brought.
    """
    lots: list[dict[str, Any]] = []
    draws: list[dict[str, Any]] = []
    left: defaultdict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for row in entries:
        for purse in _PURSES:
            amount, mine = row[f"{purse}_minor"], left[row["customer_id"], purse]
            if amount > 0:
                lot = {
                    "id": len(lots) + 1, "entry_id": row["id"], "customer_id": row["customer_id"], "purse": purse,
                    "amount_minor": amount, "earned_on": row["on"], "expires_on": None,
                }  # fmt: skip
                lots.append(lot)
                mine.append({**lot})
            for lot in sorted(mine, key=lambda lot: lot["entry_id"] != row["reverses_id"]) if amount < 0 else ():
                if taken := min(lot["amount_minor"], -amount):
                    draws.append({"entry_id": row["id"], "lot_id": lot["id"], "amount_minor": taken})
                    lot["amount_minor"] -= taken
                    amount += taken
    for row in entries:
        row["amount_minor"] = sum(row.pop(f"{purse}_minor") for purse in _PURSES)
    for table, rows in (("wallet_entry", entries), ("wallet_lot", lots), ("wallet_draw", draws)):
        if rows:
            names = ", ".join(f'"{name}"' for name in rows[0])
            marks = ", ".join("?" for _ in rows[0])
            statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of the schema
            op.get_bind().exec_driver_sql(statement, [tuple(row.values()) for row in rows])
