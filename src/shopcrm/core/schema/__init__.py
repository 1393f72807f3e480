"""All tables of the book, one file a family; a command imports only the families it touches.

`every_table()` loads them all, for creating, migrating, dumping and checking.
"""

from importlib import import_module

from sqlalchemy import MetaData

FAMILIES = (
    "house",
    "trail",
    "people",
    "doubles",
    "sales",
    "stock",
    "points",
    "waivers",
    "rewards",
    "offers",
    "coupons",
    "wallet",
    "visits",
    "standing",
    "outreach",
    "preferences",
    "consents",
    "audiences",
    "privacy",
    "intake",
)


def every_table() -> MetaData:
    """The metadata with every family loaded."""
    from sqlalchemy import text
    from sqlmodel import SQLModel

    from shopcrm.core.schema.base import WHERE

    for family in FAMILIES:
        import_module(f"{__name__}.{family}")
    for table in SQLModel.metadata.tables.values():
        for index in table.indexes:
            if WHERE in index.info:
                index.dialect_options["postgresql"][WHERE] = text(index.info[WHERE])
    return SQLModel.metadata
