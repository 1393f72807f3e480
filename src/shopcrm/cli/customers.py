"""`shopcrm customers`: add, find and list."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.choosing import Audience, Where, narrowed
from shopcrm.cli.context import may_reveal, open_book
from shopcrm.cli.customers_notes import notes_app
from shopcrm.cli.customers_tags import tags_app
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Add, find and list customers.")
)

Reveal = Annotated[bool, typer.Option("--reveal", help=_("Show phones in full; kept in the audit trail."))]


@app.command(
    help=_("Put a person on the list."),
    epilog=_("Example:  shopcrm customers add --name 王芳 --phone 13800138000 --birthday 12-25"),
)
def add(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option(metavar="NAME", help=_("The person's name."))] = None,
    phone: Annotated[str | None, typer.Option(metavar="PHONE", help=_("As written on a card."))] = None,
    email: Annotated[str | None, typer.Option(metavar="E-MAIL", help=_("E-mail address."))] = None,
    birthday: Annotated[str | None, typer.Option(metavar="DATE", help=_("1990-12-25, or 12-25."))] = None,
    member_no: Annotated[str | None, typer.Option(metavar="NO", help=_("The number on the member card."))] = None,
) -> None:
    from shopcrm.features import customers

    with open_book(ctx, write=True) as book:
        result = customers.add(book, name=name, phone=phone, email=email, birthday=birthday, member_no=member_no)
    render.show(ctx, result, _("{listed} is on the list."))


@app.command(
    help=_("Find by code, phone, last four digits, member number, e-mail or part of a name."),
    epilog=_("Example:  shopcrm customers find 8000"),
)
def find(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("What names them."))],
    reveal: Reveal = False,
) -> None:
    from shopcrm.features import customers

    reveal = may_reveal(ctx, reveal)
    with open_book(ctx, write=reveal) as book:
        result = customers.search(book, text, reveal=reveal)
    render.show(ctx, result, _("{count} found."))


@app.command("list", help=_("List customers by code."), epilog=_("Example:  shopcrm customers list --limit 20"))
def list_(
    ctx: typer.Context,
    where: Where = None,
    audience: Audience = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("The first N only."))] = None,
    reveal: Reveal = False,
) -> None:
    from shopcrm.features import customers

    reveal = may_reveal(ctx, reveal)
    with open_book(ctx, write=reveal) as book:
        result = customers.list_all(book, where=narrowed(where, audience), limit=limit, reveal=reveal)
    render.show(ctx, result, _("{count:customer|customers}."))


app.add_typer(tags_app)
app.add_typer(notes_app)
