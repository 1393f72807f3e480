"""`shopcrm coupons`: give them out, look after them, trace them."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.choosing import Audience, Where, narrowed
from shopcrm.cli.context import open_book
from shopcrm.cli.coupons_counter import Code, counter_app
from shopcrm.cli.coupons_print import print_app
from shopcrm.core.clock import parse_period
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Give out, redeem and trace coupons.")
)

Reason = Annotated[str, typer.Option(metavar="TEXT", help=_("Why; kept with the coupon."))]
Offer = Annotated[str, typer.Argument(metavar="OFFER", help=_("Its code, as `offers list` names it."))]


@app.command(
    help=_("Give coupons of an offer to customers, to a group of them, or to bearers."),
    epilog=_("Example:  shopcrm coupons issue SPRING C-0042 C-0043 --key spring-letter"),
)
def issue(
    ctx: typer.Context,
    offer: Offer,
    customers: Annotated[
        list[str] | None,
        typer.Argument(metavar="CUSTOMER...", help=_("Code, phone, last four digits, member number, e-mail or name.")),
    ] = None,
    segment: Annotated[str | None, typer.Option(metavar="S", help=_("Everyone in this segment."))] = None,
    tier: Annotated[str | None, typer.Option(metavar="T", help=_("Everyone in this tier."))] = None,
    tag: Annotated[str | None, typer.Option(metavar="G", help=_("Everyone with this tag."))] = None,
    campaign: Annotated[str | None, typer.Option(metavar="C", help=_("Everyone treated in this campaign."))] = None,
    where: Where = None,
    audience: Audience = None,
    bearer: Annotated[int | None, typer.Option(metavar="N", help=_("So many, for whoever holds them."))] = None,
    key: Annotated[str | None, typer.Option(metavar="K", help=_("Makes a retry harmless."))] = None,
) -> None:
    from shopcrm.features.coupons import issuing

    chosen = narrowed(where, audience)
    named = {"segment": segment, "tier": tier, "tag": tag, "campaign": campaign, "where": chosen}
    groups = {group: name for group, name in named.items() if name is not None}
    asked = issuing.Asked(offer, tuple(customers or ()), groups, bearer, key)
    with render.progress(ctx) as progress, open_book(ctx, write=True) as book:
        result = issuing.issue(book, asked, lambda done, total: progress(_("coupons"), done, total))
    sentence = _("{issued:coupon|coupons} of {offer}, good from {starts_on}.")
    if result.expires_on:
        sentence = _("{issued:coupon|coupons} of {offer}, good from {starts_on} until {expires_on}.")
    if result.skipped:
        sentence += " " + _("Passed over, as not meant or within no limit: {skipped}.")
    then = "" if result.items else f"shopcrm offers show {result.offer}"
    columns = ("code", "customer", "name", "expires_on")
    render.show(ctx, result, _repeated(result.is_repeat) + sentence, columns=columns, then=then)


@app.command(
    "list",
    help=_("Coupons and how they stand, in the order of their issue."),
    epilog=_("Example:  shopcrm coupons list --customer C-0042 --status issued"),
)
def list_(
    ctx: typer.Context,
    customer: Annotated[str | None, typer.Option(metavar="CUSTOMER", help=_("Those of this customer."))] = None,
    offer: Annotated[str | None, typer.Option(metavar="OFFER", help=_("Those of this offer."))] = None,
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help=_("Only issued, redeemed, expired or void ones."))
    ] = None,
    expiring_within: Annotated[
        str | None, typer.Option(metavar="PERIOD", help=_("Open ones that end soon: 30d, 4w or 2m."))
    ] = None,
    owed: Annotated[bool, typer.Option("--owed", help=_("Redeemed, with something still to hand over."))] = False,
) -> None:
    from shopcrm.features.coupons import listing

    within = parse_period(expiring_within) if expiring_within is not None else None
    with open_book(ctx) as book:
        result = listing.list_all(book, customer=customer, offer=offer, status=status, within=within, is_owed=owed)
    columns = ("code", "customer", "name", "offer", "gives", "status", "expires_on", "owed")
    render.show(ctx, result, _("{count:coupon|coupons}."), columns=columns)


@app.command(
    help=_("One coupon and everything that became of it."), epilog=_("Example:  shopcrm coupons show K7QMD-3XPBW")
)
def show(ctx: typer.Context, code: Code) -> None:
    from shopcrm.features.coupons import listing

    with open_book(ctx) as book:
        result = listing.show(book, code)
    sentence = _("{code} of {offer}: {gives}, {status}, good from {starts_on} until {expires_on}.")
    if result.expires_on is None:
        sentence = _("{code} of {offer}: {gives}, {status}, good from {starts_on} on.")
    if result.customer:
        sentence = "{who}: " + sentence
    if result.owed:
        sentence += " " + _("To hand over: {owed}.")
    columns = ("on", "event", "by", "receipt", "discount_minor", "status", "expires_on", "reason")
    render.show(ctx, result, sentence, columns=columns, rows="events")


@app.command(
    help=_("Take a coupon out of use."), epilog=_('Example:  shopcrm coupons void K7QMD-3XPBW --reason "given twice"')
)
def void(ctx: typer.Context, code: Code, reason: Reason) -> None:
    from shopcrm.features.coupons import changing

    with open_book(ctx, write=True) as book:
        result = changing.void(book, code, reason=reason)
    render.show(ctx, result, _repeated(result.is_repeat) + _("{code} of {offer} is void."))


@app.command(
    help=_("Give a redeemed or void coupon back, as good as it was."),
    epilog=_('Example:  shopcrm coupons restore K7QMD-3XPBW --reason "wrong receipt"'),
)
def restore(
    ctx: typer.Context,
    code: Code,
    reason: Reason,
    until: Annotated[str | None, typer.Option(metavar="DATE", help=_("Good until this day, if that is later."))] = None,
) -> None:
    from shopcrm.features.coupons import changing

    with open_book(ctx, write=True) as book:
        result = changing.restore(book, code, reason=reason, until=until)
    sentence = _("{code} of {offer} is good again, until {expires_on}.")
    if result.expires_on is None:
        sentence = _("{code} of {offer} is good again, without end.")
    if result.status == "expired":
        sentence = _(
            "{code} of {offer} is given back, and expired on {expires_on}; coupons extend lets it last longer."
        )
    render.show(ctx, result, _repeated(result.is_repeat) + sentence)


@app.command(
    help=_("Let a coupon last longer, also one that has expired."),
    epilog=_('Example:  shopcrm coupons extend K7QMD-3XPBW --until 2026-12-31 --reason "was ill"'),
)
def extend(
    ctx: typer.Context,
    code: Code,
    until: Annotated[str, typer.Option(metavar="DATE", help=_("The new last good day."))],
    reason: Reason,
) -> None:
    from shopcrm.features.coupons import changing

    with open_book(ctx, write=True) as book:
        result = changing.extend(book, code, until=until, reason=reason)
    render.show(ctx, result, _repeated(result.is_repeat) + _("{code} of {offer} is good until {expires_on}."))


@app.command(
    help=_("Note that the gift or service of a redeemed coupon was handed over."),
    epilog=_("Example:  shopcrm coupons handover K7QMD-3XPBW"),
)
def handover(ctx: typer.Context, code: Code) -> None:
    from shopcrm.features.coupons import changing

    with open_book(ctx, write=True) as book:
        result = changing.hand_over(book, code)
    render.show(ctx, result, _repeated(result.is_repeat) + _("{code}: {item} was handed over on {handed_on}."))


@app.command(
    help=_("Post the end of every coupon past its last good day."), epilog=_("Example:  shopcrm coupons expire")
)
def expire(ctx: typer.Context) -> None:
    from shopcrm.features.coupons import expiring

    with open_book(ctx, write=True) as book:
        result = expiring.expire(book)
    render.show(ctx, result, _("Up to {as_of}: {expired:coupon|coupons} expired."))


@app.command(
    help=_("Give back the coupons of receipts that were given back."), epilog=_("Example:  shopcrm coupons settle")
)
def settle(ctx: typer.Context) -> None:
    from shopcrm.features.coupons import expiring

    with open_book(ctx, write=True) as book:
        result = expiring.settle(book)
    render.show(ctx, result, _("Up to {as_of}: {restored:coupon|coupons} came back with a receipt."))


def _repeated(is_repeat: bool) -> str:
    return _("Done already, nothing changed: ") if is_repeat else ""


app.add_typer(counter_app)
app.add_typer(print_app)
