"""What becomes of everything that may hold personal data; a test asks for every column that is marked PERSONAL."""

from collections.abc import Mapping

# Rows about the person alone: they go.
DELETED = ("identity", "customer_tag", "preference", "customer_note", "review")

# Rows that stay, since something refers to them or they say what was done: these columns lose what they hold.
CLEARED: Mapping[str, Mapping[str, object]] = {
    "customer": {
        "name": None, "birth_year": None, "birth_month": None, "birth_day": None, "is_birthday_lunar": False,
        "gender": None, "pinyin": None, "initials": None,
    },
    "customer_change": {"before": None, "after": None},
    "consent": {"evidence": None},
}  # fmt: skip

# Texts that people typed, or that sheets said, about somebody else: names, phones and addresses of the person in them
# are blotted out. Of `note` those go whole that were typed for one of the person's own rows.
SCRUBBED = (
    ("note", "text"),
    ("customer_note", "text"),
    ("customer_change", "before"),
    ("customer_change", "after"),
    ("consent", "evidence"),
    ("preference", "value"),
    ("review", "said"),
    ("review", "person"),
    ("row_change", "before"),
    ("erasure", "reason"),
    ("batch", "sheet"),
    ("audience", "where"),
)
