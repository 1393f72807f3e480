"""What the columns of tables are called for people."""

from shopcrm.core.language import mark, translate

LABELS = {
    "added": mark("added"),
    "arm": mark("arm"),
    "available_on": mark("spendable from"),
    "balance": mark("balance"),
    "by": mark("by"),
    "count": mark("count"),
    "customer": mark("customer"),
    "days_since": mark("days since"),
    "earned_on": mark("earned on"),
    "effective_on": mark("from"),
    "email": mark("e-mail"),
    "entry": mark("entry"),
    "expires_on": mark("good until"),
    "frequency": mark("visits"),
    "key": mark("key"),
    "kind": mark("kind"),
    "last_items": mark("bought last"),
    "law": mark("law"),
    "left": mark("left"),
    "lots": mark("Lots"),
    "member_no": mark("member no."),
    "monetary_minor": mark("spend"),
    "name": mark("name"),
    "net_minor": mark("net"),
    "next_tier": mark("next tier"),
    "on": mark("on"),
    "overdue_ratio": mark("times overdue"),
    "phone": mark("phone"),
    "points": mark("points"),
    "posted_on": mark("posted on"),
    "reason": mark("reason"),
    "receipt": mark("receipt"),
    "recency_days": mark("days since"),
    "refunds": mark("refunds"),
    "rejects": mark("rejected"),
    "rows": mark("rows"),
    "sales": mark("sales"),
    "segment": mark("segment"),
    "set_on": mark("set on"),
    "sheet": mark("sheet"),
    "since_on": mark("since"),
    "skipped": mark("skipped"),
    "spend_minor": mark("spend"),
    "tier": mark("tier"),
    "to_next_minor": mark("to next"),
    "unchanged": mark("unchanged"),
    "updated": mark("updated"),
    "usual_gap_days": mark("usual gap (days)"),
    "value": mark("value"),
    "version": mark("version"),
}


# The program's own words, where they are values: kinds of entry and of sheet, arms of a campaign.
WORDS = (
    mark("earn"), mark("redeem"), mark("expire"), mark("adjust"), mark("reverse"), mark("transfer"), mark("donate"),
    mark("customers"), mark("sales"), mark("treated"), mark("held_out"), mark("suppressed"),
)  # fmt: skip


def label_of(name: str, currency: str | None = None) -> str:
    """The title of a column; money says the book's currency."""
    label = translate(LABELS[name]) if name in LABELS else name.replace("_", " ")
    return f"{label} ({currency})" if name.endswith("_minor") and currency else label
