"""A book of an older shopcrm: upgraded when it is opened, with a proven backup, every row kept; or left as it is."""

import resource
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from core.older import BACKUP, ROWS, files, older_shop, revision_of, rows_of, upgrade
from core.test_book_refusals import somebody_elses
from core.test_migrations import statements
from shop import NOW, Shop
from shopcrm.cli.app import run
from shopcrm.core import audience
from shopcrm.core.book import REVISION, open_book
from shopcrm.core.errors import BookNotUpgraded, BookOlder, BookUnsound
from shopcrm.features.points import counter
from shopcrm.features.points.statement import statement


@pytest.fixture
def older(tmp_path: Path) -> Shop:
    """A shop whose book is of revision 0001."""
    return older_shop(tmp_path)


def alter(shop: Shop, sql: str) -> None:
    with closing(sqlite3.connect(shop.path)) as book:
        book.execute(sql)
        book.commit()


# --- what comes along -------------------------------------------------------------------------------------


def test_the_older_book_has_rows_in_every_table(older: Shop) -> None:
    assert {table for table, rows in rows_of(older.path).items() if not rows} == set()
    assert set(ROWS) | {"audit"} == set(rows_of(older.path))


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
def test_opening_an_older_book_upgrades_it_and_every_row_comes_along(older: Shop, write: bool) -> None:
    before = rows_of(older.path)
    with open_book(older.path, write=write, now=NOW) as book:
        assert book.upgraded is not None
        assert book.upgraded.revision == "0001"
    after = rows_of(older.path)
    trail = after.pop("audit")
    assert after == {table: rows for table, rows in before.items() if table != "audit"}
    assert trail[: len(before["audit"])] == before["audit"]
    assert revision_of(older.path) == REVISION
    assert {proof.rows for proof in older.check().items if proof.law.startswith("a receipt is")} == {4}


def test_names_of_an_older_book_are_found_by_how_they_sound(older: Shop) -> None:
    with open_book(older.path, now=NOW) as book:
        assert [each.customer for text in ("ana wang", "bo") for each in audience.find(book, text)] == [
            "C-0001",
            "C-0002",
        ]
    assert older.rows("SELECT pinyin, initials FROM customer") == [("ana wang", "aw"), ("bo", "b")]


