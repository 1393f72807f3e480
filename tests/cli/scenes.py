"""For every error the command line that meets it, and what must have happened before."""

from collections.abc import Mapping
from datetime import date

import openpyxl

from cli.choosing_scenes import CHOOSING_SCENES
from cli.coupon_scenes import COUPON_SCENES
from cli.desk import Desk
from cli.staging import BOOK, Scene, add_file, nothing, run_line, run_sql
from cli.wallet_scenes import WALLET_SCENES
from shopcrm.core import book as books
from shopcrm.core import errors, ledger
from shopcrm.core.errors import ShopError

SALES = "receipt,date,amount\nR-1,2026-01-05,10.00\nR-2,2026-01-06,20.00\n"

# --- what stands there before the command ------------------------------------------------------------------


def _two_layouts(desk: Desk) -> None:
    add_file("till.csv", SALES)(desk)
    add_file("list.csv", "name,phone\n赵敏,13500135000\n")(desk)


def _two_tabs(desk: Desk) -> None:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title in ("Orders", "Lines"):
        tab = workbook.create_sheet(title)
        for row in SALES.splitlines():
            tab.append(row.split(","))
    workbook.save(desk.folder / "till.xlsx")


def _pending_points(desk: Desk) -> None:
    with books.open_book(desk.book, write=True, as_of=date(2026, 6, 30), by="test") as book:
        posting = ledger.Posting(
            key="earn:later", customer_id=6, kind="earn", amount=80, on=date(2026, 6, 30), rule="test", inputs={},
            settings_version_id=1, available_on=date(2026, 7, 7),
        )  # fmt: skip
        ledger.post(book, posting)


def _shared_twice(desk: Desk) -> None:
    for _ in range(2):
        run_line(f"{BOOK} points grant 王芳 --for share")(desk)


def _expired_points(desk: Desk) -> None:
    with books.open_book(desk.book, write=True, as_of=date(2026, 6, 30), by="test") as book:
        come = ledger.Posting(
            key="earn:early", customer_id=6, kind="earn", amount=80, on=date(2026, 1, 5), rule="test", inputs={},
            settings_version_id=1, expires_on=date(2026, 6, 14),
        )  # fmt: skip
        gone = come._replace(key="expire:early", kind="expire", amount=-80, on=date(2026, 6, 15), expires_on=None)
        ledger.post_many(book, [come, gone])


def _older(desk: Desk) -> None:
    run_sql("UPDATE alembic_version SET version_num = '0001'")(desk)


def _older_beside_a_folder(desk: Desk) -> None:
    _older(desk)
    (desk.folder / "lan.db.0001.part").mkdir(exist_ok=True)  # where the backup would be written


def _spent_together(desk: Desk) -> None:
    """Two are merged, and points of both are spent at once."""
    run_line(f"{BOOK} points adjust C-0002 --points 30 --reason welcome")(desk)
    run_line(f"{BOOK} customers merge C-0001 C-0002")(desk)
    spendable = desk.run("--json", "points", "statement", "C-0001").data["spendable_points"]
    run_line(f"{BOOK} points redeem C-0001 --points {spendable} --receipt R-900")(desk)


_ERASED = run_line(f"{BOOK} --yes privacy erase 王芳 --reason asked")

# --- one scene an error ------------------------------------------------------------------------------------

