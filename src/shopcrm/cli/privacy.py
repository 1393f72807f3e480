"""`shopcrm privacy`: everything held about one person, erasing them, and how well all of it is kept."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli import asking, privacy_talk, render
from shopcrm.cli.context import open_book
from shopcrm.core.clock import parse_period
from shopcrm.core.language import Counted
from shopcrm.core.language import translate as _

if TYPE_CHECKING:
    from shopcrm.features.privacy import Erased, Purged

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    help=_("What is held about a person: hand it over, erase it, see how it is kept."),
)

Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("Code, phone, last four digits, e-mail or name."))]


def _check_backups(word: str) -> str:
    if word not in ("keep", "delete"):
        raise typer.BadParameter(_("it is one of {words}").format(words="keep, delete"))
    return word


Backups = Annotated[
    str,
    typer.Option(
        metavar="WHAT", callback=_check_backups, help=_("keep or delete: the copies of the book that stand beside it.")
    ),
]


@app.command(
    help=_("Write everything that is held about one person, in full, to hand over."),
    epilog=_("Example:  shopcrm privacy export C-0042 --to folder"),
)
def export(
    ctx: typer.Context,
    customer: Customer,
    to: Annotated[Path, typer.Option("--to", metavar="PATH", help=_("A folder, or a file .json or .xlsx."))],
) -> None:
    from shopcrm.features import privacy

    with open_book(ctx, write=True) as book:
        result = privacy.export(book, customer, to)
    render.show(ctx, result, _("{customer}: {rows:row|rows} in {files}. Hand them over and delete them."))


@app.command(
    help=_("Erase a person for good: all that is personal goes, the ledger and the sums stay."),
    epilog=_('Example:  shopcrm privacy erase C-0042 --reason "asked for it on the phone"'),
)
def erase(
    ctx: typer.Context,
    customer: Customer,
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why, for the record; names are blotted out of it."))],
    backups: Backups = "keep",
) -> None:
    from shopcrm.features import privacy

    command = shlex.join(("privacy", "erase", customer, "--reason", reason))
    with open_book(ctx, write=True, is_preview=True) as book:
        name, planned = privacy.name_of(book, customer), privacy.erase(book, customer, reason=reason)
    if not planned.is_repeat:
        privacy_talk.tell_loss(ctx, planned)
        asking.confirm(ctx, _("Erase {name} for good?").format(name=name), command)
    with open_book(ctx, write=True) as book:
        result = privacy.erase(book, planned.customer, reason=reason)
    _settle_backups(ctx, result, backups)
    privacy_talk.tell_rest(ctx, result, backups)
    sentence = _(
        "{customer} is erased: {identities:identity|identities}, {rows:row|rows}, {texts:text|texts} of others."
    )
    render.show(ctx, result, _("{customer} was erased before.") if result.is_repeat else sentence)


@app.command(
    help=_("Erase everyone with whom the shop has had nothing to do for long; never who has money in the wallet."),
    epilog=_("Example:  shopcrm privacy purge --inactive 36m --dry-run"),
)
def purge(
    ctx: typer.Context,
    inactive: Annotated[str, typer.Option(metavar="PERIOD", help=_("Such as 36m, 104w or 1000d."))],
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why, for the record."))] = "",
    backups: Backups = "keep",
) -> None:
    from shopcrm.features import privacy

    period = parse_period(inactive)
    with open_book(ctx, write=True, is_preview=True) as book:
        planned = privacy.purge(book, period, reason=reason)
    if planned.people:
        privacy_talk.tell_who(ctx, planned)
        question = _("Erase {people:customer|customers} for good?").format(people=Counted(planned.people))
        asking.confirm(ctx, question, f"privacy purge --inactive {inactive}")
    with open_book(ctx, write=True) as book:
        result = privacy.purge(book, period, reason=reason)
    if result.people:
        _settle_backups(ctx, result, backups)
        privacy_talk.tell_rest(ctx, result, backups)
    sentence = _(
        "{people:customer|customers} erased, with nothing since before {before_on}; {held} stay for what is theirs."
    )
    render.show(ctx, result, sentence)


@app.command(
    help=_("How many people, what they allow, who was erased, and which files lie open."),
    epilog=_("Example:  shopcrm privacy report"),
)
def report(ctx: typer.Context) -> None:
    from shopcrm.features import privacy

    with open_book(ctx) as book:
        result = privacy.report(book)
    privacy_talk.tell_files(ctx, result.files)
    sentence = _(
        "{customers:customer|customers}, {erased} erased. {inactive} with nothing for three years; the oldest since"
        " {oldest_on}. Marketing needs a yes: {needs_consent}."
    )
    render.show(ctx, result, sentence)


def _settle_backups(ctx: typer.Context, result: "Erased | Purged", backups: str) -> None:
    from shopcrm.features import privacy

    if backups == "delete" and not ctx.obj.is_dry_run:
        privacy.delete_backups(result.backups)
