"""What can be wrong with a setting, or with a date, an amount, a currency typed by a person."""

from shopcrm.core.errors.base import USAGE, ShopError
from shopcrm.core.language import mark


class TimezoneUnknown(ShopError):
    """Not an IANA time zone."""

    code = "timezone_unknown"
    sentence = mark("“{timezone}” is not a time zone; the nearest name is {nearest}.")
    hint = mark("shopcrm init --timezone {nearest} ...")


class CurrencyUnknown(ShopError):
    """Not an ISO 4217 currency."""

    code = "currency_unknown"
    sentence = mark("“{currency}” is not a currency code; the nearest is {nearest}.")
    hint = mark("shopcrm init --currency {nearest} ...")


class CountryUnknown(ShopError):
    """Not an ISO 3166 country with telephone numbers."""

    code = "country_unknown"
    sentence = mark("“{country}” is not a two-letter country code.")
    hint = mark("shopcrm init --country CN ...")


class SettingUnknown(ShopError):
    """A key that no setting has."""

    code = "setting_unknown"
    sentence = mark("There is no setting “{key}”; the nearest is {nearest}.")
    hint = mark("shopcrm settings show")


class SettingRefused(ShopError):
    """A value that the setting cannot take."""

    code = "setting_refused"
    sentence = mark("{key} cannot be “{value}”: {expected}.")
    hint = mark("shopcrm settings show")


class SettingFixed(ShopError):
    """A setting that facts already in the book depend on."""

    code = "setting_fixed"
    sentence = mark("{key} is {current} for the life of this book: its amounts and dates are kept in it.")
    hint = mark("shopcrm settings show")


class SettingNotTried(ShopError):
    """A setting that a simulation of points cannot try out."""

    code = "setting_not_tried"
    sentence = mark("{key} cannot be tried out; what can be is {known}.")
    hint = mark("shopcrm points simulate --set points.rate=2")


class DateUnreadable(ShopError):
    """A date that is not year-month-day."""

    code = "date_unreadable"
    exit_code = USAGE
    sentence = mark("“{text}” is not a date; write it like 2026-03-31.")
    hint = mark("shopcrm --as-of 2026-03-31 ...")


class PeriodUnreadable(ShopError):
    """A period that is not days, weeks or months."""

    code = "period_unreadable"
    exit_code = USAGE
    sentence = mark("“{text}” is not a period; write days, weeks or months, such as 30d, 4w or 2m.")
    hint = mark("shopcrm points expiring --within 30d")


class AmountUnreadable(ShopError):
    """An amount that is no number, or finer than the currency."""

    code = "amount_unreadable"
    exit_code = USAGE
    sentence = mark("“{text}” is not an amount with at most {decimals:decimal|decimals}.")
    hint = mark("shopcrm {running} --help")
