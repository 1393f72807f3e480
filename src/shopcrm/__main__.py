"""The entry point: `shopcrm` and `python -m shopcrm`."""

import gc
import sys


def main() -> None:
    """Runs one command and exits with its code."""
    # Nothing that start-up makes is garbage; looking for it costs a quarter of the start-up time.
    gc.disable()
    arguments = sys.argv[1:]
    from shopcrm.core import language

    language.choose(language.asked_for(arguments))  # before any help text is built
    from shopcrm.cli.app import run

    code = run(arguments)
    # Else the interpreter, as it ends, looks through all that the libraries made: an eighth of a second.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
