"""The only file that prints. Results become a sentence, a table or one JSON envelope; refusals become two lines.

stdout is data, stderr is talk. The suffix of a result's field says how it is shown: `_minor` is money, and so on.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

import typer

from shopcrm.cli.context import Options, options_of
from shopcrm.cli.labels import label_of
from shopcrm.core.errors import ATTENTION, REFUSED, ShopError
from shopcrm.core.language import Counted, translate_word
from shopcrm.core.language import translate as _
from shopcrm.core.masking import mask_text
from shopcrm.core.money import format_minor

_NARROWEST = 8  # columns of a terminal: four Chinese characters
_WHOLE = frozenset({"customer", "phone", "on", "key"})
_POINTS = frozenset({"balance", "left"})
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160))) | dict.fromkeys(
    map(ord, "\t\n\r"), " "
)  # a name must not move a terminal's cursor
# Fields whose values are the program's own words.
_WORDS = frozenset(
    ("kind", "tier", "tier_before", "next_tier", "segment", "arm", "withdrawn", "became", "field", "side", "purse",
     "status", "event", "suppressed_by", "found_by", "source")
)  # fmt: skip

# And those that mean something else there than by themselves.
_WORDS_ABOUT = {
    "channel": "channel", "channels": "channel", "held_back": "channel", "purpose": "purpose", "purposes": "purpose",
}  # fmt: skip
# What somebody typed, and may have put a phone into.
_TYPED = frozenset({"reason"})

Progress = Callable[[str, int, int], None]


def show(
    ctx: typer.Context,
    result: Any,
    sentence: str = "",
    *,
    columns: Sequence[str] = (),
    rows: str = "items",
    then: str = "",
    is_answer: bool = False,
) -> None:
    """Shows a command's result, after the commit.

    `sentence` is a template over the result's fields as they are shown; `columns` are those that fit a terminal of the
    list in the field `rows`; `then` is a command to type next. With `is_answer` the sentence is what was asked for, and
    said under --quiet as well. Exits with 3 where the result says that rows need attention.
    """
    options = options_of(ctx)
    needs_attention = bool(getattr(result, "needs_attention", False))
    options.exit_code = ATTENTION if needs_attention else 0
    if options.is_json:
        issues = [_plain(issue) for issue in getattr(result, "problems", ())]
        _print_envelope(options, "partial" if needs_attention else "ok", _data(options, result), issues)
    else:
        _show_to_people(options, result, sentence, columns, rows, then, is_answer)
    if needs_attention:
        raise typer.Exit(ATTENTION)


def answer(ctx: typer.Context, result: Any, sentence: str, refusal: ShopError | None) -> None:
    """Shows a reckoning, line by line; or says why not, with the data filled all the same, and exits with 1."""
    options = options_of(ctx)
    if refusal is None and options.is_json:
        _print_envelope(options, "ok", _data(options, result), [])
    elif refusal is None:
        if options.is_dry_run and not options.is_quiet:
            print(_("Dry run, nothing is changed:"))
        values = {f.name: getattr(result, f.name) for f in fields(result)}
        _say_sentence(options, values, sentence, sys.stdout)
        for line in result.arithmetic:
            print(f"  {line}")
    else:
        refuse(options, refusal, _data(options, result))
        raise typer.Exit(REFUSED)


def refuse(options: Options, refusal: ShopError, data: Mapping[str, Any] | None = None) -> int:
    """Shows a refusal, with what is known beside it, and answers its exit code."""
    options.is_refused = True
    refusal.running = options.command or refusal.running
    if options.is_json:
        details = {name: _plain(value) for name, value in refusal.details.items()}
        error = {"code": refusal.code, "message": refusal.message, "hint": refusal.next_step, **details}
        _print_envelope(options, "error", data or {}, [error])
    else:
        print(f"{_('Error:')} {refusal.message}", file=sys.stderr)
        if refusal.next_step:
            print(f"{_('Try:')}   {refusal.next_step}", file=sys.stderr)
    return refusal.exit_code


def list_verbs(usage: str) -> None:
    """Prints a group's help where its verb is missing: talk, since nothing was asked for."""
    print(usage, file=sys.stderr)


def say(text: str) -> None:
    """Prints a text that was asked for."""
    print(text)


def talk(ctx: typer.Context, text: str) -> None:
    """Says something beside the data: on stderr, not under --quiet or --json."""
    tell(ctx.obj, text)


def tell(options: Options, text: str) -> None:
    """The same, for those who run a command and not within one."""
    if not (options.is_quiet or options.is_json):
        print(text, file=sys.stderr)


