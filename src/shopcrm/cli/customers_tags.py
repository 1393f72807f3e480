"""`shopcrm customers`, what they are tagged with: put tags on, take them off, show them."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

tags_app = typer.Typer(rich_markup_mode=None, add_completion=False)

Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help=_("Code, phone, last four digits, member number, e-mail or name."))
]
Tag = Annotated[str, typer.Argument(metavar="TAG", help=_("The tag."))]


@tags_app.command(
    help=_("Put a tag on a customer."), epilog=_("Example:  shopcrm customers tag C-0042 复古 --until 2026-12-31")
)
def tag(
    ctx: typer.Context,
    customer: Customer,
    tag: Tag,
    until: Annotated[str | None, typer.Option(metavar="DATE", help=_("Its last day [for ever]."))] = None,
) -> None:
    from shopcrm.features.tags import hand

    with open_book(ctx, write=True) as book:
        result = hand.tag(book, customer, tag, until=until)
    sentence = _("{who} has the tag {tag}, until {expires_on}.") if result.expires_on else _("{who} has the tag {tag}.")
    repeated = _("Kept so already: ") if result.is_repeat else ""
    render.show(ctx, result, repeated + sentence)


@tags_app.command(
    help=_("Take a tag off a customer that was put on by hand or by a sheet."),
    epilog=_("Example:  shopcrm customers untag C-0042 复古"),
)
def untag(ctx: typer.Context, customer: Customer, tag: Tag) -> None:
    from shopcrm.features.tags import hand

    with open_book(ctx, write=True) as book:
        result = hand.untag(book, customer, tag)
    render.show(ctx, result, _("{who} has the tag {tag} no more."))


@tags_app.command(
    help=_("What a customer is tagged with, by whom or what, and why."),
    epilog=_("Example:  shopcrm customers tags C-0042"),
)
def tags(ctx: typer.Context, customer: Customer) -> None:
    from shopcrm.features.tags import hand

    with open_book(ctx) as book:
        result = hand.tags_of(book, customer)
    columns = ("tag", "source", "since_on", "expires_on", "by", "reason")
    render.show(ctx, result, _("{who}: {count:tag|tags}."), columns=columns)
