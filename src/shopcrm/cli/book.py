"""`shopcrm book`: look into the book, prove it sound, dump it."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import may_reveal, open_book
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
