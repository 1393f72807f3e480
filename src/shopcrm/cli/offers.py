"""`shopcrm offers`: the terms that coupons are issued under."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("The terms that coupons are given under.")
)

Code = Annotated[str, typer.Argument(metavar="CODE", help=_("A short code, such as SPRING20."))]
KIND = typer.Option(metavar="KIND", help=_("amount, percent, gift, service or exchange."))
VALUE = typer.Option(
    metavar="X",
    help=_(
        "amount: money off, such as 20; percent: 20 or 12.5 % off, or 8折 (pay 80 %); gift and service: what is handed"
        " over, in words; exchange: what one piece is had for, 0 if free."
    ),
)
Name = Annotated[str | None, typer.Option(metavar="TEXT", help=_("What customers read [made from the terms]."))]
MaxDiscount = Annotated[str | None, typer.Option(metavar="X", help=_("The most that a percent takes off."))]
MinSpend = Annotated[str | None, typer.Option(metavar="X", help=_("What must be spent on the goods it is for."))]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help=_("The first day it is good."))]
To = Annotated[str | None, typer.Option("--to", metavar="DATE", help=_("The last day it is good."))]
ValidDays = Annotated[str | None, typer.Option(metavar="N", help=_("For how many days a coupon is good."))]
StartAfter = Annotated[str | None, typer.Option(metavar="N", help=_("How many days after its issue that begins."))]
PerCustomer = Annotated[str | None, typer.Option(metavar="N", help=_("How many one customer may have."))]
Limit = Annotated[str | None, typer.Option(metavar="N", help=_("How many there are in all."))]
Budget = Annotated[str | None, typer.Option(metavar="X", help=_("What all of them may take off together."))]
Categories = Annotated[list[str] | None, typer.Option(metavar="NAMES", help=_("For these categories only."))]
Skus = Annotated[list[str] | None, typer.Option(metavar="SKUS", help=_("For these articles only."))]
Tiers = Annotated[list[str] | None, typer.Option(metavar="NAMES", help=_("For customers in one of these tiers."))]
Segments = Annotated[list[str] | None, typer.Option(metavar="NAMES", help=_("For customers in one of these segments."))]
Combines = Annotated[
    list[str] | None,
    typer.Option(metavar="KINDS", help=_("Goes with other coupons: product (for some goods), order (for all).")),
]
BirthdayMonth = Annotated[
    bool | None, typer.Option("--birthday-month/--no-birthday-month", help=_("Good in the birthday month alone."))
]
Bearer = Annotated[bool | None, typer.Option("--bearer/--no-bearer", help=_("For whoever brings one, not for a name."))]


@app.command(
    help=_("Add an offer; coupons are issued under it."),
    epilog=_("Example:  shopcrm offers add SPRING20 --kind amount --value 20 --min-spend 200 --valid-days 30"),
)
def add(
    ctx: typer.Context,
    code: Code,
    kind: Annotated[str, KIND],
    value: Annotated[str, VALUE],
    name: Name = None,
    max_discount: MaxDiscount = None,
    min_spend: MinSpend = None,
    first_on: From = None,
    last_on: To = None,
    valid_days: ValidDays = None,
    start_after: StartAfter = None,
    per_customer: PerCustomer = None,
    limit: Limit = None,
    budget: Budget = None,
    categories: Categories = None,
    skus: Skus = None,
    tiers: Tiers = None,
    segments: Segments = None,
    combines: Combines = None,
    birthday_month: BirthdayMonth = None,
    bearer: Bearer = None,
) -> None:
    from shopcrm.features.offers import typed, writing

    asked = typed.Asked(
        kind, value, name, max_discount, min_spend, first_on, last_on, valid_days, start_after, per_customer, limit,
        budget, categories, skus, tiers, segments, combines, birthday_month, bearer,
    )  # fmt: skip
    with open_book(ctx, write=True) as book:
        result = writing.add(book, code, asked)
    sentence = _("{offer}: {name}, good {days}.")
    render.show(ctx, result, (_("In the book already, nothing changed: ") if result.is_repeat else "") + sentence)


@app.command(
    help=_("Change an offer's terms for coupons still to be issued; `none` clears one."),
    epilog=_("Example:  shopcrm offers edit SPRING20 --limit 500 --budget none"),
)
def edit(
    ctx: typer.Context,
    code: Code,
    kind: Annotated[str | None, KIND] = None,
    value: Annotated[str | None, VALUE] = None,
    name: Name = None,
    max_discount: MaxDiscount = None,
    min_spend: MinSpend = None,
    first_on: From = None,
    last_on: To = None,
    valid_days: ValidDays = None,
    start_after: StartAfter = None,
    per_customer: PerCustomer = None,
    limit: Limit = None,
    budget: Budget = None,
    categories: Categories = None,
    skus: Skus = None,
    tiers: Tiers = None,
    segments: Segments = None,
    combines: Combines = None,
    birthday_month: BirthdayMonth = None,
    bearer: Bearer = None,
) -> None:
    from shopcrm.features.offers import typed, writing

    asked = typed.Asked(
        kind, value, name, max_discount, min_spend, first_on, last_on, valid_days, start_after, per_customer, limit,
        budget, categories, skus, tiers, segments, combines, birthday_month, bearer,
    )  # fmt: skip
    with open_book(ctx, write=True) as book:
        result = writing.edit(book, code, asked)
    sentence = _("{offer}: {name}, good {days}; version {version}. Coupons that are out keep their terms.")
    unchanged = _("So it stands already, nothing changed: {offer}: {name}, good {days}.")
    render.show(ctx, result, unchanged if result.is_repeat else sentence)


@app.command(
    "list",
    help=_("Every offer, the latest first; retired ones are marked."),
    epilog=_("Example:  shopcrm offers list"),
)
def list_(ctx: typer.Context) -> None:
    from shopcrm.features.offers import listing

    with open_book(ctx) as book:
        result = listing.list_all(book)
    columns = ("offer", "offer_name", "gives", "days", "issued", "redeemed", "retired_on")
    render.show(ctx, result, _("{count} offers."), columns=columns)


@app.command(
    help=_("An offer's terms in sentences, how much of it is used up, and how it came to them."),
    epilog=_("Example:  shopcrm offers show SPRING20"),
)
def show(ctx: typer.Context, code: Code) -> None:
    from shopcrm.features.offers import listing

    with open_book(ctx) as book:
        result = listing.show(book, code)
    render.show(ctx, result)


@app.command(
    help=_("Issue no more coupons of an offer; those that are out stay good."),
    epilog=_("Example:  shopcrm offers retire SPRING20"),
)
def retire(ctx: typer.Context, code: Code) -> None:
    from shopcrm.features.offers import writing

    with open_book(ctx, write=True) as book:
        result = writing.retire(book, code)
    sentence = _("{offer} {name} issues no more coupons since {retired_on}; those that are out stay good.")
    render.show(ctx, result, sentence)


@app.command(
    help=_("What came of an offer: redeemed, expired, discount given, and the receipts with it."),
    epilog=_("Example:  shopcrm offers results SPRING20"),
)
def results(ctx: typer.Context, code: Code) -> None:
    from shopcrm.features.offers import results as outcomes

    with open_book(ctx) as book:
        result = outcomes.results(book, code)
    sentence = _(
        "{offer} {name}: {issued} issued, {redeemed} redeemed, {expired} expired, {void} void, {open} open;"
        " {discount_minor} {currency} off on {receipts} receipts, which brought {revenue_minor}."
    )
    if result.redemption_rate is not None:
        sentence += " " + _("Redeemed of what was not void: {redemption_rate}.")
    if result.receipts_missing:
        sentence += " " + _("{receipts_missing} of them are not in the book yet.")
    render.show(ctx, result, sentence, is_answer=True)
