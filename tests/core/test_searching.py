"""Finding by sound and near spelling: what is found, by what it says it was, and that a guess is never acted on."""

import shutil
from pathlib import Path

import pytest

from shop import Shop, open_shop
from shopcrm.core import audience, merging
from shopcrm.core.errors import CustomerAmbiguous, CustomerMisspelt, CustomerUnknown
from shopcrm.core.searching import hits, near_hits
from shopcrm.features import customers
from shopcrm.features.customers import Asked

NAMES = ("王芳", "王小明", "John Smith", "单雄信", "吕绿", "Jürgen Müller", "李 娜", "Jane Doe", "张伟国", "Ｌｉ Ｂｏ")
FANG, MING, JOHN, SHAN, LV, MULLER, NA, JANE, WEI, BO = (f"C-{number:04}" for number in range(1, 11))


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten people, each with a phone and one with everything."""
    shop = open_shop(tmp_path_factory.mktemp("stocked"))
    with shop.writing() as book:
        for number, name in enumerate(NAMES):
            customers.add(book, name=name, phone=f"1390000{number:04}")
        customers.edit(book, FANG, Asked(wechat="Fang_Fang88", payment="6222 0200 0000 1234", email="f@example.com"))
    shop.write("INSERT INTO identity (customer_id, kind, value, source) VALUES (3, 'till_id', 'V-77', 'pospal')")
    return shop.path


@pytest.fixture
def counter(stocked: Path, tmp_path: Path) -> Shop:
    return Shop(Path(shutil.copy(stocked, tmp_path)))


def found(shop: Shop, text: str) -> list[tuple[str, str]]:
    with shop.reading() as book:
        answering = hits(book, text) or near_hits(book, text)
        people = audience.listed(book, [hit.id for hit in answering])
    return [(who.customer, hit.found_by) for who, hit in zip(people, answering, strict=True)]


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("c-0001", [(FANG, "code")]),
        ("Ｃ－０００１", [(FANG, "code")]),
        ("13900000000", [(FANG, "phone number")]),
        ("F@example.com", [(FANG, "e-mail address")]),
        ("fang_fang88", [(FANG, "WeChat id")]),
        ("FANG_FANG88", [(FANG, "WeChat id")]),
        ("6222020000001234", [(FANG, "payment account")]),
        ("6222-0200-0000-1234", [(FANG, "payment account")]),
        ("V-77", [(JOHN, "number at the till")]),
        ("0001", [(MING, "last four digits")]),
        ("０００１", [(MING, "last four digits")]),
        ("王芳", [(FANG, "name")]),
        ("王 芳", [(FANG, "name")]),
        ("李娜", [(NA, "name")]),
        ("john smith", [(JOHN, "name")]),
        ("小明", [(MING, "part of the name")]),
        ("smit", [(JOHN, "part of the name")]),
        ("wangfang", [(FANG, "pinyin")]),
        ("Wang Fang", [(FANG, "pinyin")]),
        ("WANGFANG", [(FANG, "pinyin")]),
        ("wang", [(FANG, "part of the pinyin"), (MING, "part of the pinyin")]),
        ("xiaoming", [(MING, "part of the pinyin")]),
        ("na", [(NA, "part of the pinyin")]),  # not the middle of a syllable: Jane, 芳's fang
        ("shan", [(SHAN, "part of the pinyin")]),
        ("dan", []),  # nobody says Dan Xiongxin
        ("lvlv", [(LV, "pinyin")]),
        ("lü lü", [(LV, "pinyin")]),
        ("muller", [(MULLER, "part of the pinyin")]),
        ("Müller", [(MULLER, "part of the name")]),
        ("MÜLLER", [(MULLER, "part of the pinyin")]),
        ("libo", [(BO, "pinyin")]),
        ("wf", [(FANG, "initials")]),
        ("js", [(JOHN, "initials")]),
        ("zwg", [(WEI, "initials")]),
        ("zw", []),
        ("w", []),  # one letter sounds like half the list
        # Near: the same sound, or a slip.
        ("王方", [(FANG, "sounds like")]),
        ("汪芳", [(FANG, "sounds like")]),
        ("张卫国", [(WEI, "sounds like")]),
        ("善雄信", [(SHAN, "sounds like")]),
        ("Wang Fagn", [(FANG, "near spelling")]),
        ("wangfan", [(FANG, "part of the pinyin")]),
        ("wangfnag", [(FANG, "near spelling")]),
        ("wamgfang", [(FANG, "near spelling")]),
        ("awngfang", [(FANG, "near spelling")]),
        ("Jhon Smith", [(JOHN, "near spelling")]),
        ("Jon Smith", [(JOHN, "near spelling")]),
        ("John Smyth", [(JOHN, "near spelling")]),
        ("Jhon Smtih", [(JOHN, "near spelling")]),
        ("Jane Deo", [(JANE, "near spelling")]),
        ("王凡", [(FANG, "near spelling")]),
        # Far.
        ("Peter Smith", []),
        ("王伟", []),
        ("王芬", []),  # two slips in a short name are another name
        ("方", []),
        ("wan g1", []),
        ("a@b.cn", []),
        ("V-78", []),
        ("FF", []),
        ("%%%%", []),
        ("'; --", []),
    ],
)
def test_what_a_person_types_finds_who_is_meant_and_says_how(
    counter: Shop, text: str, answers: list[tuple[str, str]]
) -> None:
    assert found(counter, text) == answers


def test_the_best_answer_stands_first(shop: Shop) -> None:
    with shop.writing() as book:
        for name in ("Li Fang Min", "方李", "李方 Wang", "Fang", "Finn A. Nord", "李方"):
            customers.add(book, name=name)
        customers.add(book, name="Ma", phone="13800009999", member_no="李方-2")

    assert [(code[-1], how) for code, how in found(shop, "李方")] == [("6", "name"), ("3", "part of the name")]
    assert [(code[-1], how) for code, how in found(shop, "fang")] == [
        ("4", "name"),
        ("1", "part of the name"),
        ("2", "part of the pinyin"),
        ("3", "part of the pinyin"),
        ("6", "part of the pinyin"),
    ]


@pytest.mark.parametrize("text", ["王方", "Wang Fagn", "Jhon Smith"])
def test_a_near_name_is_told_and_never_taken(counter: Shop, text: str) -> None:
    with counter.reading() as book:
        assert audience.find(book, text) == []
        with pytest.raises(CustomerMisspelt) as refusal:
            audience.find_one(book, text)
    code, name = {"王方": (FANG, "王芳"), "Wang Fagn": (FANG, "王芳"), "Jhon Smith": (JOHN, "John Smith")}[text]
    assert refusal.value.message == f"No customer answers to “{text}”; did you mean {code} {name}?"
    assert refusal.value.code == CustomerUnknown.code
    assert refusal.value.next_step == f"shopcrm customers find {code}"


def test_the_one_customer_of_a_sound_or_of_initials_is_taken_and_of_several_none(counter: Shop) -> None:
    with counter.writing() as book:
        assert [audience.find_one(book, text).customer for text in ("wangfang", "xiaoming", "wf")] == [FANG, MING, FANG]
        customers.add(book, name="汪芳")
        customers.add(book, name="Wolf")
    with counter.reading() as book:
        for text in ("wangfang", "wang fang"):
            with pytest.raises(CustomerAmbiguous) as refusal:
                audience.find_one(book, text)
            assert refusal.value.details["customers"] == [FANG, "C-0011"]
        with pytest.raises(CustomerAmbiguous):
            audience.find_one(book, "wf")


def test_of_a_long_name_the_first_initials_are_enough(counter: Shop) -> None:
    with counter.writing() as book:
        customers.add(book, name="欧阳娜娜")
    assert [found(counter, text) for text in ("oynn", "oyn", "oy")] == [
        [("C-0011", "initials")],
        [("C-0011", "first of the initials")],
        [],
    ]


def test_initials_give_way_to_a_name(counter: Shop) -> None:
    with counter.writing() as book:
        added = customers.add(book, name="Wf Ltd").customer
    with counter.reading() as book:
        assert audience.find_one(book, "wf").customer == added
        assert [each.customer for each in audience.find(book, "wf")] == [added, FANG]


def test_a_merged_customer_is_found_under_who_answers_for_them_and_once(counter: Shop) -> None:
    with counter.writing() as book:
        merging.point(book, dropped_id=2, into_id=1)

    for text in (
        MING,
        "13900000001",
        "王小明",
        "小明",
        "wangxiaoming",
        "wxm",
        "0001",
        "wang",
        "王小名",
        "wangxiaomign",
    ):
        assert [code for code, _ in found(counter, text)] == [FANG], text


def test_a_name_of_which_nobody_wrote_the_sound_is_found_as_it_is_written(counter: Shop) -> None:
    counter.write("UPDATE customer SET pinyin = NULL, initials = NULL")
    assert found(counter, "小明") == [(MING, "part of the name")]
    assert found(counter, "wangfang") == []
