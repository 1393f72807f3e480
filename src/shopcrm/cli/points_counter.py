"""`shopcrm points`, at the counter: redeem, exchange, grant, transfer, donate, adjust, and take back."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.choosing import Audience, Where, narrowed
from shopcrm.cli.context import open_book, options_of
from shopcrm.core.errors import UsageWrong
from shopcrm.core.language import translate as _

counter_app = typer.Typer(rich_markup_mode=None, add_completion=False)

Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help=_("Code, phone, last four digits, member number, e-mail or name."))
]
Points = Annotated[int, typer.Option(metavar="N", help=_("How many points."))]
Receipt = Annotated[str, typer.Option(metavar="R", help=_("The receipt they are spent on."))]
Store = Annotated[str | None, typer.Option(metavar="NAME", help=_("The store, where there are several."))]
Key = Annotated[str | None, typer.Option(metavar="K", help=_("Makes a retry harmless."))]


@counter_app.command(
    help=_("Spend a customer's points on a receipt."),
    epilog=_("Example:  shopcrm points redeem C-0042 --points 500 --receipt R-1009"),
)
def redeem(
    ctx: typer.Context,
    customer: Customer,
    receipt: Receipt,
    points: Annotated[int | None, typer.Option(metavar="N", help=_("How many points."))] = None,
    amount: Annotated[
        str | None, typer.Option(metavar="X", help=_("Or as many as are worth no more than this."))
    ] = None,
    total: Annotated[
        str | None, typer.Option(metavar="T", help=_("What the receipt comes to [as in the book, where it is]."))
    ] = None,
    store: Store = None,
) -> None:
    from shopcrm.features.points import counter

    with open_book(ctx, write=True) as book:
        result = counter.redeem(book, customer, points=points, amount=amount, receipt=receipt, total=total, store=store)
    sentence = _("{who}: {points:point|points}, worth {value_minor} {currency}; {balance_points:point|points} left.")
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@counter_app.command(
    help=_("Give a reward for a customer's points."),
    epilog=_("Example:  shopcrm points exchange C-0042 MUG --receipt R-1009"),
)
def exchange(
    ctx: typer.Context,
    customer: Customer,
    reward: Annotated[str, typer.Argument(metavar="REWARD", help=_("Its code, as `rewards list` names it."))],
    receipt: Receipt,
    store: Store = None,
) -> None:
    from shopcrm.features.points import exchanges

    with open_book(ctx, write=True) as book:
        result = exchanges.exchange(book, customer, reward, receipt=receipt, store=store)
    sentence = _(
        "{who}: {points:point|points} for {reward} {reward_name}, {cash_minor} {currency} to pay;"
        " {balance_points:point|points} left."
    )
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@counter_app.command(
    help=_("Give points for something that is no sale, as the settings allow."),
    epilog=_("Example:  shopcrm points grant C-0042 --for review"),
)
def grant(
    ctx: typer.Context,
    for_: Annotated[str, typer.Option("--for", metavar="NAME", help=_("What for, as the settings name it."))],
    customer: Annotated[
        str | None, typer.Argument(metavar="CUSTOMER", help=_("One customer; or say --where or --audience."))
    ] = None,
    points: Annotated[int | None, typer.Option(metavar="N", help=_("How many [as the settings say]."))] = None,
    key: Key = None,
    where: Where = None,
    audience: Audience = None,
) -> None:
    from shopcrm.features.points import grants

    options_of(ctx)
    chosen = narrowed(where, audience)
    if (customer is None) == (chosen is None):
        raise UsageWrong(
            problem=_("say one customer, or whom to choose with --where or --audience"), command="shopcrm points grant"
        )
    if customer is None:
        with open_book(ctx, write=True) as book:
            many = grants.grant_to_all(book, chosen or "", for_, points=points, key=key)
        sentence = _("{granted:customer|customers} granted {points:point|points} for {grant}.")
        if many.repeated or many.skipped:
            sentence += " " + _("Passed over: {repeated} who have it by this key, {skipped} who had all they may.")
        render.show(ctx, many, sentence)
        return
    with open_book(ctx, write=True) as book:
        result = grants.grant(book, customer, for_, points=points, key=key)
    sentence = _("{who}: {points:point|points} for {grant}; {balance_points:point|points} now.")
    if result.expires_on:
        sentence = _(
            "{who}: {points:point|points} for {grant}, good until {expires_on}; {balance_points:point|points} now."
        )
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@counter_app.command(
    help=_("Give a customer's points to another; they stay good as long as they were."),
    epilog=_("Example:  shopcrm points transfer C-0042 C-0043 --points 200"),
)
def transfer(
    ctx: typer.Context,
    customer: Customer,
    to: Annotated[str, typer.Argument(metavar="TO", help=_("Who gets them, named in the same ways."))],
    points: Points,
    key: Key = None,
) -> None:
    from shopcrm.features.points import transfers

    with open_book(ctx, write=True) as book:
        result = transfers.transfer(book, customer, to, points=points, key=key)
    sentence = _(
        "{who}: {points:point|points} to {to}; {balance_points:point|points} left, {to} has {to_balance_points}."
    )
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@counter_app.command(
    help=_("Give a customer's points to a good cause."),
    epilog=_('Example:  shopcrm points donate C-0042 --points 500 --project "School books"'),
)
def donate(
    ctx: typer.Context,
    customer: Customer,
    points: Points,
    project: Annotated[str, typer.Option(metavar="P", help=_("What they are given to."))],
    key: Key = None,
) -> None:
    from shopcrm.features.points import donations

    with open_book(ctx, write=True) as book:
        result = donations.donate(book, customer, points=points, project=project, key=key)
    render.show(ctx, result, _repeated(result.is_repeat) + _("{certificate}; {balance_points:point|points} left."))


@counter_app.command(
    help=_("The good causes that points were given to, with all they had."),
    epilog=_("Example:  shopcrm points projects"),
)
def projects(ctx: typer.Context) -> None:
    from shopcrm.features.points import donations

    with open_book(ctx) as book:
        result = donations.projects(book)
    columns = ("project", "points", "value_minor", "donations", "givers", "first_on", "last_on")
    sentence = _("{count:project|projects} had {points:point|points}, worth {value_minor} {currency}.")
    render.show(ctx, result, sentence, columns=columns)


@counter_app.command(
    help=_("Add or take points by hand, with a reason."),
    epilog=_('Example:  shopcrm points adjust C-0042 --points +50 --reason "waited too long"'),
)
def adjust(
    ctx: typer.Context,
    customer: Customer,
    points: Annotated[int, typer.Option(metavar="±N", help=_("+N adds, -N takes."))],
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why; shown in the statement."))],
    key: Key = None,
) -> None:
    from shopcrm.features.points import counter

    with open_book(ctx, write=True) as book:
        result = counter.adjust(book, customer, points=points, reason=reason, key=key)
    render.show(ctx, result, _repeated(result.is_repeat) + _("{who}: {points}; {balance_points:point|points} now."))


@counter_app.command(
    help=_("Take one entry back whole: points go where they came from, with their old last days."),
    epilog=_('Example:  shopcrm points reverse 812 --reason "wrong customer"'),
)
def reverse(
    ctx: typer.Context,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help=_("Its number, as `points statement` shows it."))],
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why; shown in the statement."))],
) -> None:
    from shopcrm.features.points import reversals

    with open_book(ctx, write=True) as book:
        result = reversals.reverse(book, entry, reason=reason)
    sentence = _("{who}: {points:point|points}, entry {reverses} is taken back; {balance_points:point|points} now.")
    if result.other:
        sentence += " " + _("{other}: {other_points}; {other_balance_points:point|points} now.")
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


def _repeated(is_repeat: bool) -> str:
    return _("Posted before, nothing changed: ") if is_repeat else ""
