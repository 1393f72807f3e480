"""What the whole life of a point needs: waived clawbacks, rewards, and a way to what was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _rebuild_points_entry()
    _add_points_waiver()
    _add_reward()
    op.create_index("ix_sale_store", "sale", ["store"], unique=False)


def _rebuild_points_entry() -> None:
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
        sa.CheckConstraint(
            "kind = 'earn' OR kind = 'redeem' OR kind = 'expire' OR kind = 'adjust' OR kind = 'reverse'"
            " OR kind = 'transfer' OR kind = 'donate'",
            name=op.f("ck_points_entry_kind_known"),
        ),
        sa.CheckConstraint("points <> 0", name=op.f("ck_points_entry_points_moved")),
        sa.CheckConstraint("points = CAST(points AS INTEGER)", name=op.f("ck_points_entry_points_whole")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_points_entry_customer_id_customer")),
        sa.ForeignKeyConstraint(["reason_id"], ["note.id"], name=op.f("fk_points_entry_reason_id_note")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["points_entry.id"], name=op.f("fk_points_entry_reverses_id_points_entry")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_points_entry_sale_id_sale")),
        sa.ForeignKeyConstraint(
            ["settings_version_id"],
            ["settings_version.id"],
            name=op.f("fk_points_entry_settings_version_id_settings_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_points_entry_key")),
    )
    op.execute("INSERT INTO points_entry_new SELECT * FROM points_entry")
    op.drop_table("points_entry")  # its indexes and triggers go with it
    op.rename_table("points_entry_new", "points_entry")
    op.create_index("ix_points_entry_customer_id_on", "points_entry", ["customer_id", "on"], unique=False)
    op.create_index("ix_points_entry_sale_id", "points_entry", ["sale_id"], unique=False)
    for name, columns, condition in (
        ("ix_points_entry_reverses_id", ["reverses_id"], "reverses_id IS NOT NULL"),
        ("ix_points_entry_redeemed", ["on", "receipt"], "kind = 'redeem'"),
    ):
        where = sa.text(condition)
        op.create_index(name, "points_entry", columns, unique=False, sqlite_where=where, postgresql_where=where)
    _only_grows("points_entry")


def _only_grows(table: str) -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows: post a correction instead'); END"
        )


def _add_points_waiver() -> None:
    op.create_table(
        "points_waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("sale_id", sa.Integer(), nullable=False),
        sa.Column("sale_revision", sa.Integer(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("settings_version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("policy IN ('clamp', 'charge', 'lapse')", name=op.f("ck_points_waiver_policy_known")),
        sa.CheckConstraint("points = CAST(points AS INTEGER)", name=op.f("ck_points_waiver_points_whole")),
        sa.CheckConstraint("points > 0", name=op.f("ck_points_waiver_points_positive")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_points_waiver_customer_id_customer")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_points_waiver_sale_id_sale")),
        sa.ForeignKeyConstraint(
            ["settings_version_id"],
            ["settings_version.id"],
            name=op.f("fk_points_waiver_settings_version_id_settings_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_waiver")),
        sa.UniqueConstraint("key", name=op.f("uq_points_waiver_key")),
    )
    op.create_index("ix_points_waiver_customer_id", "points_waiver", ["customer_id"], unique=False)
    op.create_index("ix_points_waiver_sale_id", "points_waiver", ["sale_id"], unique=False)
    _only_grows("points_waiver")


def _add_reward() -> None:
    op.create_table(
        "reward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("cash_minor", sa.Integer(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.CheckConstraint("cash_minor = CAST(cash_minor AS INTEGER)", name=op.f("ck_reward_cash_minor_whole")),
        sa.CheckConstraint("cash_minor >= 0", name=op.f("ck_reward_cash_not_negative")),
        sa.CheckConstraint("points = CAST(points AS INTEGER)", name=op.f("ck_reward_points_whole")),
        sa.CheckConstraint("points > 0", name=op.f("ck_reward_points_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward")),
        sa.UniqueConstraint("code", name=op.f("uq_reward_code")),
    )
