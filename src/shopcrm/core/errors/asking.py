"""Why a command cannot be answered: nothing worked out yet, nothing typed that makes sense."""

from types import MappingProxyType

from shopcrm.core.errors.base import INTERRUPTED, USAGE, ShopError
from shopcrm.core.language import mark
from shopcrm.core.masking import mask_text


class NotRefreshed(ShopError):
    """A list that reads a sweep which has not run yet."""

    code = "not_refreshed"
    sentence = mark("{what} have not been worked out on or before {as_of}.")
    hint = mark("shopcrm --as-of {as_of} {command}")


class NothingToLearnFrom(ShopError):
    """Too little in the book for the usual gap between purchases."""

    code = "nothing_to_learn_from"
    sentence = mark("No customer has bought on two days up to {as_of}, so no usual gap can be told yet.")
    hint = mark("shopcrm import SALES.xlsx")


class NeedsYes(ShopError):
    """A step that wants a confirmation, where nobody can be asked."""

    code = "needs_yes"
    sentence = mark("{what} Nobody can be asked here.")
    hint = mark("shopcrm --yes {command}")


class UsageWrong(ShopError):
    """A command line that cannot be understood."""

    code = "usage"
    exit_code = USAGE
    sentence = mark("{problem}")
    masked = MappingProxyType({"problem": mask_text})
    hint = mark("{command} --help")


class Interrupted(ShopError):
    """Stopped by the person; nothing was changed."""

    code = "interrupted"
    exit_code = INTERRUPTED
    sentence = mark("Stopped; nothing was changed.")


class Defect(ShopError):
    """A fault of shopcrm itself."""

    code = "defect"
    masked = MappingProxyType({"reason": mask_text})
    sentence = mark("shopcrm itself failed ({kind}: {reason}); nothing was changed.")
    hint = mark("SHOPCRM_DEBUG=1 shopcrm ...")
