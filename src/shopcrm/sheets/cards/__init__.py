"""Cards to print and cut out, each with a code that a phone or a scanner reads: as a page or as a workbook."""

from shopcrm.sheets.cards.card import Card, CardSheet
from shopcrm.sheets.cards.writing import FORMS, write_cards

__all__ = ["FORMS", "Card", "CardSheet", "write_cards"]
