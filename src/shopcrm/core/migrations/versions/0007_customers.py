"""One person from many sources: merges, tags with reasons, preferences, notes, consents by purpose, erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _widen_identity()
    _widen_consent()
    _widen_others()
    _add_persons()
    _add_notes()
    _add_privacy()


def _widen_identity() -> None:
    kinds = ("member_no", "phone", "email", "wechat", "payment", "till_id", "name")
    op.create_table(
        "identity_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(" OR ".join(f"kind = '{kind}'" for kind in kinds), name=op.f("ck_identity_kind_known")),
        _refers("identity", "batch_id", "batch"),
        _refers("identity", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint(
            "kind", "value", "source", "customer_id", name=op.f("uq_identity_kind_value_source_customer_id")
        ),
    )
    columns = "id, customer_id, kind, value, source, batch_id"
    _replace("identity", columns)
    op.create_index("ix_identity_customer_id", "identity", ["customer_id"], unique=False)
    op.create_index(
        "uq_identity_member_no", "identity", ["value"], unique=True, sqlite_where=sa.text("kind = 'member_no'")
    )


def _widen_consent() -> None:
    op.create_table(
        "consent_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="marketing", nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('sms', 'phone', 'email', 'wechat', 'post')", name=op.f("ck_consent_channel_known")
        ),
        sa.CheckConstraint("purpose IN ('marketing', 'service')", name=op.f("ck_consent_purpose_known")),
        _refers("consent", "batch_id", "batch"),
        _refers("consent", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    _replace("consent", 'id, customer_id, channel, is_granted, source, "on", batch_id')
    op.create_index("ix_consent_customer_id_channel", "consent", ["customer_id", "channel"], unique=False)


def _replace(table: str, columns: str) -> None:
    op.execute(f"INSERT INTO {table}_new ({columns}) SELECT {columns} FROM {table}")  # noqa: S608 - names of the schema
    op.drop_table(table)  # its indexes go with it
    op.rename_table(f"{table}_new", table)


def _widen_others() -> None:
    op.add_column("customer", sa.Column("pinyin", sa.Text(), nullable=True))
    op.add_column("customer", sa.Column("initials", sa.Text(), nullable=True))
    op.add_column("customer_tag", sa.Column("rule", sa.Text(), nullable=True))
    op.add_column("customer_tag", sa.Column("why", sa.JSON(), nullable=True))
    op.add_column("customer_tag", sa.Column("since_on", sa.Date(), nullable=True))
    op.add_column("customer_tag", sa.Column("expires_on", sa.Date(), nullable=True))
    op.add_column("customer_tag", sa.Column("by", sa.Text(), nullable=True))
    op.add_column("segment_snapshot", sa.Column("stage", sa.Text(), nullable=True))
    op.add_column("segment_snapshot", sa.Column("usual_gap_days", sa.Float(), nullable=True))
    op.add_column("segment_snapshot", sa.Column("next_from_on", sa.Date(), nullable=True))
    op.add_column("segment_snapshot", sa.Column("next_to_on", sa.Date(), nullable=True))


def _add_persons() -> None:
    op.create_table(
        "customer_merge",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "customer_id <> into_id AND customer_id <> kept_id", name=op.f("ck_customer_merge_into_another")
        ),
        _refers("customer_merge", "customer_id", "customer"),
        _refers("customer_merge", "into_id", "customer"),
        _refers("customer_merge", "kept_id", "customer"),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_merge")),
    )
    op.create_index("ix_customer_merge_kept_id", "customer_merge", ["kept_id"], unique=False)
    op.create_table(
        "not_same",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_not_same_in_order")),
        _refers("not_same", "one_id", "customer"),
        _refers("not_same", "other_id", "customer"),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_not_same")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "customer_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        _refers("customer_change", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_change")),
    )
    op.create_index("ix_customer_change_customer_id", "customer_change", ["customer_id"], unique=False)


def _add_notes() -> None:
    op.create_table(
        "preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        _refers("preference", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference")),
        sa.UniqueConstraint("customer_id", "field", name=op.f("uq_preference_customer_id_field")),
    )
    op.create_table(
        "customer_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('note', 'not_bought')", name=op.f("ck_customer_note_kind_known")),
        _refers("customer_note", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_note")),
    )
    op.create_index("ix_customer_note_customer_id", "customer_note", ["customer_id"], unique=False)
    op.create_table(
        "audience",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
        sa.UniqueConstraint("name", name=op.f("uq_audience_name")),
    )


def _add_privacy() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.execute(
        "INSERT INTO audit_head (id, rows, digest) "
        "SELECT 1, (SELECT COUNT(*) FROM audit), digest FROM audit ORDER BY id DESC LIMIT 1"
    )
    op.create_table(
        "erasure",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _refers("erasure", "customer_id", "customer"),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "erased_identity",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["erasure.customer_id"], name=op.f("fk_erased_identity_customer_id_erasure")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erased_identity")),
    )
    op.create_table(
        "erasure_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_secret")),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