def test_an_upgraded_book_has_the_tables_and_triggers_of_a_new_one(older: Shop, shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "older"
    folder.mkdir()
    upgraded = older_shop(folder)
    upgrade(upgraded)
    with closing(sqlite3.connect(upgraded.path)) as one, closing(sqlite3.connect(shop.path)) as other:
        assert statements(one) == statements(other)
        triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        assert one.execute(triggers).fetchall() == other.execute(triggers).fetchall()
        assert one.execute("PRAGMA application_id").fetchone() == other.execute("PRAGMA application_id").fetchone()


def test_what_is_new_is_empty_and_counts_as_before(older: Shop) -> None:
    upgrade(older)
    assert older.rows("SELECT DISTINCT withdrawn, reason_id, discount_minor, tax_minor FROM sale") == [(None,) * 4]
    assert older.rows("SELECT DISTINCT unit_cost_minor FROM sale_line") == [(None,)]
    assert older.rows("SELECT DISTINCT said, undone_on FROM batch") == [("{}", None)]
    assert older.rows("SELECT DISTINCT is_birthday_lunar FROM customer") == [(0,)]
    for table in ("stock_item", "saved_profile", "review", "customer_tag", "consent", "wallet_entry"):
        assert older.rows(f"SELECT COUNT(*) FROM {table}") == [(0,)]  # noqa: S608 - tables of this list


def test_what_was_answered_before_is_answered_after(older: Shop) -> None:
    with older.reading("2026-02-01") as book:
        shown = statement(book, "C-0001")
    assert (shown.name, shown.balance_points, shown.spendable_points) == ("Ana 王", 35, 35)
    assert [(line.kind, line.points, line.balance) for line in shown.items] == [
        ("earn", 100, 100), ("reverse", -40, 60), ("redeem", -25, 35),
    ]  # fmt: skip
    assert [(lot.points, lot.left) for lot in shown.lots] == [(100, 35)]


def test_an_upgraded_book_is_worked_with(older: Shop) -> None:
    with older.writing("2026-02-02") as book:
        moved = counter.redeem(book, "C-0001", points=35, receipt="R-10")
    assert moved.balance_points == 0
    older.check()
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        alter(older, "DELETE FROM points_entry")


# --- the backup -------------------------------------------------------------------------------------------


def test_the_book_as_it_was_stands_beside_it_for_its_owner_alone(older: Shop) -> None:
    before, size = rows_of(older.path), older.path.stat().st_size
    upgrade(older)
    backup = older.path.with_name(BACKUP)
    assert [path.name for path in sorted(older.path.parent.iterdir())] == ["shop.db", BACKUP]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert rows_of(backup) == before
    assert revision_of(backup) == "0001"
    assert backup.stat().st_size == size


def test_the_trail_says_what_was_done_and_how_the_backup_is_told_from_any_other(older: Shop) -> None:
    upgrade(older)
    digest = sha256(older.path.with_name(BACKUP).read_bytes()).hexdigest()
    ((said,),) = older.rows("SELECT change FROM audit ORDER BY id DESC LIMIT 1")
    assert said == f"upgraded from revision 0001; as it was: {BACKUP}, SHA-256 {digest}"


def test_a_backup_that_is_put_back_is_an_older_book_again_and_serves_as_its_own_backup(older: Shop) -> None:
    upgrade(older)
    backup = older.path.with_name(BACKUP)
    kept = backup.read_bytes()
    older.path.write_bytes(kept)
    upgrade(older)
    assert backup.read_bytes() == kept
    assert sorted(files(older)) == ["shop.db", BACKUP]


def test_an_earlier_backup_is_never_written_over(older: Shop) -> None:
    earlier = older.path.with_name(BACKUP)
    earlier.write_bytes(b"of another day")
    upgrade(older)
    assert earlier.read_bytes() == b"of another day"
    assert revision_of(older.path.with_name("shop.db.0001-2.backup")) == "0001"


def test_a_link_to_a_book_leads_to_the_book_and_its_backup(older: Shop, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "lan.db"
    link.symlink_to(older.path)
    upgrade(Shop(link))
    assert link.is_symlink()
    assert [path.name for path in link.parent.iterdir()] == ["lan.db"]
    assert older.path.with_name(BACKUP).exists()


# --- what is said -----------------------------------------------------------------------------------------


def test_it_is_said_once_beside_the_answer(older: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--book", str(older.path), "points", "statement", "C-0001"]) == 0
    first = capfd.readouterr()
    assert run(["--book", str(older.path), "points", "statement", "C-0001"]) == 0
    second = capfd.readouterr()
    backup = older.path.with_name(BACKUP)
    said = f"The book was from an older shopcrm and has been upgraded; {backup} is the book as it was."
    assert said in first.err.splitlines()
    assert first.err.replace(f"{said}\n", "") == second.err
    assert first.out == second.out
    assert BACKUP not in first.out


@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_a_script_is_not_told(older: Shop, option: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["--book", str(older.path), option, "book", "info"]) == 0
    assert capfd.readouterr().err == ""
    assert revision_of(older.path) == REVISION


def test_a_dry_run_says_what_would_be_done_and_does_nothing(older: Shop) -> None:
    before = files(older)
    for write in (False, True):
        with pytest.raises(BookOlder) as refusal, open_book(older.path, write=write, dry_run=True):
            pass
        assert str(older.path.with_name(BACKUP)) in refusal.value.message
        assert refusal.value.next_step == f"shopcrm --book {older.path} book info"
    assert files(older) == before


# --- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (0o444, 0o555), (0o666, 0o555)])
def test_a_reader_who_may_not_write_is_told_that_the_book_must_be_upgraded(older: Shop, file: int, folder: int) -> None:
    with somebody_elses(older, file=file, folder=folder) as path:
        before = path.read_bytes()
        with pytest.raises(BookNotUpgraded) as refusal, open_book(path):
            pass
        assert refusal.value.message.startswith(f"{path} is from an older shopcrm and could not be upgraded: ")
        assert path.read_bytes() == before
        assert [entry.name for entry in path.parent.iterdir()] == ["shop.db"]


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """A disk that is full soon."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("part", [0.5, 1.2], ids=["in the backup", "in the migration"])
def test_on_a_full_disk_the_book_stays_as_it_is(tmp_path: Path, part: float) -> None:
    older = older_shop(tmp_path, sales=2000)
    before, content = rows_of(older.path), older.path.read_bytes()
    room = int(len(content) * part)
    with files_no_larger_than(room), pytest.raises(BookNotUpgraded), open_book(older.path):
        pass
    assert rows_of(older.path) == before
    assert older.path.read_bytes() == content
    assert sorted(files(older)) == ["shop.db"] + [BACKUP] * (part > 1)
    upgrade(older)


def test_a_damaged_book_is_refused_as_it_is(older: Shop) -> None:
    with closing(sqlite3.connect(older.path)) as book:
        page = book.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_points_entry_sale_id'").fetchone()[0]
        size = book.execute("PRAGMA page_size").fetchone()[0]
    with older.path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    before = files(older)
    with pytest.raises(BookUnsound), open_book(older.path):
        pass
    assert files(older) == before


def test_a_book_with_a_reference_that_leads_nowhere_is_refused_as_it_is(older: Shop) -> None:
    alter(older, "DELETE FROM note WHERE id = 1")
    before = files(older)
    with pytest.raises(BookUnsound, match="refers to a row of note that is not there"), open_book(older.path):
        pass
    assert files(older) == before


def test_an_upgrade_that_would_lose_a_row_is_not_made(older: Shop) -> None:
    # The migration writes its revision down last; so a book may be prepared to lose a row at that moment.
    alter(older, "CREATE TRIGGER loses AFTER UPDATE ON alembic_version BEGIN DELETE FROM contact; END")
    content = older.path.read_bytes()
    with pytest.raises(BookNotUpgraded, match="rows of contact would not have come along"), open_book(older.path):
        pass
    assert older.path.read_bytes() == content


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE contact SET by = 'Bo'",
        "UPDATE contact SET campaign_id = NULL",
        "UPDATE contact SET id = 2",
        'INSERT OR IGNORE INTO contact SELECT 2, customer_id, campaign_id, channel, "on", at, by FROM contact',
    ],
)
def test_an_upgrade_that_would_change_a_row_is_not_made(older: Shop, change: str) -> None:
    alter(older, f"CREATE TRIGGER t AFTER UPDATE ON alembic_version BEGIN {change}; END")
    content = older.path.read_bytes()
    with pytest.raises(BookNotUpgraded, match="rows of contact"), open_book(older.path):
        pass
    assert older.path.read_bytes() == content
