"""Opens a doubtful file in a child process, with an end to its time and memory: what breaks there stays there."""

import marshal
import subprocess
import sys
from collections.abc import Callable, Mapping
from tempfile import TemporaryFile
from typing import IO, BinaryIO

from shopcrm.sheets.grid import Tab
from shopcrm.sheets.opening.refusals import CRASHES, DAMAGED, NO_CHILD, TAKES_LONG, TAKES_MEMORY, Refused

_SECONDS, _SECONDS_A_MEGABYTE = 25.0, 3.0
_MEMORY, _MEMORY_A_BYTE = 300_000_000, 40
_PROGRAM = "import sys; sys.path[:] = sys.argv[4:]; from shopcrm.sheets.opening.guarded import answer; answer()"


def open_guarded(job: str, stream: BinaryIO, size: int, seconds: float | None = None) -> list[Tab]:
    """What `JOBS[job]` makes of the file. Raises Refused, saying whether it broke, or took too long or too much.

    A small file gets 25 s and 300 MB, a larger one more in proportion, for an honest sheet of a million rows.
    """
    limit = seconds or max(_SECONDS, _SECONDS_A_MEGABYTE * size / 1e6)
    memory = _MEMORY + _MEMORY_A_BYTE * size
    limits = [str(memory), str(int(limit) + 5)]
    command = [sys.executable, "-I", "-S", "-c", _PROGRAM, job, *limits, *filter(None, sys.path)]
    with TemporaryFile() as content, TemporaryFile() as answer, TemporaryFile() as complaints:
        stream.seek(0)
        while piece := stream.read(1_000_000):
            content.write(piece)
        content.seek(0)
        try:
            child = subprocess.run(command, stdin=content, stdout=answer, stderr=complaints, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            raise Refused(TAKES_LONG) from None
        except OSError:
            raise Refused(NO_CHILD) from None
        complaints.seek(0)
        if child.returncode != 0:
            raise Refused(_reason(child.returncode, complaints.read(100_000)))
        answer.seek(0)
        return _read_answer(answer)


def answer() -> None:
    """The child's whole life: reads the file from its input and writes the tabs, or the reason against them."""
    job, memory, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    _limit(memory, seconds)
    out = sys.stdout.buffer
    try:
        tabs = JOBS[job](sys.stdin.buffer.read())
    except Refused as refusal:
        _write(out, refusal.reason)
    except MemoryError:
        _write(out, TAKES_MEMORY)
    except Exception:  # noqa: BLE001 - damaged files made calamine raise eleven kinds; this is the one boundary
        _write(out, DAMAGED)
    else:
        for tab in tabs:
            _write(out, (tab.name, tab.is_hidden, tab.hidden_rows, tab.counts_from_1904, len(tab.columns)))
            for column in tab.columns:
                _write(out, column)
    out.flush()


def _open_workbook(content: bytes) -> list[Tab]:
    from shopcrm.sheets.opening.particulars import particulars_of
    from shopcrm.sheets.opening.spreadsheet import read_workbook

    return read_workbook(content, particulars_of(content))


def _open_page(content: bytes) -> list[Tab]:
    from shopcrm.sheets.opening.markup import read_page

    return read_page(content)


def _open_xml(content: bytes) -> list[Tab]:
    from shopcrm.sheets.opening.spreadsheetml import read_xml

    return read_xml(content)


JOBS: Mapping[str, Callable[[bytes], list[Tab]]] = {
    "workbook": _open_workbook,
    "page": _open_page,
    "xml": _open_xml,
}


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # no such thing on Windows: there the parent's clock alone guards
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _reason(returncode: int, complaints: bytes) -> str:
    if b"memory allocation" in complaints or b"MemoryError" in complaints:
        return TAKES_MEMORY
    return DAMAGED if returncode == 1 else CRASHES


def _write(out: IO[bytes], value: str | list[str] | tuple[str, bool, frozenset[int], bool, int]) -> None:
    """One value behind its length. Marshal keeps equal cells one object, and loads nothing but plain values."""
    packed = marshal.dumps(value)
    out.write(len(packed).to_bytes(8, "little"))
    out.write(packed)


def _read_answer(answer: IO[bytes]) -> list[Tab]:
    tabs: list[Tab] = []
    while length := answer.read(8):
        value = marshal.loads(answer.read(int.from_bytes(length, "little")))
        if isinstance(value, str):
            raise Refused(value)
        name, is_hidden, hidden_rows, counts_from_1904, width = value
        columns = [_next(answer) for _ in range(width)]
        tabs.append(Tab(name, columns, is_hidden, hidden_rows, counts_from_1904))
    return tabs


def _next(answer: IO[bytes]) -> list[str]:
    column: list[str] = marshal.loads(answer.read(int.from_bytes(answer.read(8), "little")))
    return column
