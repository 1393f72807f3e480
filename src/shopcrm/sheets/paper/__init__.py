"""Paper for a customer's hand: the same facts and lists as a page to print or as a workbook."""

from shopcrm.sheets.paper.writing import FORMS, write_paper

__all__ = ["FORMS", "write_paper"]
