"""Offers, their terms, and the coupons that are issued under them, with all that becomes of them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _add_offer()
    _add_offer_terms()
    _add_coupon_issue()
    _add_coupon()
    _add_coupon_event()
    for table in ("offer_terms", "coupon_issue", "coupon_event"):
        _only_grows(table)


def _add_offer() -> None:
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("code", name=op.f("uq_offer_code")),
    )


def _add_offer_terms() -> None:
    op.create_table(
        "offer_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value_minor", sa.Integer(), nullable=True),
        sa.Column("off_rate", sa.Text(), nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("max_discount_minor", sa.Integer(), nullable=True),
        sa.Column("min_spend_minor", sa.Integer(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("valid_days", sa.Integer(), nullable=True),
        sa.Column("start_after_days", sa.Integer(), nullable=True),
        sa.Column("per_customer", sa.Integer(), nullable=True),
        sa.Column("issue_limit", sa.Integer(), nullable=True),
        sa.Column("budget_minor", sa.Integer(), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("skus", sa.JSON(), nullable=False),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.Column("segments", sa.JSON(), nullable=False),
        sa.Column("combines", sa.JSON(), nullable=False),
        sa.Column("is_birthday_month", sa.Boolean(), nullable=False),
        sa.Column("is_bearer", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind = 'amount' OR kind = 'percent' OR kind = 'gift' OR kind = 'service' OR kind = 'exchange'",
            name=op.f("ck_offer_terms_kind_known"),
        ),
        sa.CheckConstraint(
            "budget_minor = CAST(budget_minor AS INTEGER)", name=op.f("ck_offer_terms_budget_minor_whole")
        ),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_offer_terms_ends_after_it_begins")),
        sa.CheckConstraint(
            "max_discount_minor = CAST(max_discount_minor AS INTEGER)",
            name=op.f("ck_offer_terms_max_discount_minor_whole"),
        ),
        sa.CheckConstraint(
            "min_spend_minor = CAST(min_spend_minor AS INTEGER)", name=op.f("ck_offer_terms_min_spend_minor_whole")
        ),
        sa.CheckConstraint("value_minor = CAST(value_minor AS INTEGER)", name=op.f("ck_offer_terms_value_minor_whole")),
        sa.CheckConstraint("value_minor >= 0", name=op.f("ck_offer_terms_value_minor_not_negative")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_offer_terms_version_counted")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_terms_offer_id_offer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_terms")),
        sa.UniqueConstraint("offer_id", "version", name=op.f("uq_offer_terms_offer_id_version")),
    )


def _add_coupon_issue() -> None:
    op.create_table(
        "coupon_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("terms_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["terms_id"], ["offer_terms.id"], name=op.f("fk_coupon_issue_terms_id_offer_terms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_issue")),
        sa.UniqueConstraint("key", name=op.f("uq_coupon_issue_key")),
    )


def _add_coupon() -> None:
    op.create_table(
        "coupon",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("terms_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), server_default="issued", nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("handed_on IS NULL OR status = 'redeemed'", name=op.f("ck_coupon_handed_when_redeemed")),
        sa.CheckConstraint(
            "status = 'issued' OR status = 'redeemed' OR status = 'expired' OR status = 'void'",
            name=op.f("ck_coupon_status_known"),
        ),
        sa.CheckConstraint("expires_on >= starts_on", name=op.f("ck_coupon_expires_after_start")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_coupon_customer_id_customer")),
        sa.ForeignKeyConstraint(["issue_id"], ["coupon_issue.id"], name=op.f("fk_coupon_issue_id_coupon_issue")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_coupon_offer_id_offer")),
        sa.ForeignKeyConstraint(["terms_id"], ["offer_terms.id"], name=op.f("fk_coupon_terms_id_offer_terms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon")),
        sa.UniqueConstraint("code", name=op.f("uq_coupon_code")),
    )
    op.create_index("ix_coupon_customer_id", "coupon", ["customer_id"], unique=False)
    op.create_index(
        "ix_coupon_expires_on",
        "coupon",
        ["expires_on"],
        unique=False,
        sqlite_where=sa.text("status = 'issued'"),
        postgresql_where=sa.text("status = 'issued'"),
    )
    op.create_index("ix_coupon_offer_id_customer_id", "coupon", ["offer_id", "customer_id"], unique=False)


def _add_coupon_event() -> None:
    op.create_table(
        "coupon_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("coupon_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("store", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("discount_minor", sa.Integer(), nullable=True),
        sa.Column("payable_minor", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("inputs", sa.JSON(), server_default="{}", nullable=False),
        sa.CheckConstraint(
            "(kind = 'redeem') = (discount_minor IS NOT NULL)", name=op.f("ck_coupon_event_discount_of_redemptions")
        ),
        sa.CheckConstraint(
            "(kind = 'redeem') = (payable_minor IS NOT NULL)", name=op.f("ck_coupon_event_payable_of_redemptions")
        ),
        sa.CheckConstraint(
            "(kind = 'redeem') = (receipt IS NOT NULL)", name=op.f("ck_coupon_event_receipt_of_redemptions")
        ),
        sa.CheckConstraint(
            "kind = 'redeem' OR kind = 'void' OR kind = 'expire' OR kind = 'restore' OR kind = 'extend'"
            " OR kind = 'handover'",
            name=op.f("ck_coupon_event_kind_known"),
        ),
        sa.CheckConstraint(
            "status = 'issued' OR status = 'redeemed' OR status = 'expired' OR status = 'void'",
            name=op.f("ck_coupon_event_status_known"),
        ),
        sa.CheckConstraint(
            "discount_minor = CAST(discount_minor AS INTEGER)", name=op.f("ck_coupon_event_discount_minor_whole")
        ),
        sa.CheckConstraint("discount_minor >= 0", name=op.f("ck_coupon_event_discount_minor_not_negative")),
        sa.CheckConstraint(
            "payable_minor = CAST(payable_minor AS INTEGER)", name=op.f("ck_coupon_event_payable_minor_whole")
        ),
        sa.CheckConstraint("payable_minor >= 0", name=op.f("ck_coupon_event_payable_minor_not_negative")),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name=op.f("fk_coupon_event_coupon_id_coupon")),
        sa.ForeignKeyConstraint(["reason_id"], ["note.id"], name=op.f("fk_coupon_event_reason_id_note")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["coupon_event.id"], name=op.f("fk_coupon_event_reverses_id_coupon_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_event")),
        sa.UniqueConstraint("key", name=op.f("uq_coupon_event_key")),
    )
    op.create_index("ix_coupon_event_coupon_id", "coupon_event", ["coupon_id"], unique=False)
    op.create_index(
        "ix_coupon_event_redeemed",
        "coupon_event",
        ["on", "receipt"],
        unique=False,
        sqlite_where=sa.text("kind = 'redeem'"),
        postgresql_where=sa.text("kind = 'redeem'"),
    )
    op.create_index(
        "ix_coupon_event_reverses_id",
        "coupon_event",
        ["reverses_id"],
        unique=False,
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )


def _only_grows(table: str) -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows: post a correction instead'); END"
        )
