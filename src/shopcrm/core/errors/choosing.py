"""What can be wrong with a text that chooses customers, and with audiences, tags and fields of the trade."""

from shopcrm.core.errors.base import ShopError
from shopcrm.core.language import mark


class WhereUnreadable(ShopError):
    """A text that chooses customers and cannot be read, with the place where reading stopped."""

    code = "where_unreadable"
    sentence = mark("“{text}” cannot be read at character {place}: {problem}.")
    hint = mark("shopcrm audiences words")


class WhereWordUnknown(ShopError):
    """A word that customers cannot be chosen by."""

    code = "where_word_unknown"
    sentence = mark(
        "Customers cannot be chosen by “{word}” (character {place}); the nearest is {nearest}. There are {words}."
    )
    hint = mark("shopcrm audiences words")


class WhereValueWrong(ShopError):
    """A value that the word cannot have."""

    code = "where_value_wrong"
    sentence = mark("{word} cannot be “{value}” (character {place}): {expected}.")
    hint = mark("shopcrm audiences words")


class AudienceUnknown(ShopError):
    """A name under which no audience is saved."""

    code = "audience_unknown"
    sentence = mark("There is no audience “{audience}”; {nearest}.")
    hint = mark("shopcrm audiences list")


class AudienceCircular(ShopError):
    """An audience that is chosen by itself, directly or through others."""

    code = "audience_circular"
    sentence = mark("An audience cannot be chosen by itself: {circle}.")
    hint = mark("shopcrm audiences list")


class AudienceInUse(ShopError):
    """An audience that others are chosen by."""

    code = "audience_in_use"
    sentence = mark("“{audience}” cannot be removed: {others} ask for it.")
    hint = mark("shopcrm audiences list")


class TagUnknown(ShopError):
    """A tag that nobody has, and that no rule gives."""

    code = "tag_unknown"
    sentence = mark("There is no tag “{tag}”; {nearest}.")
    hint = mark("shopcrm tags list")


class TagNotHeld(ShopError):
    """A tag that is to be taken off, and is not on."""

    code = "tag_not_held"
    sentence = mark("{customer} has no tag “{tag}”.")
    hint = mark("shopcrm customers tags {customer}")


class TagByRule(ShopError):
    """A tag that is to be taken off, and that a rule would put on again."""

    code = "tag_by_rule"
    sentence = mark("“{tag}” of {customer} is given by the rule in the settings, and would come back.")
    hint = mark("shopcrm settings set {key} none")


class PreferenceUnknown(ShopError):
    """A field of the trade that the settings do not name."""

    code = "preference_unknown"
    sentence = mark("There is no field “{field}” for what customers prefer; there are {fields}.")
    hint = mark("shopcrm settings set preferences.fields {typed}")
