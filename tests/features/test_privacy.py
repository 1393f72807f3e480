"""What the shop owes its customers: all that is held about one, erasing them for good, and how well it is kept."""

import json
import sqlite3
import stat
from contextlib import closing, nullcontext
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from features.one_person import EMAIL, MEMBERS, NAME, PHONE, SECRETS, TILL, found_in, live
from shop import NOW, Shop
from shopcrm.core.audience import in_group
from shopcrm.core.book import open_book
from shopcrm.core.book.sqlite import connect, leave_no_trace, rewrite_if_due
from shopcrm.core.clock import parse_period
from shopcrm.core.erasing import CLEARED, DELETED, SCRUBBED
from shopcrm.core.errors import CustomerErased, CustomerUnknown, IdentityErased
from shopcrm.core.schema import every_table
from shopcrm.features import book as books
from shopcrm.features import customers, privacy, sales, winback
from shopcrm.features.points.statement import statement

LEDGERS = (
    "sale", "sale_line", "points_entry", "points_lot", "points_draw", "wallet_entry", "wallet_lot", "visit_entry",
    "tier_change", "segment_snapshot", "campaign", "assignment", "contact", "settings_version", "stock_item",
)  # fmt: skip


@pytest.fixture
def known(boutique: Shop) -> Shop:
    live(boutique)
    assert found_in(boutique.path).keys() >= {NAME, PHONE, EMAIL, "situwenjing"}
    return boutique


def erase(shop: Shop, text: str = "C-0001", reason: str = "asked for it", *, dry_run: bool = False) -> privacy.Erased:
    with open_book(shop.path, write=True, dry_run=dry_run, by="Mei", command="privacy erase", now=NOW) as book:
        return privacy.erase(book, text, reason=reason)


def ledgers(shop: Shop) -> list[str]:
    """The dump of everything that is counted, without the texts that were typed."""
    rows = [json.loads(line) for line in shop.dump()]
    return [json.dumps([name, {**row, "reason": None}]) for name, row in rows if name in LEDGERS]


# --- erasing ----------------------------------------------------------------------------------------------


def test_no_byte_of_the_person_is_left_and_no_sum_changes(known: Shop) -> None:
    before = ledgers(known)

    did = erase(known, reason=f"{NAME} asked, {PHONE}")

    assert (did.customer, did.merged, did.is_repeat, did.traces) == ("C-0001", ("C-0003",), False, ())
    assert (did.balance_points, did.balance_minor) == (885, 10000)
    assert did.sheets == ("till.csv", "members.csv")
    assert found_in(known.path) == {}
    assert not known.path.with_name("shop.db-journal").exists()
    assert ledgers(known) == before
    known.check()


def test_nobody_is_found_listed_or_exported_any_more(known: Shop, tmp_path: Path) -> None:
    erase(known)

    with known.reading() as book:
        assert [row.customer for row in customers.list_all(book).items] == ["C-0002"]
        for text in (NAME, PHONE, EMAIL, "88001", "5678"):
            assert customers.search(book, text).items == ()
        with pytest.raises(CustomerErased):
            statement(book, "C-0001")
        with pytest.raises(CustomerUnknown):
            statement(book, PHONE)
        (receipt, _other) = sales.list_all(book).items
        assert {(row.customer, row.name, row.phone) for row in sales.list_all(book).items} == {
            ("C-0001", None, None), ("C-0002", "李娜", "139****9000"),
        }  # fmt: skip
    assert receipt.net_minor in (88000, 9900)


def test_what_is_left_of_others_is_theirs(known: Shop) -> None:
    erase(known)

    assert known.rows("SELECT name FROM customer WHERE id = 2") == [("李娜",)]
    assert known.rows("SELECT text FROM customer_note") == [("…介绍来的，…，…",)]
    assert known.rows("SELECT text FROM note ORDER BY id") == [("",), ("friend of …",)]
    assert known.rows("SELECT count(*) FROM identity WHERE customer_id = 2") == [(2,)]


def test_a_name_that_somebody_else_bears_stays_theirs(known: Shop) -> None:
    with known.writing() as book:
        customers.add(book, name=NAME)
    erase(known)
    assert known.rows("SELECT name FROM customer WHERE id = 4") == [(NAME,)]
    assert found_in(known.path).keys() == {NAME, "stwj"}  # the namesake's initials


def test_erasing_twice_is_a_repeat(known: Shop) -> None:
    erase(known)
    rows = known.rows("SELECT * FROM erasure")
    assert erase(known).is_repeat
    assert known.rows("SELECT * FROM erasure") == rows
    assert len(rows) == 2


def test_a_dry_run_changes_no_byte(known: Shop) -> None:
    before = known.path.read_bytes()
    assert erase(known, dry_run=True).identities == 5
    assert known.path.read_bytes() == before


