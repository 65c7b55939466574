"""Quorum loss: with one of three dead all is well, with two it refuses; or it tells what is old.

One machine dies at 10 s and another at 20 s; both are back at 30 s.
"""

from __future__ import annotations

from functools import cache

import pytest

from sandbox.judgement.report import Report
from sandbox.simulation.trace import Journey
from tests.labs.lab import SEEDS, lab

RING = lab("quorum-loss")
BEFORE, ONE_DEAD, TWO_DEAD, AFTER = (0.0, 9.5), (10.2, 19.5), (20.2, 29.8), (30.2, 40.0)
"""Apart from who was under way when one died."""


@cache
def told(design: str, seed: int) -> tuple[list[Journey], Report]:
    """The journeys of one run, and what it means."""
    run = RING.run(design, seed)
    return run.trace.journeys, RING.judge(run)


def outcomes(design: str, seed: int, during: tuple[float, float]) -> set[str]:
    """What became of those who asked in some time."""
    journeys, _ = told(design, seed)
    return {j.outcome for j in journeys if during[0] <= j.start < during[1]}


def counted(design: str, seed: int, name: str) -> int:
    return told(design, seed)[1].ledger.get(name, 0)


def p50(report: Report) -> float:
    found = report.operations["view"].latency.p50
    assert found is not None
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quorum_of_three_bears_one_death_and_refuses_with_two(seed: int) -> None:
    for during in (BEFORE, ONE_DEAD, AFTER):
        assert outcomes("broken", seed, during) == {"good"}
    assert outcomes("broken", seed, TWO_DEAD) == {"rejected"}
    assert counted("broken", seed, "stale-reads") == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_needs_only_one_goes_on_and_tells_what_is_old(seed: int) -> None:
    for during in (BEFORE, ONE_DEAD, TWO_DEAD, AFTER):
        assert outcomes("one", seed, during) == {"good"}
    assert counted("one", seed, "stale-reads") > 0
    assert counted("forgetful", seed, "stale-reads") > 2 * counted("one", seed, "stale-reads")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quorum_of_five_bears_two_deaths_and_costs_more(seed: int) -> None:
    for during in (BEFORE, ONE_DEAD, TWO_DEAD, AFTER):
        assert outcomes("five", seed, during) == {"good"}
    assert counted("five", seed, "stale-reads") == 0
    five, three, one = (told(design, seed)[1] for design in ("five", "broken", "one"))
    assert five.cost > three.cost == one.cost
    assert p50(five) > 1.5 * p50(one)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_for_good(seed: int) -> None:
    assert {counted(design, seed, "lost-writes") for design in RING.designs} == {0}
