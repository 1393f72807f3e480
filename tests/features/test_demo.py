"""The demo: the whole path on the example shop, the same every time, leaving behind what it says it leaves."""

import io
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from golden.compare import check_golden
from shopcrm.cli.app import run
from shopcrm.core.errors import FolderUnwritable
from shopcrm.features import demo


@dataclass(frozen=True, slots=True)
class Shown:
    """A demo that was run in a folder of its own, and all that was said, both streams together as on a terminal."""

    folder: Path
    code: int
    transcript: str


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("demo")
    with chdir(folder), redirect_stdout(io.StringIO()) as said, redirect_stderr(said):
        code = run(["demo", "--into", "try"])
    yield Shown(folder / "try", code, said.getvalue())


def test_the_demo_shows_the_whole_path(shown: Shown) -> None:
    assert shown.code == 0
    check_golden("demo.txt", shown.transcript)


def test_the_demo_leaves_the_book_the_sheets_and_three_workbooks(shown: Shown) -> None:
    names = {path.name for path in shown.folder.iterdir()}

    assert names >= {"shop.db", "winback.xlsx", "segments.xlsx", "customers.xlsx"}
    assert len([name for name in names if name.endswith((".xlsx", ".csv"))]) >= 6
    for name in ("winback", "segments", "customers"):
        assert openpyxl.load_workbook(shown.folder / f"{name}.xlsx", read_only=True).sheetnames[0] == "Summary"


def test_every_command_that_the_demo_shows_can_be_typed(shown: Shown) -> None:
    import shlex

    lines = [line.removeprefix("$ shopcrm ") for line in shown.transcript.splitlines() if line.startswith("$ ")]
    readable = [line for line in lines if any(verb in line for verb in ("check", "list"))]

    assert len(lines) == 11
    with chdir(shown.folder.parent), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        assert [run(shlex.split(line)) for line in readable] == [0] * len(readable)


def test_importing_the_examples_sheets_again_changes_nothing(shown: Shown) -> None:
    book = shown.folder / "shop.db"
    sheets = sorted(str(path) for path in shown.folder.iterdir() if not path.name.isascii())
    content = book.read_bytes()

    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        code = run(["--book", str(book), "--as-of", str(demo.LAST_DAY), "import", *sheets])

    assert len(sheets) == 3
    assert code in (0, 3)
    assert book.read_bytes() == content


def test_the_example_is_the_same_every_time(tmp_path: Path) -> None:
    one, two = demo.write_example(tmp_path / "one"), demo.write_example(tmp_path / "two")

    assert [path.name for path in one.sheets] == [path.name for path in two.sheets]
    assert [path.read_bytes() for path in one.sheets] == [path.read_bytes() for path in two.sheets]
    assert one.as_of == two.as_of == demo.LAST_DAY


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(FolderUnwritable):
        demo.write_example(tmp_path / "file" / "demo")
