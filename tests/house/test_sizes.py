"""Every file can be taken in at a sitting, and says at once what it is for."""

import ast
from collections.abc import Iterator

import pytest

from house.source import Module, modules

FOLDERS = ("src", "tests", "docs", "benchmarks", "examples")
LINES_OF_A_FILE = 350
LINES_OF_A_FUNCTION = 60

# A migration is a snapshot: it says again, in full and for good, what the tables were on its day.
SNAPSHOTS = "src/shopcrm/core/migrations/versions/"


def written() -> Iterator[Module]:
    return (module for folder in FOLDERS for module in modules(folder) if not module.name.startswith(SNAPSHOTS))


def test_no_file_is_longer_than_a_sitting() -> None:
    sizes = {module.name: len(module.text.splitlines()) for module in written()}
    assert sizes
    assert {name: size for name, size in sizes.items() if size > LINES_OF_A_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    sizes = {
        f"{module.at(function)} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for module in written()
        for function in module.functions()
    }
    assert sizes
    assert {name: size for name, size in sizes.items() if size > LINES_OF_A_FUNCTION} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_first_line_of_every_file_says_what_it_is_for(folder: str) -> None:
    silent = []
    for module in modules(folder):
        first = (ast.get_docstring(module.tree) or "").partition("\n")[0]
        begins = module.text.startswith('"""') and first.rstrip('"').rstrip().endswith((".", ":", "?"))
        if not begins:
            silent.append(f"{module.name}: {first!r}")
    assert silent == []


def test_everything_public_says_what_it_promises() -> None:
    silent = [
        f"{module.at(node)} {node.name}"
        for module in modules("src")
        if not module.name.startswith(SNAPSHOTS)
        for node in public(module.tree)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def public(owner: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in owner.body:
        is_named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if isinstance(node, ast.ClassDef) and is_named:
            yield node
            yield from public(node)
        elif isinstance(node, ast.FunctionDef) and is_named and not is_command(node) and not overrides(owner):
            yield node


def is_command(function: ast.FunctionDef) -> bool:
    """A command says what it promises in its help, which another test asks for."""
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in ("command", "callback")
        for decorator in function.decorator_list
    )


def overrides(owner: ast.Module | ast.ClassDef) -> bool:
    """A method of a library's class may promise just what the library says."""
    return isinstance(owner, ast.ClassDef) and any(
        isinstance(base, ast.Name) and base.id.startswith("Typer") for base in owner.bases
    )
