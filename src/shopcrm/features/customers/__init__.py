"""Customers at the counter: add one, edit one, find one, list them; what was changed, and who is on the list twice.

Only what the counter needs is loaded here: history and duplicates read many more tables.
"""

from shopcrm.features.customers.adding import Added, add
from shopcrm.features.customers.editing import Changed, Edited, edit
from shopcrm.features.customers.listing import CustomerList, CustomerRow, Match, Matches, list_all, search
from shopcrm.features.customers.typed import Asked

__all__ = [
    "Added",
    "Asked",
    "Changed",
    "CustomerList",
    "CustomerRow",
    "Edited",
    "Match",
    "Matches",
    "add",
    "edit",
    "list_all",
    "search",
]