@contextmanager
def progress(ctx: typer.Context) -> Iterator[Progress]:
    """A progress bar on a terminal's stderr: call it with a label, how much is done, and of how much."""
    options: Options = ctx.obj
    if options.is_quiet or options.is_json or not sys.stderr.isatty():
        yield lambda label, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

    class Pace(ProgressColumn):
        """Rows per second."""

        def render(self, task: Task) -> Text:
            return Text(_("{count:,.0f} rows/s").format(count=task.speed) if task.speed else "")

    with Bar(*Bar.get_default_columns(), Pace(), console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def step(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = bar.add_task(_(label), total=total)
            bar.update(tasks[label], completed=done, total=total)

        yield step


def prepare_streams() -> None:
    """Makes any terminal encoding harmless: what it cannot write becomes `?`, not an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


def shown(options: Options, name: str, value: Any) -> str:
    """One value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name.endswith("_minor"):
        return format_minor(value, options.exponent)
    if isinstance(value, Fraction) and name.endswith("_rate"):
        return f"{float(value):.1%}"
    if isinstance(value, float):
        return f"{value:.1f}"
    if isinstance(value, int):
        return f"{value:,}" if "points" in name or name in _POINTS else str(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, Mapping):
        said = ", ".join(f"{_(str(key))} {shown(options, name, item)}" for key, item in value.items())
        return said or _("none")
    if isinstance(value, (tuple, list)):
        return ", ".join(shown(options, name, item) if name in _WORDS_ABOUT else str(item) for item in value)
    if isinstance(value, str) and name in _WORDS_ABOUT:
        return translate_word(value, _WORDS_ABOUT[name])
    if isinstance(value, str) and name in _WORDS:
        return _(value)
    return (mask_text(str(value)) if name in _TYPED else str(value)).translate(_CONTROLS)


def _show_to_people(
    options: Options, result: Any, sentence: str, columns: Sequence[str], listed: str, then: str, is_answer: bool
) -> None:
    values = {f.name: getattr(result, f.name) for f in fields(result)}
    lines = values.get("lines") if isinstance(values.get("lines"), tuple) else None
    is_list = listed in values or lines is not None
    stream = sys.stderr if is_list else sys.stdout
    if options.is_dry_run and not options.is_quiet:
        print(_("Dry run, nothing is changed:"), file=stream)
    if sentence and (is_answer or not options.is_quiet):
        _say_sentence(options, values, sentence, stream)
    if lines is not None:
        for line in lines:
            print(line)
    elif sys.stdout.isatty():
        for name, rows in values.items():
            if name != "problems" and _is_table(rows):
                _print_table(options, name, rows, columns if name == listed else ())
    elif values.get(listed):
        _print_plain(options, values[listed])
    if then and not options.is_quiet:
        print(f"{_('Next:')}  {then}", file=sys.stderr)


def _say_sentence(options: Options, values: Mapping[str, Any], sentence: str, stream: IO[str]) -> None:
    facts = {name: _said(options, name, value) for name, value in values.items() if not _is_table(value)}
    who = " ".join(filter(None, (facts.get("customer"), facts.get("name"))))
    listed = " ".join(filter(None, (who, facts.get("phone"))))
    count = Counted(len(values.get("items", ())))
    said = {"who": who, "listed": listed, "currency": options.currency or "", "count": count, **facts}
    print(sentence.format(**said), file=stream)


def _said(options: Options, name: str, value: Any) -> str:
    """One value within a sentence: a number brings its noun along, and a day that is not is a dash."""
    text = shown(options, name, value) or ("–" if name.endswith("_on") else "")
    return Counted(value, text) if isinstance(value, int) and not isinstance(value, bool) else text


def _is_table(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and is_dataclass(value[0])


def _print_table(options: Options, name: str, rows: Sequence[Any], columns: Sequence[str]) -> None:
    wanted = columns or [f.name for f in fields(rows[0])]
    filled = [column for column in wanted if any(getattr(row, column) not in (None, "", ()) for row in rows)]
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(no_color=options.is_plain or "NO_COLOR" in os.environ, highlight=False)
    table = Table(title=label_of(name) if name != "items" else None, title_justify="left", pad_edge=False)
    for column in filled:
        is_number = isinstance(next(v for row in rows if (v := getattr(row, column)) is not None), (int, float))
        justify = "right" if is_number else "left"
        # A phone or a date broken over two lines is read wrong; words may break.
        no_wrap = is_number or column in _WHOLE or column.endswith("_on")
        label = label_of(column, options.currency)
        header = label.replace(" ", "\n") if no_wrap else label
        width = None if no_wrap else _NARROWEST
        table.add_column(header, justify=justify, overflow="fold", no_wrap=no_wrap, min_width=width)  # type: ignore[arg-type]
    for row in rows:
        table.add_row(*(Text(shown(options, column, getattr(row, column))) for column in filled))
    console.print(table)


def _print_plain(options: Options, rows: Sequence[Any]) -> None:
    # One line a row, tabs between cells: for awk and spreadsheets, so no cell may hold either.
    names = [f.name for f in fields(rows[0]) if not isinstance(getattr(rows[0], f.name), Mapping)]
    print("\t".join(names))
    for row in rows:
        print("\t".join(_plain_cell(options, name, getattr(row, name)) for name in names))


def _plain_cell(options: Options, name: str, value: Any) -> str:
    # Numbers without separators and the program's own words as they are: a script must not depend on the language.
    if isinstance(value, int) and not isinstance(value, bool):
        return shown(options, name, value).replace(",", "")
    text = value if name in (_WORDS | _WORDS_ABOUT.keys()) and isinstance(value, str) else shown(options, name, value)
    return " ".join(text.split())


def _print_envelope(options: Options, status: str, data: Mapping[str, Any], errors: Sequence[Any]) -> None:
    envelope = {"shopcrm": 1, "command": options.command, "status": status, "data": data, "errors": errors}
    # UTF-8 whatever the terminal's encoding: what reads this is a program.
    _write_utf8(sys.stdout, json.dumps(envelope, ensure_ascii=False) + "\n")


def _write_utf8(stream: IO[str], text: str) -> None:
    raw = getattr(stream, "buffer", None)
    if raw is None:
        stream.write(text)
    else:
        stream.flush()
        raw.write(text.encode())
        raw.flush()


def _data(options: Options, result: Any) -> dict[str, Any]:
    data: dict[str, Any] = _plain(result)
    if options.currency:
        data.setdefault("currency", options.currency)
    if options.as_of:
        data.setdefault("as_of", options.as_of.isoformat())
    if options.is_dry_run:
        data["is_dry_run"] = True
    return data


def _plain(value: Any, name: str = "") -> Any:
    """A result as JSON can say it: dates and instants in ISO form, exact fractions and paths as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name), f.name) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, str(key)) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, (date, Path, Fraction)):
        return str(value)
    return mask_text(value) if isinstance(value, str) and name in _TYPED else value