SCENES: Mapping[type[ShopError], Scene] = {
    errors.BookNotFound: (nothing, "--book none.db book info"),
    errors.BackupNotFound: (nothing, f"{BOOK} book restore none.backup"),
    errors.BookExists: (nothing, "--book lan.db init --shop-name Lan"),
    errors.NotABook: (add_file("list.db", "milk, eggs, more milk"), "--book list.db book info"),
    errors.BookNewer: (run_sql("UPDATE alembic_version SET version_num = '9999'"), f"{BOOK} book info"),
    errors.BookOlder: (_older, f"{BOOK} --dry-run book info"),
    errors.BookNotUpgraded: (_older_beside_a_folder, f"{BOOK} book info"),
    errors.BookBusy: (nothing, f"{BOOK} points accrue"),
    errors.BookUnsound: (run_sql("DROP TRIGGER points_entry_no_update"), f"{BOOK} book check"),
    errors.BookReadOnly: (add_file("file", ""), "--book file/shop.db init --shop-name Lan"),
    errors.BookElsewhere: (nothing, "--book postgresql://lan:secret@localhost/shop book info"),
    errors.TimezoneUnknown: (nothing, "--book new.db init --shop-name Lan --timezone Asia/Shangai"),
    errors.CurrencyUnknown: (nothing, "--book new.db init --shop-name Lan --currency CYN"),
    errors.CountryUnknown: (nothing, "--book new.db init --shop-name Lan --country China"),
    errors.SettingUnknown: (nothing, f"{BOOK} settings set points.rat 2"),
    errors.SettingRefused: (nothing, f"{BOOK} settings set points.rate much"),
    errors.SettingFixed: (nothing, f"{BOOK} settings set shop.currency USD"),
    errors.SettingNotTried: (nothing, f"{BOOK} points simulate --set points.max_share=1/2"),
    errors.DateUnreadable: (nothing, "--book lan.db --as-of 31.3.2026 book info"),
    errors.SheetNotFound: (nothing, f"{BOOK} import none.csv"),
    errors.SheetUnreadable: (add_file("bad.xlsx", b"PK\x03\x04 no workbook"), f"{BOOK} import bad.xlsx"),
    errors.SheetEmpty: (add_file("empty.csv", ""), f"{BOOK} import empty.csv"),
    errors.TabUnknown: (_two_tabs, f"{BOOK} import till.xlsx --sheet Order"),
    errors.TabsOverlap: (_two_tabs, f"{BOOK} import till.xlsx"),
    errors.HeaderNotFound: (
        add_file("odd.csv", "No.;Day;Paid so far\n1;Monday;10\n2;Tuesday;20\n".replace(";", ",")),
        f"{BOOK} import odd.csv",
    ),
    errors.FieldMissing: (add_file("few.csv", "receipt,date,cashier\nR-1,2026-01-05,Mei\n"), f"{BOOK} import few.csv"),
    errors.FieldUnknown: (add_file("till.csv", SALES), f"{BOOK} import till.csv --map recipt=receipt"),
    errors.HeaderUnknown: (add_file("till.csv", SALES), f"{BOOK} import till.csv --map net_amount=amont"),
    errors.ProfileUnknown: (add_file("till.csv", SALES), f"{BOOK} import till.csv --profile online_retial"),
    errors.ProfileNotKnown: (nothing, f"{BOOK} profiles show online_retial"),
    errors.ProfileShipped: (nothing, f"{BOOK} profiles remove online_retail"),
    errors.BatchUnknown: (nothing, f"{BOOK} imports show 99"),
    errors.BatchUndone: (run_line(f"{BOOK} imports undo 2"), f"{BOOK} imports undo 2"),
    errors.BatchInUse: (nothing, f"{BOOK} imports undo 1"),
    errors.ReviewUnknown: (nothing, f"{BOOK} imports review 9 --keep"),
    errors.AnswerUnfit: (nothing, f"{BOOK} imports review 1 --split"),
    errors.FolderMissing: (nothing, f"{BOOK} imports watch none --once"),
    errors.DateOrderUnclear: (
        add_file("till.csv", "receipt,date,amount\nR-1,03/04/2026,10.00\n"),
        f"{BOOK} import till.csv",
    ),
    errors.ReplyDatesUnclear: (
        add_file("replies.csv", "phone,date\n13800138000,03/04/2026\n"),
        f"{BOOK} consents import replies.csv",
    ),
    errors.PhonesMissing: (add_file("replies.csv", "milk,eggs\n"), f"{BOOK} consents import replies.csv"),
    errors.DecimalMarkUnclear: (
        add_file("till.csv", "receipt,date,amount\nR-1,2026-01-05,1.234\nR-2,2026-01-05,12.500\n"),
        f"{BOOK} import till.csv",
    ),
    errors.TotalsDiffer: (add_file("till.csv", SALES), f"{BOOK} import till.csv --expect-total 99.00"),
    errors.ProfileTaken: (add_file("till.csv", SALES), f"{BOOK} import till.csv --save-profile generic_en"),
    errors.LayoutsDiffer: (_two_layouts, f"{BOOK} import till.csv list.csv --save-profile mine"),
    errors.ColumnUnreadable: (
        add_file("till.csv", "receipt,date,amount\nR-1,2026-01-05,cash\nR-2,2026-01-05,card\n"),
        f"{BOOK} import till.csv",
    ),
    errors.EncodingWrong: (
        add_file("till.csv", "单号,日期,金额\n1,2026-01-05,10\n"),
        f"{BOOK} import till.csv --encoding ascii",
    ),
    errors.CurrencyDiffers: (
        add_file("till.csv", "receipt,date,amount,currency\nR-1,2026-01-05,10.00,USD\n"),
        f"{BOOK} import till.csv",
    ),
    errors.FolderUnwritable: (nothing, f"{BOOK} exports customers --to missing/customers.xlsx"),
    errors.CustomerUnknown: (nothing, f"{BOOK} points statement 赵钱孙"),
    errors.MergeRefused: (nothing, f"{BOOK} customers merge 王芳 王芳"),
    errors.NotMerged: (nothing, f"{BOOK} customers unmerge C-0001"),
    errors.UnmergeRefused: (_spent_together, f"{BOOK} customers unmerge C-0002"),
    errors.CustomerErased: (_ERASED, f"{BOOK} points statement C-0001"),
    errors.IdentityErased: (_ERASED, f"{BOOK} customers add --name 王芳 --phone 13800138000"),
    errors.CustomerAmbiguous: (run_line(f"{BOOK} customers add --name 王芳芳"), f"{BOOK} points statement 王"),
    errors.IdentityTaken: (nothing, f"{BOOK} customers add --name 赵敏 --email zoe@example.com"),
    errors.CustomerMisspelt: (nothing, f"{BOOK} points statement 王方"),
    errors.PhoneTaken: (nothing, f"{BOOK} customers edit 李娜 --phone 13800138000"),
    errors.IdentityNotTheirs: (nothing, f"{BOOK} customers edit 王芳 --remove 13900139000"),
    errors.IdentityNotClear: (
        run_line(f"{BOOK} customers edit 王芳 --payment 13800138000"),
        f"{BOOK} customers edit 王芳 --remove 13800138000",
    ),
    errors.NothingToEdit: (nothing, f"{BOOK} customers edit 王芳"),
    errors.SameCustomer: (nothing, f"{BOOK} customers not-same 王芳 13800138000"),
    errors.IdentityUnreadable: (nothing, f"{BOOK} customers add --name 赵敏 --phone 138****8000"),
    errors.CustomerNameless: (nothing, f"{BOOK} customers add"),
    errors.SaleUnknown: (nothing, f"{BOOK} sales show R-99"),
    errors.SaleElsewhere: (nothing, f"{BOOK} sales show R-1 --on 2026-06-01"),
    errors.SaleAmbiguous: (
        run_line(f"{BOOK} sales add --receipt R-1 --amount 88 --store East"),
        f"{BOOK} sales withdraw R-1 --reason typed-twice",
    ),
    errors.SaleDiffers: (
        run_line(f"{BOOK} sales add --receipt H-1 --amount 88 --customer 王芳 --time 14:05"),
        f"{BOOK} sales add --receipt H-1 --amount 880 --customer 王芳",
    ),
    errors.SaleWithdrawn: (
        run_line(f"{BOOK} sales withdraw R-1 --reason typed-twice"),
        f"{BOOK} sales add --receipt H-1 --amount 10 --refund-of R-1",
    ),
    errors.RefundTooLarge: (nothing, f"{BOOK} sales add --receipt H-1 --amount 3500 --refund-of R-1"),
    errors.RefundStands: (run_line(f"{BOOK} sales refund R-1 --amount 100"), f"{BOOK} sales refund R-1 --amount 100"),
    errors.NothingToGiveBack: (run_line(f"{BOOK} sales refund R-1"), f"{BOOK} sales refund R-1"),
    errors.RefundBeforeSale: (nothing, f"{BOOK} sales refund R-1 --on 2025-12-04"),
    errors.LineNotSold: (nothing, f"{BOOK} sales refund R-1 --line Hat"),
    errors.LineAmbiguous: (
        run_line(f"{BOOK} sales add --receipt H-1 --line D-S|Dress|1|680 --line D-M|Dress|1|680"),
        f"{BOOK} sales refund H-1 --line Dress|1",
    ),
    errors.LineTooMany: (nothing, f"{BOOK} sales refund R-1 --line SKU-1|2"),
    errors.RefundOfAnother: (
        nothing,
        f"{BOOK} sales add --receipt H-1 --amount 10 --refund-of R-1 --customer 李娜",
    ),
    errors.SaleNotWritable: (nothing, f"{BOOK} sales add --receipt H-1 --amount 5 --line Hat"),
    errors.AmountUnreadable: (nothing, f"{BOOK} sales add --receipt H-1 --amount 1.005"),
    errors.InsufficientPoints: (nothing, f"{BOOK} points redeem 王芳 --points 9999 --receipt R-7"),
    errors.PointsNotAccrued: (
        run_line(f"{BOOK} sales add --receipt H-1 --customer Zoë --amount 880"),
        f"{BOOK} points redeem Zoë --points 880 --receipt H-1",
    ),
    errors.PendingPoints: (_pending_points, f"{BOOK} points redeem Zoë --points 50 --receipt R-7"),
    errors.PointsNotPositive: (nothing, f"{BOOK} points redeem 王芳 --points 0 --receipt R-7"),
    errors.BelowMinimum: (
        run_line(f"{BOOK} settings set points.minimum 100"),
        f"{BOOK} points redeem 王芳 --points 50 --receipt R-7",
    ),
    errors.NotAStep: (
        run_line(f"{BOOK} settings set points.step 100"),
        f"{BOOK} points redeem 王芳 --points 250 --receipt R-7",
    ),
    errors.KeyReused: (nothing, f"{BOOK} points redeem 王芳 --points 50 --receipt R-100"),
    errors.EntryBeforeLast: (nothing, "--book lan.db --as-of 2026-06-01 points redeem 王芳 --points 50 --receipt R-7"),
    errors.AmountTooSmall: (
        run_line(f"{BOOK} settings set points.step 100"),
        f"{BOOK} points redeem 王芳 --amount 9.99 --receipt R-7",
    ),
    errors.PointsWorthless: (
        run_line(f"{BOOK} settings set points.value 100=0.00"),
        f"{BOOK} points redeem 王芳 --amount 9.99 --receipt R-7",
    ),
    errors.OverShare: (
        run_line(f"{BOOK} settings set points.max_share 50%"),
        f"{BOOK} points redeem 王芳 --points 150 --receipt R-7 --total 25",
    ),
    errors.StoreUnknown: (nothing, f"{BOOK} points redeem 王芳 --points 5 --receipt R-7 --store mian"),
    errors.GrantUnknown: (nothing, f"{BOOK} points grant 王芳 --for revue"),
    errors.GrantWithoutPoints: (nothing, f"{BOOK} points grant 王芳 --for event"),
    errors.GrantUsedUp: (_shared_twice, f"{BOOK} points grant 王芳 --for share"),
    errors.GrantGivenOnce: (
        run_line(f"{BOOK} points grant 王芳 --for questionnaire"),
        f"{BOOK} points grant 王芳 --for questionnaire --key K-1",
    ),
    errors.TransferToSelf: (nothing, f"{BOOK} points transfer 王芳 8000 --points 50"),
    errors.EntryUnknown: (nothing, f"{BOOK} points reverse 99 --reason typed-twice"),
    errors.NotReversible: (
        run_line(f"{BOOK} points reverse 16 --reason typed-twice"),
        f"{BOOK} points reverse 21 --reason typed-twice",
    ),
    errors.AlreadyReversed: (
        run_line(f"{BOOK} points reverse 16 --reason typed-twice"),
        f"{BOOK} points reverse 16 --reason wrong-customer",
    ),
    errors.PeriodBeforeLastExpiry: (
        _expired_points,
        "--book lan.db --as-of 2026-06-01 points adjust Zoë --points 5 --reason forgotten",
    ),
    errors.RewardUnknown: (nothing, f"{BOOK} points exchange 王芳 JUG --receipt R-7"),
    errors.RewardRetired: (
        run_line(f"{BOOK} rewards retire MUG"),
        f"{BOOK} points exchange 王芳 MUG --receipt R-7",
    ),
    errors.RewardTaken: (nothing, f"{BOOK} rewards add MUG --name Mug --points 90"),
    errors.RewardNotWritable: (nothing, f"{BOOK} rewards add JUG --name Jug --points 0"),
    **COUPON_SCENES,
    **WALLET_SCENES,
    **CHOOSING_SCENES,
    errors.NotRefreshed: (nothing, "--book lan.db --as-of 2020-01-01 segments list"),
    errors.NothingToLearnFrom: (nothing, "--book lan.db --as-of 2020-01-01 winback build"),
    errors.NeedsYes: (nothing, "demo --into old"),
    errors.UsageWrong: (nothing, f"{BOOK} points redeem 王芳 --points 50"),
    errors.Interrupted: (nothing, f"{BOOK} book info"),
    errors.Defect: (nothing, f"{BOOK} book info"),
}
# No command line leads to these.
CONSTRUCTED: Mapping[type[ShopError], ShopError] = {}
RAISED: Mapping[type[ShopError], BaseException] = {
    errors.Interrupted: KeyboardInterrupt(),
    errors.Defect: ZeroDivisionError("division by zero"),
}
