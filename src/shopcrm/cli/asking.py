"""Questions to the person at a terminal: what a sheet leaves open is asked once, or refused where nobody is there."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import typer

from shopcrm.cli import render
from shopcrm.cli.context import Options
from shopcrm.core.errors import DateOrderUnclear, DecimalMarkUnclear, FieldMissing, NeedsYes, ShopError
from shopcrm.core.language import translate as _

if TYPE_CHECKING:
    from shopcrm.features.imports import Asked

CHANNELS = ("sms", "phone", "email", "wechat", "post")
PURPOSES = ("marketing", "service")

Answer = TypeVar("Answer")


def with_answers(ctx: typer.Context, asked: "Asked", read: "Callable[[Asked], Answer]") -> "tuple[Answer, Asked]":
    """What `read` answers, asking at the terminal for what it cannot tell; also the request with the answers in it."""
    while True:
        try:
            return read(asked), asked
        except (FieldMissing, DateOrderUnclear, DecimalMarkUnclear) as question:
            answer = _choose(ctx, question, _choices(question))
            if answer is None:
                raise
            asked = _answered(asked, question, answer)


def confirm(ctx: typer.Context, what: str, command: str) -> None:
    """Asks for a yes. Raises NeedsYes where nobody can be asked, and Typer's Abort for a no."""
    options: Options = ctx.obj
    if options.is_yes or options.is_dry_run:
        return
    if not _is_somebody_there(options):
        raise NeedsYes(what=what, command=command)
    typer.confirm(what, abort=True, err=True)


def check_channel(channel: str | None) -> str | None:
    """A way to contact customers, as it was typed. Raises Typer's BadParameter for anything else."""
    return _one_of(channel, CHANNELS)


def check_purpose(purpose: str | None) -> str | None:
    """What customers are contacted for. Raises Typer's BadParameter for anything else."""
    return _one_of(purpose, PURPOSES)


def _one_of(word: str | None, words: Sequence[str]) -> str | None:
    if word is not None and word not in words:
        raise typer.BadParameter(_("it is one of {words}").format(words=", ".join(words)))
    return word


def _choices(question: ShopError) -> Mapping[str, str]:
    """What can be answered, and how it is said."""
    if isinstance(question, DateOrderUnclear):
        return {"dmy": _("day, month, year"), "mdy": _("month, day, year"), "ymd": _("year, month, day")}
    if isinstance(question, DecimalMarkUnclear):
        return {".": _("the point is the decimal mark: 1.234 is one and a bit"),
                ",": _("the point groups thousands: 1.234 is a thousand and more")}  # fmt: skip
    headers: Sequence[str] = question.details["columns"]
    return dict(zip(headers, headers, strict=True))


def _choose(ctx: typer.Context, question: ShopError, choices: Mapping[str, str]) -> str | None:
    """One of the choices; None where nobody is there to choose, or what is typed is none of them."""
    if not choices or not _is_somebody_there(ctx.obj):
        return None
    render.talk(ctx, question.message)
    if isinstance(question, FieldMissing):
        render.talk(ctx, _("Which column is {field}?").format(field=question.details["field"]))
    for place, text in enumerate(choices.values(), 1):
        render.talk(ctx, f"  {place}  {text}")
    typed = typer.prompt(_("Number (Enter to stop)"), default="", show_default=False, err=True).strip()
    answers = list(choices)
    return answers[int(typed) - 1] if typed.isdecimal() and 0 < int(typed) <= len(answers) else None


def _answered(asked: "Asked", question: ShopError, answer: str) -> "Asked":
    if isinstance(question, DateOrderUnclear):
        return replace(asked, date_order=answer)
    if isinstance(question, DecimalMarkUnclear):
        return replace(asked, decimal_mark=answer)
    return replace(asked, mapping={**asked.mapping, question.details["field"]: answer})


def _is_somebody_there(options: Options) -> bool:
    return not (options.is_json or options.is_quiet) and sys.stdin.isatty() and sys.stdout.isatty()
