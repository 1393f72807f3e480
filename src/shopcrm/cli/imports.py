"""`shopcrm imports`: what was imported."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli import import_talk, render
from shopcrm.cli.context import open_book
from shopcrm.core.language import mark
from shopcrm.core.language import translate as _

if TYPE_CHECKING:
    from shopcrm.features.imports import Undone

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    add_completion=False,
    help=_("What was imported: look at it, take it back, settle questions."),
)

Batch = Annotated[int, typer.Argument(metavar="BATCH", help=_("Its number in `imports list`."))]

_ANSWERS = ("take", "keep", "new", "split")
_SETTLED = {
    "take": mark("Question {review}: {who} is as the sheet says."),
    "keep": mark("Question {review}: {who} stays so."),
    "new": mark("Question {review}: {new_customer} is another person than {who}."),
    "split": mark(
        "Question {review}: the name of {who} is several people's; {receipts:receipt names|receipts name} nobody now."
    ),
}


@app.command(
    "list", help=_("Every import of a sheet, the latest first."), epilog=_("Example:  shopcrm imports list --limit 10")
)
def list_(
    ctx: typer.Context,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("The latest N only."))] = None,
) -> None:
    from shopcrm.features import imports

    with open_book(ctx) as book:
        result = imports.list_batches(book, limit=limit)
    columns = ("batch", "on", "sheet", "tab", "kind", "rows", "added", "updated", "rejects", "by", "undone_on")
    render.show(ctx, result, _("{count} batches."), columns=columns)


@app.command(
    help=_("One import: how it was read, what it added and changed, whether it can be undone."),
    epilog=_("Example:  shopcrm imports show 7"),
)
def show(ctx: typer.Context, batch: Batch) -> None:
    from shopcrm.features import imports

    with open_book(ctx) as book:
        result = imports.show_batch(book, batch)
    sentence = _(
        "Batch {batch} of {on} ({sheet}, {kind}, {profile}): {rows:row|rows}, {added} added, {updated} updated,"
        " {unchanged} unchanged, {skipped} skipped, {rejects} left out. It brought {brought}."
    )
    import_talk.tell_batch(ctx, result)
    if result.undone_on:
        sentence += " " + _("It was undone on {undone_on}.")
    elif result.reasons:
        sentence += " " + _("It cannot be undone: {reasons}.")
    else:
        sentence += " " + _("It can be undone.")
    render.show(ctx, result, sentence, columns=("became", "what", "on", "customer", "net_minor"))


@app.command(
    help=_("Take an import back: what it added goes, what it changed is as before, its points are reversed."),
    epilog=_("Example:  shopcrm imports undo 7"),
)
def undo(ctx: typer.Context, batch: Batch) -> None:
    from shopcrm.features import imports

    with open_book(ctx, write=True) as book:
        result = imports.undo(book, batch)
    sentence = _("Batch {batch} ({sheet}) is undone: ") + "; ".join(_became(result)) + "."
    render.show(ctx, result, sentence, then="shopcrm points accrue")


@app.command(
    help=_("Questions that sheets raised about customers: list them, or settle one."),
    epilog=_("Example:  shopcrm imports review 3 --keep"),
)
def review(
    ctx: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="[N]", help=_("The question to settle."))] = None,
    take: Annotated[bool, typer.Option("--take", help=_("The same person: take what the sheet says."))] = False,
    keep: Annotated[bool, typer.Option("--keep", help=_("The same person: keep what the book says."))] = False,
    new: Annotated[bool, typer.Option("--new", help=_("Another person, who shares the phone."))] = False,
    split: Annotated[bool, typer.Option("--split", help=_("Several people bear this name."))] = False,
) -> None:
    from shopcrm.features import imports

    chosen = [answer for answer, is_on in zip(_ANSWERS, (take, keep, new, split), strict=True) if is_on]
    if (number is None and chosen) or (number is not None and len(chosen) != 1):
        raise typer.BadParameter(_("write a number and one of --take, --keep, --new, --split; or neither"))
    if number is not None:
        with open_book(ctx, write=True) as book:
            settled = imports.settle(book, number, chosen[0])
        render.show(ctx, settled, _(_SETTLED[settled.answer]))
    else:
        with open_book(ctx) as book:
            listed = imports.list_reviews(book)
        columns = ("review", "customer", "name", "phone", "field", "said", "sheet", "row", "answers")
        render.show(ctx, listed, _("{count} open questions."), columns=columns)


@app.command(
    help=_("Import what is new in a folder, and move it to done/ or failed/ with a report: for cron."),
    epilog=_("Example:  shopcrm imports watch ~/till-exports --once"),
)
def watch(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=_("Where the till's exports arrive."))],
    once: Annotated[bool, typer.Option("--once", help=_("Look once, and end."))] = False,
) -> None:
    from shopcrm.features import imports

    if not once:
        raise typer.BadParameter(_("it looks once and ends; write --once, and let cron call it again"))
    result = imports.watch(partial(open_book, ctx), folder, moves=not ctx.obj.is_dry_run)
    import_talk.tell_watch(ctx, result)
    columns = ("file", "became", "kind", "rows", "added", "updated", "unchanged", "rejects", "issues")
    render.show(ctx, result, _("{count:file|files}: {imported} imported, {failed} failed."), columns=columns)


def _became(result: "Undone") -> Iterator[str]:
    """What became of what a batch brought: only what there was."""
    said = {
        "receipts_removed": _("{receipts_removed:receipt|receipts} removed"),
        "receipts_withdrawn": _("{receipts_withdrawn:receipt|receipts} withdrawn, since points were posted for them"),
        "receipts_restored": _("{receipts_restored:receipt|receipts} as they were before"),
        "customers_removed": _("{customers_removed:customer|customers} removed"),
        "customers_restored": _("{customers_restored:customer|customers} as they were before"),
        "customers_kept": _(
            "{customers_kept:customer stays|customers stay} on the list, since a ledger or a list refers to them"
        ),
        "stock_removed": _("{stock_removed} things on the shelf removed"),
        "stock_restored": _("{stock_restored} things on the shelf as they were before"),
        "openings": _("{openings} opening balances taken back"),
        "entries": _("{points:point|points} in {entries:entry|entries}"),
    }
    happened = [sentence for name, sentence in said.items() if getattr(result, name)]
    yield from happened or [_("nothing of it was left")]
