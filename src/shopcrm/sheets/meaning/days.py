"""The days of a sales sheet: its date and time columns, the zone of its till, and cells that cannot be right."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from shopcrm.core.language import translate
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.meaning.money import Sheet, refuse_column
from shopcrm.sheets.values.dates import EARLIEST, Column
from shopcrm.sheets.values.moments import Moments, read_moments
from shopcrm.sheets.values.texts import is_blank, spread
from shopcrm.sheets.values.zones import find_till_zone


def read_sale_days(sheet: Sheet) -> Moments:
    """The days and instants of all rows. Raises DateOrderUnclear; ColumnUnreadable where most cells are no dates."""
    body, request, name = sheet.body, sheet.request, _field(sheet.body)
    cells = body.cells(name)
    order = request.date_order or body.layout.options.get("date_order")
    column = Column(sheet.path, body.layout.title(name), cells, request.today + timedelta(1), order)
    column = replace(column, counts_from_1904=body.counts_from_1904)
    times = body.cells("time") if body.has("time") else None
    moments = read_moments(column, request.zone, times, _zones(body, request.zone))
    if None in moments.days:
        bad = [cell for cell, day in zip(cells, moments.days, strict=True) if day is None and not is_blank(cell)]
        if len(bad) * 2 > sum(not is_blank(cell) for cell in cells):
            refuse_column(sheet, name, bad, translate("dates"))
    return moments


def judge_days(sheet: Sheet, moments: Moments, findings: Findings) -> None:
    """Rejects rows without a day, or with one that cannot be; notes times of day that cannot be read."""
    body, name = sheet.body, _field(sheet.body)
    cells, latest = body.cells(name), sheet.request.today + timedelta(1)
    outside = {day for day in set(moments.days) if day is not None and not EARLIEST <= day <= latest}
    if outside or None in moments.days:
        for place, (cell, day) in enumerate(zip(cells, moments.days, strict=True)):
            if day is None:
                findings.reject(place, "date_missing" if is_blank(cell) else "date_unreadable", name, cell)
            elif day in outside:
                findings.reject(place, "date_too_early" if day < EARLIEST else "date_in_future", name, cell)
    for text in sorted(set(body.cells("zone")) if body.has("zone") else ()):
        if not is_blank(text) and find_till_zone(text) is None:
            notice = translate("“{zone}” is no time zone that is known here; the shop's own was taken.")
            findings.notices.append(notice.format(zone=text.strip()))
    times = body.cells("time") if body.has("time") else cells
    for place, is_bad in enumerate(moments.is_bad_time or ()):
        if is_bad and moments.days[place] is not None:
            findings.ignore(place, "time_unreadable", "time" if body.has("time") else name, times[place])


def _field(body: Body) -> str:
    return "datetime" if body.has("datetime") else "date"


def _zones(body: Body, zone: ZoneInfo) -> list[ZoneInfo] | None:
    """The zones that the till names, row by row; those that nobody knows are taken as the shop's own."""
    if not body.has("zone"):
        return None
    zones = spread(body.cells("zone"), lambda cell: find_till_zone(cell) or zone)
    return None if all(found == zone for found in set(zones)) else zones
