"""How names sound: every character for itself, surnames as they are said, other alphabets by their letters."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.core.names import is_chinese, spelling_of, spelt, typed_spellings

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4)
LATIN = st.from_regex(r"[A-Za-zÀ-ÿ]{1,8}( [A-Za-zÀ-ÿ'-]{1,9}){0,2}", fullmatch=True)
NAMES = st.one_of(HAN, st.text(max_size=12), LATIN)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("王芳", "wang fang", "wf"),
        ("欧阳娜娜", "ou yang na na", "oynn"),
        # Surnames that are read otherwise than the word.
        ("单雄信", "shan xiong xin", "sxx"),
        ("解缙", "xie jin", "xj"),
        ("曾国藩", "zeng guo fan", "zgf"),
        ("区家麟", "ou jia lin", "ojl"),
        ("仇英", "qiu ying", "qy"),
        ("朴树", "piao shu", "ps"),
        ("查良镛", "zha liang yong", "zly"),
        ("盖叫天", "ge jiao tian", "gjt"),
        ("翟志刚", "zhai zhi gang", "zzg"),
        ("覃海洋", "qin hai yang", "qhy"),
        ("缪荃孙", "miao quan sun", "mqs"),
        ("万俟雪", "mo qi xue", "mqx"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("长孙皇后", "zhang sun huang hou", "zshh"),
        ("單田芳", "shan tian fang", "stf"),
        # The same characters within a name.
        ("张单", "zhang dan", "zd"),
        ("王解", "wang jie", "wj"),
        ("李仇", "li chou", "lc"),
        ("Ana 单", "ana dan", "ad"),
        # What parents mean by a character.
        ("李晟", "li sheng", "ls"),
        ("王长江", "wang chang jiang", "wcj"),
        # ü is written v.
        ("吕绿", "lv lv", "ll"),
        ("女娲", "nv wa", "nw"),
        # Other alphabets, and both.
        ("John Smith", "john smith", "js"),
        ("JOHN  SMITH", "john smith", "js"),
        ("Zoë O'Hara", "zoe ohara", "zo"),
        ("Zoë O’Hara", "zoe ohara", "zo"),
        ("Jean-Luc Picard", "jean luc picard", "jlp"),
        ("Müller", "muller", "m"),
        ("Strauß", "strauss", "s"),
        ("Ｗａｎｇ　Ｆａｎｇ", "wang fang", "wf"),
        ("王安娜 Ana", "wang an na ana", "wana"),
        ("Ana王芳", "ana wang fang", "awf"),
        ("Bo_b 100%", "bo b 100", "bb1"),
        ("Иван Петров", "иван петров", "ип"),
        ("김철수", "김철수", "김"),
        ("  王 芳 ", "wang fang", "wf"),
        ("王·芳", "wang fang", "wf"),
        ("-", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_name_sounds_as_people_say_it(name: str | None, pinyin: str | None, initials: str | None) -> None:
    assert spelt(name) == (pinyin, initials)
    assert spelling_of(name) == {"pinyin": pinyin, "initials": initials}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("wang fang", ["wang fang"]),
        ("wangfang", ["wangfang"]),
        ("wáng fāng", ["wang fang"]),
        ("lü", ["lu", "lv"]),
        ("LÜ", ["lu", "lv"]),
        ("lǚ", ["lu", "lv"]),
        ("lv", ["lv"]),
        ("%", []),
    ],
)
def test_what_is_typed_may_be_meant_in_two_ways(text: str, meant: list[str]) -> None:
    assert typed_spellings(text) == meant


@given(NAMES)
def test_initials_are_the_first_letters_and_words_are_letters(name: str) -> None:
    pinyin, initials = spelt(name)
    words = (pinyin or "").split(" ") if pinyin else []
    assert (initials or "") == "".join(word[0] for word in words)
    assert all(word and not any(map(str.isspace, word)) for word in words)
    assert (pinyin is None) == (initials is None)


@given(NAMES)
def test_a_name_sounds_the_same_in_capitals_and_between_blanks(name: str) -> None:
    assert spelt(f"  {name.upper()} ").pinyin == spelt(name.upper()).pinyin
    if name.isascii():
        assert spelt(name.upper()) == spelt(name)


@given(HAN, HAN)
def test_what_follows_a_surname_sounds_the_same_behind_any_other(given_name: str, other: str) -> None:
    """So that a part of a name is found by how that part sounds."""
    behind = [str(spelt(surname + given_name).pinyin).split(" ")[1:] for surname in ("王", "李")]
    assert behind[0] == behind[1]
    assert str(spelt("王" + given_name + other).pinyin).split(" ")[1 : 1 + len(given_name)] == behind[0]


@pytest.mark.parametrize(
    ("text", "is_so"), [("王", True), ("Ana 王", True), ("〇", True), ("Ana", False), ("はな", False)]
)
def test_chinese_characters_are_told_from_others(text: str, is_so: bool) -> None:
    assert is_chinese(text) is is_so


def test_a_name_without_chinese_characters_loads_no_dictionary_and_nothing_loads_the_one_of_phrases() -> None:
    program = (
        "import sys; from shopcrm.core.names import spelt; spelt('Ana'); assert 'pypinyin' not in sys.modules;"
        "spelt('王芳'); import os; assert 'PYPINYIN_NO_PHRASES' not in os.environ;"
        "print('pypinyin.pinyin_dict' in sys.modules, 'pypinyin.phrases_dict' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "False"]
