"""A paper as one page that needs nothing else: no network, no scripts. It prints on A4."""

from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment

from shopcrm.core.money import format_minor
from shopcrm.sheets.workbook.tabs import Kind, Summary, Tab

_NUMBERS = ("money", "int", "ratio", "percent")


def as_page(summary: Summary, tabs: Sequence[Tab], *, exponent: int, language: str) -> str:
    """The page as text; whatever a person typed stands in it as text, and as nothing else."""
    source = files("shopcrm.sheets.paper").joinpath("page.html").read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
    facts = [(label, _said(value, kind, exponent)) for label, value, kind in summary.facts]
    lists = [
        {
            "title": tab.title,
            "note": tab.note,
            "heads": [(column.title, column.kind in _NUMBERS) for column in tab.columns],
            "rows": [
                [
                    (_said(value, column.kind, exponent), column.kind in _NUMBERS)
                    for value, column in zip(row, tab.columns, strict=True)
                ]
                for row in tab.rows
            ],
        }
        for tab in tabs
    ]
    return template.render(summary=summary, facts=facts, lists=lists, language=language)


def _said(value: object, kind: Kind, exponent: int) -> str:
    if value is None:
        return ""
    if kind == "money" and isinstance(value, int):
        return format_minor(value, exponent)
    return f"{value:,}" if kind == "int" and isinstance(value, int) else str(value)
