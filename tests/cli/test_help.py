"""Help: every command explains itself with an example that can be typed, and opens no book for it."""

import pytest

from cli.contract import LINES, every_command
from cli.desk import call
from shopcrm.cli.app import COMMANDS, load


def test_every_command_has_a_line_in_the_contract() -> None:
    assert list(every_command()) == list(LINES)


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself_with_an_example(name: str, option: str) -> None:
    ran = call(*name.split(), option)

    assert (ran.code, ran.err) == (0, "")
    assert f"Usage: shopcrm {name}" in ran.out
    assert f"Example:  shopcrm {name}" in ran.out


@pytest.mark.parametrize("name", sorted({name.split()[0] for name in LINES if " " in name}))
def test_a_group_without_a_verb_lists_its_verbs(name: str) -> None:
    ran = call(name)

    assert f"Usage: shopcrm {name}" in ran.out + ran.err
    assert all(
        verb in ran.out + ran.err for noun, verb in (line.split() for line in LINES if " " in line) if noun == name
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_the_overview_is_the_commands_own(name: str) -> None:
    assert load(name).help == COMMANDS[name][1]


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_the_overview_lists_every_command(arguments: tuple[str, ...]) -> None:
    ran = call(*arguments)

    assert (ran.code, ran.err) == (0, "")
    assert all(f"\n  {name} " in ran.out for name in COMMANDS)


def test_the_version_is_said() -> None:
    ran = call("--version")

    assert ran.code == 0
    assert ran.out.startswith("shopcrm ")


@pytest.mark.parametrize("name", ["", *LINES])
def test_help_fits_a_terminal(name: str) -> None:
    assert max(map(len, call(*name.split(), "--help").out.splitlines())) <= 100
