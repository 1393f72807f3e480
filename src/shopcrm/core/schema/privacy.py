"""Who was erased, and by what they are known not to be brought back."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field

from shopcrm.core.schema.base import Row, table_of


class Erasure(Row, table=True):
    """A customer whose personal data was erased; the ledger and the sums stay."""

    __tablename__ = "erasure"

    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    on: date
    at: datetime
    by: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)


class ErasedIdentity(Row, table=True):
    """A keyed hash of something that named an erased customer, so that an import does not bring them back."""

    __tablename__ = "erased_identity"

    digest: str = Field(primary_key=True, sa_type=Text)
    # None where the customer is none of this book: erased after the backup from which it was restored.
    customer_id: int | None = Field(default=None, foreign_key="erasure.customer_id")


class ErasureSecret(Row, table=True):
    """The key of those hashes, made with the first erasure. A book that was restored may know several."""

    __tablename__ = "erasure_secret"

    id: int | None = Field(default=None, primary_key=True)
    secret: str = Field(sa_type=Text)


erasure = table_of(Erasure)
erased_identity = table_of(ErasedIdentity)
erasure_secret = table_of(ErasureSecret)
