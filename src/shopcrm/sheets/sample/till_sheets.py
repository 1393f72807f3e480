"""The example shop's sales and returns as GB18030 .csv exports: a title line, ids guarded by tabs, a footer."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from random import Random

from shopcrm.core.money import format_minor
from shopcrm.sheets.sample.people import Customer
from shopcrm.sheets.sample.year import FIRST_DAY, LAST_DAY, SHOP, STORE, Line, Year

SALES_HEADER = "单号,日期,时间,门店,收银员,会员卡号,手机号,货号,商品名称,类别,数量,单价,折扣,实收金额,支付方式"
RETURNS_HEADER = (
    "单号,原单号,日期,时间,门店,收银员,会员卡号,手机号,类型,货号,商品名称,类别,数量,单价,实收金额,支付方式,退货原因"
)
_WALK_IN = ("散客", "", "-")


def sales_sheet(year: Year, seed: int) -> bytes:
    """The bytes of the sales .csv: one row a line, walk-ins among them."""
    random = Random(f"{seed} sales")
    rows: list[Sequence[str]] = []
    for sale in year.sales:
        day, clock = f"{sale.at:%Y-%m-%d}", f"{sale.at:%H:%M:%S}"
        head = [_guard(sale.receipt), day, clock, STORE, sale.cashier, *_named(random, sale.customer)]
        rows.extend(
            [*head, *_item(line), _money(line.discount_minor), _money(line.net_minor), sale.payment]
            for line in sale.lines
        )
    lines = [line for sale in year.sales for line in sale.lines]
    discount = sum(line.discount_minor for line in lines)
    footer = ["合计", *[""] * 9, _quantity(lines), "", _money(discount), _net(lines), ""]
    return _to_csv(f"{SHOP}（{STORE}）销售明细表 {FIRST_DAY} 至 {LAST_DAY}", SALES_HEADER, [*rows, footer])


def returns_sheet(year: Year) -> bytes:
    """The bytes of the returns .csv: amounts above zero, their sign in the column 类型."""
    rows: list[Sequence[str]] = []
    for refund in year.refunds:
        customer = refund.of.customer if refund.of else None
        original = _guard(refund.of.receipt) if refund.of else ""
        day, clock = f"{refund.at.year}/{refund.at.month}/{refund.at.day}", f"{refund.at:%H:%M}"
        card = _guard(customer.member_no) if customer else "散客"
        head = [_guard(refund.receipt), original, day, clock, STORE, refund.cashier, card, "", "退货"]
        rows.extend(
            [*head, *_item(line), _money(line.net_minor), refund.payment, refund.reason] for line in refund.lines
        )
    lines = [line for refund in year.refunds for line in refund.lines]
    footer = ["合计", *[""] * 11, _quantity(lines), "", _net(lines), "", ""]
    return _to_csv(f"{SHOP}（{STORE}）退货明细表 {FIRST_DAY} 至 {LAST_DAY}", RETURNS_HEADER, [*rows, footer])


def _named(random: Random, customer: Customer | None) -> tuple[str, str]:
    """The cells for card and telephone: at the till one of them is often left out."""
    if customer is None:
        return random.choice(_WALK_IN), ""
    card, phone = _guard(customer.member_no), _guard(customer.phone) if customer.phone else ""
    chance = random.random()
    if chance < 0.08 and phone:
        return "", phone
    return (card, "") if chance < 0.3 else (card, phone)


def _item(line: Line) -> list[str]:
    item = line.item
    return [item.sku, item.name, item.category, str(line.quantity), _money(item.price_minor)]


def _guard(digits: str) -> str:
    """Tills put a tab behind digits, lest Excel makes a number of them."""
    return digits + "\t"


def _money(minor: int) -> str:
    return format_minor(minor, 2)


def _quantity(lines: Iterable[Line]) -> str:
    return str(sum(line.quantity for line in lines))


def _net(lines: Iterable[Line]) -> str:
    return _money(sum(line.net_minor for line in lines))


def _to_csv(title: str, header: str, rows: Iterable[Sequence[str]]) -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([title])
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue().encode("gb18030")
