"""The command line as tests use it: in this process, with streams of any encoding, on a book that was lived in."""

import io
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from core.postings import money, visits
from shop import TODAY, Shop, open_shop
from shopcrm.cli.app import COMMANDS, load, run
from shopcrm.core import intake, ledger
from shopcrm.features import customers, rewards, winback
from shopcrm.features.points import counter, donations

AS_OF = "2026-06-30"
BAD_NAME = "[/bad]"  # Rich would take it for markup
FORMULA = "=SUM(A1:A9)"
LONG_NAME = "欧阳" * 12  # 48 cells wide
BAD_ROW = "receipt,date,amount\nR-1,2026-01-05,10.00\nR-2,2026-01-05,ten\nR-3,2026-01-05,9\n"  # ten is none
TILL = "receipt,date,phone,item,quantity,amount\nR-900,2026-06-29,13800138000,Hat,1,88.00\n"


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command line left: its exit code and what stood on either stream."""

    code: int
    out: str
    err: str
    raw: bytes  # stdout, undecoded

    @property
    def envelope(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        text = self.raw.decode("utf-8")
        assert text.count("\n") == 1, text
        assert text.endswith("\n"), text
        answer: dict[str, Any] = json.loads(text)
        return answer

    @property
    def data(self) -> dict[str, Any]:
        """The data of the envelope."""
        answer: dict[str, Any] = self.envelope["data"]
        return answer


class Stream(io.TextIOWrapper):
    """A strict stream in memory, as a terminal of that encoding would be; it may say that it is one."""

    def __init__(self, encoding: str, is_terminal: bool) -> None:
        self.bytes = io.BytesIO()
        self._is_terminal = is_terminal
        super().__init__(self.bytes, encoding=encoding, errors="strict", newline="\n", write_through=True)

    def isatty(self) -> bool:
        """Whether it plays a terminal."""
        return self._is_terminal

    def text(self) -> str:
        """All that was written."""
        self.flush()
        return self.bytes.getvalue().decode(self.encoding, errors="replace")


def call(*arguments: str, encoding: str = "utf-8", is_terminal: bool = False) -> Ran:
    """Runs one command line in this process, as `shopcrm ARGUMENTS` would."""
    out, err = Stream(encoding, is_terminal), Stream(encoding, is_terminal)
    with redirect_stdout(out), redirect_stderr(err):
        code = run(arguments)
    text = out.text()
    return Ran(code, text, err.text(), out.bytes.getvalue())


@cache
def lived_in() -> Path:
    """A boutique's book, swept, with names that break careless programs; made once a process."""
    shop = open_shop(Path(mkdtemp(prefix="shopcrm-")), template="apparel")
    people: Mapping[str, str | None] = {
        "王芳": "13800138000", "李娜": "13900139000", BAD_NAME: "13700137000", FORMULA: None, LONG_NAME: "13600136000",
    }  # fmt: skip
    for name, phone in people.items():
        shop.customer(name, phone)
    with shop.writing() as book:
        customers.add(book, name="Zoë", email="zoe@example.com", birthday="12-25", member_no="M-Zoë")
    days = ("2025-12-05", "2025-12-25", "2026-01-14")
    shop.take_in([shop.receipt(f"{350 * n}.00", day, name=name) for n, name in enumerate(people, 1) for day in days])
    _sweep(shop)
    shop.customer("王芳").redeemed(100, "R-100")
    shop.import_text("sku,item,quantity\nSKU-1,Silk dress,3\n", "stock.csv", kind="stock")
    _bring_points_that_end(shop)
    with shop.writing() as book:
        ledger.post_many(book, _money(), ledger.MONEY)
        ledger.post_many(book, _visits(), ledger.VISITS)
        rewards.add(book, "MUG", name="Mug, blue", points=80, cash="5.00")
        counter.adjust(book, "Zoë", points=20, reason="welcome")
        donations.donate(book, "Zoë", points=20, project="School books")
        intake.ask(book, [intake.Question(2, "name", "李强", 2, {"name": "李强"})], "", lambda: 2)
        intake.save_layout(book, "till", "sales", "f1", {"receipt": "No.", "date": "Day"}, {})
    return shop.path


