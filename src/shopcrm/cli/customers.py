"""`shopcrm customers`: add, edit, find and list; what was changed, and who is on the list twice."""

from enum import StrEnum
from typing import Annotated

import typer

from shopcrm.cli import render
from shopcrm.cli.choosing import Audience, Where, narrowed
from shopcrm.cli.context import may_reveal, open_book
from shopcrm.cli.customers_notes import notes_app
from shopcrm.cli.customers_person import person_app
from shopcrm.cli.customers_tags import tags_app
from shopcrm.core.language import translate as _

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, help=_("Add, edit, find and list customers.")
)


class Gender(StrEnum):
    """What may be said of a gender; `none` clears it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    NONE = "none"


Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("Code, phone, member number or name."))]
Name = Annotated[str | None, typer.Option(metavar="NAME", help=_("The person's name."))]
Birthday = Annotated[str | None, typer.Option(metavar="DATE", help=_("1990-12-25, or 12-25."))]
Lunar = Annotated[bool, typer.Option("--lunar", help=_("The birthday is one of the lunar calendar."))]
Genders = Annotated[Gender | None, typer.Option(metavar="WORD", help=_("female, male or other."))]
Phones = Annotated[list[str] | None, typer.Option(metavar="PHONE", help=_("As written on a card; may be said twice."))]
SharedPhones = Annotated[
    list[str] | None, typer.Option(metavar="PHONE", help=_("A phone that others on the list have too: a family's."))
]
Emails = Annotated[list[str] | None, typer.Option(metavar="E-MAIL", help=_("E-mail address."))]
Wechats = Annotated[list[str] | None, typer.Option(metavar="ID", help=_("WeChat id."))]
Payments = Annotated[list[str] | None, typer.Option(metavar="ACCOUNT", help=_("What they pay with: Alipay, UnionPay."))]
Numbers = Annotated[list[str] | None, typer.Option(metavar="NO", help=_("The number on the member card."))]
Removed = Annotated[
    list[str] | None,
    typer.Option(metavar="WHAT", help=_("Takes a phone, e-mail or other number away: in full, or as it is shown.")),
]
Reveal = Annotated[bool, typer.Option("--reveal", help=_("Show phones in full; kept in the audit trail."))]


@app.command(
    help=_("Put a person on the list."),
    epilog=_("Example:  shopcrm customers add --name 王芳 --phone 13800138000 --birthday 12-25"),
)
def add(
    ctx: typer.Context,
    name: Name = None,
    phone: Phones = None,
    shared_phone: SharedPhones = None,
    email: Emails = None,
    wechat: Wechats = None,
    payment: Payments = None,
    member_no: Numbers = None,
    birthday: Birthday = None,
    lunar: Lunar = False,
    gender: Genders = None,
    again: Annotated[
        bool, typer.Option("--again", help=_("Somebody who was erased comes again, and wants to."))
    ] = False,
) -> None:
    from shopcrm.features import customers

    asked = customers.Asked(name, birthday, lunar, gender, phone, shared_phone, email, wechat, payment, member_no)
    with open_book(ctx, write=True) as book:
        result = customers.add(book, asked=asked, again=again)
    render.show(ctx, result, _("{listed} is on the list."))


@app.command(
    help=_("Change what is known of a customer; `none` clears a birthday or gender."),
    epilog=_("Example:  shopcrm customers edit C-0042 --phone 13900139000 --remove '138****8000'"),
)
def edit(
    ctx: typer.Context,
    customer: Customer,
    name: Name = None,
    phone: Phones = None,
    shared_phone: SharedPhones = None,
    email: Emails = None,
    wechat: Wechats = None,
    payment: Payments = None,
    member_no: Numbers = None,
    remove: Removed = None,
    birthday: Birthday = None,
    lunar: Lunar = False,
    gender: Genders = None,
) -> None:
    from shopcrm.features import customers

    asked = customers.Asked(
        name, birthday, lunar, gender, phone, shared_phone, email, wechat, payment, member_no, remove
    )
    with open_book(ctx, write=True) as book:
        result = customers.edit(book, customer, asked)
    render.show(ctx, result, _("{who} is changed.") if result.items else _("{who} is so already, nothing changed."))


@app.command(
    help=_("Find by code, phone, last four digits, any other number, or a name, its pinyin or initials."),
    epilog=_("Example:  shopcrm customers find wangfang"),
)
def find(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=_("What names them."))],
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("The best N only [50]."))] = None,
    reveal: Reveal = False,
) -> None:
    from shopcrm.features import customers

    reveal = may_reveal(ctx, reveal)
    with open_book(ctx, write=reveal) as book:
        result = customers.search(book, text, limit=limit, reveal=reveal)
    sentence = _("{found} found.")
    if result.is_near:
        sentence = _("Nobody answers to that exactly; {found:customer comes|customers come} near it.")
    if result.found > len(result.items):
        sentence += " " + _("These are the first {count}.")
    columns = ("customer", "name", "member_no", "phone", "found_by")
    render.show(ctx, result, sentence, columns=columns)


@app.command("list", help=_("List customers by code."), epilog=_("Example:  shopcrm customers list --limit 20"))
def list_(
    ctx: typer.Context,
    where: Where = None,
    audience: Audience = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("The first N only."))] = None,
    reveal: Reveal = False,
) -> None:
    from shopcrm.features import customers

    reveal = may_reveal(ctx, reveal)
    with open_book(ctx, write=reveal) as book:
        result = customers.list_all(book, where=narrowed(where, audience), limit=limit, reveal=reveal)
    render.show(ctx, result, _("{count:customer|customers}."))


@app.command(
    help=_("What became of a customer: changes by hand and by sheets, merges, tags, consents; the latest first."),
    epilog=_("Example:  shopcrm customers history C-0042"),
)
def history(ctx: typer.Context, customer: Customer, reveal: Reveal = False) -> None:
    from shopcrm.features.customers import history as histories

    reveal = may_reveal(ctx, reveal)
    with open_book(ctx, write=reveal) as book:
        result = histories.history(book, customer, reveal=reveal)
    columns = ("on", "event", "field", "change", "source", "by")
    render.show(ctx, result, _("{who}: {count:event|events}."), columns=columns)


@app.command(
    help=_("Who is probably on the list twice, and why; the likeliest first."),
    epilog=_("Example:  shopcrm customers duplicates --limit 20"),
)
def duplicates(
    ctx: typer.Context,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("The likeliest N only [50]."))] = None,
) -> None:
    from shopcrm.features.customers import duplicates as doubles

    with open_book(ctx) as book:
        result = doubles.duplicates(book, limit=limit)
    sentence = _("{found:pair of customers is|pairs of customers are} probably one person.")
    if result.found > len(result.items):
        sentence += " " + _("These are the first {count}.")
    columns = ("score", "customer", "name", "other", "other_name", "reasons")
    first = result.items[0] if result.items else None
    then = f"shopcrm customers merge {first.customer} {first.other} --preview" if first else ""
    render.show(ctx, result, sentence, columns=columns, then=then)


@app.command(
    "not-same",
    help=_("Say that two customers who look like one are not; they are listed as duplicates no more."),
    epilog=_("Example:  shopcrm customers not-same C-0042 C-0107"),
)
def not_same(
    ctx: typer.Context,
    one: Annotated[str, typer.Argument(metavar="ONE", help=_("Code, phone, member number or name."))],
    other: Annotated[str, typer.Argument(metavar="OTHER", help=_("The other one."))],
    undo: Annotated[bool, typer.Option("--undo", help=_("Take it back: they may be the same."))] = False,
) -> None:
    from shopcrm.features.customers import duplicates as doubles

    with open_book(ctx, write=True) as book:
        result = (doubles.tell_apart_no_more if undo else doubles.tell_apart)(book, one, other)
    said = {
        (False, False): _("{who} and {other} {other_name} are not the same."),
        (False, True): _("{who} and {other} {other_name} were told apart before, nothing changed."),
        (True, False): _("{who} and {other} {other_name} may be the same again."),
        (True, True): _("{who} and {other} {other_name} were not told apart, nothing changed."),
    }
    render.show(ctx, result, said[undo, result.is_repeat])


app.add_typer(person_app)
app.add_typer(tags_app)
app.add_typer(notes_app)
