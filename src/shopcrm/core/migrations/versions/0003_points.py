"""What the whole life of a point needs: waived clawbacks, rewards, and a way to what was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index(
        "ix_points_entry_reverses_id",
        "points_entry",
        ["reverses_id"],
        unique=False,
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    _add_points_waiver()
    _add_reward()


def _add_points_waiver() -> None:
    op.create_table(
        "points_waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("sale_id", sa.Integer(), nullable=False),
        sa.Column("sale_revision", sa.Integer(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("settings_version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("policy IN ('clamp', 'charge')", name=op.f("ck_points_waiver_policy_known")),
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
    )
    op.create_index("ix_points_waiver_customer_id", "points_waiver", ["customer_id"], unique=False)
    op.create_index("ix_points_waiver_sale_id", "points_waiver", ["sale_id"], unique=False)
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER points_waiver_no_{verb} BEFORE {verb.upper()} ON points_waiver "
            "BEGIN SELECT RAISE(ABORT, 'points_waiver only grows: post a correction instead'); END"
        )


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
