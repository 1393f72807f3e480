"""What is on the shelf."""

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlmodel import Field

from shopcrm.core.schema.base import Row, table_of, whole


class StockItem(Row, table=True):
    """What is on the shelf of one thing, as the last stock sheet said."""

    __tablename__ = "stock_item"
    __table_args__ = (
        UniqueConstraint("sku"),
        whole("quantity_milli"),
        whole("price_minor"),
        whole("unit_cost_minor"),
    )

    id: int | None = Field(default=None, primary_key=True)
    sku: str = Field(sa_type=Text)
    item: str | None = Field(default=None, sa_type=Text)
    category: str | None = Field(default=None, sa_type=Text)
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    quantity_milli: int | None = None
    price_minor: int | None = None
    unit_cost_minor: int | None = None
    batch_id: int = Field(foreign_key="batch.id")


stock_item = table_of(StockItem)
