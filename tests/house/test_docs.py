"""What is written is true: the reference is the program's own, the README's tour runs, links lead somewhere."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from house.source import ROOT

README = ROOT / "README.md"

# Runs the lines of a tour one after the other in one shell, as a reader would; 3 is "done, but look at these rows".
STEP = """
{line}
code=$?
if [ $code -ne 0 ] && [ $code -ne 3 ]; then echo "exit code $code: "{quoted} >&2; exit 1; fi
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as the program writes them now, by a reader of another language with a narrow terminal."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, str(ROOT / "docs" / "generate.py"), str(folder)]
    subprocess.run(command, check=True, env={**os.environ, "COLUMNS": "31", "SHOPCRM_LANG": "zh-CN", "PYTHONUTF8": "1"})
    return folder


@pytest.mark.parametrize("page", ["cli.md", "errors.md"])
def test_the_reference_is_what_the_program_says(written: Path, page: str) -> None:
    assert (ROOT / "docs" / page).read_text("utf-8") == (written / page).read_text("utf-8"), "run: make docs"


def test_the_tour_of_the_readme_runs(tmp_path: Path) -> None:
    """Every `$ ` line of the ```console blocks. What sets up a machine (git, make, pipx) stands in ```sh blocks."""
    lines = tour(README.read_text(encoding="utf-8"))
    assert sum(line.startswith("shopcrm ") for line in lines) >= 5, "the README's tour has too few commands"
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    told = walk(lines, tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_tour_stops_at_the_command_that_fails(tmp_path: Path) -> None:
    told = walk(["true", "(exit 3)", "shopcrm points statement 'C-0001'", "touch never"], tmp_path)
    assert told.returncode == 1
    assert "exit code 1: shopcrm points statement 'C-0001'" in told.stderr
    assert not (tmp_path / "never").exists()


def test_a_tour_is_the_typed_lines_of_console_blocks() -> None:
    text = "```sh\n$ make demo\n```\n```console\n$ shopcrm demo \\\n>   --into x\nLeft behind\n$ ls\n```\n$ rm\n"
    assert tour(text) == ["shopcrm demo --into x", "ls"]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/cli.md", "docs/errors.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    path = ROOT / page
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def tour(text: str) -> list[str]:
    """What is typed in the ```console blocks of a page; a line may go on behind a backslash."""
    lines: list[str] = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        joined = re.sub(r"\s*\\\n(?:> ?)?\s*", " ", block)
        lines += [line.removeprefix("$ ") for line in joined.splitlines() if line.startswith("$ ")]
    return lines


def walk(lines: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Types the lines in a shell of somebody who has nothing of shopcrm yet."""
    shell = shutil.which("sh")
    if not shell:
        pytest.skip("the tour is typed in a POSIX shell, and there is none here")
    script = "".join(STEP.format(line=line, quoted=shlex.quote(line)) for line in lines)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHOPCRM_")}
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return subprocess.run(
        [shell], input=script, cwd=folder, env={**kept, **home, "PATH": path}, capture_output=True, encoding="utf-8"
    )


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
