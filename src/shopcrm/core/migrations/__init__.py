"""Builds the tables of a book, revision by revision. Alembic costs 400 ms: only `init` and upgrades come here."""

from pathlib import Path

from sqlalchemy import Connection


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Brings the book behind an open transaction to a revision, if not told otherwise to the package's."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
