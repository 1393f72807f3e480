"""Says in the chosen language what Typer has to say of a command line that cannot be understood, in English alone."""

import re

from shopcrm.core.language import mark
from shopcrm.core.language import translate as _

# As Typer writes them; a fuller one stands before the one that it begins with.
_SENTENCES = (
    mark("Missing option {name}."),
    mark("Missing argument {name}."),
    mark("Missing command."),
    mark("No such option: {name} (Possible options: {nearest})"),
    mark("No such option: {name} Did you mean {nearest}?"),
    mark("No such option: {name}"),
    mark("No such command {name}. Did you mean {nearest}?"),
    mark("No such command {name}."),
    mark("Option {name} requires an argument."),
    mark("Option {name} does not take a value."),
    mark("Got unexpected extra argument(s) ({name})"),
    mark("Invalid value for {name}: {reason}"),
    mark("Invalid value: {reason}"),
    mark("Input should be a valid integer, unable to parse string as an integer"),
    mark("Input should be greater than or equal to {least}"),
)
# What it looks up for its help, as `language.choose` lets it.
HEADINGS = (mark("Options"), mark("Arguments"), mark("Commands"), mark("required"), mark("default: {default}"))


def in_words(problem: str) -> str:
    """The problem in the chosen language; as it stands where it is none of these."""
    for sentence in _SENTENCES:
        fields = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(sentence))
        if match := re.fullmatch(fields, problem, re.DOTALL):
            said = {name: in_words(text) if name == "reason" else text for name, text in match.groupdict().items()}
            return _(sentence).format(**said)
    return problem
