"""What can be wrong with a sale that is typed, looked up or withdrawn by hand."""

from shopcrm.core.errors.base import USAGE, ShopError
from shopcrm.core.language import mark


class SaleUnknown(ShopError):
    """No receipt has that number."""

    code = "sale_unknown"
    sentence = mark("No receipt up to {as_of} has the number “{receipt}”.")
    hint = mark("shopcrm sales list")


class SaleElsewhere(ShopError):
    """The number is known, but not on that day, in that store, of that kind or from that source."""

    code = "sale_elsewhere"
    sentence = mark("No receipt “{receipt}” is like that; there is {matches}.")
    hint = mark("shopcrm sales show {first}")


class SaleAmbiguous(ShopError):
    """Several receipts have the number; none is guessed."""

    code = "sale_ambiguous"
    sentence = mark("“{receipt}” fits {count:receipt|receipts}: {matches}.")
    hint = mark("shopcrm sales show {first}")


class SaleDiffers(ShopError):
    """A receipt that is in the book already, with other content."""

    code = "sale_differs"
    sentence = mark("Receipt {receipt} of {on} is in the book already with other content: {stands}.")
    hint = mark("shopcrm sales show {first}")


class SaleWithdrawn(ShopError):
    """A receipt that counts nowhere any more, so that nothing can be given back or written for it."""

    code = "sale_withdrawn"
    sentence = mark("Receipt {receipt} of {on} was withdrawn; it counts nowhere any more.")
    hint = mark("shopcrm sales show {first}")


class RefundTooLarge(ShopError):
    """More is given back than is left of the sale."""

    code = "refund_too_large"
    sentence = mark("Of receipt {receipt} of {on} there is {left} left to give back; {amount} was asked for.")
    hint = mark("shopcrm sales show {first}")


class RefundStands(ShopError):
    """The same refund again on one day without a number of its own, which may be a double click."""

    code = "refund_stands"
    sentence = mark(
        "Receipt {receipt} of {sold_on} gave back {amount} on {on} already, as {refund}; nothing is changed. To give"
        " back the same once more, say its own number."
    )
    hint = mark("shopcrm sales refund {again} --refund-receipt {own}")


class NothingToGiveBack(ShopError):
    """All of a sale was given back already, or it took no money."""

    code = "nothing_to_give_back"
    sentence = mark("Of receipt {receipt} of {on} nothing is left to give back: {returned} of {paid} was given back.")
    hint = mark("shopcrm sales show {first}")


class RefundBeforeSale(ShopError):
    """A refund dated before the sale that it gives back."""

    code = "refund_before_sale"
    sentence = mark("Receipt {receipt} is of {sold_on}; a refund of it cannot be dated {on}, before it.")
    hint = mark("shopcrm sales show {first}")


class LineNotSold(ShopError):
    """A line to give back that the receipt does not have."""

    code = "line_not_sold"
    sentence = mark("Receipt {receipt} of {on} has no “{line}” on it; it has {lines}.")
    hint = mark("shopcrm sales show {first}")


class LineAmbiguous(ShopError):
    """A line to give back that may be one of several, which differ in price or SKU."""

    code = "line_ambiguous"
    sentence = mark("“{line}” may be any of these on receipt {receipt} of {on}: {lines}.")
    hint = mark("shopcrm sales refund {example}")


class LineTooMany(ShopError):
    """More of a line is given back than is left of it."""

    code = "line_too_many"
    sentence = mark(
        "Of “{line}” on receipt {receipt} of {on}, {left} of {sold} is left to give back; {quantity} was asked for."
    )
    hint = mark("shopcrm sales show {first}")


class RefundOfAnother(ShopError):
    """A refund for one customer of what another bought."""

    code = "refund_of_another"
    sentence = mark("Receipt {receipt} of {on} was sold to {buyer}, not to {customer}.")
    hint = mark("shopcrm sales show {first}")


class SaleNotWritable(ShopError):
    """A sale typed in a way that cannot be understood, or that does not add up."""

    code = "sale_not_writable"
    exit_code = USAGE
    sentence = mark("This cannot be written: {reason}.")
    hint = mark("shopcrm sales --help")
