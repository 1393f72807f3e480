"""What every workbook has in common: the shop's name, the day, masked phones, and the colours of segments and tiers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shopcrm.core.book import Book
from shopcrm.core.language import translate
from shopcrm.sheets.workbook import Fact, Summary, Tab, write_workbook

COLOURS = {
    "champions": "gold", "vip": "gold", "loyal": "green", "active": "green", "potential loyalists": "blue",
    "potential": "blue", "new customers": "teal", "promising": "teal", "need attention": "amber",
    "about to sleep": "amber", "slipping": "amber", "cannot lose": "red", "at risk": "red", "lapsed regular": "red",
    "hibernating": "brown", "lost": "grey", "dormant": "grey", "never bought": "silver", "silver": "silver",
    "gold": "gold", "black": "black",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exported:
    """The workbook that was written. `to` may be a free name beside the one asked for, where that was held open."""

    to: Path
    rows: int
    tabs: tuple[str, ...]
    is_revealed: bool


def write(
    book: Book,
    path: Path,
    *,
    title: str,
    on: date,
    facts: Sequence[Fact],
    tables: Sequence[Tab],
    tabs: Sequence[Tab],
    reveal: bool,
) -> Exported:
    """Writes the workbook, except under --dry-run. Raises FolderUnwritable."""
    subtitle = translate("{title} · as of {on}").format(title=title, on=on)
    said = translate("in full") if reveal else translate("masked (--reveal shows them)")
    summary = Summary(
        title=book.settings.shop.name,
        subtitle=subtitle,
        facts=[*facts, (translate("Phones"), said, "text")],
        tables=tables,
    )
    written = path
    if not book.is_dry_run:
        colours = {translate(name): tone for name, tone in COLOURS.items()}
        written = write_workbook(path, summary, tabs, currency=book.currency, exponent=book.exponent, colours=colours)
    return Exported(written, len(tabs[0].rows), tuple(tab.title for tab in tabs), reveal)
