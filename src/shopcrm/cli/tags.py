"""`shopcrm tags`: who has which tag, and the sweep that follows the rules of the settings."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    help=_("What customers are tagged with, by hand and by rules."),
)


@app.command(
    help=_("Put on the tags that the rules of the settings give, and take off those that no longer hold."),
    epilog=_("Example:  shopcrm tags refresh"),
)
def refresh(ctx: typer.Context) -> None:
    from shopcrm.features.tags import refreshing

    with open_book(ctx, write=True) as book:
        result = refreshing.refresh(book)
    columns = ("tag", "count", "added", "taken_off", "problem")
    sentence = _("As of {as_of}: {added:tag|tags} put on, {taken_off} taken off.")
    render.show(ctx, result, sentence, columns=columns)


@app.command(
    "list", help=_("Every tag, and how many have it by hand and by rule."), epilog=_("Example:  shopcrm tags list")
)
def list_(ctx: typer.Context) -> None:
    from shopcrm.features.tags import listing

    with open_book(ctx) as book:
        result = listing.list_all(book)
    columns = ("tag", "count", "by_hand", "by_rule", "rule")
    render.show(ctx, result, _("{count:tag|tags}."), columns=columns)


@app.command(help=_("Who has a tag, and why."), epilog=_("Example:  shopcrm tags show 复古"))
def show(ctx: typer.Context, tag: Annotated[str, typer.Argument(metavar="TAG", help=_("The tag."))]) -> None:
    from shopcrm.features.tags import listing

    with open_book(ctx) as book:
        result = listing.show(book, tag)
    sentence = _("{tag}: {count:customer|customers}.")
    if result.rule:
        sentence = _("{tag}: {count:customer|customers}. By the rule: {rule}.")
    columns = ("customer", "name", "source", "since_on", "expires_on", "reason")
    render.show(ctx, result, sentence, columns=columns)
