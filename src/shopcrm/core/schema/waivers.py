"""Clawbacks that were let go. A family of its own: a look at the counter does not load it."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, one_of, table_of, whole


class PointsWaiver(Row, table=True):
    """Points that a refund should have taken and did not: they were spent, and the rules let them go (clamp) or charge
    their worth; or they had ended unspent before it (lapse).
    """

    __tablename__ = "points_waiver"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_points_waiver_sale_id", "sale_id"),
        Index("ix_points_waiver_customer_id", "customer_id"),
        one_of("policy", "clamp", "charge", "lapse"),
        whole("points"),
        CheckConstraint("points > 0", name="points_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text)  # of the posting that took less by it, or was not made
    customer_id: int = Field(foreign_key="customer.id")
    sale_id: int = Field(foreign_key="sale.id")
    sale_revision: int
    policy: str = Field(sa_type=Text)
    points: int
    on: date
    settings_version_id: int = Field(foreign_key="settings_version.id")


points_waiver = table_of(PointsWaiver)
