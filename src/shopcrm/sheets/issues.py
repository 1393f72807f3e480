"""What can be wrong with a row, in words, and the list that a reading gathers."""

from collections.abc import Sequence

from shopcrm.core.language import mark, translate
from shopcrm.sheets.records import RowIssue

ISSUES = {
    "receipt_missing": mark("The receipt number is blank."),
    "date_missing": mark("The date is blank."),
    "date_unreadable": mark("The date cannot be read."),
    "date_too_early": mark("The date is before 1970."),
    "date_in_future": mark("The date lies in the future."),
    "time_unreadable": mark("The time of day cannot be read; the row was taken without it."),
    "amount_missing": mark("The amount is blank."),
    "amount_unreadable": mark("The amount cannot be read."),
    "quantity_unreadable": mark("The quantity cannot be read."),
    "refund_unclear": mark("Part of this was given back, but not how much; enter the amount that remained."),
    "receipt_incomplete": mark("Another row of the same receipt was left out, so the whole receipt was."),
    "order_unknown": mark("No order of this number is on the other tab; the row was left out."),
    "typed_otherwise": mark("A receipt of this number was typed by hand for that day, with another amount."),
    "status_unknown": mark("What this word says of the sale is not known here; the row was counted."),
    "customer_conflict": mark("The rows of this receipt name different customers; the first was kept."),
    "customer_nameless": mark("The row has neither a name nor anything to find a customer by."),
    "digits_lost": mark("A spreadsheet program has rounded this number; its last digits are lost."),
    "phone_masked": mark("The phone number is masked, so nobody can be recognised by it."),
    "phone_unreadable": mark("This is not a phone number; the row was taken without it."),
    "email_unreadable": mark("This is not an e-mail address; the row was taken without it."),
    "birthday_unreadable": mark("The birthday cannot be read; the row was taken without it."),
    "identity_shared": mark("Another customer has this already; the row was taken without it."),
    "name_differs": mark("A customer of another name has this phone or e-mail; the row waits for your answer."),
    "birthday_differs": mark(
        "The book has another birthday for this customer; it was kept, and waits for your answer."
    ),
    "gender_differs": mark("The book has another gender for this customer; it was kept, and waits for your answer."),
    "gender_unreadable": mark("The gender cannot be read; the row was taken without it."),
    "birthday_placeholder": mark("This date stands for “not known”, so it was not taken as a birthday."),
    "calendar_unclear": mark("It is not clear by which calendar this birthday is; the row was taken without it."),
    "consent_unreadable": mark("It is not clear whether this is a yes or a no; the row was taken without it."),
    "balance_unreadable": mark("The balance cannot be read; the row was taken without it."),
    "balance_negative": mark("The balance is below zero; the row was taken without it."),
    "stock_nameless": mark("The row has neither a code nor a name of the goods."),
    "reply_unclear": mark("It is not clear that this reply says no; nothing was taken from the row."),
    "reply_unreadable": mark("This is not a phone number; nothing was taken from the row."),
    "phone_unknown": mark("No customer has this phone number."),
    "amount_negative": mark("The amount is below zero; the row was taken without it."),
}


def describe_issue(code: str) -> str:
    """One sentence, in the chosen language, for the code of a row issue."""
    return translate(ISSUES[code])


class Findings:
    """The issues of one tab as they come up, by position among its data rows."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self.issues: list[RowIssue] = []
        self.rejected: set[int] = set()
        self.notices: list[str] = []

    def reject(self, position: int, code: str, field: str, cell: str) -> None:
        """The row cannot be taken."""
        self.rejected.add(position)
        self.issues.append(RowIssue(self._numbers[position], code, field, cell.strip(), True))

    def ignore(self, position: int, code: str, field: str, cell: str) -> None:
        """The row is taken without this cell."""
        self.issues.append(RowIssue(self._numbers[position], code, field, cell.strip(), False))

    def in_order(self) -> list[RowIssue]:
        """The issues, by row."""
        return sorted(self.issues, key=lambda issue: issue.row)
