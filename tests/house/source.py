"""The source as the house tests read it: every file, parsed once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "shopcrm"


@dataclass(frozen=True)
class Module:
    """One Python file: where it is (from the root, with slashes), its text, its syntax tree."""

    name: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """A place that an editor can open."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))

    def calls(self) -> Iterator[ast.Call]:
        """Every call."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@cache
def modules(folder: str = "src") -> tuple[Module, ...]:
    """The Python files below a folder of the repository."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return tuple(_module(path) for path in paths)


def called(call: ast.Call) -> str:
    """The last name of what is called: `show` for `render.show(...)`."""
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _module(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text))
