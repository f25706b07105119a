"""A short soak; `make soak` is the long one."""

import pytest

from tests.system.soak import soak, summary

SEED = 180


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_runs_under_fire_lose_nothing_double_nothing_and_do_not_grow():
    told = []
    outcomes = soak(8, SEED, tell=told.append, lists=2, most_kills=2)
    assert not any(outcome.wrong for outcome in outcomes), "\n".join([*told, *summary(outcomes, SEED)])
    assert sum(outcome.kills.total() for outcome in outcomes) > 0, "nothing was killed"