def _money() -> list[ledger.Posting]:
    """The first customer has paid in; the second has a part of a bonus to come today, and another that has ended."""
    inputs = {"principal_minor": 50_000, "bonus_minor": 3_000, "parts": 3}
    monthly = money("topup:main:2026-05-30:R-50", 50_000, 1_000, "2026-05-30", of=2)
    return [
        money("topup:main:2026-06-30:R-51", 10_000, 2_000, TODAY),
        monthly._replace(inputs=inputs),
        money("adjust:gone", 0, 700, "2026-06-01", of=2, kind="adjust", bonus_until=date(2026, 6, 15)),
    ]


def _visits() -> list[ledger.Posting]:
    """The first customer has a card of ten; that of the second has ended."""
    ended = (ledger.NewLot(3, date(2026, 6, 1), date(2026, 6, 15), "Facial"),)
    return [
        visits("card:main:2026-06-30:R-52:haircut", 10, TODAY)._replace(inputs={"price_minor": 30_000, "visits": 10}),
        visits("card:gone", 3, "2026-06-01", of=2, lots=ended),
    ]


def _bring_points_that_end(shop: Shop) -> None:
    """Gives the fifth customer points that have ended, unswept, and others that end soon."""
    for last_day in (date(2026, 6, 15), date(2026, 7, 15)):
        posting = ledger.Posting(
            key=f"earn:until:{last_day}", customer_id=5, kind="earn", amount=30, on=date(2026, 6, 1), rule="test",
            inputs={}, settings_version_id=1, expires_on=last_day,
        )  # fmt: skip
        with shop.writing() as book:
            ledger.post(book, posting)


def _sweep(shop: Shop) -> None:
    shop.assign_tiers()
    shop.accrue()
    shop.refresh_segments()
    with shop.writing() as book:
        winback.build(book)


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with a book of its own, and the command line in it."""

    folder: Path
    book: Path

    def run(self, *arguments: str, encoding: str = "utf-8", is_terminal: bool = False) -> Ran:
        """Runs a command on the book, as of the day on which its story stands."""
        at = ("--book", str(self.book), "--as-of", AS_OF)
        return call(*at, *arguments, encoding=encoding, is_terminal=is_terminal)

    @property
    def shop(self) -> Shop:
        """The book as the tests of features speak of it."""
        return Shop(self.book, people={"王芳": "C-0001", "李娜": "C-0002"})

    def contents(self) -> dict[Path, bytes]:
        """Every file in the folder, the book among them, byte by byte."""
        return {path: path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}


def open_desk(folder: Path) -> Desk:
    """A desk in the folder, with a copy of the book and a till's sheet beside it."""
    book = folder / "lan.db"
    shutil.copy(lived_in(), book)
    (folder / "till.csv").write_text(TILL, encoding="utf-8")
    return Desk(folder, book)


@dataclass(frozen=True, slots=True)
class Line:
    """Arguments with which a command succeeds on the book, and how it fails on a refused one."""

    arguments: tuple[str, ...]
    failing: tuple[str, ...]  # refused with exit code 1 on the same book
    code: str  # of that refusal
    writes: bool = False


