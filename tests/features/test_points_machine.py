"""The life of points as a whole: whatever happens in whatever order, the book says what plain integers say."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from features.points_life import LifeMachine
from features.points_machine import PointsMachine
from soak import IS_SOAK

STEPS = 50


@pytest.mark.soak
@pytest.mark.parametrize(("machine", "runs"), [(LifeMachine, 40), (PointsMachine, 12)])
def test_points_agree_with_plain_integers_whatever_happens_in_a_shop(
    machine: type[RuleBasedStateMachine], runs: int
) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=200 if IS_SOAK else runs,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not IS_SOAK,
            phases=set(Phase) if IS_SOAK else {Phase.generate},  # shrinking a failure takes minutes
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
