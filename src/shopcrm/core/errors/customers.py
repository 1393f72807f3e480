"""What can be wrong with how a customer is named."""

from shopcrm.core.errors.base import ShopError
from shopcrm.core.language import mark
from shopcrm.core.masking import mask_typed

MASKED = {"text": mask_typed}  # how somebody was named: a number in it need not be a phone


class CustomerUnknown(ShopError):
    """Nobody on the list answers to the text."""

    code = "unknown_customer"
    masked = MASKED
    sentence = mark("No customer answers to “{text}”.")
    hint = mark("shopcrm customers list")


class CustomerMisspelt(CustomerUnknown):
    """Nobody answers to the text, but a name sounds like it or is spelled nearly so."""

    sentence = mark("No customer answers to “{text}”; did you mean {matches}?")
    hint = mark("shopcrm customers find {first}")


class CustomerAmbiguous(ShopError):
    """Several customers answer to the text; none is guessed."""

    code = "ambiguous_customer"
    masked = MASKED
    sentence = mark("“{text}” fits {count:customer|customers}: {matches}.")
    hint = mark("shopcrm points statement {first}")


class CustomerErased(ShopError):
    """A customer whose personal data was erased: of them nothing is left but the code."""

    code = "customer_erased"
    sentence = mark("{customer} was erased on {on}: nobody knows any more who it was.")
    hint = mark("shopcrm privacy report")


class IdentityErased(ShopError):
    """A phone, e-mail or member number of somebody who was erased."""

    code = "identity_erased"
    sentence = mark("{identity} belonged to somebody who was erased; if they come again and want to, say so.")
    hint = mark("shopcrm customers add --again --name NAME --phone PHONE")


class IdentityTaken(ShopError):
    """A phone, e-mail or member number that another customer has."""

    code = "identity_taken"
    sentence = mark("{identity} belongs to {customer} already.")
    hint = mark("shopcrm customers find {customer}")


class PhoneTaken(IdentityTaken):
    """A phone that another customer has, where nobody said that they share it."""

    sentence = mark("{identity} belongs to {customer} already; people who share it are told with --shared-phone.")
    hint = mark("shopcrm customers find {customer}")


class IdentityNotTheirs(ShopError):
    """Something to take away that does not name the customer."""

    code = "identity_not_theirs"
    sentence = mark("{customer} is not known by “{text}”, but by {identities}.")
    hint = mark("shopcrm customers edit {customer} --remove {example}")


class IdentityNotClear(ShopError):
    """Several things that name the customer fit what was typed to take one away."""

    code = "identity_not_clear"
    sentence = mark("“{text}” is said of {customer} in more than one way: {identities}.")
    hint = mark("shopcrm customers edit {customer} --remove {example}")


class NothingToEdit(ShopError):
    """A change of a customer that says nothing to be changed."""

    code = "nothing_to_edit"
    sentence = mark("Nothing was said that should change about {customer}.")
    hint = mark("shopcrm customers edit {customer} --phone 13800138000")


class SameCustomer(ShopError):
    """Two names of one and the same customer, where two customers are compared."""

    code = "same_customer"
    sentence = mark("“{one}” and “{other}” both name {customer}.")
    hint = mark("shopcrm customers duplicates")


class IdentityUnreadable(ShopError):
    """Not a phone number (or e-mail address) that could be reached."""

    code = "identity_unreadable"
    masked = MASKED
    sentence = mark("“{text}” is no valid {kind}.")
    hint = mark("shopcrm customers add --name NAME --phone 13800138000")


class CustomerNameless(ShopError):
    """A customer with neither a name nor an identity."""

    code = "customer_nameless"
    sentence = mark("A customer needs a name or something to be found by.")
    hint = mark("shopcrm customers add --name NAME --phone 13800138000")


class GroupUnknown(ShopError):
    """A tier, segment, tag or campaign that there is not."""

    code = "group_unknown"
    sentence = mark("There is no {group} “{name}”; {nearest}.")
    hint = mark("shopcrm {command}")


class MergeRefused(ShopError):
    """Two customers who cannot become one."""

    code = "merge_refused"
    sentence = mark("{dropped} is not merged into {kept}: {reason}.")
    hint = mark("shopcrm {command}")


class NotMerged(ShopError):
    """A customer who answers for themselves."""

    code = "not_merged"
    sentence = mark("{customer} is merged into nobody.")
    hint = mark("shopcrm customers duplicates")


class UnmergeRefused(ShopError):
    """A merge after which what the two had was used together."""

    code = "unmerge_refused"
    sentence = mark("{customer} and {kept} cannot be told apart any more: {reason}.")
    hint = mark("shopcrm customers show {kept}")
