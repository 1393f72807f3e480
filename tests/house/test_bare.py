"""Tables that look-ups know by a few columns only are the tables there are, and say the types that matter."""

from importlib import import_module

import pytest
from sqlalchemy import Float, Integer, TableClause, Text
from sqlalchemy.types import NullType

from house.source import modules
from shopcrm.core.schema import every_table
from shopcrm.core.schema.bare import BARE

TABLES = every_table().tables


def known_tables() -> list[TableClause]:
    """All of them, once every file that has one is loaded."""
    for module in modules():
        if " = bare(" in module.text:
            import_module(module.name.removeprefix("src/").removesuffix(".py").replace("/", "."))
    return [*BARE]


@pytest.mark.parametrize("known", known_tables(), ids=lambda known: known.name)
def test_a_bare_table_is_one_of_the_book(known: TableClause) -> None:
    table = TABLES[known.name]
    for column in known.c:
        real = table.c[column.name].type
        if isinstance(column.type, NullType):
            assert isinstance(real, Integer | Text | Float), f"{known.name}.{column.name} is kept in another form"
        else:
            assert type(column.type) is type(real)
