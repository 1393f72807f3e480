"""The command line as tests use it: in this process, with streams of any encoding, on a book that was lived in."""

import io
import json
import shutil
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import update

from core.postings import money, visits
from shop import NOW, TODAY, Shop, open_shop
from shopcrm.cli.app import run
from shopcrm.core import intake, ledger
from shopcrm.core.book import Book
from shopcrm.core.schema.coupons import coupon
from shopcrm.features import audiences, customers, rewards, winback
from shopcrm.features.consents import saying
from shopcrm.features.coupons import checking, issuing, redeeming
from shopcrm.features.customers import merging
from shopcrm.features.notes import preferences, words
from shopcrm.features.offers import typed, writing
from shopcrm.features.points import counter, donations
from shopcrm.features.tags import hand

AS_OF = "2026-06-30"
OPEN_COUPON, USED_COUPON = "KTWQV-DZ3XV", "BTFV3-B3CBJ"  # codes that are always the same
BAD_NAME = "[/bad]"  # Rich would take it for markup
FORMULA = "=SUM(A1:A9)"
LONG_NAME = "欧阳" * 12  # 48 cells wide
BAD_ROW = "receipt,date,amount\nR-1,2026-01-05,10.00\nR-2,2026-01-05,ten\nR-3,2026-01-05,9\n"  # ten is none
REPLIES = "手机号,回复内容\n13800138000,TD\n"
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
        code = run(arguments, NOW)
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
    with shop.writing() as book:
        for name in ("王芳", BAD_NAME, FORMULA, LONG_NAME):  # 李娜 has not been asked yet
            saying.grant(book, name, ["phone"], evidence="signed card")
    _sweep(shop)
    shop.customer("王芳").redeemed(100, "R-100")
    shop.import_text("sku,item,quantity\nSKU-1,Silk dress,3\n", "stock.csv", kind="stock")
    _bring_points_that_end(shop)
    with shop.writing() as book:
        ledger.post_many(book, _money(), ledger.MONEY)
        ledger.post_many(book, _visits(), ledger.VISITS)
        rewards.add(book, "MUG", name="Mug, blue", points=80, cash="5.00")
        writing.add(book, "HAT20", typed.Asked("amount", "20", min_spend="200", valid_days="30"))
        counter.adjust(book, "Zoë", points=20, reason="welcome")
        donations.donate(book, "Zoë", points=20, project="School books")
        _give_coupons(book)
        intake.ask(book, [intake.Question(2, "name", "李强", 2, {"name": "李强"})], "", lambda: 2)
        hand.tag(book, "王芳", "silk")
        words.note(book, "王芳", "no large size", is_not_bought=True)
        preferences.prefer(book, "王芳", {"style": "retro"})
        other = customers.add(book, name="Zoe", member_no="T-77")  # of another till: the same person
        merging.merge(book, "M-Zoë", other.customer)
        audiences.save(book, "spenders", "spend >= 1000 and tag = silk")
        intake.save_layout(book, "till", "sales", "f1", {"receipt": "No.", "date": "Day"}, {})
    return shop.path


def _give_coupons(book: Book) -> None:
    """One coupon that is open, and one for a scarf that is redeemed and not handed over."""
    writing.add(book, "MAY", typed.Asked(kind="amount", value="20", valid_days="30"))
    writing.add(book, "SCARF", typed.Asked(kind="gift", value="丝巾"))
    for number, (offer, who, code) in enumerate((("MAY", "王芳", OPEN_COUPON), ("SCARF", "李娜", USED_COUPON)), 1):
        issuing.issue(book, issuing.Asked(offer, (who,), key=f"{offer}:1"))
        plain = code.replace("-", "")
        book.connection.execute(update(coupon).where(coupon.c.id == number).values(code=plain))
    redeeming.redeem(book, checking.Asked([USED_COUPON], total="88", receipt="R-6"))


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
    shutil.copy(lived_in(), folder / "lan.db.old.backup")
    (folder / "till.csv").write_text(TILL, encoding="utf-8")
    (folder / "td").mkdir()
    (folder / "td" / "replies.csv").write_text(REPLIES, encoding="utf-8")
    return Desk(folder, book)


def without_chance(data: dict[str, Any]) -> dict[str, Any]:
    """An answer without the codes of new coupons, which chance makes."""
    if "issued" not in data or "items" not in data:
        return data
    return data | {"items": [item | {"code": ""} for item in data["items"]]}