def test_a_book_in_use_is_written_anew_by_the_next_writer(known: Shop) -> None:
    """The commit says that it is due: who was killed before, or met a reader, leaves it to the next command."""
    with closing(sqlite3.connect(known.path)) as outsider:
        outsider.execute("PRAGMA user_version = 1")
        outsider.execute("CREATE TABLE gap AS SELECT hex(randomblob(9)) AS secret")
        outsider.execute("DROP TABLE gap")
        outsider.commit()
    with known.writing():
        pass
    assert known.rows("PRAGMA user_version") == [(0,)]
    assert known.rows("PRAGMA freelist_count") == [(0,)]
    known.check()


@pytest.mark.parametrize("has_asked", [True, False], ids=["who erased", "the next at the counter"])
def test_a_file_that_cannot_be_written_anew_fails_nobody_whose_work_is_committed(known: Shop, has_asked: bool) -> None:
    known.write("PRAGMA user_version = 1")
    with (
        closing(connect(known.path, True, 0.1)) as connection,
        closing(sqlite3.connect(known.path, isolation_level=None)) as reader,
    ):
        if has_asked:
            with connection.begin():
                leave_no_trace(connection)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM customer").fetchone()
        with pytest.raises(sqlite3.OperationalError, match="locked") if has_asked else nullcontext():
            rewrite_if_due(connection)
    assert known.rows("PRAGMA user_version") == [(1,)], "it stays due"
    with known.writing():
        pass
    assert known.rows("PRAGMA user_version") == [(0,)]


def test_backups_beside_the_book_are_named_and_deleted_on_request(known: Shop) -> None:
    with known.reading() as book:
        made = books.backup(book)
    did = erase(known)
    assert did.backups == (made.to,)
    assert found_in(made.to)
    privacy.delete_backups(did.backups)
    assert not made.to.exists()


# --- what comes after -------------------------------------------------------------------------------------


def test_a_sheet_imported_again_brings_nobody_back(known: Shop) -> None:
    erase(known)
    before = ledgers(known)

    members, till = known.import_text(MEMBERS, "members.csv"), known.import_text(TILL)

    assert [(item.added, item.updated, item.erased) for item in (*members.items, *till.items)] == [
        (0, 0, 1), (0, 0, 1),
    ]  # fmt: skip
    assert [item.batch for item in (*members.items, *till.items)] == [None, None]
    assert ledgers(known) == before
    assert found_in(known.path) == {}
    known.check()


def test_a_new_sale_of_hers_is_nobodys_and_stays_so(known: Shop) -> None:
    erase(known)
    more = TILL + f"R-3,2026-06-07,0086{PHONE},,50.00\nR-4,2026-06-08,,88001,60.00\n"

    for added in (2, 0):
        (item,) = known.import_text(more).items
        assert (item.added, item.updated, item.erased, item.new_customers) == (added, 0, 3, 0)
    assert known.rows("SELECT customer_id FROM sale WHERE receipt IN ('R-3', 'R-4')") == [(None,), (None,)]
    known.accrue()
    known.check()
    assert found_in(known.path) == {}


def test_a_row_of_somebody_else_with_an_erased_phone_does_not_take_it(known: Shop) -> None:
    erase(known)
    known.import_text(f"会员卡号,姓名,手机号\n88002,李娜,{PHONE}\n", "members.csv")
    assert known.rows("SELECT count(*) FROM identity WHERE kind = 'phone'") == [(1,)]


def test_she_can_come_again_on_purpose(known: Shop) -> None:
    erase(known)
    with known.writing() as book:
        with pytest.raises(IdentityErased) as refused:
            customers.add(book, name=NAME, phone=PHONE)
        assert PHONE not in str(refused.value)
        assert customers.add(book, name=NAME, phone=PHONE, again=True).customer == "C-0004"
    (item,) = known.import_text(f"receipt,date,phone,amount\nR-5,2026-06-09,{PHONE},50.00\n").items
    assert item.erased == 0
    assert known.rows("SELECT customer_id FROM sale WHERE receipt = 'R-5'") == [(4,)]


def test_undoing_the_batch_that_brought_her_brings_nothing_back(known: Shop) -> None:
    from shopcrm.features import imports

    known.import_text(MEMBERS.replace("女", "男"), "members.csv")
    erase(known)
    with known.writing() as book:
        imports.undo(book, 3)
    assert found_in(known.path) == {}
    known.check()


def test_nobody_writes_to_her_and_nothing_is_given_to_her(known: Shop) -> None:
    for day in ("2026-01-05", "2026-01-15"):
        known.take_in([known.receipt("500.00", day, name="x")._replace(member_no=no) for no in ("88001", "88002")])
    known.set("consents.marketing_needs_consent", "no", as_of="2020-01-01")
    known.assign_tiers()
    known.refresh_segments()
    erase(known)
    with known.writing() as book:
        built, listed = winback.build(book, lapsed_by=Fraction(1)), winback.list_all(book).items
        assert {who for tier in ("silver", "gold") for who in in_group(book, "tier", tier)} <= {2}
    assert ([row.customer for row in listed], built.listed) == (["C-0002"], 1)


