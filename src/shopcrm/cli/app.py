"""The root of the command line: root options, commands loaded when they are called, and every way it can end."""

import itertools
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from shopcrm import __version__
from shopcrm.cli import render, usage
from shopcrm.cli.context import VALUE_OPTIONS, Options, hoist
from shopcrm.core.errors import INTERRUPTED, USAGE, Defect, Interrupted, ShopError, UsageWrong
from shopcrm.core.language import LANGUAGES
from shopcrm.core.language import translate as _

# Loading twenty groups costs 900 ms, this table none. A test holds that its lines agree with the groups' own help.
COMMANDS = {
    "init": ("init", _("Begin: write a new book for a shop.")),
    "demo": ("demo", _("See the whole path on an example shop.")),
    "import": ("import_", _("Take in what a till exports: customers, sales, refunds, stock.")),
    "imports": ("imports", _("What was imported: look at it, take it back, settle questions.")),
    "profiles": ("profiles", _("How the exports of tills are read.")),
    "customers": ("customers", _("Add, edit, find and list customers.")),
    "consents": ("consents", _("May we contact whom, how, and what for.")),
    "tags": ("tags", _("What customers are tagged with, by hand and by rules.")),
    "audiences": ("audiences", _("Choose customers, and keep how by name.")),
    "sales": ("sales", _("Add, list, show, give back and withdraw sales by hand.")),
    "points": ("points", _("Earn, redeem and explain points.")),
    "coupons": ("coupons", _("Give out, redeem and trace coupons.")),
    "rewards": ("rewards", _("What points can be exchanged for.")),
    "offers": ("offers", _("The terms that coupons are given under.")),
    "wallet": ("wallet", _("Top up, pay with and explain stored value.")),
    "cards": ("cards", _("Sell and use visit cards.")),
    "tiers": ("tiers", _("Who has reached silver, gold, black.")),
    "segments": ("segments", _("Scores and segments: who is best, who is slipping away.")),
    "winback": ("winback", _("Who is overdue, and whom to call.")),
    "exports": ("exports", _("Write Excel workbooks.")),
    "settings": ("settings", _("Show and change the shop's rules.")),
    "privacy": ("privacy", _("What is held about a person: hand it over, erase it, see how it is kept.")),
    "audit": ("audit", _("Who changed what, when, by which command.")),
    "book": ("book", _("Look into the book, and prove it sound.")),
}

# Typer keeps its Click private; what both kinds of usage error share is the base of the public one.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]


class RootGroup(TyperGroup):
    """Lists commands by cheap stand-ins and loads the real one when it is called."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands = {name: TyperCommand(name=name, help=entry[1]) for name, entry in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, stand_in, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else stand_in, rest


app = typer.Typer(
    cls=RootGroup,
    name="shopcrm",
    help=_("Keep a small shop's customers: from the till's spreadsheet to the list of whom to call."),
    epilog=_("Begin with:  shopcrm demo"),
    rich_markup_mode=None,
    add_completion=True,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def load(name: str) -> Any:
    """The real command of that name."""
    module: Any = import_module(f"shopcrm.cli.{COMMANDS[name][0]}")
    command = typer.main.get_command(module.app)
    command.name = name
    return command


def run(arguments: Sequence[str], now: datetime | None = None) -> int:
    """Runs one command line, at this instant where none is said, and answers its exit code.

    Every failure is a sentence, never a traceback.
    """
    render.prepare_streams()
    hoisted = hoist(arguments)
    options = Options(
        is_json="--json" in itertools.takewhile(lambda word: word != "--", arguments), command=_named(hoisted), now=now
    )
    options.tell = partial(render.tell, options)
    try:
        command = typer.main.get_command(app)
        code = command.main(hoisted, prog_name="shopcrm", standalone_mode=False, obj=options)
        sys.stdout.flush()
        if code == INTERRUPTED and not options.is_refused:  # Typer turns Ctrl-C into an exit code and says nothing
            return render.refuse(options, Interrupted())
        return code if isinstance(code, int) else options.exit_code
    except ShopError as refusal:
        return render.refuse(options, refusal)
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return options.exit_code
    except SystemExit as ending:  # Typer ends so where a pipe was closed, and after shell completion
        return options.exit_code if isinstance(ending.__context__, OSError) else int(ending.code or 0)
    except (KeyboardInterrupt, typer.Abort):
        return render.refuse(options, Interrupted())
    except Exception as failure:  # noqa: BLE001 - the last resort: a person gets a sentence, a developer asks for more
        return _explain(options, failure)


def _named(hoisted: Sequence[str]) -> str:
    """The command of a command line, for what goes wrong before it is found."""
    words = list(hoisted)
    while words and words[0].startswith("-"):
        del words[: 2 if words[0] in VALUE_OPTIONS else 1]
    if not words or words[0] not in COMMANDS:
        return ""
    is_group = words[0] not in ("init", "demo", "import")
    return " ".join(words[:2] if is_group and len(words) > 1 and not words[1].startswith("-") else words[:1])


def _explain(options: Options, failure: Exception) -> int:
    if isinstance(failure, _UsageError):
        problem = getattr(failure, "format_message", failure.__str__)()
        context: Any = getattr(failure, "ctx", None)
        path = context.command_path if context else f"shopcrm {options.command}".strip()
        options.command = path.partition(" ")[2] or options.command
        if type(failure).__name__ == "NoArgsIsHelpError":
            problem = _("Say which: {command} is several commands.").format(command=path)
            if not options.is_json:
                render.list_verbs(context.get_help())
                return USAGE
        return render.refuse(options, UsageWrong(problem=usage.in_words(problem), command=path))
    if os.environ.get("SHOPCRM_DEBUG"):
        raise failure
    return render.refuse(options, Defect(kind=type(failure).__name__, reason=str(failure)))


def _show_version(wanted: bool) -> None:
    if wanted:
        render.say(f"shopcrm {__version__}")
        raise typer.Exit()


def _check_language(language: str) -> str:
    if language not in LANGUAGES:
        raise typer.BadParameter(_("the languages are {languages}").format(languages=", ".join(LANGUAGES)))
    return language


@app.callback()
def root(
    ctx: typer.Context,
    book: Annotated[
        str | None,
        typer.Option(metavar="PATH", envvar="SHOPCRM_BOOK", help=_("The shop's book.")),
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=_("Work as on this day, like 2026-03-31."))] = None,
    by: Annotated[
        str | None, typer.Option(metavar="STAFF", envvar="SHOPCRM_BY", help=_("Who is at the counter."))
    ] = None,
    lang: Annotated[
        str,
        typer.Option(metavar="LANG", envvar="SHOPCRM_LANG", callback=_check_language, help=_("en or zh-CN.")),
    ] = "en",
    json: Annotated[bool, typer.Option("--json", help=_("Answer with one JSON object."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Do everything, show it, change nothing."))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask for confirmation."))] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help=_("Say only what was asked for, and errors."))] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help=_("Print without colours."))] = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help=_("Show the version."))
    ] = False,
) -> None:
    options: Options = ctx.obj
    options.fill(book=book, as_of=as_of, by=by, dry_run=dry_run, yes=yes, quiet=quiet, no_color=no_color, lang=lang)
    if ctx.invoked_subcommand is None:
        render.say(ctx.get_help())
