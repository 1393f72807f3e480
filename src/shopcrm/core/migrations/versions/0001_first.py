"""The first book: settings, customers, sales, the points ledger, standing, outreach."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Frozen here and not taken from the schema: a revision says what was, the schema what is.
APPEND_ONLY = ("points_entry", "points_lot", "points_draw", "tier_change", "settings_version", "audit")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("tab", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("rejects", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('customers', 'sales')", name=op.f("ck_batch_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_table(
        "settings_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_version")),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("settings_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["settings_version_id"],
            ["settings_version.id"],
            name=op.f("fk_campaign_settings_version_id_settings_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_code")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birth_month", sa.Integer(), nullable=True),
        sa.Column("birth_day", sa.Integer(), nullable=True),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("gender IN ('female', 'male', 'other')", name=op.f("ck_customer_gender_known")),
        sa.CheckConstraint("(birth_month IS NULL) = (birth_day IS NULL)", name=op.f("ck_customer_birthday_whole")),
        sa.CheckConstraint("birth_day BETWEEN 1 AND 31", name=op.f("ck_customer_birth_day_range")),
        sa.CheckConstraint("birth_month BETWEEN 1 AND 12", name=op.f("ck_customer_birth_month_range")),
        sa.CheckConstraint("birth_year = CAST(birth_year AS INTEGER)", name=op.f("ck_customer_birth_year_whole")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_customer_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("code", name=op.f("uq_customer_code")),
    )
    op.create_table(
        "row_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.CheckConstraint("table_name IN ('customer', 'sale')", name=op.f("ck_row_change_table_name_known")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_row_change_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_change")),
    )
    op.create_index("ix_row_change_batch_id", "row_change", ["batch_id"], unique=False)
    op.create_table(
        "segment_refresh",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("settings_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["settings_version_id"],
            ["settings_version.id"],
            name=op.f("fk_segment_refresh_settings_version_id_settings_version"),
        ),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_segment_refresh")),
    )
    op.create_table(
        "assignment",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("arm", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("days_since", sa.Integer(), nullable=False),
        sa.Column("usual_gap_days", sa.Float(), nullable=False),
        sa.Column("overdue_ratio", sa.Float(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("spend_minor", sa.Integer(), nullable=False),
        sa.Column("last_items", sa.JSON(), nullable=False),
        sa.Column("usual_items", sa.JSON(), nullable=False),
        sa.CheckConstraint("arm IN ('treated', 'held_out', 'suppressed')", name=op.f("ck_assignment_arm_known")),
        sa.CheckConstraint("place >= 1", name=op.f("ck_assignment_place_counted")),
        sa.CheckConstraint("spend_minor = CAST(spend_minor AS INTEGER)", name=op.f("ck_assignment_spend_minor_whole")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_assignment_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_assignment_customer_id_customer")),
        sa.PrimaryKeyConstraint("campaign_id", "customer_id", name=op.f("pk_assignment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('sms', 'phone', 'email', 'wechat', 'post')", name=op.f("ck_contact_channel_known")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_contact_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_contact_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_customer_id_on", "contact", ["customer_id", "on"], unique=False)
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('member_no', 'phone', 'email', 'name')", name=op.f("ck_identity_kind_known")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_identity_batch_id_batch")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_identity_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint(
            "kind", "value", "source", "customer_id", name=op.f("uq_identity_kind_value_source_customer_id")
        ),
    )
    op.create_index("ix_identity_customer_id", "identity", ["customer_id"], unique=False)
    op.create_index(
        "uq_identity_member_no",
        "identity",
        ["value"],
        unique=True,
        sqlite_where=sa.text("kind = 'member_no'"),
        postgresql_where=sa.text("kind = 'member_no'"),
    )
    op.create_table(
        "sale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("refund_of_id", sa.Integer(), nullable=True),
        sa.Column("refund_of_receipt", sa.Text(), nullable=True),
        sa.Column("net_minor", sa.Integer(), nullable=False),
        sa.Column("cashier", sa.Text(), nullable=True),
        sa.Column("payment_method", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind = 'sale' OR net_minor <= 0", name=op.f("ck_sale_refund_negative")),
        sa.CheckConstraint("kind IN ('sale', 'refund')", name=op.f("ck_sale_kind_known")),
        sa.CheckConstraint("net_minor = CAST(net_minor AS INTEGER)", name=op.f("ck_sale_net_minor_whole")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_sale_revision_counted")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_sale_batch_id_batch")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_sale_customer_id_customer")),
        sa.ForeignKeyConstraint(["refund_of_id"], ["sale.id"], name=op.f("fk_sale_refund_of_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
        sa.UniqueConstraint("receipt", "on", "store", "source", "kind", name="uq_sale_receipt"),
    )
    op.create_index("ix_sale_customer", "sale", ["customer_id", "on", "kind", "net_minor"], unique=False)
    op.create_table(
        "segment_snapshot",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("r", sa.Integer(), nullable=True),
        sa.Column("f", sa.Integer(), nullable=True),
        sa.Column("m", sa.Integer(), nullable=True),
        sa.Column("recency_days", sa.Integer(), nullable=True),
        sa.Column("frequency", sa.Integer(), nullable=False),
        sa.Column("monetary_minor", sa.Integer(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.CheckConstraint("f BETWEEN 1 AND 5", name=op.f("ck_segment_snapshot_f_range")),
        sa.CheckConstraint("frequency >= 0", name=op.f("ck_segment_snapshot_frequency_counted")),
        sa.CheckConstraint("m BETWEEN 1 AND 5", name=op.f("ck_segment_snapshot_m_range")),
        sa.CheckConstraint(
            "monetary_minor = CAST(monetary_minor AS INTEGER)", name=op.f("ck_segment_snapshot_monetary_minor_whole")
        ),
        sa.CheckConstraint("r BETWEEN 1 AND 5", name=op.f("ck_segment_snapshot_r_range")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_segment_snapshot_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["on"], ["segment_refresh.on"], name=op.f("fk_segment_snapshot_on_segment_refresh")),
        sa.PrimaryKeyConstraint("on", "customer_id", name=op.f("pk_segment_snapshot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tier_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("spend_minor", sa.Integer(), nullable=False),
        sa.Column("settings_version_id", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("spend_minor = CAST(spend_minor AS INTEGER)", name=op.f("ck_tier_change_spend_minor_whole")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_tier_change_customer_id_customer")),
        sa.ForeignKeyConstraint(
            ["settings_version_id"],
            ["settings_version.id"],
            name=op.f("fk_tier_change_settings_version_id_settings_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_change")),
        sa.UniqueConstraint("customer_id", "tier", "on", name=op.f("uq_tier_change_customer_id_tier_on")),
    )
    op.create_table(
        "points_entry",
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
            "kind IN ('earn', 'redeem', 'expire', 'adjust', 'reverse', 'transfer', 'donate')",
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
    op.create_index("ix_points_entry_customer_id_on", "points_entry", ["customer_id", "on"], unique=False)
    op.create_index("ix_points_entry_sale_id", "points_entry", ["sale_id"], unique=False)
    op.create_table(
        "sale_line",
        sa.Column("sale_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("quantity_milli", sa.Integer(), nullable=False),
        sa.Column("net_minor", sa.Integer(), nullable=False),
        sa.CheckConstraint("net_minor = CAST(net_minor AS INTEGER)", name=op.f("ck_sale_line_net_minor_whole")),
        sa.CheckConstraint(
            "quantity_milli = CAST(quantity_milli AS INTEGER)", name=op.f("ck_sale_line_quantity_milli_whole")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_line_sale_id_sale")),
        sa.PrimaryKeyConstraint("sale_id", "position", name=op.f("pk_sale_line")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "points_lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.Column("available_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("available_on >= earned_on", name=op.f("ck_points_lot_available_after_earned")),
        sa.CheckConstraint("expires_on >= earned_on", name=op.f("ck_points_lot_expires_after_earned")),
        sa.CheckConstraint("points = CAST(points AS INTEGER)", name=op.f("ck_points_lot_points_whole")),
        sa.CheckConstraint("points > 0", name=op.f("ck_points_lot_points_positive")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_points_lot_customer_id_customer")),
        sa.ForeignKeyConstraint(["entry_id"], ["points_entry.id"], name=op.f("fk_points_lot_entry_id_points_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_lot")),
    )
    op.create_index("ix_points_lot_customer_id", "points_lot", ["customer_id"], unique=False)
    op.create_index("ix_points_lot_entry_id", "points_lot", ["entry_id"], unique=False)
    op.create_table(
        "points_draw",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points <> 0", name=op.f("ck_points_draw_points_moved")),
        sa.CheckConstraint("points = CAST(points AS INTEGER)", name=op.f("ck_points_draw_points_whole")),
        sa.ForeignKeyConstraint(["entry_id"], ["points_entry.id"], name=op.f("fk_points_draw_entry_id_points_entry")),
        sa.ForeignKeyConstraint(["lot_id"], ["points_lot.id"], name=op.f("fk_points_draw_lot_id_points_lot")),
        sa.PrimaryKeyConstraint("entry_id", "lot_id", name=op.f("pk_points_draw")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_points_draw_lot_id", "points_draw", ["lot_id"], unique=False)

    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows: post a correction instead'); END"
            )
