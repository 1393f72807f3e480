"""What imports will keep: withdrawn sales, stock, tags, consents, saved layouts, questions, and the wallet's ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # A CHECK of SQLite cannot be changed, so a table that gets one is written anew. That empties its children where
    # foreign keys are on (or is refused): whoever calls this with rows in the book has them off.
    _rebuild_batch()
    _rebuild_customer()
    _rebuild_identity()
    _rebuild_sale()
    _rebuild_sale_line()
    _rebuild_row_change()
    _add_stock_item()
    _add_saved_profile()
    _add_review()
    _add_customer_tag()
    _add_consent()
    _add_wallet_entry()


def _rebuild_batch() -> None:
    _rebuild(
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
        sa.Column("said", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('customers', 'sales', 'stock')", name=op.f("ck_batch_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )


def _rebuild_customer() -> None:
    _rebuild(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birth_month", sa.Integer(), nullable=True),
        sa.Column("birth_day", sa.Integer(), nullable=True),
        sa.Column("is_birthday_lunar", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "gender = 'female' OR gender = 'male' OR gender = 'other'", name=op.f("ck_customer_gender_known")
        ),
        sa.CheckConstraint("(birth_month IS NULL) = (birth_day IS NULL)", name=op.f("ck_customer_birthday_whole")),
        sa.CheckConstraint("birth_day BETWEEN 1 AND 31", name=op.f("ck_customer_birth_day_range")),
        sa.CheckConstraint("birth_month BETWEEN 1 AND 12", name=op.f("ck_customer_birth_month_range")),
        sa.CheckConstraint("birth_year = CAST(birth_year AS INTEGER)", name=op.f("ck_customer_birth_year_whole")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_customer_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("code", name=op.f("uq_customer_code")),
    )


def _rebuild_identity() -> None:
    _rebuild(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind = 'member_no' OR kind = 'phone' OR kind = 'email' OR kind = 'till_id' OR kind = 'name'",
            name=op.f("ck_identity_kind_known"),
        ),
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


def _rebuild_sale() -> None:
    _rebuild(
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
        sa.Column("discount_minor", sa.Integer(), nullable=True),
        sa.Column("tax_minor", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Text(), nullable=True),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind = 'sale' OR net_minor <= 0", name=op.f("ck_sale_refund_negative")),
        sa.CheckConstraint("kind IN ('sale', 'refund')", name=op.f("ck_sale_kind_known")),
        sa.CheckConstraint(
            "withdrawn = 'hand' OR withdrawn = 'till' OR withdrawn = 'undo'", name=op.f("ck_sale_withdrawn_known")
        ),
        sa.CheckConstraint(
            "discount_minor = CAST(discount_minor AS INTEGER)", name=op.f("ck_sale_discount_minor_whole")
        ),
        sa.CheckConstraint("net_minor = CAST(net_minor AS INTEGER)", name=op.f("ck_sale_net_minor_whole")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_sale_revision_counted")),
        sa.CheckConstraint("tax_minor = CAST(tax_minor AS INTEGER)", name=op.f("ck_sale_tax_minor_whole")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_sale_batch_id_batch")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_sale_customer_id_customer")),
        sa.ForeignKeyConstraint(["reason_id"], ["note.id"], name=op.f("fk_sale_reason_id_note")),
        sa.ForeignKeyConstraint(["refund_of_id"], ["sale.id"], name=op.f("fk_sale_refund_of_id_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
        sa.UniqueConstraint("receipt", "on", "store", "source", "kind", name="uq_sale_receipt"),
    )
    op.create_index("ix_sale_customer", "sale", ["customer_id", "on", "kind", "net_minor", "withdrawn"], unique=False)
    op.create_index(
        "ix_sale_refund_of_id",
        "sale",
        ["refund_of_id"],
        unique=False,
        sqlite_where=sa.text("refund_of_id IS NOT NULL"),
        postgresql_where=sa.text("refund_of_id IS NOT NULL"),
    )


def _rebuild_sale_line() -> None:
    _rebuild(
        "sale_line",
        sa.Column("sale_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("quantity_milli", sa.Integer(), nullable=False),
        sa.Column("net_minor", sa.Integer(), nullable=False),
        sa.Column("unit_cost_minor", sa.Integer(), nullable=True),
        sa.CheckConstraint("net_minor = CAST(net_minor AS INTEGER)", name=op.f("ck_sale_line_net_minor_whole")),
        sa.CheckConstraint(
            "quantity_milli = CAST(quantity_milli AS INTEGER)", name=op.f("ck_sale_line_quantity_milli_whole")
        ),
        sa.CheckConstraint(
            "unit_cost_minor = CAST(unit_cost_minor AS INTEGER)", name=op.f("ck_sale_line_unit_cost_minor_whole")
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_line_sale_id_sale")),
        sa.PrimaryKeyConstraint("sale_id", "position", name=op.f("pk_sale_line")),
        sqlite_with_rowid=False,
    )


def _rebuild_row_change() -> None:
    _rebuild(
        "row_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "table_name IN ('customer', 'sale', 'stock_item')", name=op.f("ck_row_change_table_name_known")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_row_change_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_change")),
    )
    op.create_index("ix_row_change_batch_id", "row_change", ["batch_id"], unique=False)


def _add_stock_item() -> None:
    op.create_table(
        "stock_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("quantity_milli", sa.Integer(), nullable=True),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("unit_cost_minor", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_minor = CAST(price_minor AS INTEGER)", name=op.f("ck_stock_item_price_minor_whole")),
        sa.CheckConstraint(
            "quantity_milli = CAST(quantity_milli AS INTEGER)", name=op.f("ck_stock_item_quantity_milli_whole")
        ),
        sa.CheckConstraint(
            "unit_cost_minor = CAST(unit_cost_minor AS INTEGER)", name=op.f("ck_stock_item_unit_cost_minor_whole")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_stock_item_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_item")),
        sa.UniqueConstraint("sku", name=op.f("uq_stock_item_sku")),
    )


def _add_saved_profile() -> None:
    op.create_table(
        "saved_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("saved_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('customers', 'sales', 'stock')", name=op.f("ck_saved_profile_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_profile")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_saved_profile_fingerprint")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_profile_name")),
    )


def _add_review() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("person", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.CheckConstraint("answer IN ('take', 'keep', 'new', 'split')", name=op.f("ck_review_answer_known")),
        sa.CheckConstraint("field IN ('weak', 'name', 'birthday', 'gender')", name=op.f("ck_review_field_known")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_review_batch_id_batch")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_review_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "customer_id", "field", "source", "said", name=op.f("uq_review_customer_id_field_source_said")
        ),
    )
    op.create_index("ix_review_batch_id", "review", ["batch_id"], unique=False)


def _add_customer_tag() -> None:
    op.create_table(
        "customer_tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_customer_tag_batch_id_batch")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_tag_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_tag")),
        sa.UniqueConstraint("customer_id", "tag", name=op.f("uq_customer_tag_customer_id_tag")),
    )


def _add_consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('sms', 'phone', 'email', 'wechat', 'post')", name=op.f("ck_consent_channel_known")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_consent_batch_id_batch")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_consent_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_customer_id_channel", "consent", ["customer_id", "channel"], unique=False)


def _add_wallet_entry() -> None:
    op.create_table(
        "wallet_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("principal_minor", sa.Integer(), nullable=False),
        sa.Column("bonus_minor", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("settings_version_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('top_up', 'pay', 'refund', 'adjust', 'reverse')", name=op.f("ck_wallet_entry_kind_known")
        ),
        sa.CheckConstraint(
            "bonus_minor = CAST(bonus_minor AS INTEGER)", name=op.f("ck_wallet_entry_bonus_minor_whole")
        ),
        sa.CheckConstraint("principal_minor <> 0 OR bonus_minor <> 0", name=op.f("ck_wallet_entry_money_moved")),
        sa.CheckConstraint(
            "principal_minor = CAST(principal_minor AS INTEGER)", name=op.f("ck_wallet_entry_principal_minor_whole")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_wallet_entry_customer_id_customer")),
        sa.ForeignKeyConstraint(["reason_id"], ["note.id"], name=op.f("fk_wallet_entry_reason_id_note")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["wallet_entry.id"], name=op.f("fk_wallet_entry_reverses_id_wallet_entry")
        ),
        sa.ForeignKeyConstraint(
            ["settings_version_id"],
            ["settings_version.id"],
            name=op.f("fk_wallet_entry_settings_version_id_settings_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_wallet_entry_key")),
    )
    op.create_index("ix_wallet_entry_customer_id_on", "wallet_entry", ["customer_id", "on"], unique=False)
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER wallet_entry_no_{verb} BEFORE {verb.upper()} ON wallet_entry "
            "BEGIN SELECT RAISE(ABORT, 'wallet_entry only grows: post a correction instead'); END"
        )


def _rebuild(table: str, *parts: sa.schema.SchemaItem, **options: bool) -> None:
    """Writes the table anew and its rows into it; new columns take their defaults. Its indexes go with the old one."""
    quote = op.get_bind().dialect.identifier_preparer.quote
    names = ", ".join(quote(column["name"]) for column in sa.inspect(op.get_bind()).get_columns(table))
    op.create_table(f"{table}_new", *parts, **options)
    op.execute(f"INSERT INTO {table}_new ({names}) SELECT {names} FROM {table}")  # noqa: S608 - names of the schema
    op.drop_table(table)
    op.rename_table(f"{table}_new", table)
