"""Cards as one page that needs nothing else: no network, no scripts, pictures within. It prints three a row on A4."""

from importlib.resources import files

from jinja2 import Environment
from markupsafe import Markup

from shopcrm.sheets.cards.card import CardSheet
from shopcrm.sheets.cards.codes import as_svg


def as_page(sheet: CardSheet) -> str:
    """The page as text; whatever a person typed stands in it as text, and as nothing else."""
    source = files("shopcrm.sheets.cards").joinpath("page.html").read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)
    cards = [(card, Markup(as_svg(card.code))) for card in sheet.cards]
    return template.render(sheet=sheet, cards=cards)
