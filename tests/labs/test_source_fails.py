"""The source fails: for twenty seconds, and a cache may give errors, or what is old.

An entry counts for five seconds. What is given in its place is as old as the failure is long.
"""

from __future__ import annotations

import pytest

from tests.labs.lab import SEEDS, lab, slo

LAB = lab("source-fails")


def good(design: str, seed: int) -> float:
    return slo(LAB.report(design, seed), "good")


def age(design: str, seed: int) -> float:
    found = LAB.report(design, seed).nodes["cache"].age
    assert found is not None
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_too_old_is_an_error(seed: int) -> None:
    assert 0.6 < good("broken", seed) < 0.75
    assert age("broken", seed) < 3


@pytest.mark.parametrize("seed", SEEDS)
def test_or_it_is_given_all_the_same_and_gets_older_and_older(seed: int) -> None:
    assert good("stale", seed) > 0.99
    assert age("stale", seed) > 3 * age("broken", seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_for_a_while_only_is_something_of_both(seed: int) -> None:
    assert good("broken", seed) + 0.03 < good("a-while", seed) < 0.9
    assert age("broken", seed) < age("a-while", seed) < age("stale", seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_gives_what_is_old_at_once_is_older_on_good_days_as_well(seed: int) -> None:
    """And nobody waits for the database, whether it is there or not."""
    at_once, waits = LAB.report("at-once", seed), LAB.report("stale", seed)
    p99 = [each.operations["view"].latency.p99 for each in (at_once, waits)]
    assert p99[0] is not None
    assert p99[1] is not None
    assert p99[0] < p99[1] / 2
    assert good("at-once", seed) > 0.99
