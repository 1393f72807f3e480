"""What is said of a command line that cannot be understood, in the language of whoever typed it."""

from collections.abc import Iterator

import pytest

from cli.desk import Desk, call
from shopcrm.cli.usage import in_words
from shopcrm.core import language

REDEEM = ("points", "redeem", "王芳")


@pytest.fixture
def chinese() -> Iterator[None]:
    language.choose("zh-CN")
    yield
    language.choose("en")


LINES = [
    (("points", "redeem"), "Missing argument 'CUSTOMER'.", "缺少参数 'CUSTOMER'。"),
    ((*REDEEM, "--points", "3"), "Missing option '--receipt'.", "缺少选项 '--receipt'。"),
    (
        (*REDEEM, "--pionts", "3"),
        "No such option: --pionts (Possible options: --amount, --points)",
        "没有这个选项：--pionts（也许是：--amount, --points）",
    ),
    (("points", "redem"), "No such command 'redem'. Did you mean 'redeem'?", "没有命令 'redem'。是不是 'redeem'？"),
    (("points", "xyz"), "No such command 'xyz'.", "没有命令 'xyz'。"),
    ((*REDEEM, "--points"), "Option '--points' requires an argument.", "选项 '--points' 后面要写内容。"),
    (("points", "accrue", "b"), "Got unexpected extra argument(s) (b)", "多出了内容：b"),
    (
        (*REDEEM, "--receipt", "R", "--points", "x"),
        "Invalid value for '--points': Input should be a valid integer, unable to parse string as an integer",
        "'--points' 的值不对：应为整数",
    ),
    (
        ("points", "expiring", "--limit", "0"),
        "Invalid value for '--limit': Input should be greater than or equal to 1",
        "'--limit' 的值不对：不能小于 1",
    ),
]


@pytest.mark.parametrize(("line", "english", "_chinese"), LINES)
def test_what_typer_says_is_its_own_in_english(desk: Desk, line: tuple[str, ...], english: str, _chinese: str) -> None:
    ran = desk.run(*line)

    assert (ran.code, ran.err.splitlines()[0]) == (2, f"Error: {english}")


@pytest.mark.parametrize(("line", "_english", "said"), LINES)
def test_what_typer_says_is_said_in_chinese(
    desk: Desk, chinese: None, line: tuple[str, ...], _english: str, said: str
) -> None:
    ran = desk.run(*line)

    assert (ran.code, ran.err.splitlines()[0]) == (2, f"出错了： {said}")


def test_what_is_known_to_nobody_stands_as_it_is(chinese: None) -> None:
    assert in_words("Something new went wrong") == "Something new went wrong"


def test_the_headings_of_help_are_in_the_language(chinese: None) -> None:
    assert "选项:" in call("points", "redeem", "--help").out
    language.choose("en")
    assert "Options:" in call("points", "redeem", "--help").out


def test_a_value_that_is_missing_names_the_command_whose_help_to_read(desk: Desk) -> None:
    assert desk.run(*REDEEM, "--points").err.splitlines()[1] == "Try:   shopcrm points redeem --help"
