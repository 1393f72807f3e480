"""For every error about choosing customers, tags and preferences the command line that meets it."""

from collections.abc import Mapping

from cli.desk import Desk
from cli.staging import BOOK, Scene, nothing, run_line
from shopcrm.core import errors
from shopcrm.core.errors import ShopError


def _used_by_another(desk: Desk) -> None:
    desk.run("audiences", "save", "rich", "--where", "audience = spenders and points > 10")


def _tagged_by_rule(desk: Desk) -> None:
    desk.run("settings", "set", "tags.hat.where", "code = C-0001")
    desk.run("tags", "refresh")


CHOOSING_SCENES: Mapping[type[ShopError], Scene] = {
    errors.WhereUnreadable: (nothing, f'{BOOK} customers list --where "(tier = gold"'),
    errors.WhereWordUnknown: (nothing, f'{BOOK} customers list --where "tier = gold and recensy > 60"'),
    errors.WhereValueWrong: (nothing, f'{BOOK} customers list --where "tier = golden"'),
    errors.AudienceUnknown: (nothing, f"{BOOK} audiences show spender"),
    errors.AudienceCircular: (nothing, f'{BOOK} audiences save spenders --where "audience = spenders or tag = silk"'),
    errors.AudienceInUse: (_used_by_another, f"{BOOK} audiences remove spenders"),
    errors.TagUnknown: (nothing, f"{BOOK} tags show slik"),
    errors.TagNotHeld: (run_line(f"{BOOK} customers untag 王芳 silk"), f"{BOOK} customers untag 王芳 silk"),
    errors.TagByRule: (_tagged_by_rule, f"{BOOK} customers untag 王芳 hat"),
    errors.PreferenceUnknown: (nothing, f"{BOOK} customers prefer 王芳 colour red"),
}
