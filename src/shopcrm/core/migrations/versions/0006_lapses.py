"""What a refund that comes after the end of points lets lapse, and a way to every store there is."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_sale_store", "sale", ["store"], unique=False)
    _rebuild_points_waiver()


def _rebuild_points_waiver() -> None:
    op.create_table(
        "points_waiver_new",
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
    op.execute("INSERT INTO points_waiver_new SELECT * FROM points_waiver")
    op.drop_table("points_waiver")  # its indexes and triggers go with it
    op.rename_table("points_waiver_new", "points_waiver")
    op.create_index("ix_points_waiver_customer_id", "points_waiver", ["customer_id"], unique=False)
    op.create_index("ix_points_waiver_sale_id", "points_waiver", ["sale_id"], unique=False)
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER points_waiver_no_{verb} BEFORE {verb.upper()} ON points_waiver "
            f"BEGIN SELECT RAISE(ABORT, 'points_waiver only grows: post a correction instead'); END"
        )
