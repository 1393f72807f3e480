"""Begin: write a new book with the shop's name and its first settings."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shopcrm.core.book import create_book, locate
from shopcrm.core.errors import BookExists, CountryUnknown, SettingRefused
from shopcrm.core.settings import TEMPLATES, checked, read_template


@dataclass(frozen=True, slots=True)
class Begun:
    """The new book."""

    book: Path
    shop_name: str
    currency: str
    timezone: str
    country: str
    template: str


def init(
    place: str | Path,
    *,
    shop_name: str,
    currency: str,
    timezone: str,
    country: str,
    template: str,
    by: str,
    now: datetime,
    dry_run: bool = False,
) -> Begun:
    """Writes the book, readable by its owner alone. With `dry_run` everything is checked and nothing written.

    Raises BookExists, BookReadOnly, CurrencyUnknown, TimezoneUnknown, CountryUnknown, SettingRefused.
    """
    if template not in TEMPLATES:
        raise SettingRefused(key="--template", value=template, expected=" | ".join(TEMPLATES))
    from shopcrm.core.clock import find_zone
    from shopcrm.core.money import check_currency

    code, zone, region = check_currency(currency), find_zone(timezone).key, _check_country(country)
    shop = {"shop.name": shop_name, "shop.currency": code, "shop.timezone": zone, "shop.country": region}
    first = checked({**read_template(template), **shop})
    path = locate(place)
    if dry_run:
        if path.exists():
            raise BookExists(path=path)
    else:
        create_book(path, first, by=by, now=now)
    return Begun(path, shop_name, code, zone, region, template)


def _check_country(country: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS

    region = country.strip().upper()
    if region not in SUPPORTED_REGIONS:
        raise CountryUnknown(country=country)
    return region
