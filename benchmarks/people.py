"""A hundred thousand people: one of them at the counter by every way of naming them, and who is there twice."""

import gc
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measuring import Ratio, compare
from benchmarks.startup import shopcrm
from shopcrm.core.book import open_book
from shopcrm.core.names import spelt
from shopcrm.features import customers, init
from shopcrm.features.customers.duplicates import duplicates

PEOPLE = 100_000
_NOW = datetime(2026, 6, 30, tzinfo=UTC)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国文辉力鑫波斌宇浩凯健俊帆雪琳晨欣怡佳琪梓"
    "涵子轩雨婷思雅诗梦洁倩颖璐瑶莹"
)
_FIRST, _LAST = ("John", "Mary", "Peter", "Olivia", "Emma", "Liam"), ("Smith", "Jones", "Miller", "Brown", "Davis")
_SECONDS = 0.3  # beyond start-up, for a person who waits at the counter
_TEXTS = {
    "code": "C-54321", "phone": "13800054321", "last four digits": "4321", "part of a name": "{given}",
    "pinyin": "{pinyin}", "part of the pinyin": "{part}", "initials": "{initials}", "the same sound": "汪坊坊",
    "near spelling": "{slip}", "near, in Latin": "Jhon Smihtson", "nobody": "qqqq wwww",
}  # fmt: skip


def measure(folder: str) -> Iterator[Ratio]:
    """Finding against its limit in milliseconds and against a bare scan of the names; duplicates against 30 s."""
    gc.disable()  # as the program itself does at its start
    here = Path(folder)
    big, small = _book(here / "people.db", PEOPLE), _book(here / "few.db", 1)
    start_up = shopcrm(small, "customers", "find", "C-0001")
    texts = _texts()
    for way, text in texts.items():
        found = compare("", start_up, shopcrm(big, "customers", "find", text), None, 5)
        yield Ratio(f"find by {way}, s beyond start-up / 0.3 s", _SECONDS, found.ours - found.floor, 1)

    def find() -> None:
        with open_book(big, now=_NOW) as book:
            customers.search(book, texts["near spelling"])

    find()  # what it loads is start-up
    yield compare("customers find by near spelling / a bare scan of names", lambda: _scan(big), find, 12, 5)

    def double() -> None:
        with open_book(big, now=_NOW) as book:
            assert duplicates(book).found

    twice = compare("", lambda: None, double, None, 2)
    yield Ratio("customers duplicates, 100,000 customers, s / 30 s", 30.0, twice.ours, 1)


def _scan(path: Path) -> None:
    with closing(sqlite3.connect(path)) as driver:
        driver.execute("SELECT id FROM customer WHERE lower(name) LIKE '%' || ? || '%'", ("nobody",)).fetchall()


def _texts() -> dict[str, str]:
    """The ways to name one person in the middle of the list."""
    name = "王芳芳"
    spelling = spelt(name)
    letters = (spelling.pinyin or "").replace(" ", "")
    told = {
        "given": name[1:], "pinyin": spelling.pinyin, "part": letters[4:], "initials": spelling.initials,
        "slip": letters[:-2] + letters[:-3:-1],
    }  # fmt: skip
    return {way: text.format(**told) for way, text in _TEXTS.items()}


def _book(path: Path, count: int) -> Path:
    """A shop's book of people with names as they are, phones, and some who are there twice; one phone is a crowd's."""
    init.init(
        path, shop_name="Bench", currency="CNY", timezone="Asia/Shanghai", country="CN", template="general",
        by="bench", now=_NOW,
    )  # fmt: skip
    dice = random.Random(5)
    people: list[tuple[Any, ...]] = []
    phones = []
    for number in range(1, count + 1):
        name = _name(dice)
        born = (dice.randrange(1960, 2010), dice.randrange(1, 13), dice.randrange(1, 29))
        if number % 50 == 0:
            name, born = people[-1][2], people[-1][3:6]
        people.append((number, f"C-{number:04d}", name, *born, *spelt(name)))
        phone = number - 1 if number % 100 == 0 else 0 if number % 200 == 1 else number
        phones.append((number, f"+86138{phone:08d}"))
    with closing(sqlite3.connect(path)) as driver, driver:
        driver.executemany(
            "INSERT INTO customer (id, code, name, birth_year, birth_month, birth_day, pinyin, initials)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            people,
        )
        driver.executemany("INSERT INTO identity (customer_id, kind, value, source) VALUES (?, 'phone', ?, '')", phones)
        driver.execute(
            "INSERT INTO identity (customer_id, kind, value, source)"
            " SELECT id, 'member_no', 'M' || id, '' FROM customer"
        )
    return path


def _name(dice: random.Random) -> str:
    if dice.random() < 0.1:
        return f"{dice.choice(_FIRST)} {dice.choice(_LAST)}{dice.choice(('', 'son', 'man'))}"
    rank = int(len(_SURNAMES) * dice.random() ** 2)  # a few surnames are most people's
    return _SURNAMES[rank] + "".join(dice.choices(_GIVEN, k=dice.choice((1, 2, 2))))
