"""What points can be exchanged for."""

from datetime import date

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, table_of, whole


class Reward(Row, table=True):
    """Something that is had for points, with or without money on top."""

    __tablename__ = "reward"
    __table_args__ = (
        UniqueConstraint("code"),
        whole("points"),
        whole("cash_minor"),
        CheckConstraint("points > 0", name="points_positive"),
        CheckConstraint("cash_minor >= 0", name="cash_not_negative"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    points: int
    cash_minor: int
    added_on: date
    retired_on: date | None = None  # from this day on nobody gets it


reward = table_of(Reward)
