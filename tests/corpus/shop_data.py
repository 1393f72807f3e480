"""Clean sales and customers to write sheets from: made up, seeded, and the only source of what is expected."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

GOODS = (
    ("A-101", "T恤", "上衣", 5990, 2600),
    ("A-102", "衬衫", "上衣", 15900, 7000),
    ("B-201", "牛仔裤", "裤装", 19900, 9000),
    ("B-202", "短裤", "裤装", 8900, 3500),
    ("C-301", "连衣裙", "裙装", 25900, 11000),
    ("D-401", "围巾", "配饰", 4550, 1500),
    ("D-402", "帽子", "配饰", 3900, 1200),
)
GOODS_EN = (
    ("TEE-S", "T-shirt", "Tops", 1999, 800),
    ("SHIRT", "Linen shirt", "Tops", 4550, 2000),
    ("JEANS", "Blue jeans", "Bottoms", 5995, 2700),
    ("DRESS", "Summer dress", "Dresses", 7425, 3100),
    ("SCARF", "Silk scarf", "Accessories", 2250, 900),
    ("HAT", "Straw hat", "Accessories", 1800, 700),
)
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈", ("静怡", "国强", "晓", "美玲", "志远", "雨桐", "建华", "欣", "婷婷", "大伟")
_FIRST = ("Ana", "Ben", "Carla", "David", "Erin", "Farid", "Greta", "Hugo", "Ines", "Jonas")
_LAST = ("Abbott", "Brook", "Castle", "Dunn", "Ember", "Frost", "Grove", "Hale", "Irving", "Joyce")


@dataclass(frozen=True)
class Buyer:
    """One made-up person, with everything that some sheet may say about her."""

    member_no: str
    till_id: str
    name: str
    first: str
    last: str
    phone: str
    email: str
    gender: str  # "female" or "male"
    born: date
    joined: date
    points: int
    principal: int  # minor units
    bonus: int
    tags: tuple[str, ...]
    consents: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Item:
    """One line of a receipt; `off` is what was taken off its price, all in minor units."""

    sku: str
    name: str
    category: str
    price: int
    cost: int
    quantity: int = 1
    off: int = 0

    @property
    def net(self) -> int:
        """What was paid for it, above zero for refunds, too."""
        return self.price * self.quantity - self.off


@dataclass(frozen=True)
class Sale:
    """One receipt. A refund's items are above zero; its facts are not."""

    number: str
    at: datetime  # local, without a zone
    store: str
    cashier: str
    payment: str
    buyer: Buyer | None
    items: tuple[Item, ...]
    is_refund: bool = False
    refund_of: str | None = None
    is_void: bool = False
    returned: int = 0
    word: str = ""  # what the till's status column says
    more: dict[str, str] = field(default_factory=dict)  # cells of this till alone, by header

    @property
    def net(self) -> int:
        """What was paid or given back, above zero."""
        return sum(item.net for item in self.items)


def buyers(seed: str, count: int, *, english: bool = False) -> list[Buyer]:
    """People with telephones of a range that is kept for fiction, or that nobody was given."""
    random = Random(f"buyers {seed}")
    people = []
    for place in range(count):
        first, last = (_FIRST[place % 10], _LAST[(place * 3 + place // 10) % 10])
        chinese = _SURNAMES[place % 10], _GIVEN[(place * 7 + place // 10) % 10]
        phone = f"+1312555{100 + place:04}" if english else f"1380013{8000 + place * 7:04}"
        people.append(
            Buyer(
                member_no=f"{random.randint(1, 99):05}{place:02}",
                till_id=f"{random.randrange(16**10):010X}Z{place}",
                name=f"{first} {last}" if english else "".join(chinese),
                first=first if english else chinese[1],
                last=last if english else chinese[0],
                phone=phone,
                email=f"{_FIRST[place % 10].lower()}{place}@example.com",
                gender=("female", "male")[place % 2],
                born=date(random.randint(1960, 2004), random.randint(1, 12), random.randint(13, 28)),
                joined=date(2024, 1, 1) + timedelta(random.randrange(600)),
                points=random.randint(0, 3000),
                principal=random.randint(0, 500) * 100,
                bonus=random.randint(0, 50) * 100,
                tags=(("VIP", "新客", "老客")[place % 3],),
            )
        )
    return people


def sales(
    seed: str,
    count: int,
    *,
    english: bool = False,
    first: date = date(2026, 3, 2),
    most_lines: int = 3,
    named: float = 0.7,
) -> list[Sale]:
    """Receipts of several days, some of them of nobody; the days prove which number is the month."""
    random = Random(f"sales {seed}")
    people = buyers(seed, 5, english=english)
    goods = GOODS_EN if english else GOODS
    made, day = [], first
    for place in range(count):
        day += timedelta(random.randint(1, 4)) if place else timedelta(0)
        at = datetime.combine(day, time(random.randint(10, 20), random.randint(0, 59), random.randint(1, 59)))
        items = tuple(
            Item(*good, quantity=random.randint(1, 3), off=random.choice((0, 0, 100, 250)))
            for good in random.sample(goods, random.randint(1, most_lines))
        )
        made.append(
            Sale(
                number=f"R{1001 + place}" if english else f"26{day:%m%d}{place + 1:04}",
                at=at,
                store="Main Street" if english else "一店",
                cashier=("Mia", "Noah")[place % 2] if english else ("小陈", "小林")[place % 2],
                payment=("Card", "Cash")[place % 2] if english else ("微信", "现金")[place % 2],
                buyer=random.choice(people) if random.random() < named else None,
                items=items,
            )
        )
    return made
