"""Which tables only ever grow, and the names of the triggers by which the database refuses anything else."""

APPEND_ONLY = (
    "points_entry", "points_lot", "points_draw", "points_waiver", "wallet_entry", "wallet_lot", "wallet_draw",
    "visit_entry", "visit_lot", "visit_draw", "offer_terms", "coupon_issue", "coupon_event", "tier_change",
    "settings_version", "audit",
)  # fmt: skip


def trigger_names() -> set[str]:
    """The triggers that every sound book has."""
    return {f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")}
