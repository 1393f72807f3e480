"""No command shows a whole phone, e-mail address or account without --reveal, and no file lies open to others."""

import os
import shutil
import stat
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from sqlalchemy import insert, update

from cli.contract import LINES
from cli.desk import Desk, Ran, lived_in, open_desk
from shop import Shop
from shopcrm.core.schema.people import customer, identity
from shopcrm.core.schema.preferences import customer_note
from shopcrm.features import customers
from shopcrm.features.points import counter

PHONES = ("13800138000", "13900139000", "13700137000", "13600136000", "13412340001", "13412340002", "13412340003")
SECRETS = (*PHONES, "zoe@example.com", "mei.secret@example.com", "mei_pays_here", "2088123456781234")
TYPED = ("13655556666", "136 5555 6666", "+8613655556666", "nobody@example.com")


@cache
def planted() -> Path:
    """The lived-in book, with a customer whose phone stands wherever tills put one."""
    path = Path(shutil.copy(lived_in(), Path(mkdtemp(prefix="shopcrm-")) / "lan.db"))
    shop = Shop(path)
    with shop.writing() as book:
        customers.add(
            book, name="Mei 13412340001", phone="13412340002", email="mei.secret@example.com", member_no="13412340003"
        )
        book.connection.execute(update(customer).where(customer.c.id == 7).values(birth_year=1987))
        for kind, value in (("wechat", "mei_pays_here"), ("payment", "2088123456781234")):
            book.connection.execute(insert(identity).values(customer_id=7, kind=kind, value=value, source=""))
        note = {"customer_id": 7, "kind": "note", "text": "call 13412340002", "on": book.as_of, "at": book.now}
        book.connection.execute(insert(customer_note).values(**note, by="Mei"))
        counter.adjust(book, "C-0008", points=9, reason="owed by 13412340002")
    shop.take_in([shop.receipt("99.00", "2026-06-01", number="R-700")._replace(phone="13412340002")])
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "shop.db").write_bytes(b"an earlier demo")
    made = open_desk(tmp_path)
    shutil.copy(planted(), made.book)
    return made


def shown_in(ran: Ran) -> list[str]:
    said = ran.out + ran.err + ran.raw.decode("utf-8", errors="replace")
    return [secret for secret in (*SECRETS, *TYPED) if secret in said]


@pytest.mark.parametrize("name", LINES)
def test_no_command_shows_a_phone_or_an_address_unasked(desk: Desk, name: str) -> None:
    arguments = [each for each in LINES[name].arguments if each != "--reveal"]
    for style in ((), ("--json",)):
        assert shown_in(desk.run("--dry-run", *style, *name.split(), *arguments)) == []
        assert shown_in(desk.run(*style, *name.split(), *LINES[name].failing)) == []
    assert shown_in(desk.run("--dry-run", *name.split(), *arguments, is_terminal=True)) == []


@pytest.mark.parametrize("line", ["customers list", "customers find Mei", "customers find 0002", "sales list",
                                  "points statement C-0008", "consents list --missing", "privacy report", "audit list",
                                  "consents show C-0008", "book dump", "sales show R-700"])  # fmt: skip
def test_whoever_it_is_about(desk: Desk, line: str) -> None:
    for style in ((), ("--json",)):
        ran = desk.run(*style, *line.split())
        assert (ran.code, shown_in(ran)) == (0, [])


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("name", [name for name, line in LINES.items() if {"王芳", "李娜"} & {*line.arguments}])
def test_no_refusal_quotes_what_was_typed_to_name_somebody(desk: Desk, name: str, typed: str) -> None:
    arguments = [typed if each in ("王芳", "李娜") else each for each in LINES[name].arguments]
    for style in ((), ("--json",)):
        ran = desk.run("--dry-run", *style, *name.split(), *arguments)
        assert shown_in(ran) == []


@pytest.mark.parametrize("line", ["nonsense 13655556666", "points 13655556666", "customers list 13655556666",
                                  "customers add --name Mei --phone 1365555666a --email nobody@example.com",
                                  "customers find 13655556666 nobody@example.com"])  # fmt: skip
def test_no_usage_error_quotes_a_phone(desk: Desk, line: str) -> None:
    for style in ((), ("--json",)):
        ran = desk.run(*style, *line.split())
        assert ran.code in (1, 2)
        assert [secret for secret in TYPED if secret in ran.out + ran.err] == []


def test_a_phone_as_a_member_number_or_in_a_name_is_masked_when_it_is_typed(desk: Desk) -> None:
    line = ("customers", "add", "--name", "Min 13655556666", "--member-no", "13655556666")
    for style in ("--dry-run", "--yes", "--json"):  # the last is refused: the number is taken by then
        assert shown_in(desk.run(style, *line)) == []


def test_nothing_typed_stands_in_the_trail(desk: Desk) -> None:
    desk.run("customers", "add", "--name", "Zhao Min", "--phone", "13655556666", "--email", "nobody@example.com")
    texts = " ".join(row[0] for row in desk.shop.rows("SELECT command || ' ' || change FROM audit"))
    assert "C-0009 added" in texts
    assert not [secret for secret in (*SECRETS, *TYPED, "Zhao Min") if secret in texts]


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Whatever a program makes is open to everybody, unless it says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_every_file_that_is_written_is_its_owners_alone(desk: Desk) -> None:
    bad = "receipt,date,amount\nR-1,2026-01-05,10.00\nR-2,2026-01-05,ten\nR-3,2026-01-05,9\n"
    (desk.folder / "in").mkdir()
    for place in (desk.folder, desk.folder / "in"):
        (place / "bad.csv").write_text(bad)
    brought = {path for path in desk.folder.rglob("*") if path.is_file()}

    for line in (
        "exports winback --to winback.xlsx --reveal", "exports customers --to customers.xlsx", "book backup",
        "exports segments --to segments.xlsx", "import bad.csv --rejects rejects.xlsx", "imports watch in --once",
        "import bad.csv --rejects rejects.csv", "coupons print MAY --to cards.html", "privacy export 李娜 --to held",
        "coupons print MAY --to cards.xlsx", "--yes book restore lan.db.old.backup", "--yes demo --into try",
        "--book new.db init --shop-name Lan",
    ):  # fmt: skip
        assert desk.run(*line.split()).code in (0, 3), line

    made = {path for path in desk.folder.rglob("*") if path.is_file()} - brought | {desk.book}
    assert len(made) > 20
    assert {path for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077} == set()
    folders = [path for path in desk.folder.rglob("*") if path.is_dir() and path.name not in ("in", "old", "td")]
    assert {path for path in folders if stat.S_IMODE(path.stat().st_mode) & 0o077} == set()
