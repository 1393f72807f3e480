"""Copies of the book: proven, for its owner alone, and put back without anyone who was erased since."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.older import older_shop
from features.one_person import NAME, PHONE, found_in, live
from features.test_privacy import erase
from shop import NOW, Shop
from shopcrm.core.errors import BookNewer, BookNotFound, BookUnsound, FolderUnwritable, NotABook
from shopcrm.features import book as books
from shopcrm.features import customers


@pytest.fixture
def known(boutique: Shop) -> Shop:
    live(boutique)
    return boutique


def backup(shop: Shop, to: Path | None = None) -> Path:
    with shop.reading() as book:
        return books.backup(book, to).to


def restore(shop: Shop, file: Path, *, dry_run: bool = False) -> books.Restored:
    return books.restore(shop.path, file, by="test", command="book restore", now=NOW, dry_run=dry_run)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_backup_is_the_book_and_readable_by_its_owner_alone(known: Shop, tmp_path: Path) -> None:
    made = backup(known)
    assert made.name == "shop.db.2026-06-30.backup"
    assert mode(made) == 0o600
    assert Shop(made).dump() == known.dump()
    Shop(made).check()


def test_no_backup_is_written_over(known: Shop, tmp_path: Path) -> None:
    first = backup(known)
    assert backup(known) == first, "the very same copy serves"
    known.customer("Ana")
    assert [backup(known).name, backup(known, tmp_path / "mine").name] == ["shop.db.2026-06-30-2.backup", "mine"]
    (tmp_path / "stick").mkdir()
    assert backup(known, tmp_path / "stick") == tmp_path / "stick" / "shop.db.2026-06-30.backup"
    with pytest.raises(FolderUnwritable):
        backup(known, tmp_path / "none" / "book")


def test_a_restored_book_is_what_the_backup_was_and_the_old_one_is_kept(known: Shop) -> None:
    made, was = backup(known), known.dump()
    known.customer("Ana")
    now = known.dump()

    did = restore(known, made)

    assert (did.customers, did.sales, did.erased, did.is_register_lost) == (2, 2, 0, False)
    assert known.dump() == was
    assert did.kept is not None
    assert Shop(did.kept).dump() == now
    assert {mode(known.path), mode(did.kept)} == {0o600}
    assert known.rows("SELECT command FROM audit ORDER BY id DESC LIMIT 1") == [("book restore",)]
    known.check()
    assert not known.path.with_name("shop.db.restoring").exists()


def test_who_was_erased_since_the_backup_stays_erased(known: Shop) -> None:
    made = backup(known)
    erase(known)
    known.customer("Ana")

    did = restore(known, made)

    assert did.erased == 2
    assert found_in(known.path) == {}
    assert did.kept is not None
    assert found_in(did.kept) == {}
    known.check()
    (item,) = known.import_text(f"receipt,date,phone,amount\nR-9,2026-06-01,{PHONE},5.00\n").items
    assert (item.erased, item.new_customers) == (1, 0)


def test_who_came_after_the_backup_and_was_erased_does_not_come_with_a_sheet(known: Shop) -> None:
    made = backup(known)
    with known.writing() as book:
        customers.add(book, name="Late", phone="13600136000")
    erase(known, "Late")
    restore(known, made)
    (item,) = known.import_text("name,phone\nLate,13600136000\n").items
    assert (item.added, item.erased) == (0, 1)
    known.check()


def test_a_person_without_any_identity_is_known_again_by_code_and_name(shop: Shop) -> None:
    with shop.writing() as book:
        customers.add(book, name=NAME)
    made = backup(shop)
    erase(shop)
    assert restore(shop, made).erased == 1
    assert found_in(shop.path) == {}


def test_a_missing_or_damaged_book_can_be_replaced(known: Shop) -> None:
    made, was = backup(known), known.dump()
    known.path.write_bytes(b"damaged" * 9_000)
    assert restore(known, made).is_register_lost
    assert known.dump() == was
    known.path.unlink()
    assert restore(known, made).kept is None
    assert known.dump() == was


def test_an_older_backup_is_brought_up_to_date(known: Shop, tmp_path: Path) -> None:
    (tmp_path / "older").mkdir()
    older = older_shop(tmp_path / "older")
    assert restore(known, older.path).customers == 2
    assert known.rows("SELECT code FROM customer") == [("C-0001",), ("C-0002",)]
    known.check()
    assert [path.name for path in (tmp_path / "older").iterdir()] == ["shop.db"], "the backup itself stays as it is"


def test_a_dry_run_leaves_no_trace(known: Shop, tmp_path: Path) -> None:
    made = backup(known)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert restore(known, made, dry_run=True).kept is None
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_what_is_no_sound_book_is_refused_and_nothing_changes(known: Shop, tmp_path: Path) -> None:
    made, was = backup(known), known.path.read_bytes()
    with pytest.raises(BookNotFound):
        restore(known, tmp_path / "none")
    (tmp_path / "list").write_text("milk, eggs")
    with pytest.raises(NotABook):
        restore(known, tmp_path / "list")
    newer = Shop(Path(made.with_name("newer")))
    newer.path.write_bytes(made.read_bytes())
    newer.write("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BookNewer):
        restore(known, newer.path)
    content = bytearray(made.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40_000] = bytes(40_000)
    made.write_bytes(content)
    with pytest.raises(BookUnsound):
        restore(known, made)
    assert known.path.read_bytes() == was
    assert not known.path.with_name("shop.db.restoring").exists()


@contextmanager
def umask(bits: int) -> Iterator[None]:
    before = os.umask(bits)
    try:
        yield
    finally:
        os.umask(before)


def test_under_any_umask_what_is_written_is_its_owners_alone(known: Shop, tmp_path: Path) -> None:
    with umask(0):
        made = backup(known)
        did = restore(known, made)
        assert did.kept is not None
    assert {mode(path) for path in (made, known.path, did.kept)} == {0o600}
