"""The example shop: what its sheets hold, that they are the ones checked in, that they come out alike everywhere."""

import csv
import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from openpyxl import load_workbook

from shopcrm.sheets.sample import FIRST_DAY, LAST_DAY, SampleTotals, sample_totals, write_sample

EXAMPLES = Path(__file__).parents[2] / "examples"
SALES, RETURNS, CUSTOMERS = "销售明细.csv", "退货.csv", "会员资料.xlsx"


def read_csv(name: str, folder: Path = EXAMPLES) -> tuple[str, list[dict[str, str]], dict[str, str]]:
    """The title, the rows by header, and the footer of an example, nothing cleaned."""
    with (folder / name).open(encoding="gb18030", newline="") as stream:
        title, header, *rows = csv.reader(stream)
    assert len({len(row) for row in [header, *rows]}) == 1
    named = [dict(zip(header, row, strict=True)) for row in rows]
    return title[0], named[:-1], named[-1]


@lru_cache
def read_customers() -> tuple[tuple[Any, ...], ...]:
    """The rows under the header, footer included, as Excel keeps them."""
    sheet = load_workbook(EXAMPLES / CUSTOMERS).worksheets[0]
    return tuple(tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=5))


def amount(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def day(text: str) -> date:
    year, month, number = text.replace("/", "-").split("-")
    return date(int(year), int(month), int(number))


def digest(folder: Path) -> str:
    return sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.*")))).hexdigest()


def test_the_checked_in_examples_are_what_the_generator_makes(tmp_path: Path) -> None:
    customers, sales, returns = write_sample(tmp_path)
    assert (customers.name, sales.name, returns.name) == (CUSTOMERS, SALES, RETURNS)
    assert sales.read_bytes() == (EXAMPLES / SALES).read_bytes()
    assert returns.read_bytes() == (EXAMPLES / RETURNS).read_bytes()
    made, kept = (load_workbook(path).worksheets[0] for path in (customers, EXAMPLES / CUSTOMERS))
    assert [[cell.value for cell in row] for row in made.rows] == [[cell.value for cell in row] for row in kept.rows]
    assert made.merged_cells.ranges == kept.merged_cells.ranges


def test_the_same_seed_gives_the_same_bytes_whatever_the_hash_seed_zone_and_locale(tmp_path: Path) -> None:
    write_sample(tmp_path, 11)
    other = tmp_path / "other"
    other.mkdir()
    code = "import sys, pathlib, shopcrm.sheets.sample as s; s.write_sample(pathlib.Path(sys.argv[1]), 11)"
    away = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "America/New_York", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", code, str(other)], env=away, check=True)
    assert digest(tmp_path) == digest(other)


def test_another_seed_gives_another_shop() -> None:
    assert sample_totals(1) != sample_totals(2)


def test_the_totals_are_what_the_sheets_say() -> None:
    _, sales, _ = read_csv(SALES)
    _, returns, _ = read_csv(RETURNS)
    net = sum(amount(row["实收金额"]) for row in sales) - sum(amount(row["实收金额"]) for row in returns)
    assert sample_totals() == SampleTotals(
        customers=len({row[0] for row in read_customers()[:-1]}),
        receipts=len({row["单号"] for row in sales}),
        refunds=len({row["单号"] for row in returns}),
        net_minor=int(net * 100),
    )


def test_the_readme_states_the_totals() -> None:
    totals = sample_totals()
    said = (
        f"{totals.customers} customers, {totals.receipts:,} sales, {totals.refunds} refunds and "
        f"{totals.net_minor / 100:,.2f} yuan net"
    )
    assert said in (EXAMPLES / "README.md").read_text("utf-8")


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_nothing_comes_back_before_it_was_sold_or_for_more_than_was_paid(tmp_path: Path, seed: int) -> None:
    write_sample(tmp_path, seed)
    _, sales, _ = read_csv(SALES, tmp_path)
    _, returns, _ = read_csv(RETURNS, tmp_path)
    paid: Counter[tuple[str, str]] = Counter()
    bought: Counter[tuple[str, str]] = Counter()
    for row in sales:
        paid[row["单号"], row["货号"]] += int(amount(row["实收金额"]) * 100)
        bought[row["单号"], row["货号"]] += int(row["数量"])
    sold_on = {row["单号"]: day(row["日期"]) for row in sales}
    stray = [row for row in returns if not row["原单号"]]
    assert len(stray) == 1
    for row in returns:
        assert row["单号"].startswith("T") and row["类型"] == "退货" and amount(row["实收金额"]) >= 0
        if row["原单号"]:
            line = row["原单号"], row["货号"]
            paid[line] -= int(amount(row["实收金额"]) * 100)
            bought[line] -= int(row["数量"])
            assert sold_on[row["原单号"]] <= day(row["日期"]) <= LAST_DAY
    assert min(paid.values()) >= 0 and min(bought.values()) >= 0


def test_some_returns_are_whole_and_some_are_in_part() -> None:
    _, sales, _ = read_csv(SALES)
    _, returns, _ = read_csv(RETURNS)
    paid: Counter[str] = Counter()
    for row in sales:
        paid[row["单号"]] += int(amount(row["实收金额"]) * 100)
    given_back: Counter[str] = Counter()
    for row in returns:
        given_back[row["原单号"]] += int(amount(row["实收金额"]) * 100)
    whole = [receipt for receipt, minor in given_back.items() if receipt and minor == paid[receipt]]
    assert len(whole) >= 10 and len(given_back) - 1 - len(whole) >= 10


def test_the_sales_hold_every_trap_the_readme_names() -> None:
    title, sales, footer = read_csv(SALES)
    raw = (EXAMPLES / SALES).read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert title.startswith("青禾服饰") and b'"1,299.00"' in raw
    assert footer["单号"] == "合计"
    assert amount(footer["实收金额"]) == sum(amount(row["实收金额"]) for row in sales)
    assert all(row["单号"].endswith("\t") for row in sales)
    assert {row["会员卡号"] for row in sales} >= {"散客", "", "-"}
    assert any(row["类别"] == "赠品" and row["实收金额"] == "0.00" for row in sales)
    assert any(count > 1 for count in Counter(tuple(row.values()) for row in sales).values())
    assert any(row["手机号"] and not row["会员卡号"] for row in sales)
    assert set(Counter(row["单号"] for row in sales).values()) == {1, 2, 3, 4}
    assert all(amount(row["单价"]) * int(row["数量"]) - amount(row["折扣"]) == amount(row["实收金额"]) for row in sales)
    assert {FIRST_DAY, LAST_DAY} >= {min(day(row["日期"]) for row in sales), max(day(row["日期"]) for row in sales)}


def test_the_customers_hold_every_trap_the_readme_names() -> None:
    *rows, footer = read_customers()
    sheet = load_workbook(EXAMPLES / CUSTOMERS).worksheets[0]
    assert len(sheet.merged_cells.ranges) == 3
    assert footer[0] == "合计" and footer[6] == sum(row[6] for row in rows)
    assert [count for count in Counter(rows).values() if count > 1] == [2]
    people = list(dict.fromkeys(rows))
    assert len({row[0] for row in people}) == len(people) and all(row[0].startswith("0") for row in people)
    assert [count for count in Counter(row[1] for row in people).values() if count > 1] == [2]
    phones = [row[2] for row in people]
    assert {type(phone) for phone in phones} == {int, str, type(None)}
    for sign in ("+86", "0086", "-", " ", "*"):
        assert any(sign in phone for phone in phones if isinstance(phone, str)), sign
    birthdays = [row[4] for row in people]
    assert any(isinstance(birthday, datetime) for birthday in birthdays)
    assert {len(birthday) for birthday in birthdays if isinstance(birthday, str)} >= {5, 10}
    assert any("年" in birthday for birthday in birthdays if isinstance(birthday, str))
    assert {str(row[8])[0] for row in people} >= {"-", "+"}


def test_every_phone_but_the_four_wrong_ones_could_exist_and_is_nobody_elses() -> None:
    phones = [str(row[2]) for row in dict.fromkeys(read_customers()[:-1]) if row[2] is not None]
    wrong = [phone for phone in phones if "*" in phone or not is_valid(phone)]
    right = [phonenumbers.parse(phone, "CN").national_number for phone in phones if phone not in wrong]
    assert sorted(wrong) == ["12345678901", "138****2046", "1380012", "无"]
    assert len(right) == len(set(right)) > 200


def is_valid(phone: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(phone, "CN"))
    except phonenumbers.NumberParseException:
        return False


@lru_cache
def buyers() -> dict[str, list[tuple[date, Decimal]]]:
    """The days and amounts of each member number, cards and telephones brought together."""
    _, sales, _ = read_csv(SALES)
    card_of = {row["手机号"]: row["会员卡号"] for row in sales if row["手机号"] and row["会员卡号"]}
    found: dict[str, list[tuple[date, Decimal]]] = {}
    for row in sales:
        card = row["会员卡号"] or card_of.get(row["手机号"], "")
        if card.strip().isdigit():
            found.setdefault(card, []).append((day(row["日期"]), amount(row["实收金额"])))
    return found


def test_every_tier_of_the_template_is_populated() -> None:
    spent = [sum(paid for _, paid in visits) for visits in buyers().values()]
    tiers = Counter(sum(total >= least for least in (1000, 3000, 8000)) for total in spent)
    assert min(tiers[tier] for tier in (0, 1, 2)) >= 30 and tiers[3] >= 5


def test_a_third_came_once_and_about_35_stopped_two_to_eight_months_ago() -> None:
    days = {card: sorted({on for on, _ in visits}) for card, visits in buyers().items()}
    once = [card for card, visited in days.items() if len(visited) == 1]
    stopped = [
        card
        for card, visited in days.items()
        if len(visited) >= 4
        and (visited[-1] - visited[0]).days / (len(visited) - 1) < 35
        and timedelta(60) <= LAST_DAY - visited[-1] <= timedelta(250)
    ]
    assert 70 <= len(once) <= 90
    assert 30 <= len(stopped) <= 45
