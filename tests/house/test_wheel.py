"""The wheel carries everything that the program reads, and installs where nobody has the source."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from house.source import PACKAGE, ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as pip builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    wanted = {path.relative_to(PACKAGE.parent).as_posix() for path in files}
    assert {
        "shopcrm/py.typed",
        "shopcrm/core/templates/apparel.toml",
        "shopcrm/core/migrations/versions/0001_first.py",
        "shopcrm/locale/zh_CN/LC_MESSAGES/shopcrm.mo",
        "shopcrm/sheets/synonyms.toml",
    } <= wanted
    assert wanted - set(ZipFile(wheel).namelist()) == set()


def test_the_wheel_runs_without_the_source(wheel: Path, tmp_path: Path) -> None:
    """The libraries are those of this environment; shopcrm itself comes out of the wheel."""
    ZipFile(wheel).extractall(tmp_path / "site")
    arguments = ["--json", "--book", str(tmp_path / "shop.db"), "init", "--shop-name", "Lan", "--template", "apparel"]
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); sys.argv[0] = 'shopcrm'\n"
        "import shopcrm; assert shopcrm.__file__.startswith(sys.path[0]), shopcrm.__file__\n"
        "from shopcrm.__main__ import main; main()"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "site"), *arguments], check=True, cwd=tmp_path)
    assert (tmp_path / "shop.db").is_file()
