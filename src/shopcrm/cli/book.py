"""`shopcrm book`: look into the book, prove it sound, dump it, keep copies of it."""

import shlex
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli import asking, render
from shopcrm.cli.context import Options, may_reveal, open_book, options_of
from shopcrm.core import clock
from shopcrm.core.language import Counted
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Look into the book, and prove it sound.")
)


@app.command(help=_("Counts and sums."), epilog=_("Example:  shopcrm book info"))
def info(ctx: typer.Context) -> None:
    from shopcrm.features import book as feature

    with open_book(ctx) as book:
        result = feature.info(book)
    sentence = _(
        "{shop_name} ({book}): {customers:customer|customers}, {sales:sale|sales} and {refunds} refunds in"
        " {lines} lines,"
        " {net_minor} {currency} net, {walk_in_sales:sale|sales} to walk-ins, {points_outstanding} points outstanding."
        " Sales from {first_sale_on} to {last_sale_on}. Revision {revision}."
    )
    render.show(ctx, result, sentence, is_answer=True)


@app.command(
    help=_("Prove every law of the book again; exit 4 where one fails."), epilog=_("Example:  shopcrm book check")
)
def check(ctx: typer.Context) -> None:
    from shopcrm.features import book as feature

    with open_book(ctx) as book:
        result = feature.check(book)
    render.show(ctx, result, _("The book is sound: {count} laws proved."))


@app.command(
    help=_("Facts and postings in a fixed order, without ids and clock times, to compare two books."),
    epilog=_("Example:  shopcrm book dump > book.jsonl"),
)
def dump(
    ctx: typer.Context,
    reveal: Annotated[bool, typer.Option("--reveal", help=_("With personal data; kept in the audit trail."))] = False,
) -> None:
    from shopcrm.features import book as feature

    reveal = may_reveal(ctx, reveal)
    with open_book(ctx, write=reveal) as book:
        result = feature.dump(book, reveal=reveal)
    render.show(ctx, result)


@app.command(
    help=_("Write a proven copy of the book, readable by its owner alone."),
    epilog=_("Example:  shopcrm book backup --to /media/stick"),
)
def backup(
    ctx: typer.Context,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="PATH", help=_("A file or a folder [beside the book]."))
    ] = None,
) -> None:
    from shopcrm.features import book as feature

    with open_book(ctx) as book:
        result = feature.backup(book, to)
    render.show(ctx, result, _("The book is copied to {to}."))


@app.command(
    "restore",
    help=_("Put a backup in the place of the book; who was erased since stays erased."),
    epilog=_("Example:  shopcrm book restore shop.db.2026-03-31.backup"),
)
def restore_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("What `shopcrm book backup` wrote."))],
) -> None:
    from shopcrm.features import book as feature

    options: Options = options_of(ctx)
    restore = partial(
        feature.restore,
        options.place,
        file,
        by=options.by,
        command=options.command,
        now=options.now or clock.now(),
    )
    if not options.is_dry_run:
        planned = restore(dry_run=True)
        sentence = _("{file} holds {customers:customer|customers} and {sales:sale|sales}, the last of {on}.")
        counts = {"customers": Counted(planned.customers), "sales": Counted(planned.sales)}
        render.talk(ctx, sentence.format(file=file, on=planned.last_sale_on or "–", **counts))
        question = _("Put it in the place of {book}?").format(book=planned.book)
        asking.confirm(ctx, question, shlex.join(("book", "restore", str(file))))
    result = restore(dry_run=options.is_dry_run)
    if result.is_register_lost:
        render.talk(ctx, _("The old book was too damaged to say who was erased since the backup: erase them again."))
    if result.kept:
        render.talk(ctx, _("The book as it was is {kept}.").format(kept=result.kept))
    sentence = _(
        "{book} is what {file} was: {customers:customer|customers}, {sales:sale|sales}; {erased} erased again."
    )
    render.show(ctx, result, sentence)
