"""`shopcrm audiences`: keep ways to choose customers, and see whom they choose."""

from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.choosing import Where, narrowed
from shopcrm.cli.context import open_book, options_of
from shopcrm.core.errors import UsageWrong
from shopcrm.core.language import chosen
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Choose customers, and keep how by name.")
)

Name = Annotated[str, typer.Argument(metavar="NAME", help=_("What it is called."))]
Text = Annotated[
    str, typer.Option("--where", metavar="TEXT", help=_('Whom it chooses, such as "tier = gold and tag = silk".'))
]


@app.command(
    help=_("Keep a way to choose customers under a name."),
    epilog=_('Example:  shopcrm audiences save regulars --where "visits in last 180 days >= 6"'),
)
def save(ctx: typer.Context, name: Name, where: Text) -> None:
    from shopcrm.features import audiences

    with open_book(ctx, write=True) as book:
        result = audiences.save(book, name, where)
    repeated = _("Kept so already: ") if result.is_repeat else ""
    render.show(ctx, result, repeated + _("{audience} chooses {chosen:customer|customers} today. {sentence}."))


@app.command(
    "list",
    help=_("Every audience, and how many it chooses today."),
    epilog=_("Example:  shopcrm audiences list"),
)
def list_(ctx: typer.Context) -> None:
    from shopcrm.features import audiences

    with open_book(ctx) as book:
        result = audiences.list_all(book)
    columns = ("audience", "chosen", "sentence")
    render.show(ctx, result, _("{count:audience|audiences}."), columns=columns)


@app.command(
    help=_("What an audience asks for, and how many it chooses today."),
    epilog=_("Example:  shopcrm audiences show regulars"),
)
def show(ctx: typer.Context, name: Name) -> None:
    from shopcrm.features import audiences

    with open_book(ctx) as book:
        result = audiences.show(book, name)
    sentence = _("{audience} chooses {chosen:customer|customers} today. {sentence}. Saved on {saved_on} as: {where}")
    render.show(ctx, result, sentence)


@app.command(
    help=_("How many customers an audience or a text chooses today."),
    epilog=_('Example:  shopcrm audiences count --where "birthday in next 7 days"'),
)
def count(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help=_("A saved one; or say --where."))] = None,
    where: Where = None,
) -> None:
    from shopcrm.features import audiences

    options_of(ctx)
    text = narrowed(where, name)
    if text is None:
        raise UsageWrong(problem=_("say the name of an audience, or --where"), command="shopcrm audiences count")
    with open_book(ctx) as book:
        result = audiences.count(book, text)
    render.show(ctx, result, _("{chosen:customer|customers}. {sentence}."))


@app.command(help=_("Keep an audience no more."), epilog=_("Example:  shopcrm audiences remove regulars"))
def remove(ctx: typer.Context, name: Name) -> None:
    from shopcrm.features import audiences

    with open_book(ctx, write=True) as book:
        result = audiences.remove(book, name)
    render.show(ctx, result, _("{audience} is kept no more. It was: {where}"))


@app.command(
    help=_("What customers can be chosen by, with examples and the names that there are."),
    epilog=_("Example:  shopcrm audiences words"),
)
def words(ctx: typer.Context) -> None:
    from shopcrm.features import audiences

    with open_book(ctx) as book:
        result = audiences.words(book)
    # In Chinese the Chinese words say what each is about.
    is_english = chosen() == "en"
    columns = ("word", "meaning" if is_english else "also", "example", "names")
    sentence = _("{count:word|words}, joined with and, or, not and brackets.")
    render.show(ctx, result, sentence, columns=columns)
