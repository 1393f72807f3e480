"""Why an import cannot be shown or taken back, a question not settled, a profile not shown or removed."""

from shopcrm.core.errors.base import USAGE, ShopError
from shopcrm.core.errors.sheets import ProfileUnknown
from shopcrm.core.language import mark


class BatchUnknown(ShopError):
    """A number that no batch has."""

    code = "batch_unknown"
    sentence = mark("There is no batch {batch}.")
    hint = mark("shopcrm imports list")


class BatchUndone(ShopError):
    """A batch that was taken back already."""

    code = "batch_undone"
    sentence = mark("Batch {batch} was undone on {undone_on} already.")
    hint = mark("shopcrm imports list")


class BatchInUse(ShopError):
    """A batch that later facts depend on."""

    code = "batch_in_use"
    sentence = mark("Batch {batch} cannot be undone: {reasons}.")
    hint = mark("shopcrm imports show {batch}")


class ReviewUnknown(ShopError):
    """A number that no open question has."""

    code = "review_unknown"
    sentence = mark("There is no open question {review}.")
    hint = mark("shopcrm imports review")


class AnswerUnfit(ShopError):
    """An answer that the question does not allow."""

    code = "answer_unfit"
    exit_code = USAGE
    sentence = mark("Question {review} is answered with {answers}, not with --{answer}.")
    hint = mark("shopcrm imports review {review} --{first}")


class FolderMissing(ShopError):
    """No folder at the named place."""

    code = "folder_missing"
    sentence = mark("There is no folder {path}.")
    hint = mark("mkdir {path}")


class ProfileNotKnown(ProfileUnknown):
    """A profile that neither the package nor the book has."""

    code = "profile_unknown"
    hint = mark("shopcrm profiles show {nearest}")


class ProfileTaken(ShopError):
    """A layout that should be saved under the name of a profile that came with shopcrm."""

    code = "profile_taken"
    sentence = mark("“{profile}” is a profile that came with shopcrm; choose another name.")
    hint = mark("shopcrm import FILE --save-profile my-{profile}")


class LayoutsDiffer(ShopError):
    """Sheets of several layouts that should be saved as one profile."""

    code = "layouts_differ"
    sentence = mark("“{profile}” can remember one layout, and these have several: {sheets}.")
    hint = mark("shopcrm import FILE --save-profile {profile}")


class ProfileShipped(ShopError):
    """A profile that came with shopcrm and cannot be removed."""

    code = "profile_shipped"
    sentence = mark("“{profile}” came with shopcrm; only profiles that were saved can be removed.")
    hint = mark("shopcrm profiles list")