def test_hashes_tell_nothing_without_their_key(known: Shop) -> None:
    erase(known)
    digests = {row[0] for row in known.rows("SELECT digest FROM erased_identity")}
    assert len(digests) >= 6
    from hashlib import sha256

    assert sha256(b"+8613812345678").hexdigest() not in digests


# --- everything about one person --------------------------------------------------------------------------


def test_everything_that_is_held_is_written_out(known: Shop, tmp_path: Path) -> None:
    with known.writing() as book:
        written = privacy.export(book, NAME, tmp_path / "held")
    document, workbook = written.files
    held = json.loads(document.read_text(encoding="utf-8"))["tables"]

    assert {row["code"] for row in held["customer"]} == {"C-0001", "C-0003"}
    assert {row["value"] for row in held["identity"]} >= {"+8613812345678", EMAIL, "wenjing_wx", "+8613700007777"}
    assert {row["receipt"] for row in held["sale"]} == {"R-1"}
    assert [row["text"] for row in held["note"]] == [f"{NAME} 对羊毛过敏"]
    assert {"preference", "customer_note", "consent", "points_entry", "wallet_entry", "customer_change"} <= held.keys()
    assert "李娜" not in json.dumps(held, ensure_ascii=False)
    assert openpyxl.load_workbook(workbook).sheetnames[1:] == list(held)
    assert {stat.S_IMODE(path.stat().st_mode) for path in written.files} == {0o600}


def test_no_table_is_forgotten(known: Shop) -> None:
    """Whatever refers to a customer is walked to: a table that comes later as well."""
    with known.reading() as book:
        from shopcrm.features.privacy.holding import everything

        held = everything(book, [1, 3])
    for table in every_table().sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "customer":
                column = key.parent.name
                count = f'SELECT count(*) FROM {table.name} WHERE "{column}" IN (1, 3)'  # noqa: S608 - of the schema
                ((rows,),) = known.rows(count)
                assert len(held.get(table.name, [])) >= rows, table.name
    for ledger in ("points", "wallet", "visit"):  # a lot is of whom its entry is
        lots = f"SELECT count(*) FROM {ledger}_lot JOIN {ledger}_entry opened ON opened.id = entry_id"  # noqa: S608
        ((rows,),) = known.rows(f"{lots} WHERE customer_id IN (1, 3)")
        assert len(held.get(f"{ledger}_lot", [])) == rows, ledger
    assert held["points_lot"]


def test_after_an_erasure_an_export_holds_no_name(known: Shop, tmp_path: Path) -> None:
    erase(known)
    with known.writing() as book, pytest.raises(CustomerErased):
        privacy.export(book, "C-0001", tmp_path)


def test_every_personal_column_has_a_fate() -> None:
    personal = {(t.name, c.name) for t in every_table().tables.values() for c in t.c if c.info.get("personal")}
    cleared = {(table, column) for table, columns in CLEARED.items() for column in columns}
    whole = {(table, column) for table, column in personal if table in DELETED}
    own = {("note", "text"), ("row_change", "before")}
    assert personal <= cleared | whole | own
    of_others = {(table, column) for table, column in personal if table not in ("customer", "identity")}
    assert of_others <= set(SCRUBBED)


# --- purging and reporting --------------------------------------------------------------------------------


def test_who_was_not_seen_for_long_goes_unless_money_is_theirs(known: Shop) -> None:
    with known.writing("2022-01-01") as book:
        customers.add(book, name="Old", phone="13600136000")
        customers.add(book, name="Rich", phone="13600136001")
        from shopcrm.features.wallet import counter

        counter.top_up(book, "Rich", amount="10", receipt="R-1")
    with known.writing() as book:
        gone = privacy.purge(book, parse_period("36m"))
    assert [(row.name, str(row.last_on)) for row in gone.items] == [("Old", "2022-01-01")]
    assert (gone.people, gone.held, str(gone.before_on)) == (1, 1, "2023-06-30")
    assert b"Old" not in known.path.read_bytes()
    with known.writing() as book:
        assert privacy.purge(book, parse_period("36m")).people == 0
    known.check()


def test_the_report_counts_people_consents_and_open_files(known: Shop) -> None:
    erase(known)
    with known.reading() as book:
        books.backup(book)
    known.path.chmod(0o644)
    with known.reading() as book:
        said = privacy.report(book)
    assert (said.customers, said.erased, said.needs_consent) == (1, 2, True)
    assert {(row.yes, row.no, row.neither) for row in said.items} == {(0, 0, 1)}
    assert [(row.is_open, row.is_backup) for row in said.files] == [(True, False), (False, True)]


def test_the_report_counts_as_inactive_whom_a_purge_of_three_years_erases(known: Shop) -> None:
    with known.writing("2024-01-30") as book:
        customers.add(book, name="Quiet", phone="13600136000")
    with known.writing("2027-01-31") as book:
        said, gone = privacy.report(book), privacy.purge(book, parse_period("36m"))
    assert (said.inactive, [row.name for row in gone.items]) == (1, ["Quiet"])


def test_the_secrets_of_this_test_are_looked_for_in_every_form() -> None:
    assert len(SECRETS) == len(set(SECRETS))
