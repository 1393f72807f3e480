"""Migrations: what they build is what the tables say, to the letter, and they say it for themselves."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from shop import NOW, Shop
from shopcrm.core import migrations
from shopcrm.core.book import REVISION, create_book, open_book
from shopcrm.core.schema import every_table
from shopcrm.core.schema.triggers import APPEND_ONLY, trigger_names

FOLDER = Path(migrations.__file__).parent


@pytest.fixture(scope="module")
def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def statements(connection: sqlite3.Connection) -> dict[str, object]:
    """Every table as the set of its columns and constraints, and every index, as SQLite keeps their texts."""
    found: dict[str, object] = {}
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"):
        text = re.sub(r"\s+", " ", sql).strip()
        if kind == "table" and name != "alembic_version":
            head, body, tail = re.fullmatch(r"(.*?)\((.*)\)(.*)", text).groups()  # type: ignore[union-attr]
            found[name] = (head.replace('"', ""), sorted(_parts(body)), tail)  # a renamed table is kept in quotes
        elif kind == "index":
            found[name] = text
    return found


def _parts(body: str) -> list[str]:
    """What stands between the commas that are in no bracket."""
    parts, depth = [""], 0
    for sign in body:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def test_a_migrated_book_has_the_tables_of_the_schema_to_the_letter(shop: Shop) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as made, closing(sqlite3.connect(shop.path)) as migrated:
        every_table().create_all(made)
        driver = made.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        expected, found = statements(driver), statements(migrated)
    engine.dispose()
    assert found.keys() == expected.keys()
    for name in expected:
        assert found[name] == expected[name], name
    assert any("CHECK" in str(text) for text in found.values())


def test_alembic_finds_nothing_to_migrate(shop: Shop) -> None:
    with shop.reading() as book:
        context = MigrationContext.configure(
            book.connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, every_table()) == []


def test_a_new_book_has_every_trigger_and_they_name_their_table(shop: Shop) -> None:
    with closing(sqlite3.connect(shop.path)) as migrated:
        found = dict(migrated.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    assert set(found) == trigger_names()
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            assert f"BEFORE {verb.upper()} ON {table} " in found[f"{table}_no_{verb}"]
            assert "RAISE(ABORT" in found[f"{table}_no_{verb}"]


def test_the_revision_that_the_program_knows_is_the_last_one(shop: Shop, scripts: ScriptDirectory) -> None:
    assert scripts.get_heads() == [REVISION]
    with shop.reading() as book:
        assert book.connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == REVISION


def test_upgrading_a_book_that_is_up_to_date_changes_no_byte(shop: Shop) -> None:
    before = shop.path.read_bytes()
    with open_book(shop.path, write=True) as book:
        migrations.upgrade(book.connection)
    assert shop.path.read_bytes() == before


def test_building_a_book_says_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    create_book(tmp_path / "shop.db", {"shop.name": "Lan"}, by="Lan", now=NOW)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("path", sorted((FOLDER / "versions").glob("*.py")), ids=lambda path: path.stem)
def test_a_revision_leans_on_nothing_that_may_change_later(path: Path) -> None:
    assert "shopcrm" not in re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
