"""Start-up: what a person waits for at the counter, whole processes against whole processes."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measuring import Ratio, compare

_ROUNDS = 15

# A Typer app as small as one gets, with plain help: Rich alone would make the floor twice as high.
_TWO_COMMANDS = """
import typer
app = typer.Typer(rich_markup_mode=None)
@app.command()
def one(name: str = "x") -> None: ...
@app.command()
def two(name: str = "x") -> None: ...
app()
"""


def measure(folder: str) -> Iterator[Ratio]:
    """`--help`, statements of points and of a wallet, one screen with all of it and a coupon, a payment, a look-up."""
    book = Path(folder) / "counter.db"
    shopcrm(book, "init", "--shop-name", "Bench", "--template", "apparel")()
    shopcrm(book, "customers", "add", "--name", "王芳", "--phone", "13800138000")()
    shopcrm(book, "points", "adjust", "C-0001", "--points", "500", "--reason", "bench")()
    script = Path(folder) / "two_commands.py"
    script.write_text(_TWO_COMMANDS)
    small_help, sqlmodel = python(str(script), "--help"), python("-c", "import sqlmodel")
    yield compare("--help / a two-command Typer app's", small_help, shopcrm(book, "--help"), 1.3, _ROUNDS)
    shopcrm(book, "wallet", "topup", "C-0001", "--amount", "500", "--receipt", "R-1")()
    for noun in ("points", "wallet"):
        statement = shopcrm(book, noun, "statement", "C-0001")
        yield compare(f"{noun} statement / import sqlmodel", sqlmodel, statement, 1.4, _ROUNDS)
    shopcrm(book, "offers", "add", "TEN", "--kind", "amount", "--value", "10")()
    shopcrm(book, "coupons", "issue", "TEN", "C-0001")()
    showing = shopcrm(book, "customers", "show", "C-0001")
    yield compare("customers show / import sqlmodel", sqlmodel, showing, 1.5, _ROUNDS)
    paying = shopcrm(book, "--dry-run", "wallet", "pay", "C-0001", "--amount", "5", "--receipt", "R-2")
    yield compare("wallet pay / import sqlmodel", sqlmodel, paying, 1.4, _ROUNDS)
    yield compare("customers find / import sqlmodel", sqlmodel, shopcrm(book, "customers", "find", "8000"), None, 5)


def shopcrm(book: Path, *arguments: str) -> Callable[[], object]:
    return python("-m", "shopcrm", "--book", str(book), *arguments)


def python(*arguments: str) -> Callable[[], object]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}

    def run() -> None:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)

    return run
