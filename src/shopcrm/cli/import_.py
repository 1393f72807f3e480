"""`shopcrm import`: take in what a till exports."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli import asking, import_talk, render
from shopcrm.cli.context import open_book
from shopcrm.core.language import translate as _

if TYPE_CHECKING:
    from shopcrm.features.imports import Asked, Staged

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(
    "import",
    help=_("Take in what a till exports: customers, sales, refunds, stock."),
    epilog=_("Example:  shopcrm import members.xlsx sales.csv --rejects rejects.xlsx"),
)
def import_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=_("Excel workbooks, CSV, TSV, web tables."))],
    as_: Annotated[str, typer.Option("--as", metavar="KIND", help=_("auto, customers, sales or stock."))] = "auto",
    map_: Annotated[
        list[str] | None, typer.Option("--map", metavar="FIELD=HEADER", help=_("Which column is which; may repeat."))
    ] = None,
    profile: Annotated[str | None, typer.Option(metavar="NAME", help=_("One of `shopcrm profiles list`."))] = None,
    save_profile: Annotated[
        str | None, typer.Option(metavar="NAME", help=_("Remember this layout for the next time."))
    ] = None,
    sheet: Annotated[str | None, typer.Option(metavar="NAME", help=_("One tab of a workbook."))] = None,
    encoding: Annotated[str | None, typer.Option(metavar="E", help=_("Of a text file, such as gb18030."))] = None,
    date_order: Annotated[str | None, typer.Option(metavar="ORDER", help=_("ymd, dmy or mdy, where unclear."))] = None,
    decimal_mark: Annotated[str | None, typer.Option(metavar="MARK", help=_("“.” or “,”, where unclear."))] = None,
    expect_rows: Annotated[
        int | None, typer.Option(metavar="N", help=_("Import only if each file has N rows."))
    ] = None,
    expect_total: Annotated[
        str | None, typer.Option(metavar="X", help=_("Import only if each file comes to X."))
    ] = None,
    opening_balances: Annotated[
        bool, typer.Option("--opening-balances", help=_("Post points and stored value that the sheet names."))
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help=_("Write rows to mend here, .xlsx or .csv."))
    ] = None,
) -> None:
    from shopcrm.features import imports

    _refuse_unknown("--as", as_, ("auto", "customers", "sales", "stock"))
    _refuse_unknown("--date-order", date_order, (None, "ymd", "dmy", "mdy"))
    _refuse_unknown("--decimal-mark", decimal_mark, (None, ".", ","))
    asked = imports.Asked(
        kind=as_, mapping=_mapping(map_ or []), profile=profile, tab=sheet, encoding=encoding, date_order=date_order,
        decimal_mark=decimal_mark, expected_rows=expect_rows, expected_total=expect_total,
    )  # fmt: skip
    staged, asked = asking.with_answers(ctx, asked, lambda asked: _stage(ctx, files, asked))
    if opening_balances:
        _show_openings(ctx, staged, files)
    with render.progress(ctx) as progress, open_book(ctx, write=True) as book:
        result, looked_at = imports.take_in(book, staged, progress, opens_balances=opening_balances)
        if save_profile:
            imports.save_profile(book, save_profile, staged, asked)
        rejects = None if ctx.obj.is_dry_run else rejects
        if rejects:  # before the commit: where they cannot be written, nothing is imported
            imports.write_rejects(rejects, looked_at)
    import_talk.tell_import(ctx, result, rejects)
    columns = ("sheet", "kind", "rows", "added", "updated", "unchanged", "skipped", "rejects", "net_minor")
    render.show(ctx, result, columns=columns, then="shopcrm points accrue")


def _stage(ctx: typer.Context, files: list[Path], asked: "Asked") -> "Staged":
    from shopcrm.features import imports

    with render.progress(ctx) as progress, open_book(ctx) as book:
        return imports.stage(book, files, asked, progress)


def _show_openings(ctx: typer.Context, staged: "Staged", files: list[Path]) -> None:
    """What is lacking is shown before anything is posted, and posted only after a yes."""
    from shopcrm.features import imports

    with open_book(ctx, write=True, is_preview=True) as book:
        result, _looked_at = imports.take_in(book, staged, opens_balances=True)
    import_talk.tell_openings(ctx, result.openings)
    if any(openings.has_new for openings in result.openings):
        command = shlex.join(("import", *map(str, files), "--opening-balances"))
        asking.confirm(ctx, _("Post these opening balances?"), command)


def _mapping(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise typer.BadParameter(_("--map wants FIELD=HEADER, not “{pair}”").format(pair=pair))
    return {field.strip(): header.strip() for field, _sign, header in (pair.partition("=") for pair in pairs)}


def _refuse_unknown(option: str, value: str | None, known: tuple[str | None, ...]) -> None:
    if value not in known:
        listed = ", ".join(word for word in known if word)
        raise typer.BadParameter(_("{option} is one of {known}").format(option=option, known=listed))
