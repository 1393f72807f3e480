"""Customers on a terminal and in a pipe, word for word: found, changed, told, and probably there twice."""

import pytest

from cli.desk import AS_OF, Desk, call
from golden.compare import check_golden
from shop import Shop, open_shop
from shopcrm.features import customers
from shopcrm.features.customers import Asked

HEAD = "会员卡号,姓名,手机号,生日,性别\n"
LINES = (
    "customers find 王芳", "customers find fang", "customers find 汪方", "customers find 0000",
    "customers duplicates", "customers history 88",
)  # fmt: skip


@pytest.fixture(scope="module")
def boutique(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A regular whom a sheet brought and a hand changed, her daughter, her double, and a chatty visitor."""
    shop = open_shop(tmp_path_factory.mktemp("boutique"), template="apparel")
    shop.import_text(f"{HEAD}88,王芳,13800138000,1990-12-25,女\n", "会员一月.csv", as_of="2026-01-31")
    with shop.writing("2026-02-10") as book:
        customers.edit(book, "88", Asked(wechat="fangfang88", phone="13700137000", remove="13800138000"))
        customers.add(book, asked=Asked(name="王小芳", shared_phone="13700137000"))
        customers.add(book, asked=Asked(name="王方", phone="13800138000", birthday="12-25"))
        customers.add(book, asked=Asked(name="Fang Zoë", email="fang@example.com", member_no="欧-1"))
    shop.import_text(f"{HEAD}88,王芳,,1991-12-25,女\n", "会员二月.csv", as_of="2026-02-28")
    for number in range(11):
        shop.import_text(f"{HEAD}9{number},客{number},,,\n", "bar.csv")
    shop.write(
        "INSERT INTO identity (customer_id, kind, value, source)"
        " SELECT id, 'phone', '+864008200000', '' FROM customer WHERE id > 4"
    )
    return shop


@pytest.mark.parametrize("place", ["terminal", "pipe"])
def test_what_people_read_of_customers(boutique: Shop, place: str) -> None:
    seen = []
    for line in LINES:
        ran = call("--book", str(boutique.path), "--as-of", AS_OF, *line.split(), is_terminal=place == "terminal")
        assert ran.code == 0
        seen.append(f"$ shopcrm {line}\n{ran.err}{ran.out}")
    check_golden(f"customers-{place}.txt", "\n".join(seen))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("customers edit 王芳 --wechat fang88", "C-0001 王芳 is changed."),
        ("customers edit 王芳 --phone 13800138000", "C-0001 王芳 is so already, nothing changed."),
        ("customers find 王 --limit 1", "1 found."),
        ("customers find M- --limit 2", "0 found."),
        ("customers find 欧阳", "1 found."),
        ("customers find wangfagn", "Nobody answers to that exactly; 1 customer comes near it."),
        ("customers duplicates", "0 pairs of customers are probably one person."),
        ("customers not-same 王芳 李娜 --undo", "C-0001 王芳 and C-0002 李娜 were not told apart, nothing changed."),
        ("customers not-same 王芳 李娜", "C-0001 王芳 and C-0002 李娜 are not the same."),
    ],
)
def test_a_command_about_customers_says_what_it_did(desk: Desk, line: str, sentence: str) -> None:
    ran = desk.run(*line.split())
    assert ran.code == 0, ran.err
    assert sentence in f"{ran.out}{ran.err}".splitlines()


def test_a_long_list_says_how_many_there_are_and_how_many_it_shows(desk: Desk) -> None:
    for number in range(3):
        desk.run("customers", "add", "--name", f"王{number}")
    ran = desk.run("customers", "find", "王", "--limit", "2")
    assert ran.err.splitlines()[0] == "4 found. These are the first 2."
    assert len(ran.out.splitlines()) == 3


@pytest.mark.parametrize("line", ["find C-0001", "history C-0001", "edit C-0001 --phone 13812345678", "duplicates"])
def test_phones_are_masked_wherever_they_stand(desk: Desk, line: str) -> None:
    desk.run("customers", "add", "--name", "王 芳", "--shared-phone", "13800138000")
    for form in ((), ("--json",)):
        ran = desk.run(*form, "customers", *line.split())
        assert ran.code == 0
        assert "13800138000" not in ran.out + ran.err
        assert "13812345678" not in ran.out + ran.err


def test_a_history_in_full_is_on_the_record(desk: Desk) -> None:
    desk.run("customers", "edit", "王芳", "--phone", "13812345678")
    assert "13812345678" in desk.run("customers", "history", "王芳", "--reveal").out
    assert "13812345678" not in desk.run("--dry-run", "customers", "history", "王芳", "--reveal").out
