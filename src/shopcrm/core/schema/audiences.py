"""Ways to choose customers that are kept by name."""

from datetime import date

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, table_of


class Audience(Row, table=True):
    """A way to choose customers that is kept by name."""

    __tablename__ = "audience"
    __table_args__ = (UniqueConstraint("name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=Text)
    where: str = Field(sa_type=Text)
    on: date
    by: str = Field(sa_type=Text)


audience = table_of(Audience)
