"""One word names a command's file, its feature, its heading in the docs and its test; the file tree tells the rest."""

import ast
import re

import pytest

from house.source import PACKAGE, ROOT, modules
from shopcrm.cli import app as cli

# What every command shares; all other files of cli/ are a noun each.
SHARED = {
    "__init__", "app", "asking", "choosing", "context", "import_talk", "labels", "privacy_talk", "render", "usage",
}  # fmt: skip
FEATURE_OF = {
    "import_": "imports",  # the bare verb, and the noun for what it brought, are one feature
    "customers_person": "customers",
    "customers_tags": "tags",
    "customers_notes": "notes",  # beside the verbs about who a customer is, those about what is known of them
    "coupons_print": "offers",  # what stands on a card are the terms of an offer
}
# A noun with too many verbs for one file.
PART_OF = {
    "customers_person": "customers",
    "points_counter": "points",
    "coupons_counter": "coupons",
    "coupons_print": "coupons",
    "customers_tags": "customers",
    "customers_notes": "customers",
}
NOUNS = sorted(path.stem for path in (PACKAGE / "cli").glob("*.py") if path.stem not in {*SHARED, *PART_OF})

# Names under which anything fits, so that everything ends up there.
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "models", "services", "managers", "lib"}


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_of_the_command_line_has_a_feature(noun: str) -> None:
    feature = PACKAGE / "features" / FEATURE_OF.get(noun, noun)
    assert feature.with_suffix(".py").is_file() or (feature / "__init__.py").is_file()


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_of_the_command_line_has_a_test_of_its_feature(noun: str) -> None:
    assert (ROOT / "tests" / "features" / f"test_{FEATURE_OF.get(noun, noun)}.py").is_file()


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_of_the_command_line_has_a_heading_in_its_reference(noun: str) -> None:
    (command,) = [name for name, (module, _) in cli.COMMANDS.items() if module == noun]
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "cli.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings.count(command) == 1


def test_every_command_is_listed_and_every_listed_command_exists() -> None:
    assert sorted(module for module, _ in cli.COMMANDS.values()) == NOUNS


def test_a_job_is_called_by_a_command_and_has_a_test() -> None:
    jobs = {path.stem for path in (PACKAGE / "jobs").glob("*.py")} - {"__init__"}
    imported = {
        str(node.module).removeprefix("shopcrm.jobs.")
        for module in modules("src")
        if module.name.startswith("src/shopcrm/cli/")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("shopcrm.jobs.")
    }
    assert jobs
    assert imported == jobs
    assert [job for job in sorted(jobs) if not (ROOT / "tests" / "jobs" / f"test_{job}.py").is_file()] == []


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_list_of_commands_says_what_the_command_itself_says(name: str) -> None:
    command = cli.load(name)
    assert command.help == cli.COMMANDS[name][1]
    assert command.name == name


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_an_example_that_calls_it(name: str) -> None:
    command = cli.load(name)
    verbs = getattr(command, "commands", None)
    lines = {f"{name} {verb}": each for verb, each in verbs.items()} if verbs else {name: command}
    for line, each in lines.items():
        assert each.help, line
        assert re.match(rf"Example:  shopcrm {re.escape(line)}(?=$| )", each.epilog or ""), line


def test_no_file_is_a_drawer_for_anything() -> None:
    names = {module.name: set(module.name.removesuffix(".py").split("/")) for folder in ("src", "tests")
             for module in modules(folder)}  # fmt: skip
    assert names
    assert [name for name, parts in names.items() if parts & DRAWERS] == []


def test_a_command_is_a_few_lines_around_one_feature() -> None:
    for stem in [*NOUNS, *PART_OF]:
        noun = PART_OF.get(stem, stem)
        (module,) = [module for module in modules("src") if module.name == f"src/shopcrm/cli/{stem}.py"]
        imports = [node for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom)]
        imported = {alias.name for node in imports if node.module == "shopcrm.features" for alias in node.names}
        imported |= {
            str(node.module).split(".")[2] for node in imports if str(node.module).startswith("shopcrm.features.")
        }
        assert imported == {FEATURE_OF.get(stem) or FEATURE_OF.get(noun, noun)}, module.name
