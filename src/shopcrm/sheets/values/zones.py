"""Time zones as tills name them."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

_DISTANCE = re.compile(r"^\((?:GMT|UTC)[^)]*\)\s*")


def find_till_zone(name: str) -> ZoneInfo | None:
    """The zone that a till calls `Eastern Time (US & Canada)` or `Beijing`, or by its IANA name; None if unknown."""
    plain = _DISTANCE.sub("", name.strip())
    if not plain:
        return None
    try:
        return ZoneInfo(_known_zones().get(plain.casefold(), plain))
    except (KeyError, ValueError, OSError):
        return None


@lru_cache(maxsize=1)
def _known_zones() -> dict[str, str]:
    return tomllib.loads((Path(__file__).parent / "zones.toml").read_text("utf-8"))
