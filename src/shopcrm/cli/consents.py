"""`shopcrm consents`: may we contact whom, how, and what for."""

from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli import import_talk, render
from shopcrm.cli.asking import CHANNELS, PURPOSES, check_channel, check_purpose
from shopcrm.cli.context import may_reveal, open_book
from shopcrm.core.clock import parse_date
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    help=_("May we contact whom, how, and what for."),
)

Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("Code, phone, last four digits, e-mail or name."))]
Evidence = Annotated[str | None, typer.Option(metavar="TEXT", help=_("What proves it, such as “signed card”."))]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help=_("The day on which it was said."))]
Purpose = Annotated[
    str, typer.Option(metavar="PURPOSE", callback=check_purpose, help=_("marketing, or service: messages about sales."))
]


def _channels(words: list[str]) -> list[str]:
    if "all" in words:
        return list(CHANNELS)
    return [check_channel(word) or word for word in words]


def _purposes(word: str) -> tuple[str, ...]:
    return PURPOSES if word == "all" else (check_purpose(word) or word,)


@app.command(
    help=_("A customer says yes to a channel."),
    epilog=_('Example:  shopcrm consents grant C-0042 --channel sms --channel wechat --evidence "signed card"'),
)
def grant(
    ctx: typer.Context,
    customer: Customer,
    channel: Annotated[
        list[str],
        typer.Option(
            metavar="CHANNEL", callback=_channels, help=_("sms, phone, email, wechat, post or all; may repeat.")
        ),
    ],
    purpose: Purpose = "marketing",
    evidence: Evidence = None,
    on: On = None,
) -> None:
    from shopcrm.features import consents

    day = parse_date(on) if on else None
    with open_book(ctx, write=True) as book:
        result = consents.grant(book, customer, channel, purposes=(purpose,), evidence=evidence, on=day)
    sentence = _("{who} says yes to {channels} on {on} ({purposes}).")
    if result.held_back:
        sentence += " " + _("A no of that day or a later one holds for {held_back}.")
    render.show(ctx, result, sentence)


@app.command(
    help=_("A customer says no: to one channel, or to all."),
    epilog=_("Example:  shopcrm consents withdraw C-0042"),
)
def withdraw(
    ctx: typer.Context,
    customer: Customer,
    channel: Annotated[
        list[str] | None,
        typer.Option(metavar="CHANNEL", help=_("sms, phone, email, wechat, post or all; may repeat [all].")),
    ] = None,
    purpose: Annotated[str, typer.Option(metavar="PURPOSE", help=_("marketing, service or all."))] = "marketing",
    evidence: Evidence = None,
    on: On = None,
) -> None:
    from shopcrm.features import consents

    channels, purposes = _channels(channel or ["all"]), _purposes(purpose)
    day = parse_date(on) if on else None
    with open_book(ctx, write=True) as book:
        result = consents.withdraw(book, customer, channels, purposes=purposes, evidence=evidence, on=day)
    sentence = _("{who} says no to {channels} on {on} ({purposes}).")
    if result.held_back:
        sentence += " " + _("A later yes holds for {held_back}.")
    render.show(ctx, result, sentence)


@app.command(
    help=_("What a customer allows today, and everything they said."),
    epilog=_("Example:  shopcrm consents show C-0042"),
)
def show(
    ctx: typer.Context,
    customer: Customer,
    reveal: Annotated[
        bool, typer.Option("--reveal", help=_("Show evidence in full; kept in the audit trail."))
    ] = False,
) -> None:
    from shopcrm.features import consents

    reveal = may_reveal(ctx, reveal)
    with open_book(ctx, write=reveal) as book:
        result = consents.show(book, customer, reveal=reveal)
    render.show(ctx, result, _("{who}, as of {as_of}:"))


@app.command(
    "list",
    help=_("Who said yes and who said no; with --missing whom to ask."),
    epilog=_("Example:  shopcrm consents list --missing --channel phone"),
)
def list_(
    ctx: typer.Context,
    channel: Annotated[
        str | None, typer.Option(metavar="CHANNEL", callback=check_channel, help=_("Only of this channel."))
    ] = None,
    purpose: Purpose = "marketing",
    missing: Annotated[
        bool, typer.Option("--missing", help=_("Who has not been asked yet, the best customers first."))
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("Of --missing the first N only."))] = None,
) -> None:
    from shopcrm.features import consents

    with open_book(ctx) as book:
        if missing:
            asked = consents.list_missing(book, channel or "phone", purpose=purpose, limit=limit)
        else:
            result = consents.list_all(book, channel=channel, purpose=purpose)
    if missing:
        sentence = _("{count_all:customer has|customers have} said neither yes nor no to {channel} ({purpose}).")
        render.show(ctx, asked, sentence, then=f"shopcrm consents grant CUSTOMER --channel {channel or 'phone'}")
    else:
        render.show(ctx, result, _("{yes} yes, {no} no."))


@app.command(
    "import",
    help=_("Take in replies that say no (退订, TD, STOP): phones, with or without texts and days."),
    epilog=_("Example:  shopcrm consents import replies.xlsx --channel sms"),
)
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("An Excel workbook, CSV or TSV."))],
    channel: Annotated[
        str, typer.Option(metavar="CHANNEL", callback=check_channel, help=_("What they replied to."))
    ] = "sms",
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help=_("One tab of a workbook."))] = None,
    encoding: Annotated[str | None, typer.Option(metavar="E", help=_("Of a text file, such as gb18030."))] = None,
    date_order: Annotated[str | None, typer.Option(metavar="ORDER", help=_("ymd, dmy or mdy, where unclear."))] = None,
) -> None:
    from shopcrm.features import consents

    with open_book(ctx) as book:
        replies = consents.read_replies(book, file, tab=sheet, encoding=encoding, date_order=date_order)
    with open_book(ctx, write=True) as book:
        result = consents.take_replies(book, replies, channel=channel)
    import_talk.tell_problems(ctx, result.problems)
    render.show(
        ctx, result, _("{sheet}: {new:customer says|customers say} no to {channel}; {known} had said so before.")
    )
