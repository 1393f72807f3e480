"""`shopcrm customers`, one of them: everything at a glance, a statement to take home, and who is whom."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli import asking, render
from shopcrm.cli.context import may_reveal, open_book, options_of
from shopcrm.core.language import translate as _

person_app = typer.Typer(rich_markup_mode=None, add_completion=False)

Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help=_("Code, phone, last four digits, member number, e-mail or name."))
]


@person_app.command(
    help=_("Everything about one customer, on one screen."), epilog=_("Example:  shopcrm customers show C-0042")
)
def show(
    ctx: typer.Context,
    customer: Customer,
    reveal: Annotated[bool, typer.Option("--reveal", help=_("Show phones in full; kept in the audit trail."))] = False,
) -> None:
    from shopcrm.features.customers import showing

    reveal = may_reveal(ctx, reveal)
    with open_book(ctx, write=reveal) as book:
        result = showing.show_customer(book, customer, reveal=reveal)
    render.show(ctx, result)


@person_app.command(
    help=_("Write what a customer has and how it came to be, for them to take home."),
    epilog=_("Example:  shopcrm customers statement C-0042 --to statement.html"),
)
def statement(
    ctx: typer.Context,
    customer: Customer,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help=_("The page (.html) or workbook (.xlsx) to write."))],
) -> None:
    from shopcrm.features.customers import statement as feature

    options_of(ctx)
    if to.is_file():
        what = _("{to} is there already. Write over it?").format(to=to)
        asking.confirm(ctx, what, shlex.join(["customers", "statement", customer, "--to", str(to)]))
    with open_book(ctx) as book:
        result = feature.state(book, customer, to)
    render.show(ctx, result, _("Wrote {to} for {who}."))


@person_app.command(
    help=_("Let one customer answer for another, who is the same person; nothing is lost, and it can be taken back."),
    epilog=_("Example:  shopcrm customers merge C-0042 C-0107 --preview"),
)
def merge(
    ctx: typer.Context,
    keep: Annotated[str, typer.Argument(metavar="KEEP", help=_("Who stays on the list."))],
    drop: Annotated[str, typer.Argument(metavar="DROP", help=_("Who is the same person, and is listed no longer."))],
    preview: Annotated[bool, typer.Option("--preview", help=_("Only show what each of them has."))] = False,
) -> None:
    from shopcrm.features.customers import merging

    options_of(ctx)
    with open_book(ctx, write=not preview) as book:
        result = merging.merge(book, keep, drop, is_preview=preview)
    sentence = _("{dropped} is merged into {kept}.")
    if result.is_repeat:
        sentence = _("Nothing to do: {dropped} was merged into {kept} before.")
    elif preview:
        sentence = _("{dropped} would be merged into {kept}; nothing is changed yet.")
    render.show(ctx, result, sentence, columns=_COLUMNS)


@person_app.command(
    help=_("Take a merge back: both are as they would be without it."),
    epilog=_("Example:  shopcrm customers unmerge C-0107"),
)
def unmerge(
    ctx: typer.Context,
    drop: Annotated[str, typer.Argument(metavar="DROP", help=_("The code of who was merged into another."))],
) -> None:
    from shopcrm.features.customers import merging

    options_of(ctx)
    with open_book(ctx, write=True) as book:
        result = merging.unmerge(book, drop)
    render.show(ctx, result, _("{kept} and {dropped} are two customers again."), columns=_COLUMNS)


_COLUMNS = ("customer", "name", "sales", "net_minor", "points", "wallet_minor", "visits", "coupons", "tags")
