"""For every error of wallets and visit cards the command line that meets it."""

from collections.abc import Mapping

from cli.staging import BOOK, Scene, nothing, run_line
from shopcrm.core import errors
from shopcrm.core.errors import ShopError

WALLET_SCENES: Mapping[type[ShopError], Scene] = {
    errors.InsufficientBalance: (nothing, f"{BOOK} wallet pay 王芳 --amount 999 --receipt R-7"),
    errors.InsufficientPurse: (nothing, f"{BOOK} wallet refund 王芳 --amount 110"),
    errors.NothingInWallet: (nothing, f"{BOOK} wallet refund Zoë"),
    errors.AmountNotPositive: (nothing, f"{BOOK} wallet topup 王芳 --amount 0 --receipt R-7"),
    errors.WalletKeyReused: (nothing, f"{BOOK} wallet topup 王芳 --amount 500 --receipt R-51"),
    errors.WalletEntryBeforeLast: (
        nothing,
        "--book lan.db --as-of 2026-06-01 wallet pay 王芳 --amount 5 --receipt R-7",
    ),
    errors.WalletEntryUnknown: (nothing, f"{BOOK} wallet reverse 99 --reason typed-twice"),
    errors.WalletNotReversible: (
        run_line(f"{BOOK} wallet refund 王芳 --amount 30"),
        f"{BOOK} wallet reverse 1 --reason typed-twice",
    ),
    errors.WalletAlreadyReversed: (
        run_line(f"{BOOK} wallet reverse 1 --reason typed-twice"),
        f"{BOOK} wallet reverse 1 --reason wrong-customer",
    ),
    errors.InsufficientVisits: (nothing, f"{BOOK} cards use 王芳 --visits 11 --receipt R-7"),
    errors.VisitsNotPositive: (nothing, f"{BOOK} cards use 王芳 --visits 0 --receipt R-7"),
    errors.CardAmbiguous: (
        run_line(f"{BOOK} cards sell 王芳 Wash --visits 5 --price 100 --receipt R-8"),
        f"{BOOK} cards use 王芳 --receipt R-7",
    ),
    errors.VisitsKeyReused: (
        nothing,
        f"{BOOK} cards sell 王芳 Haircut --visits 5 --price 100 --receipt R-52",
    ),
    errors.VisitsEntryBeforeLast: (nothing, "--book lan.db --as-of 2026-06-01 cards use 王芳 haircut --receipt R-7"),
    errors.VisitsEntryUnknown: (nothing, f"{BOOK} cards reverse 99 --reason typed-twice"),
    errors.VisitsNotReversible: (
        run_line(f"{BOOK} cards expire"),
        f"{BOOK} cards reverse 3 --reason typed-twice",
    ),
    errors.VisitsAlreadyReversed: (
        run_line(f"{BOOK} cards reverse 1 --reason typed-twice"),
        f"{BOOK} cards reverse 1 --reason wrong-customer",
    ),
}
