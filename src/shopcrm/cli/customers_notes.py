"""`shopcrm customers`, what staff write down about them: notes, why they did not buy, what they prefer."""

from collections.abc import Sequence
from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book, options_of
from shopcrm.cli.customers_tags import Customer
from shopcrm.core.errors import UsageWrong
from shopcrm.core.language import translate as _

notes_app = typer.Typer(rich_markup_mode=None, add_completion=False)


@notes_app.command(
    help=_("Write down a note about a customer, or why they did not buy."),
    epilog=_('Example:  shopcrm customers note C-0042 --not-bought "no large size"'),
)
def note(
    ctx: typer.Context,
    customer: Customer,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help=_("What is to be remembered."))] = None,
    not_bought: Annotated[
        str | None, typer.Option("--not-bought", metavar="REASON", help=_("Why they left without buying."))
    ] = None,
) -> None:
    from shopcrm.features.notes import words

    options_of(ctx)
    said = not_bought if text is None else text
    if said is None or (text is not None and not_bought is not None):
        raise UsageWrong(problem=_("write a note, or --not-bought and a reason"), command="shopcrm customers note")
    with open_book(ctx, write=True) as book:
        result = words.note(book, customer, said, is_not_bought=text is None)
    sentence = _("{who}: noted on {on}: {text}")
    if result.kind == "not_bought":
        sentence = _("{who}: did not buy on {on}: {text}")
    render.show(ctx, result, sentence)


@notes_app.command(
    help=_("What was written down about a customer, the latest first."),
    epilog=_("Example:  shopcrm customers notes C-0042"),
)
def notes(ctx: typer.Context, customer: Customer) -> None:
    from shopcrm.features.notes import words

    with open_book(ctx) as book:
        result = words.notes_of(book, customer)
    columns = ("on", "kind", "text", "by")
    render.show(ctx, result, _("{who}: {count:note|notes}."), columns=columns)


@notes_app.command(
    "not-bought",
    help=_("Why customers did not buy in a month, for who orders the goods."),
    epilog=_("Example:  shopcrm customers not-bought --month 2026-05"),
)
def not_bought(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option(metavar="MONTH", help=_("Such as 2026-05 [this month]."))] = None,
) -> None:
    from shopcrm.features.notes import words

    with open_book(ctx) as book:
        result = words.not_bought(book, month)
    columns = ("reason", "count", "customers", "by_segment", "last_on")
    sentence = _("{month}: {count:time|times} somebody said why they did not buy.")
    render.show(ctx, result, sentence, columns=columns)


@notes_app.command(
    help=_("What a customer prefers, in the fields that the settings name; say FIELD VALUE to write it down."),
    epilog=_("Example:  shopcrm customers prefer C-0042 --style retro --size M"),
    context_settings={"ignore_unknown_options": True},
)
def prefer(
    ctx: typer.Context,
    customer: Customer,
    pairs: Annotated[
        list[str] | None,
        typer.Argument(metavar="FIELD VALUE...", help=_("style retro, style=retro or --style retro; also several.")),
    ] = None,
    clear: Annotated[list[str] | None, typer.Option(metavar="FIELD", help=_("No longer known, or never true."))] = None,
) -> None:
    from shopcrm.features.notes import preferences

    options_of(ctx)
    if customer.startswith("-"):
        raise UsageWrong(
            problem=_("say the customer first, then what is preferred"), command="shopcrm customers prefer"
        )
    said = _pairs(pairs or ())
    with open_book(ctx, write=bool(said or clear)) as book:
        if said or clear:
            result = preferences.prefer(book, customer, said, clear or ())
        else:
            result = preferences.preferences_of(book, customer)
    sentence = _("{who}: {changed:preference|preferences} changed.") if said or clear else _("{who}.")
    render.show(ctx, result, sentence, columns=("field", "value", "on", "by"))


def _pairs(words: Sequence[str]) -> dict[str, str]:
    """`style retro`, `style=retro`, `--style retro` as fields and values. Raises UsageWrong."""
    pairs: dict[str, str] = {}
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        field, equals, value = word.removeprefix("--").replace("＝", "=").partition("=")
        if not equals:
            if not waiting or waiting[0].startswith("--"):
                problem = _("{field} has no value: write {field} and what is preferred").format(field=field)
                raise UsageWrong(problem=problem, command="shopcrm customers prefer")
            value = waiting.pop(0)
        pairs[field] = value
    return pairs
