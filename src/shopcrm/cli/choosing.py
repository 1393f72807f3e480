"""The options by which every list can be narrowed down: `--where TEXT` and `--audience NAME`."""

from typing import Annotated

import typer

from shopcrm.core.language import translate as _

Where = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help=_('Only whom this chooses, such as "tier = gold and recency_days > 60".')),
]
Audience = Annotated[
    str | None, typer.Option(metavar="NAME", help=_("Only whom this saved audience chooses (`audiences list`)."))
]


def narrowed(where: str | None, audience: str | None) -> str | None:
    """Both options as one text; nothing where neither was said."""
    if audience is None:
        return where
    name = audience.replace('"', '""')
    saved = f'audience = "{name}"'
    return saved if where is None else f"({where}) and {saved}"
