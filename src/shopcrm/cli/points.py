"""`shopcrm points`: earn, redeem, adjust, explain."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.cli.points_counter import Customer, counter_app
from shopcrm.core.clock import parse_period
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Earn, redeem and explain points.")
)


@app.command(
    help=_("Post the points of every sale and refund that has not had them yet."),
    epilog=_("Example:  shopcrm points accrue"),
)
def accrue(ctx: typer.Context) -> None:
    from shopcrm.features.points import accrual

    with open_book(ctx, write=True) as book:
        result = accrual.accrue(book)
    sentence = _(
        "Up to {as_of}: {earned_points:point|points} earned and {reversed_points} taken back, in"
        " {entries:entry|entries}."
    )
    render.show(ctx, result, sentence)


@app.command(
    help=_("Every entry of a customer, the balance after it, and what is left."),
    epilog=_("Example:  shopcrm points statement C-0042"),
)
def statement(ctx: typer.Context, customer: Customer) -> None:
    from shopcrm.features.points import statement as feature

    with open_book(ctx) as book:
        result = feature.statement(book, customer)
    sentence = _(
        "{who}: {balance_points:point|points}, {spendable_points} to spend (worth {value_minor} {currency}),"
        " {pending_points} pending."
    )
    render.show(ctx, result, sentence, columns=("entry", "on", "kind", "points", "balance", "receipt", "reason"))


@app.command(
    help=_("End what is past its last good day."),
    epilog=_("Example:  shopcrm points expire"),
)
def expire(ctx: typer.Context) -> None:
    from shopcrm.features.points import expiry

    with open_book(ctx, write=True) as book:
        result = expiry.expire(book)
    sentence = _(
        "Up to {as_of}: {expired_points:point|points} of {customers:customer|customers} ended, worth"
        " {value_minor} {currency},"
        " in {entries:entry|entries}."
    )
    render.show(ctx, result, sentence)


@app.command(
    help=_("Whose points end soon, the earliest first."),
    epilog=_("Example:  shopcrm points expiring --within 30d"),
)
def expiring(
    ctx: typer.Context,
    within: Annotated[
        str, typer.Option(metavar="PERIOD", help=_("Days, weeks or months from today: 30d, 4w or 2m."))
    ] = "30d",
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("The first N only."))] = None,
) -> None:
    from shopcrm.features.points import expiring as feature

    period = parse_period(within)
    with open_book(ctx) as book:
        result = feature.expiring(book, period, limit=limit)
    sentence = _(
        "Up to {until_on} {points:point|points} of {customers:customer|customers} end, worth {value_minor} {currency}."
    )
    columns = ("customer", "name", "phone", "expires_on", "points", "value_minor")
    render.show(ctx, result, sentence, columns=columns)


@app.command(
    help=_("What all outstanding points would cost, what will expire unspent, and what this year cost."),
    epilog=_("Example:  shopcrm points liability --by-month"),
)
def liability(
    ctx: typer.Context,
    by_month: Annotated[bool, typer.Option("--by-month", help=_("With every month since the first entry."))] = False,
) -> None:
    from shopcrm.features.points import liability as feature

    with open_book(ctx) as book:
        result = feature.liability_by_month(book) if by_month else feature.liability(book)
    sentence = _(
        "{outstanding_points:point|points} outstanding as of {as_of}, worth {value_minor} {currency};"
        " {pending_points:is|are}"
        " pending. This year: {earned_points} earned, {taken_back_points} taken back, {redeemed_points} redeemed at a"
        " cost of {cost_minor} {currency}, {expired_points} expired."
    )
    if result.owed_points:
        sentence += " " + _("What some customers owe is taken off: {owed_points:point|points}.")
    if result.breakage_rate is not None:
        sentence += " " + _(
            "{breakage_rate} of the points that came to their end had expired unspent; if that goes on,"
            " {expected_breakage_points} of the outstanding ones will, and the rest is worth {expected_value_minor}."
        )
    render.show(ctx, result, sentence)


@app.command(
    help=_("How an entry came about, or what a customer's points consist of."),
    epilog=_("Example:  shopcrm points explain 17"),
)
def explain(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="ENTRY|CUSTOMER", help=_("The number of an entry in a statement, or a customer."))
    ],
) -> None:
    from shopcrm.features.points import explaining

    with open_book(ctx) as book:
        result = explaining.explain(book, what)
    render.show(ctx, result)


@app.command(
    help=_("What other rules would have come to over all that happened; changes nothing."),
    epilog=_("Example:  shopcrm points simulate --set points.rate=2 --set points.expiry='12 months'"),
)
def simulate(
    ctx: typer.Context,
    set_: Annotated[
        list[str], typer.Option("--set", metavar="KEY=VALUE", help=_("As `settings set` takes it; may repeat."))
    ],
) -> None:
    from shopcrm.features.points import simulating

    asked = dict(_pair(text) for text in set_)
    with open_book(ctx) as book:
        result = simulating.simulate(book, asked)
    sentence = _(
        "Over {receipts:receipt|receipts} of {customers:customer|customers} up to {as_of}: the worth of what"
        " is outstanding changes"
        " by {value_change_minor} {currency}, the cost of what was redeemed by {cost_change_minor}."
    )
    if result.unredeemed_points:
        sentence += " " + _("{unredeemed_points:point that was|points that were} redeemed could not have been.")
    columns = (
        "side", "earned_points", "taken_back_points", "redeemed_points", "expired_points", "outstanding_points",
        "value_minor", "cost_minor",
    )  # fmt: skip
    render.show(ctx, result, sentence, columns=columns)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(_("--set wants KEY=VALUE, not “{pair}”").format(pair=text))
    return key.strip(), value.strip()


app.add_typer(counter_app)
