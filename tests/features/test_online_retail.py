"""Three months of a real gift shop, from its export to the workbooks, to the penny; skipped where there is no data."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from shopcrm.core.book import open_book
from shopcrm.features import book as books
from shopcrm.features import exports, imports, init, segments, settings, tiers, winback
from shopcrm.features.points import accrual

DATA = Path(__file__).parents[3] / "shared" / "data" / "online_retail"
NOW = datetime(2011, 3, 1, 12, 0, tzinfo=UTC)
LAST_DAY = date(2011, 2, 28)
#                 net        receipts, known customers
MONTHS = {
    "2010-12.csv": (74895702, 2025, 948),
    "2011-01.csv": (56000026, 1476, 783),
    "2011-02.csv": (49806265, 1393, 798),
}
TIERS = '[tiers]\norder = ["silver", "gold"]\n[tiers.silver]\nfrom = 500\n[tiers.gold]\nfrom = 2000\nmultiplier = 2\n'

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not at {DATA}")


@dataclass
class GiftShop:
    """The book after all three months, and what importing each of them answered, the first time and the second."""

    path: Path
    first: dict[str, imports.ImportedSheet]
    again: dict[str, imports.ImportedSheet]
    sums: dict[str, tuple[int, ...]]  # net, receipts and known customers in the book after each month
    problems: int
    is_unchanged: bool  # by the second import, byte for byte


@pytest.fixture(scope="module")
def gift_shop(tmp_path_factory: pytest.TempPathFactory) -> GiftShop:
    path = tmp_path_factory.mktemp("gifts") / "shop.db"
    init.init(
        path, shop_name="Gifts", currency="GBP", timezone="Europe/London", country="GB", template="general", by="test",
        now=NOW,
    )  # fmt: skip
    first, sums, problems = {}, {}, 0
    for name in MONTHS:
        result = _import(path, DATA / name)
        (first[name],) = result.items
        problems += len(result.problems)
        with open_book(path) as book:
            sums[name] = tuple(book.connection.exec_driver_sql(_SUMS, (name[:7],)).one())
    content = path.read_bytes()
    again = {name: _import(path, DATA / name).items[0] for name in MONTHS}
    return GiftShop(path, first, again, sums, problems, path.read_bytes() == content)


_SUMS = 'SELECT sum(net_minor), count(*), count(DISTINCT customer_id) FROM sale WHERE substr("on", 1, 7) = ?'


def _import(path: Path, sheet: Path) -> imports.Imported:
    with open_book(path, as_of=LAST_DAY, now=NOW) as book:
        staged = imports.stage(book, [sheet])
    with open_book(path, write=True, as_of=LAST_DAY, by="test", command="import", now=NOW) as book:
        return imports.take_in(book, staged)[0]


@pytest.mark.parametrize(("name", "wanted"), MONTHS.items())
def test_every_month_adds_up_to_the_penny(gift_shop: GiftShop, name: str, wanted: tuple[int, int, int]) -> None:
    item = gift_shop.first[name]

    assert gift_shop.sums[name] == wanted
    assert (item.profile, item.kind, item.net_minor) == ("online_retail", "sales", wanted[0])
    assert item.sales + item.refunds == item.added == wanted[1]
    assert (item.rejects, item.skipped, gift_shop.problems) == (0, 0, 0)


def test_the_months_together_know_1749_customers(gift_shop: GiftShop) -> None:
    with open_book(gift_shop.path, as_of=LAST_DAY) as book:
        info = books.info(book)

    assert info.customers == 1749
    assert info.net_minor == sum(net for net, _, _ in MONTHS.values())
    assert info.sales + info.refunds == 2025 + 1476 + 1393
    assert info.lines == 42481 + 35147 + 27707
    assert (info.first_sale_on, info.last_sale_on) == (date(2010, 12, 1), LAST_DAY)


def test_an_invoice_with_two_time_stamps_takes_the_earlier(gift_shop: GiftShop) -> None:
    stamps: dict[str, set[str]] = {}
    for name in MONTHS:
        for line in (DATA / name).read_text(encoding="utf-8", errors="replace").splitlines()[1:]:
            stamps.setdefault(line.split(",", 1)[0], set()).add(_stamp_of(line))
    doubled = {invoice: min(found) for invoice, found in stamps.items() if len(found) > 1}
    with open_book(gift_shop.path) as book:
        rows = book.connection.exec_driver_sql("SELECT receipt, substr(at, 1, 16) FROM sale")
        kept = {row[0]: row[1] for row in rows}

    assert len(doubled) == 16
    # London is on UTC all winter, so that local stamps and kept instants read alike
    assert {invoice: kept[invoice] for invoice in doubled} == doubled


def _stamp_of(line: str) -> str:
    """The one field that looks like an instant; descriptions hold commas, so fields cannot be counted."""
    found = re.findall(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", line)
    assert len(found) == 1, line
    return str(found[0]).replace("T", " ")


@pytest.mark.parametrize("name", MONTHS)
def test_a_second_import_changes_nothing(gift_shop: GiftShop, name: str) -> None:
    item = gift_shop.again[name]

    assert (item.added, item.updated, item.new_customers, item.batch) == (0, 0, 0, None)
    assert item.unchanged == MONTHS[name][1]
    assert gift_shop.is_unchanged


def test_the_whole_path_runs_and_everyone_has_one_segment(gift_shop: GiftShop, tmp_path: Path) -> None:
    rules = tmp_path / "tiers.toml"
    rules.write_text(TIERS)
    with open_book(gift_shop.path, write=True, as_of=date(2010, 11, 30), now=NOW) as book:
        settings.set_from(book, rules)
        settings.set_value(book, "consents.marketing_needs_consent", "no")
    with open_book(gift_shop.path, write=True, as_of=LAST_DAY, now=NOW) as book:
        assigned, accrued = tiers.assign(book), accrual.accrue(book)
        refreshed, built = segments.refresh(book), winback.build(book, limit=100)
    with open_book(gift_shop.path, write=True, as_of=LAST_DAY, now=NOW) as book:
        again = accrual.accrue(book).entries, tiers.assign(book).raised
        repeats = segments.refresh(book).is_repeat, winback.build(book, limit=100).is_repeat
        for write, name in (
            (exports.export_winback, "winback"),
            (exports.export_customers, "customers"),
            (exports.export_segments, "segments"),
        ):
            write(book, tmp_path / f"{name}.xlsx")
        listed = segments.list_all(book).items
        checked = books.check(book)

    assert accrued.earned_points > 1_000_000
    assert assigned.customers_by_tier["silver"] > assigned.customers_by_tier["gold"] > 0
    assert refreshed.customers == sum(refreshed.customers_by_segment.values()) == 1749
    assert refreshed.customers_by_segment["never bought"] == 67
    assert len({row.customer for row in listed}) == len(listed) == 1749
    assert {row.segment for row in listed if row.frequency == 0} == {"never bought"}
    assert built.listed == 100 <= built.overdue
    assert (again, repeats) == ((0, 0), (True, True))
    bare = ("wallets", "visit cards", "coupons", "every merge")  # of which a till's export knows nothing
    assert all(proof.rows for proof in checked.items if not proof.law.startswith(bare))
    assert len(openpyxl.load_workbook(tmp_path / "winback.xlsx", read_only=True).sheetnames) == 3
