"""The contract of the command line: for every command a line with which it succeeds, and one that is refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cli.desk import OPEN_COUPON, USED_COUPON
from shopcrm.cli.app import COMMANDS, load


@dataclass(frozen=True, slots=True)
class Line:
    """Arguments with which a command succeeds on the book, and how it fails on a refused one."""

    arguments: tuple[str, ...]
    failing: tuple[str, ...]  # refused with exit code 1 on the same book
    code: str  # of that refusal
    writes: bool = False


NOBODY, WHY = ("赵钱孙",), ("--reason", "given twice")
LINES: Mapping[str, Line] = {
    "init": Line(("--book", "new.db", "--shop-name", "Lan"), ("--shop-name", "Lan"), "book_exists", True),
    # Whole, it takes seconds: tests/features/test_demo.py runs it once.
    "demo": Line(("--into", "try", "--dry-run"), ("--into", "old"), "needs_yes"),
    "import": Line(("till.csv",), ("none.csv",), "sheet_not_found", True),
    "imports list": Line((), ("--book", "none.db"), "book_not_found"),
    "imports show": Line(("1",), ("99",), "batch_unknown"),
    "imports undo": Line(("2",), ("1",), "batch_in_use", True),
    "imports review": Line(("1", "--keep"), ("9", "--keep"), "review_unknown", True),
    "imports watch": Line((".", "--once"), ("none", "--once"), "folder_missing", True),
    "profiles list": Line((), ("--book", "none.db"), "book_not_found"),
    "profiles show": Line(("till",), ("tll",), "profile_unknown"),
    "profiles remove": Line(("till",), ("online_retail",), "profile_shipped", True),
    "customers add": Line(("--name", "赵敏"), ("--phone", "13800138000"), "identity_taken", True),
    "customers edit": Line(("王芳", "--wechat", "fangfang88"), (*NOBODY, "--gender", "male"), "unknown_customer", True),
    "customers find": Line(("王芳",), ("--book", "none.db", "王芳"), "book_not_found"),
    "customers list": Line((), ("--book", "none.db"), "book_not_found"),
    "customers history": Line(("王芳",), NOBODY, "unknown_customer"),
    "customers duplicates": Line((), ("--book", "none.db"), "book_not_found"),
    "customers not-same": Line(("王芳", "李娜"), ("王芳", "wangfang"), "same_customer", True),
    "sales add": Line(
        ("--receipt", "H-1", "--customer", "王芳", "--amount", "88"),
        ("--receipt", "H-1", "--amount", "5", "--refund-of", "R-99"),
        "sale_unknown",
        True,
    ),
    "sales list": Line(("--limit", "3"), ("--customer", *NOBODY), "unknown_customer"),
    "sales show": Line(("R-1",), ("R-99",), "sale_unknown"),
    "sales refund": Line(("R-1", "--line", "Silk dress"), ("R-1", "--amount", "3500"), "refund_too_large", True),
    "sales withdraw": Line(
        ("R-1", "--reason", "typed twice"), ("R-99", "--reason", "typed twice"), "sale_unknown", True
    ),
    "points accrue": Line((), ("--book", "none.db"), "book_not_found", True),
    "points statement": Line(("王芳",), NOBODY, "unknown_customer"),
    "points expire": Line((), ("--book", "none.db"), "book_not_found", True),
    "points expiring": Line(("--within", "4w"), ("--book", "none.db"), "book_not_found"),
    "points liability": Line(("--by-month",), ("--book", "none.db"), "book_not_found"),
    "points explain": Line(("1",), ("999",), "entry_unknown"),
    "points simulate": Line(("--set", "points.rate=2"), ("--set", "points.rate=much"), "setting_refused"),
    "points redeem": Line(
        ("李娜", "--points", "10", "--receipt", "R-7"),
        ("李娜", "--points", "99999", "--receipt", "R-7"),
        "insufficient_points",
        True,
    ),
    "points exchange": Line(
        ("李娜", "MUG", "--receipt", "R-7"), ("李娜", "JUG", "--receipt", "R-7"), "reward_unknown", True
    ),
    "points grant": Line(
        ("李娜", "--for", "review", "--key", "K-1"), ("李娜", "--for", "revue"), "grant_unknown", True
    ),
    "points transfer": Line(
        ("李娜", "王芳", "--points", "50", "--key", "K-1"), ("李娜", "李娜", "--points", "50"), "transfer_to_self", True
    ),
    "points donate": Line(
        ("李娜", "--points", "50", "--project", "School books", "--key", "K-1"),
        ("李娜", "--points", "99999", "--project", "School books"),
        "insufficient_points",
        True,
    ),
    "points projects": Line((), ("--book", "none.db"), "book_not_found"),
    "points adjust": Line(
        ("李娜", "--points", "+50", "--reason", "waited", "--key", "K-1"),
        ("李娜", "--points", "-99999", "--reason", "waited"),
        "insufficient_points",
        True,
    ),
    "points reverse": Line(("16", "--reason", "typed twice"), ("99", "--reason", "typed twice"), "entry_unknown", True),
    "coupons issue": Line(("MAY", "王芳", "李娜", "--key", "K-1"), ("MYA", "王芳"), "offer_unknown", True),
    "coupons list": Line((), ("--customer", *NOBODY), "unknown_customer"),
    "coupons show": Line((OPEN_COUPON,), ("KTWQV-DZ3VX",), "coupon_unknown"),
    "coupons void": Line((OPEN_COUPON, *WHY), (USED_COUPON, *WHY), "coupon_redeemed", True),
    "coupons restore": Line((USED_COUPON, *WHY), (OPEN_COUPON, *WHY), "coupon_not_changed", True),
    "coupons extend": Line(
        (OPEN_COUPON, "--until", "2026-12-31", *WHY),
        (USED_COUPON, "--until", "2026-12-31", *WHY),
        "coupon_redeemed",
        True,
    ),
    "coupons handover": Line((USED_COUPON,), (OPEN_COUPON,), "nothing_to_hand_over", True),
    "coupons expire": Line((), ("--book", "none.db"), "book_not_found", True),
    "coupons settle": Line((), ("--book", "none.db"), "book_not_found", True),
    "coupons check": Line((OPEN_COUPON, "--total", "88"), (USED_COUPON, "--total", "88"), "coupon_redeemed"),
    "coupons redeem": Line(
        (OPEN_COUPON, "--receipt", "R-7", "--total", "88"),
        (USED_COUPON, "--receipt", "R-7", "--total", "88"),
        "coupon_redeemed",
        True,
    ),
    "coupons print": Line(("MAY", "--to", "cards.html"), ("MYA", "--to", "cards.html"), "offer_unknown"),
    "rewards add": Line(
        ("JUG", "--name", "Jug", "--points", "300"), ("MUG", "--name", "Mug", "--points", "90"), "reward_taken", True
    ),
    "rewards list": Line((), ("--book", "none.db"), "book_not_found"),
    "rewards retire": Line(("MUG",), ("JUG",), "reward_unknown", True),
    "offers add": Line(
        ("TENTH", "--kind", "percent", "--value", "8折", "--to", "2026-12-31"),
        ("MAY", "--kind", "amount", "--value", "30"),
        "offer_taken",
        True,
    ),
    "offers edit": Line(("MAY", "--limit", "50"), ("MYA", "--limit", "50"), "offer_unknown", True),
    "offers list": Line((), ("--book", "none.db"), "book_not_found"),
    "offers show": Line(("MAY",), ("MYA",), "offer_unknown"),
    "offers retire": Line(("MAY",), ("MYA",), "offer_unknown", True),
    "offers results": Line(("SCARF",), ("MYA",), "offer_unknown"),
    "wallet topup": Line(
        ("王芳", "--amount", "500", "--receipt", "R-7"),
        (*NOBODY, "--amount", "5", "--receipt", "R-7"),
        "unknown_customer",
        True,
    ),
    "wallet pay": Line(
        ("王芳", "--amount", "30.50", "--receipt", "R-7"),
        ("王芳", "--amount", "999", "--receipt", "R-7"),
        "insufficient_balance",
        True,
    ),
    "wallet refund": Line(("王芳", "--amount", "30"), ("王芳", "--amount", "999"), "insufficient_balance", True),
    "wallet adjust": Line(
        ("王芳", "--amount", "+5", "--purse", "bonus", "--reason", "waited", "--key", "K-1"),
        ("王芳", "--amount", "-999", "--reason", "waited"),
        "insufficient_balance",
        True,
    ),
    "wallet reverse": Line(("1", "--reason", "typed twice"), ("99", "--reason", "typed twice"), "entry_unknown", True),
    "wallet statement": Line(("李娜",), NOBODY, "unknown_customer"),
    "wallet liability": Line((), ("--book", "none.db"), "book_not_found"),
    "wallet accrue": Line((), ("--book", "none.db"), "book_not_found", True),
    "wallet expire": Line((), ("--book", "none.db"), "book_not_found", True),
    "cards sell": Line(
        ("王芳", "Wash", "--visits", "5", "--price", "100", "--receipt", "R-7"),
        (*NOBODY, "Wash", "--visits", "5", "--price", "100", "--receipt", "R-7"),
        "unknown_customer",
        True,
    ),
    "cards use": Line(
        ("王芳", "--receipt", "R-7"), ("王芳", "--visits", "11", "--receipt", "R-7"), "insufficient_balance", True
    ),
    "cards refund": Line(("王芳", "haircut", "--visits", "2"), ("王芳", "Wash"), "insufficient_balance", True),
    "cards reverse": Line(("1", "--reason", "typed twice"), ("99", "--reason", "typed twice"), "entry_unknown", True),
    "cards statement": Line(("王芳",), NOBODY, "unknown_customer"),
    "cards liability": Line((), ("--book", "none.db"), "book_not_found"),
    "cards expire": Line((), ("--book", "none.db"), "book_not_found", True),
    "tiers assign": Line((), ("--book", "none.db"), "book_not_found", True),
    "tiers list": Line((), ("--book", "none.db"), "book_not_found"),
    "segments refresh": Line((), ("--book", "none.db"), "book_not_found", True),
    "segments list": Line((), ("--as-of", "2020-01-01"), "not_refreshed"),
    "winback build": Line(("--limit", "2"), ("--as-of", "2020-01-01"), "nothing_to_learn_from", True),
    "winback list": Line((), ("--as-of", "2020-01-01"), "not_refreshed"),
    "exports winback": Line(("--to", "out.xlsx", "--reveal"), ("--to", "no/out.xlsx"), "folder_unwritable", True),
    "exports customers": Line(("--to", "out.xlsx", "--reveal"), ("--to", "no/out.xlsx"), "folder_unwritable", True),
    "exports segments": Line(("--to", "out.xlsx", "--reveal"), ("--to", "no/out.xlsx"), "folder_unwritable", True),
    "settings show": Line((), ("--book", "none.db"), "book_not_found"),
    "settings set": Line(("points.rate", "2"), ("points.rate", "much"), "setting_refused", True),
    "settings history": Line((), ("--book", "none.db"), "book_not_found"),
    "book info": Line((), ("--book", "none.db"), "book_not_found"),
    "book check": Line((), ("--book", "none.db"), "book_not_found"),
    "book dump": Line((), ("--book", "none.db"), "book_not_found"),
}
WRITING = [name for name, line in LINES.items() if line.writes]
LISTS = [
    "customers list", "customers find", "customers history", "customers edit",
    "wallet statement", "cards statement", "cards liability", "sales list",
    "sales show", "sales refund", "points statement", "points projects", "rewards list", "points expiring",
    "points liability", "points explain", "points simulate", "tiers list", "segments list", "winback list",
    "settings show", "settings set", "settings history", "book check", "import", "imports list", "imports show",
    "imports watch", "profiles list", "profiles show",
    "offers list", "coupons list", "coupons show",
]  # fmt: skip


def every_command() -> Iterator[str]:
    """Every command there is, as a person types it, found by walking the tree."""
    for name in COMMANDS:
        command = load(name)
        subcommands = getattr(command, "commands", None)
        yield from [f"{name} {verb}" for verb in subcommands] if subcommands else [name]
