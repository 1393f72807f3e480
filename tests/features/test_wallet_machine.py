"""The life of stored value as a whole: whatever happens in whatever order, the book says what plain integers say."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from features.wallet_machine import WalletMachine

IS_SOAK = bool(os.environ.get("SHOPCRM_SOAK"))
RUNS, STEPS = (200, 50) if IS_SOAK else (10, 50)


@pytest.mark.soak
def test_wallets_agree_with_plain_integers_whatever_happens_in_a_shop() -> None:
    run_state_machine_as_test(
        WalletMachine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not IS_SOAK,
            phases=set(Phase) if IS_SOAK else {Phase.generate},  # shrinking a failure takes minutes
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
