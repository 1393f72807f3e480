"""A lot is of the customer whose entry opened it, and says so no more; keys of points have an index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _rebuild_lot(
        ("points", "points", "points"),
        "points, earned_on, available_on",
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("available_on", sa.Date(), nullable=False),
        sa.CheckConstraint("available_on >= earned_on", name=op.f("ck_points_lot_available_after_earned")),
    )
    _rebuild_lot(
        ("wallet", "amount_minor", "money"),
        "purse, amount_minor, earned_on",
        sa.Column("purse", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.CheckConstraint("purse = 'bonus' OR expires_on IS NULL", name=op.f("ck_wallet_lot_principal_lasts")),
        sa.CheckConstraint("purse = 'bonus' OR purse = 'principal'", name=op.f("ck_wallet_lot_purse_known")),
    )
    _rebuild_lot(
        ("visit", "visits", "visits"),
        "card, visits, earned_on",
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
    )
    _rebuild_points_entry()


def _rebuild_lot(names: tuple[str, str, str], own: str, *what_is_own: sa.schema.SchemaItem) -> None:
    ledger, amount, counted = names
    lot = f"{ledger}_lot"
    op.create_table(
        f"{lot}_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        *what_is_own,
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("expires_on >= earned_on", name=op.f(f"ck_{lot}_expires_after_earned")),
        sa.CheckConstraint(f"{amount} = CAST({amount} AS INTEGER)", name=op.f(f"ck_{lot}_{amount}_whole")),
        sa.CheckConstraint(f"{amount} > 0", name=op.f(f"ck_{lot}_{counted}_positive")),
        sa.ForeignKeyConstraint(["entry_id"], [f"{ledger}_entry.id"], name=op.f(f"fk_{lot}_entry_id_{ledger}_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{lot}")),
    )
    columns = f"id, entry_id, {own}, expires_on"
    op.execute(f"INSERT INTO {lot}_new ({columns}) SELECT {columns} FROM {lot}")  # noqa: S608 - names of the schema
    _replace(lot)
    op.create_index(f"ix_{lot}_entry_id", lot, ["entry_id"], unique=False)


def _rebuild_points_entry() -> None:
    # SQLite cannot take a constraint off: the table is written anew for it.
    kinds = ("earn", "redeem", "expire", "adjust", "reverse", "transfer", "donate")
    op.create_table(
        "points_entry_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("sale_id", sa.Integer(), nullable=True),
        sa.Column("sale_revision", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("settings_version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(" OR ".join(f"kind = '{kind}'" for kind in kinds), name=op.f("ck_points_entry_kind_known")),
        sa.CheckConstraint("points <> 0", name=op.f("ck_points_entry_points_moved")),
        sa.CheckConstraint("points = CAST(points AS INTEGER)", name=op.f("ck_points_entry_points_whole")),
        _refers("customer_id", "customer"),
        _refers("reason_id", "note"),
        _refers("reverses_id", "points_entry"),
        _refers("sale_id", "sale"),
        _refers("settings_version_id", "settings_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_entry")),
    )
    op.execute("INSERT INTO points_entry_new SELECT * FROM points_entry")
    _replace("points_entry")
    op.create_index("uq_points_entry_key", "points_entry", ["key"], unique=True)
    op.create_index("ix_points_entry_customer_id", "points_entry", ["customer_id"], unique=False)
    op.create_index("ix_points_entry_sale_id", "points_entry", ["sale_id"], unique=False)
    for name, columns, condition in (
        ("ix_points_entry_reverses_id", ["reverses_id"], "reverses_id IS NOT NULL"),
        ("ix_points_entry_redeemed", ["on", "receipt"], "kind = 'redeem'"),
    ):
        where = sa.text(condition)
        op.create_index(name, "points_entry", columns, unique=False, sqlite_where=where, postgresql_where=where)


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_points_entry_{column}_{to}"))


def _replace(table: str) -> None:
    op.drop_table(table)  # its indexes and triggers go with it
    op.rename_table(f"{table}_new", table)
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows: post a correction instead'); END"
        )
