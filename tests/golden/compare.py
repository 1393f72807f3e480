"""Compares what people read with the golden text of it; SHOPCRM_WRITE_GOLDEN=1 writes it anew, to be read as a diff."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent


def check_golden(name: str, text: str) -> None:
    """Fails where `text` is not what stands in tests/golden/NAME, whatever the line endings of this system."""
    path = FOLDER / name
    if os.environ.get("SHOPCRM_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8"), f"{name} differs; SHOPCRM_WRITE_GOLDEN=1 writes it anew"
