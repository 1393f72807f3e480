"""The example shop's customers: names, telephone numbers that nobody was given, and how each of them buys."""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from shopcrm.sheets.sample.goods import CATEGORIES

_SURNAMES = (
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔",
    *"钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯",
    *("欧阳", "上官", "司徒", "诸葛"),
)
_FEMALE = (
    *"芳娜敏静丽艳娟霞婷雪倩莹洁慧琳颖",
    *("欣怡", "梓涵", "诗涵", "雨桐", "佳怡", "思琪", "晓燕", "雅婷", "美玲", "秀英", "桂兰", "玉梅", "海燕", "文静"),
    *("晓雯", "若曦", "可欣", "梦瑶", "语嫣", "紫萱", "静怡", "淑华", "惠敏", "佩珊", "亦菲", "书瑶", "清妍", "一诺"),
)
_MALE = (*"伟强磊军杰涛", "浩然", "子轩", "志明", "建国", "俊杰", "宇航", "嘉豪", "文博", "家明")
_ENGLISH = ("Emily Chen", "Sophie Martin", "Grace Liu", "Alice Wong", "Hannah Müller")
_NOTES = (
    "喜欢素色，不要印花",
    "小码，裤长要改",
    "皮肤敏感，只穿棉麻",
    "-不要打电话，发微信",
    "周末来，常带朋友",
    "+老客户张姐介绍",
    "生完宝宝，要宽松款",
    "喜欢复古风",
    "上班穿，要正式一点",
    "脚宽，鞋大半码",
)


class Customer(NamedTuple):
    """One customer as the shop knows her, before the till's export garbles anything."""

    member_no: str
    name: str
    phone: str | None  # eleven digits; None where the shop has none that works
    gender: str
    birthday: date | None
    joined_on: date
    note: str
    kind: str  # "once", "weekly", "monthly", "seasonal", "rare" or "stopped"
    gap_days: float  # her usual gap between purchases
    starts_on: date
    stops_on: date
    favourites: tuple[str, ...]  # categories
    budget_minor: int  # the dearest item she would buy


class Rhythm(NamedTuple):
    """How many customers buy how often."""

    kind: str
    customers: int
    gaps: tuple[int, int]  # days, from and to
    budgets: tuple[int, ...]  # yuan


RHYTHMS = (
    Rhythm("once", 80, (400, 400), (299, 459, 799, 1299)),
    Rhythm("weekly", 8, (7, 10), (299, 359)),
    Rhythm("monthly", 30, (20, 36), (359, 459, 799, 1299)),
    Rhythm("seasonal", 49, (45, 75), (329, 459, 799)),
    Rhythm("rare", 38, (120, 170), (299, 799, 1299)),
    Rhythm("stopped", 35, (14, 32), (299, 459, 799, 1299)),
)


def make_customers(random: Random, first_day: date, last_day: date) -> tuple[Customer, ...]:
    """Every customer, in the order of member numbers (which is the order of joining)."""
    rhythms = [rhythm for rhythm in RHYTHMS for _ in range(rhythm.customers)]
    random.shuffle(rhythms)
    names = _make_names(random, len(rhythms))
    phones = [f"13800{digits:06d}" for digits in random.sample(range(100_000, 1_000_000), len(rhythms))]
    drafts = []
    for rhythm, (name, gender), phone in zip(rhythms, names, phones, strict=True):
        starts_on, stops_on = _period(random, rhythm.kind, first_day, last_day)
        is_new = rhythm.kind != "stopped" and random.random() < 0.4
        joined_on = starts_on if is_new else first_day - timedelta(days=random.randint(1, 900))
        drafts.append(
            Customer(
                member_no="",
                name=name,
                phone=phone if random.random() < 0.94 else None,
                gender=gender,
                birthday=_birthday(random) if random.random() < 0.7 else None,
                joined_on=joined_on,
                note=random.choice(_NOTES) if random.random() < 0.15 else "",
                kind=rhythm.kind,
                gap_days=random.uniform(*rhythm.gaps),
                starts_on=starts_on,
                stops_on=stops_on,
                favourites=tuple(random.sample(CATEGORIES, 2)),
                budget_minor=random.choice(rhythm.budgets) * 100,
            )
        )
    drafts.sort(key=lambda draft: draft.joined_on)
    # Zeros in front: a reader that makes numbers of these loses them.
    return tuple(draft._replace(member_no=f"{6000 + at * 7:08d}") for at, draft in enumerate(drafts))


def _make_names(random: Random, count: int) -> list[tuple[str, str]]:
    found: dict[str, str] = dict.fromkeys(_ENGLISH, "女")
    while len(found) < count - 1:
        is_male = random.random() < 0.14
        found.setdefault(
            random.choice(_SURNAMES) + random.choice(_MALE if is_male else _FEMALE), "男" if is_male else "女"
        )
    names = list(found.items())
    names.append(names[-1])  # two people of one name, as every shop has
    random.shuffle(names)
    return names


def _period(random: Random, kind: str, first_day: date, last_day: date) -> tuple[date, date]:
    if kind == "stopped":
        return first_day + timedelta(days=random.randint(0, 50)), last_day - timedelta(days=random.randint(62, 235))
    if kind == "once":
        return first_day + timedelta(days=random.randint(0, (last_day - first_day).days)), last_day
    return first_day + timedelta(days=random.choice((0, 0, 0, 60, 150)) + random.randint(0, 30)), last_day


def _birthday(random: Random) -> date:
    return date(1962, 1, 1) + timedelta(days=random.randint(0, 44 * 365))
