"""What is said beside the counts of an import: how sheets were read, what is wrong with which rows, what was opened."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from shopcrm.cli.context import Options
from shopcrm.cli.render import shown, talk
from shopcrm.core.language import Counted
from shopcrm.core.language import translate as _
from shopcrm.core.money import format_minor

_SHOWN_PROBLEMS, _SHOWN_OPENINGS = 5, 20


def tell_import(ctx: typer.Context, result: Any, rejects: Path | None) -> None:
    """Says how each sheet was read, and what is wrong with which rows: talk beside the counts."""
    for item in result.items:
        read = ", ".join(f"{name} ← {header}" for name, header in item.mapping.items())
        talk(ctx, _("{sheet}: read as {kind} ({profile}): {read}").format(
            sheet=item.sheet, kind=_(item.kind), profile=item.profile, read=read))  # fmt: skip
        if item.unmapped:
            talk(ctx, _("  not taken: {headers}").format(headers=", ".join(filter(None, item.unmapped))))
        for notice in item.notices:
            talk(ctx, f"  {notice}")
        if item.opened:
            talk(ctx, _("  opening balances posted for {opened} customers").format(opened=f"{item.opened:,}"))
        if item.erased:
            sentence = _("  {erased:row names|rows name} somebody who was erased; nobody was brought back")
            talk(ctx, sentence.format(erased=Counted(item.erased)))
        if item.batch is None:
            talk(ctx, _("  Nothing new: the book has all of it already."))
    tell_problems(ctx, result.problems)
    if any(problem.is_rejected for problem in result.problems):
        where = _("They are in {path}.").format(path=rejects) if rejects else _("--rejects FILE.xlsx writes them out.")
        talk(ctx, _("Some rows were left out.") + " " + where)


def tell_problems(ctx: typer.Context, problems: Sequence[Any]) -> None:
    """Says what is wrong with the first rows, and with how many more."""
    for problem in problems[:_SHOWN_PROBLEMS]:
        cell = f" “{problem.cell}”" if problem.cell else ""
        talk(ctx, _("{sheet} row {row}:{cell} {message}").format(
            sheet=problem.sheet, row=problem.row, cell=cell, message=problem.message))  # fmt: skip
    if len(problems) > _SHOWN_PROBLEMS:
        talk(ctx, _("… and {count} more.").format(count=len(problems) - _SHOWN_PROBLEMS))


def tell_openings(ctx: typer.Context, openings: Sequence[Any]) -> None:
    """Shows what customer sheets name beside what the book holds, before anything is posted."""
    options: Options = ctx.obj
    for balances in openings:
        lines = [item for item in balances.items if {item.points_state, item.wallet_state} - {"same", None}]
        for item in lines[:_SHOWN_OPENINGS]:
            points = f"{item.book_points} → {item.sheet_points}" if item.sheet_points is not None else "–"
            purses = (item.sheet_principal_minor, item.sheet_bonus_minor)
            money = " + ".join(format_minor(purse, options.exponent) for purse in purses if purse is not None)
            differing = [state for state in (item.points_state, item.wallet_state) if state not in {"same", None}]
            states = ", ".join(_(state) for state in dict.fromkeys(differing))
            sentence = _("  {who}: points {points}, stored value {money} ({states})")
            who = " ".join(filter(None, (item.customer, item.name)))
            talk(ctx, sentence.format(who=who, points=points, money=money or "–", states=states))
        if len(lines) > _SHOWN_OPENINGS:
            talk(ctx, _("… and {count} more.").format(count=len(lines) - _SHOWN_OPENINGS))
        money = format_minor(balances.new_principal_minor + balances.new_bonus_minor, options.exponent)
        talk(ctx, _("To be posted: {points} points, {money} of stored value.").format(
            points=f"{balances.new_points:,}", money=money))  # fmt: skip


def tell_batch(ctx: typer.Context, result: Any) -> None:
    """Says how the sheet of a batch was read, and what it said about itself."""
    if result.mapping:
        read = ", ".join(f"{name} ← {header}" for name, header in result.mapping.items())
        talk(ctx, _("{sheet}: read as {kind} ({profile}): {read}").format(
            sheet=result.sheet, kind=_(result.kind), profile=result.profile, read=read))  # fmt: skip
    if result.said:
        talk(ctx, _("  it says of itself: {said}").format(said=shown(ctx.obj, "said", result.said)))


def tell_watch(ctx: typer.Context, result: Any) -> None:
    """Says of each file of a folder what a list has no room for: why it failed, and where its report is."""
    for problem in result.problems:
        talk(ctx, f"{problem.sheet}: {problem.message}")
        if problem.hint:
            talk(ctx, f"{_('Try:')}   {problem.hint}")
    for item in result.items:
        if item.issues and item.moved_to:
            said = _("{file}: rows that need a look are in {report}.")
            talk(ctx, said.format(file=item.file, report=f"{item.moved_to}.report.txt"))
