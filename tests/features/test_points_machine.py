"""The life of points as a whole: whatever happens in whatever order, the book says what plain integers say."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from features.points_life import LifeMachine
from features.points_machine import PointsMachine
from soak import IS_SOAK

RUNS, STEPS = (200, 50) if IS_SOAK else (40, 50)


@pytest.mark.soak
@pytest.mark.parametrize("machine", [LifeMachine, PointsMachine])
def test_points_agree_with_plain_integers_whatever_happens_in_a_shop(machine: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not IS_SOAK,
            phases=set(Phase) if IS_SOAK else {Phase.generate},  # shrinking a failure takes minutes
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
