"""`shopcrm import`: take in what a till exports."""

from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    "import",
    help=_("Take in what a till exports: customers, sales, refunds."),
    epilog=_("Example:  shopcrm import members.xlsx sales.csv --rejects rejects.csv"),
)
def import_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=_("Excel workbooks, CSV or TSV."))],
    as_: Annotated[str, typer.Option("--as", metavar="KIND", help=_("auto, customers or sales."))] = "auto",
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="FIELD=HEADER", help=_("Which column is which; may repeat."))
    ] = None,
    profile: Annotated[str | None, typer.Option(metavar="NAME", help=_("The till: online_retail, generic."))] = None,
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help=_("One tab of a workbook."))] = None,
    encoding: Annotated[str | None, typer.Option(metavar="E", help=_("Of a text file, such as gb18030."))] = None,
    date_order: Annotated[str | None, typer.Option(metavar="ORDER", help=_("ymd, dmy or mdy, where unclear."))] = None,
    rejects: Annotated[Path | None, typer.Option(metavar="FILE.csv", help=_("Write rows left out here."))] = None,
) -> None:
    from shopcrm.features import imports

    mapping = _mapping(map_ or [])
    _refuse_unknown("--as", as_, ("auto", "customers", "sales"))
    _refuse_unknown("--date-order", date_order, (None, "ymd", "dmy", "mdy"))
    with render.progress(ctx) as progress:
        with open_book(ctx) as book:
            staged = imports.stage(
                book, files, kind=as_, mapping=mapping, profile=profile, tab=sheet, encoding=encoding,
                date_order=date_order, progress=progress,
            )  # fmt: skip
        with open_book(ctx, write=True) as book:
            result, looked_at = imports.take_in(book, staged, progress)
            rejects = None if ctx.obj.is_dry_run else rejects
            if rejects:  # before the commit: where they cannot be written, nothing is imported
                imports.write_rejects(rejects, looked_at)
    render.tell_import(ctx, result, rejects)
    columns = ("sheet", "kind", "rows", "added", "updated", "unchanged", "skipped", "rejects", "net_minor")
    render.show(ctx, result, columns=columns, then="shopcrm points accrue")


def _mapping(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise typer.BadParameter(_("--map wants FIELD=HEADER, not “{pair}”").format(pair=pair))
    return {field.strip(): header.strip() for field, _sign, header in (pair.partition("=") for pair in pairs)}


def _refuse_unknown(option: str, value: str | None, known: tuple[str | None, ...]) -> None:
    if value not in known:
        listed = ", ".join(word for word in known if word)
        raise typer.BadParameter(_("{option} is one of {known}").format(option=option, known=listed))