NOBODY = ("赵钱孙",)
LINES: Mapping[str, Line] = {
    "init": Line(("--book", "new.db", "--shop-name", "Lan"), ("--shop-name", "Lan"), "book_exists", True),
    # Whole, it takes seconds: tests/features/test_demo.py runs it once.
    "demo": Line(("--into", "try", "--dry-run"), ("--into", "old"), "needs_yes"),
    "import": Line(("till.csv",), ("none.csv",), "sheet_not_found", True),
    "imports list": Line((), ("--book", "none.db"), "book_not_found"),
    "imports show": Line(("1",), ("99",), "batch_unknown"),
    "imports undo": Line(("2",), ("1",), "batch_in_use", True),
    "imports review": Line(("1", "--keep"), ("9", "--keep"), "review_unknown", True),
    "imports watch": Line((".", "--once"), ("none", "--once"), "folder_missing", True),
    "profiles list": Line((), ("--book", "none.db"), "book_not_found"),
    "profiles show": Line(("till",), ("tll",), "profile_unknown"),
    "profiles remove": Line(("till",), ("online_retail",), "profile_shipped", True),
    "customers add": Line(("--name", "赵敏"), ("--phone", "13800138000"), "identity_taken", True),
    "customers find": Line(("王芳",), ("--book", "none.db", "王芳"), "book_not_found"),
    "customers list": Line((), ("--book", "none.db"), "book_not_found"),
    "sales add": Line(
        ("--receipt", "H-1", "--customer", "王芳", "--amount", "88"),
        ("--receipt", "H-1", "--amount", "5", "--refund-of", "R-99"),
        "sale_unknown",
        True,
    ),
    "sales list": Line(("--limit", "3"), ("--customer", *NOBODY), "unknown_customer"),
    "sales show": Line(("R-1",), ("R-99",), "sale_unknown"),
    "sales refund": Line(("R-1", "--line", "Silk dress"), ("R-1", "--amount", "3500"), "refund_too_large", True),
    "sales withdraw": Line(
        ("R-1", "--reason", "typed twice"), ("R-99", "--reason", "typed twice"), "sale_unknown", True
    ),
    "points accrue": Line((), ("--book", "none.db"), "book_not_found", True),
    "points statement": Line(("王芳",), NOBODY, "unknown_customer"),
    "points expire": Line((), ("--book", "none.db"), "book_not_found", True),
    "points expiring": Line(("--within", "4w"), ("--book", "none.db"), "book_not_found"),
    "points liability": Line(("--by-month",), ("--book", "none.db"), "book_not_found"),
    "points explain": Line(("1",), ("999",), "entry_unknown"),
    "points simulate": Line(("--set", "points.rate=2"), ("--set", "points.rate=much"), "setting_refused"),
    "points redeem": Line(
        ("李娜", "--points", "10", "--receipt", "R-7"),
        ("李娜", "--points", "99999", "--receipt", "R-7"),
        "insufficient_points",
        True,
    ),
    "points exchange": Line(
        ("李娜", "MUG", "--receipt", "R-7"), ("李娜", "JUG", "--receipt", "R-7"), "reward_unknown", True
    ),
    "points grant": Line(
        ("李娜", "--for", "review", "--key", "K-1"), ("李娜", "--for", "revue"), "grant_unknown", True
    ),
    "points transfer": Line(
        ("李娜", "王芳", "--points", "50", "--key", "K-1"), ("李娜", "李娜", "--points", "50"), "transfer_to_self", True
    ),
    "points donate": Line(
        ("李娜", "--points", "50", "--project", "School books", "--key", "K-1"),
        ("李娜", "--points", "99999", "--project", "School books"),
        "insufficient_points",
        True,
    ),
    "points projects": Line((), ("--book", "none.db"), "book_not_found"),
    "points adjust": Line(
        ("李娜", "--points", "+50", "--reason", "waited", "--key", "K-1"),
        ("李娜", "--points", "-99999", "--reason", "waited"),
        "insufficient_points",
        True,
    ),
    "points reverse": Line(("16", "--reason", "typed twice"), ("99", "--reason", "typed twice"), "entry_unknown", True),
    "rewards add": Line(
        ("JUG", "--name", "Jug", "--points", "300"), ("MUG", "--name", "Mug", "--points", "90"), "reward_taken", True
    ),
    "rewards list": Line((), ("--book", "none.db"), "book_not_found"),
    "rewards retire": Line(("MUG",), ("JUG",), "reward_unknown", True),
    "wallet topup": Line(
        ("王芳", "--amount", "500", "--receipt", "R-7"),
        (*NOBODY, "--amount", "5", "--receipt", "R-7"),
        "unknown_customer",
        True,
    ),
    "wallet pay": Line(
        ("王芳", "--amount", "30.50", "--receipt", "R-7"),
        ("王芳", "--amount", "999", "--receipt", "R-7"),
        "insufficient_balance",
        True,
    ),
    "wallet refund": Line(("王芳", "--amount", "30"), ("王芳", "--amount", "999"), "insufficient_balance", True),
    "wallet adjust": Line(
        ("王芳", "--amount", "+5", "--purse", "bonus", "--reason", "waited", "--key", "K-1"),
        ("王芳", "--amount", "-999", "--reason", "waited"),
        "insufficient_balance",
        True,
    ),
    "wallet reverse": Line(("1", "--reason", "typed twice"), ("99", "--reason", "typed twice"), "entry_unknown", True),
    "wallet statement": Line(("李娜",), NOBODY, "unknown_customer"),
    "wallet liability": Line((), ("--book", "none.db"), "book_not_found"),
    "wallet accrue": Line((), ("--book", "none.db"), "book_not_found", True),
    "wallet expire": Line((), ("--book", "none.db"), "book_not_found", True),
    "cards sell": Line(
        ("王芳", "Wash", "--visits", "5", "--price", "100", "--receipt", "R-7"),
        (*NOBODY, "Wash", "--visits", "5", "--price", "100", "--receipt", "R-7"),
        "unknown_customer",
        True,
    ),
    "cards use": Line(
        ("王芳", "--receipt", "R-7"), ("王芳", "--visits", "11", "--receipt", "R-7"), "insufficient_balance", True
    ),
    "cards refund": Line(("王芳", "haircut", "--visits", "2"), ("王芳", "Wash"), "insufficient_balance", True),
    "cards reverse": Line(("1", "--reason", "typed twice"), ("99", "--reason", "typed twice"), "entry_unknown", True),
    "cards statement": Line(("王芳",), NOBODY, "unknown_customer"),
    "cards liability": Line((), ("--book", "none.db"), "book_not_found"),
    "cards expire": Line((), ("--book", "none.db"), "book_not_found", True),
    "tiers assign": Line((), ("--book", "none.db"), "book_not_found", True),
    "tiers list": Line((), ("--book", "none.db"), "book_not_found"),
    "segments refresh": Line((), ("--book", "none.db"), "book_not_found", True),
    "segments list": Line((), ("--as-of", "2020-01-01"), "not_refreshed"),
    "winback build": Line(("--limit", "2"), ("--as-of", "2020-01-01"), "nothing_to_learn_from", True),
    "winback list": Line((), ("--as-of", "2020-01-01"), "not_refreshed"),
    "exports winback": Line(("--to", "out.xlsx", "--reveal"), ("--to", "no/out.xlsx"), "folder_unwritable", True),
    "exports customers": Line(("--to", "out.xlsx", "--reveal"), ("--to", "no/out.xlsx"), "folder_unwritable", True),
    "exports segments": Line(("--to", "out.xlsx", "--reveal"), ("--to", "no/out.xlsx"), "folder_unwritable", True),
    "settings show": Line((), ("--book", "none.db"), "book_not_found"),
    "settings set": Line(("points.rate", "2"), ("points.rate", "much"), "setting_refused", True),
    "settings history": Line((), ("--book", "none.db"), "book_not_found"),
    "book info": Line((), ("--book", "none.db"), "book_not_found"),
    "book check": Line((), ("--book", "none.db"), "book_not_found"),
    "book dump": Line((), ("--book", "none.db"), "book_not_found"),
}
WRITING = [name for name, line in LINES.items() if line.writes]
LISTS = [
    "customers list", "customers find", "wallet statement", "cards statement", "cards liability", "sales list",
    "sales show", "sales refund", "points statement", "points projects", "rewards list", "points expiring",
    "points liability", "points explain", "points simulate", "tiers list", "segments list", "winback list",
    "settings show", "settings set", "settings history", "book check", "import", "imports list", "imports show",
    "imports watch", "profiles list", "profiles show",
]  # fmt: skip


def every_command() -> Iterator[str]:
    """Every command there is, as a person types it, found by walking the tree."""
    for name in COMMANDS:
        command = load(name)
        subcommands = getattr(command, "commands", None)
        yield from [f"{name} {verb}" for verb in subcommands] if subcommands else [name]
