"""What is no book, what cannot be written, and what a book may be called: each refused in a sentence of its own."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import insert, select

from shop import NOW, Shop, open_shop
from shopcrm.core.book import create_book, locate, open_book
from shopcrm.core.errors import (
    BookElsewhere,
    BookNewer,
    BookNotFound,
    BookReadOnly,
    BookUnsound,
    NotABook,
    ShopError,
)
from shopcrm.core.schema.house import note
from shopcrm.core.settings import read_template

FIRST = {
    **read_template("general"),
    "shop.name": "Lan",
    "shop.currency": "CNY",
    "shop.timezone": "Asia/Shanghai",
    "shop.country": "CN",
}


def notes(path: Path) -> list[str]:
    with open_book(path) as book:
        return list(book.connection.scalars(select(note.c.text)))


def write_note(path: Path, text: str) -> None:
    with open_book(path, write=True, now=NOW) as book:
        book.connection.execute(insert(note).values(text=text))


# --- what may be opened -----------------------------------------------------------------------------------


def no_file(path: Path) -> None:
    path.unlink()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_dead_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere.db")


def an_empty_file(path: Path) -> None:
    path.write_bytes(b"")


def a_text(path: Path) -> None:
    path.write_text("date,receipt,amount\n2026-01-01,R-1,12.00\n" * 20)


def half_a_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def another_programs_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE customer (id INTEGER)")


def another_programs_database_kept_by_alembic(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA application_id = 0")


def a_database_that_only_claims_to_be_a_book(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA application_id = {0x53484F50}")
        other.execute("CREATE TABLE customer (id INTEGER)")


def a_newer_revision(path: Path) -> None:
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def a_damaged_schema(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:2000] = b"\xff" * 1900
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (no_file, BookNotFound),
        (a_dead_link, BookNotFound),
        (a_folder, NotABook),
        (an_empty_file, NotABook),
        (a_text, NotABook),
        (half_a_header, BookUnsound),
        (another_programs_database, NotABook),
        (another_programs_database_kept_by_alembic, NotABook),
        (a_database_that_only_claims_to_be_a_book, NotABook),
        (a_newer_revision, BookNewer),
        (cut_short, BookUnsound),
        (a_damaged_schema, BookUnsound),
    ],
)
@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
def test_what_is_no_sound_book_is_refused_by_name(
    shop: Shop, spoil: Callable[[Path], None], refusal: type[ShopError], write: bool
) -> None:
    spoil(shop.path)
    before = shop.path.read_bytes() if shop.path.is_file() else None
    with pytest.raises(refusal) as raised, open_book(shop.path, write=write):
        pass
    assert str(shop.path) in raised.value.message or refusal is BookUnsound
    assert (shop.path.read_bytes() if shop.path.is_file() else None) == before


def test_a_damaged_page_is_told_when_it_is_read(shop: Shop) -> None:
    shop.customer("Ana").bought("10", on="2026-01-01")
    with closing(sqlite3.connect(shop.path)) as plain:
        page = plain.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sale'").fetchone()[0]
        size = plain.execute("PRAGMA page_size").fetchone()[0]
    with shop.path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    shop.path = shop.path.rename(shop.path.with_name("damaged.db"))  # opened anew: the pages it knows are sound
    with pytest.raises(BookUnsound) as refusal:
        shop.accrue()
    assert refusal.value.exit_code == 4


def test_a_character_device_is_no_book() -> None:
    with pytest.raises(NotABook), open_book("/dev/full"):
        pass


def test_below_a_file_there_is_no_book(shop: Shop) -> None:
    with pytest.raises(BookNotFound), open_book(shop.path / "shop.db"):
        pass


@pytest.mark.parametrize(
    "name", ["账本 一.db", "100%.db", "a?mode=memory.db", "a#b.db", "%41.db", "a'b\".db", ":memory:"]
)
def test_any_name_a_file_may_have_names_a_book(tmp_path: Path, name: str) -> None:
    shop = open_shop(tmp_path)
    shop.path = shop.path.rename(tmp_path / name)
    write_note(shop.path, "here")
    assert notes(shop.path) == ["here"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [name]


# --- how it is named --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("shop.db", "shop.db"),
        ("./a b/shop.db", "a b/shop.db"),
        ("sqlite:///shop.db", "shop.db"),
        ("sqlite:////srv/shop.db", "/srv/shop.db"),
        ("sqlite+pysqlite:////srv/shop.db", "/srv/shop.db"),
        (Path("shop.db"), "shop.db"),
    ],
)
def test_a_book_is_named_by_a_path_or_a_url(place: str | Path, path: str) -> None:
    assert locate(place) == Path(path)


def test_a_tilde_is_the_persons_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert locate("~/shop.db") == tmp_path / "shop.db"


@pytest.mark.parametrize(
    "url",
    ["postgresql://owner:secret@db.example/shop", "postgresql+psycopg://owner:secret@db/shop", "mysql://owner:secret@db/s",
     "https://owner:secret@example.com/shop.db", "sqlite://", "sqlite:///", "sqlite://shop.db", "sqlite://host/shop.db"],
)  # fmt: skip
def test_any_other_database_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(BookElsewhere) as refusal:
        locate(url)
    assert "secret" not in refusal.value.message


def test_a_url_opens_the_same_book(shop: Shop) -> None:
    write_note(shop.path, "by path")
    with open_book(f"sqlite:///{shop.path}") as book:
        assert book.connection.scalar(select(note.c.text)) == "by path"


# --- what cannot be written -------------------------------------------------------------------------------


@contextmanager
def somebody_elses(shop: Shop, *, file: int, folder: int) -> Iterator[Path]:
    """The book in a folder with these modes, used by somebody without special rights: root may write anything."""
    with TemporaryDirectory(prefix="shopcrm-") as name:
        place = Path(name) / "books"
        place.mkdir()
        path = place / "shop.db"
        path.write_bytes(shop.path.read_bytes())
        path.chmod(file)
        place.chmod(folder)
        Path(name).chmod(0o755)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65534)
        try:
            yield path
        finally:
            if is_root:
                os.seteuid(0)
            place.chmod(0o700)


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (0o444, 0o555), (0o666, 0o555)])
def test_a_book_that_may_only_be_read_is_read_and_not_written(shop: Shop, file: int, folder: int) -> None:
    write_note(shop.path, "readable")
    with somebody_elses(shop, file=file, folder=folder) as path:
        assert notes(path) == ["readable"]
        with pytest.raises(BookReadOnly) as refusal:
            write_note(path, "lost")
        assert refusal.value.message.startswith(f"{path} cannot be written: ")
        assert notes(path) == ["readable"]


def test_a_book_that_may_not_even_be_read_is_refused(shop: Shop) -> None:
    with somebody_elses(shop, file=0o000, folder=0o755) as path, pytest.raises(BookReadOnly) as refusal:
        notes(path)
    assert refusal.value.details["reason"] == "Permission denied"


def test_in_a_folder_that_may_not_be_written_no_book_is_begun(shop: Shop) -> None:
    with somebody_elses(shop, file=0o444, folder=0o555) as path, pytest.raises(BookReadOnly) as refusal:
        create_book(path.with_name("new.db"), FIRST, by="Lan", now=NOW)
    assert refusal.value.details["reason"] == "Permission denied"


def test_a_full_disk_refuses_the_whole_transaction(shop: Shop) -> None:
    write_note(shop.path, "before")
    before = shop.path.read_bytes()
    with pytest.raises(BookReadOnly) as refusal, open_book(shop.path, write=True) as book:
        book.connection.exec_driver_sql("PRAGMA max_page_count = 1")  # that is: not a page more than there are
        book.connection.execute(insert(note), [{"text": "x" * 1000} for _ in range(100)])
    assert "disk is full" in refusal.value.message
    assert shop.path.read_bytes() == before
