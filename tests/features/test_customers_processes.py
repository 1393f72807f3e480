"""The list of customers among several processes: a phone is given once, and nobody is added twice."""

from collections import Counter
from pathlib import Path

from features.test_points_processes import at_once
from shop import Shop
from soak import IS_SOAK

TIMES = 50 if IS_SOAK else 5
PROGRAM = Path(__file__).with_name("customers_process.py")


def test_two_tills_that_add_the_same_phone_at_once_add_one_person(shop: Shop) -> None:
    tills = 4 if IS_SOAK else 2
    programs = [("add", str(TIMES), f"Till {till}", "13800138000") for till in range(tills)]
    said = Counter(word for words in at_once(shop, *programs, program=PROGRAM) for word in words)

    assert said == {"C-0001": 1, "identity_taken": tills * TIMES - 1}
    assert shop.rows("SELECT customer_id, value FROM identity") == [(1, "+8613800138000")]
    assert shop.rows("SELECT count(*) FROM customer") == [(1,)]
    assert shop.check().items


def test_a_phone_that_two_tills_give_to_two_customers_at_once_is_one_customers(shop: Shop) -> None:
    for name in ("Ana", "Bo"):
        shop.customer(name)
    programs = [("edit", str(TIMES), code, "13800138000") for code in ("C-0001", "C-0002")]
    said = at_once(shop, *programs, program=PROGRAM)

    assert sorted(Counter(words).most_common(1)[0][0] for words in said)[1] == "identity_taken"
    assert [len(set(words)) for words in said] == [1, 1]
    assert shop.rows("SELECT count(*) FROM identity WHERE kind = 'phone'") == [(1,)]
    assert shop.rows("SELECT count(*) FROM customer_change WHERE field = 'phone'") == [(1,)]
