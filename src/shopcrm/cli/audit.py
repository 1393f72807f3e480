"""`shopcrm audit`: who changed what, when."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.clock import parse_date
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    help=_("Who changed what, when, by which command."),
)


@app.callback()
def trail() -> None:
    pass  # or Typer makes the one command the noun itself


@app.command("list", help=_("The trail, the latest first."), epilog=_("Example:  shopcrm audit list --customer C-0042"))
def list_(
    ctx: typer.Context,
    customer: Annotated[str | None, typer.Option(metavar="CUSTOMER", help=_("What speaks of this customer."))] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help=_("From this day on, like 2026-03-31."))] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help=_("The N latest."))] = 50,
) -> None:
    from shopcrm.features import audit

    day = parse_date(since) if since else None
    with open_book(ctx) as book:
        result = audit.list_rows(book, who=customer, since=day, limit=limit)
    columns = ("row", "on", "time", "by", "command", "change")
    render.show(ctx, result, _("{count} of {count_all} rows."), columns=columns)
