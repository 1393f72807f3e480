"""The example shop's year: who bought what and when, and what came back."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from shopcrm.sheets.sample.goods import GIFT, SOCKS, Item, in_season
from shopcrm.sheets.sample.people import Customer, make_customers

FIRST_DAY, LAST_DAY = date(2025, 9, 1), date(2026, 8, 31)
SHOP, STORE = "青禾服饰", "中山路店"
WALK_INS, REFUNDS = 330, 45

_PAYMENTS, _PAYMENT_WEIGHTS = ("微信支付", "支付宝", "现金", "银行卡"), (58, 26, 9, 7)
_CASHIERS = ("小陈", "小林", "店长")
_REASONS = ("尺码不合适", "颜色不喜欢", "质量问题", "买错了", "家人不喜欢")
_GIFT_FROM_MINOR = 80_000


class Line(NamedTuple):
    """One item on a receipt, in fen; `net_minor` is what was paid for it."""

    item: Item
    quantity: int
    discount_minor: int
    net_minor: int


class Sale(NamedTuple):
    """One receipt. `at` is the shop's wall clock."""

    receipt: str
    at: datetime
    customer: Customer | None
    lines: tuple[Line, ...]
    cashier: str
    payment: str


class Refund(NamedTuple):
    """What came back: amounts above zero, as the till prints them. `of` is None where no receipt was shown."""

    receipt: str
    at: datetime
    of: Sale | None
    lines: tuple[Line, ...]
    cashier: str
    payment: str
    reason: str


class Year(NamedTuple):
    """All that happened, in the order of time."""

    customers: tuple[Customer, ...]
    sales: tuple[Sale, ...]
    refunds: tuple[Refund, ...]


def make_year(seed: int) -> Year:
    """The year of a seed; the same for the same seed everywhere."""
    random = Random(seed)
    customers = make_customers(random, FIRST_DAY, LAST_DAY)
    visits: list[tuple[datetime, Customer | None]] = [
        (_clock(random, on), customer) for customer in customers for on in _visits(random, customer)
    ]
    days = (LAST_DAY - FIRST_DAY).days
    visits += [(_clock(random, FIRST_DAY + timedelta(days=random.randint(0, days))), None) for _ in range(WALK_INS)]
    visits.sort(key=lambda visit: (visit[0], visit[1].member_no if visit[1] else ""))
    numbers: defaultdict[date, int] = defaultdict(int)
    sales = []
    for at, customer in visits:
        numbers[at.date()] += 1
        sales.append(_sell(random, f"{at:%Y%m%d}{numbers[at.date()]:04d}", at, customer))
    return Year(customers, tuple(sales), tuple(_refund(random, sales)))


def _visits(random: Random, customer: Customer) -> Iterator[date]:
    on = customer.starts_on
    while on <= customer.stops_on:
        yield on
        if customer.kind == "once":
            return
        on += timedelta(days=max(round(customer.gap_days * random.triangular(0.55, 1.5, 0.95)), 1))


def _clock(random: Random, on: date) -> datetime:
    """Some time while the shop is open, ten in the morning to half past nine."""
    return datetime.combine(on, time(10)) + timedelta(seconds=random.randint(0, 41_400))


def _sell(random: Random, receipt: str, at: datetime, customer: Customer | None) -> Sale:
    lines = []
    rate = random.choices((0, 5, 10, 20), (62, 14, 16, 8))[0]
    for _ in range(random.choices((1, 2, 3, 4), (52, 30, 13, 5))[0]):
        item = _choose(random, at.month, customer)
        quantity = random.choice((2, 3)) if item is SOCKS and random.random() < 0.3 else 1
        lines.append(_line(item, quantity, rate))
    if random.random() < 0.02:
        lines[1:] = [_line(SOCKS, 1, 0)] * 2  # scanned twice, bought twice
    if len(lines) < 4 and sum(line.net_minor for line in lines) >= _GIFT_FROM_MINOR:
        lines.append(Line(GIFT, 1, 0, 0))
    payment = random.choices(_PAYMENTS, _PAYMENT_WEIGHTS)[0]
    return Sale(receipt, at, customer, tuple(lines), random.choice(_CASHIERS), payment)


def _choose(random: Random, month: int, customer: Customer | None) -> Item:
    items = in_season(month)
    if customer is None:
        return random.choice(items)
    affordable = [item for item in items if item.price_minor <= customer.budget_minor]
    liking = [4 if item.category in customer.favourites else 1 for item in affordable]
    return random.choices(affordable, liking)[0]


def _line(item: Item, quantity: int, rate: int) -> Line:
    gross = item.price_minor * quantity
    discount = gross * rate // 100
    return Line(item, quantity, discount, gross - discount)


def _refund(random: Random, sales: Sequence[Sale]) -> Iterator[Refund]:
    """Each sale is given back at most once, within a fortnight, and never for more than was paid."""
    early = [sale for sale in sales if sale.at.date() <= LAST_DAY - timedelta(days=14)]
    drafts: list[tuple[datetime, Sale | None, tuple[Line, ...]]] = []
    for sale in random.sample(early, REFUNDS - 1):
        at = _clock(random, sale.at.date() + timedelta(days=random.randint(1, 14)))
        drafts.append((at, sale, _given_back(random, sale)))
    stray = _line(next(item for item in in_season(4) if item.category == "衬衫"), 1, 0)
    drafts.append((_clock(random, date(2026, 4, 18)), None, (stray,)))
    drafts.sort(key=lambda draft: draft[0])
    numbers: defaultdict[date, int] = defaultdict(int)
    for at, of, lines in drafts:
        numbers[at.date()] += 1
        receipt = f"T{at:%Y%m%d}{numbers[at.date()]:03d}"
        payment = of.payment if of else "现金"
        yield Refund(receipt, at, of, lines, random.choice(_CASHIERS), payment, random.choice(_REASONS))


def _given_back(random: Random, sale: Sale) -> tuple[Line, ...]:
    paid = [line for line in sale.lines if line.net_minor]
    if random.random() < 0.35:
        return sale.lines
    line = random.choice(paid)
    if line.quantity == 1:
        return (line,)
    one = line.net_minor // line.quantity
    return (Line(line.item, 1, line.item.price_minor - one, one),)
