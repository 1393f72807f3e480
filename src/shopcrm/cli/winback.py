"""`shopcrm winback`: build the list and look at it."""

from fractions import Fraction
from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.asking import check_channel
from shopcrm.cli.choosing import Audience, Where, narrowed
from shopcrm.cli.context import may_reveal, open_book
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Who is overdue, and whom to call.")
)


def _ratio(text: str) -> Fraction:
    try:
        ratio = Fraction(text)
    except (ValueError, ZeroDivisionError):
        ratio = Fraction(0)
    if ratio <= 0:
        raise typer.BadParameter(_("write a number of usual gaps, such as 2.0"))
    return ratio


@app.command(
    help=_("List who has stayed away longer than their own usual gap."),
    epilog=_("Example:  shopcrm winback build --lapsed-by 2.0 --limit 40"),
)
def build(
    ctx: typer.Context,
    lapsed_by: Annotated[
        str | None, typer.Option(metavar="TIMES", help=_("How many usual gaps are too many [settings: 2.0]."))
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("The N that matter most."))] = None,
    channel: Annotated[
        str, typer.Option(metavar="CHANNEL", callback=check_channel, help=_("How they are to be contacted."))
    ] = "phone",
    where: Where = None,
    audience: Audience = None,
) -> None:
    from shopcrm.features import winback

    wanted = _ratio(lapsed_by) if lapsed_by else None
    with open_book(ctx, write=True) as book:
        result = winback.build(book, lapsed_by=wanted, limit=limit, channel=channel, where=narrowed(where, audience))
    sentence = _(
        "As of {as_of}: {overdue:customer is|customers are} overdue by {lapsed_by} usual gaps; {listed} are listed,"
        " who spent {spend_minor} {currency}."
    )
    if result.suppressed:
        sentence += " " + _("{suppressed} more must not be contacted by {channel}.")
    ask = f"shopcrm consents list --missing --channel {channel}"
    then = "shopcrm exports winback --to winback.xlsx --reveal" if result.listed or not result.suppressed else ask
    render.show(ctx, result, sentence, then=then)


@app.command("list", help=_("Whom to call, in order."), epilog=_("Example:  shopcrm winback list"))
def list_(
    ctx: typer.Context,
    reveal: Annotated[bool, typer.Option("--reveal", help=_("Show phones in full; kept in the audit trail."))] = False,
) -> None:
    from shopcrm.features import winback

    reveal = may_reveal(ctx, reveal)
    with open_book(ctx, write=reveal) as book:
        result = winback.list_all(book, reveal=reveal)
    why = "suppressed_by" if result.suppressed else "days_since"  # 80 columns hold one of them
    columns = ("customer", "name", "phone", why, "overdue_ratio", "spend_minor", "last_items")
    sentence = _("{listed:customer|customers}, as of {built_on}.")
    if result.suppressed:
        sentence += " " + _("{suppressed} more must not be contacted by {channel}.")
    render.show(ctx, result, sentence, columns=columns)
