"""A cascading timeout: who waits holds a thread, and so does everybody who waits for him.

Threads held = load x timeout. Ten home pages a second that wait eight seconds for advice want 80
threads, of which there are 40 at the app and 40 in front of it. When they are gone, searches wait
too, which want no advice.
"""

from __future__ import annotations

import math

import pytest

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo
from tests.simulation.systems import node
from tests.theory.networks import Measured

LAB = lab("cascading-timeout")
CURES = ("shorter", "short", "breaker", "bulkhead")
HOMES = 10.0


def held(design: str, seed: int) -> tuple[int, int]:
    """The threads that are held at the app and in front of it, in the midst of the slowness."""
    run = LAB.start(design, seed)
    run.advance(30.0)
    slots = [node(run, name).slots for name in ("app", "front")]
    return slots[0].size - slots[0].free, slots[1].size - slots[1].free


def found(report: Report) -> float:
    return slo(report, "found")


def lost(design: str) -> list[int]:
    """Home pages that failed or were refused."""
    return LAB.over(
        design,
        lambda report: report.operations["home"].failed + report.operations["home"].rejected,
    )


def test_searches_fail_for_something_they_do_not_want() -> None:
    assert max(LAB.over("broken", found)) < 0.85
    for seed in SEEDS:
        app, front = held("broken", seed)
        assert app >= 38
        assert front == 40


@pytest.mark.parametrize("design", CURES)
def test_every_cure_keeps_them(design: str) -> None:
    assert min(LAB.over(design, found)) >= 0.99


@pytest.mark.parametrize(("design", "timeout"), [("shorter", 2.0), ("short", 0.4)])
def test_what_is_held_is_load_times_timeout(design: str, timeout: float) -> None:
    """And a little for the work of everybody: 30 a second for 10 ms."""
    threads = Measured.over(held(design, seed)[0] for seed in range(1, 21))
    assert abs(threads.mean - (HOMES * timeout + 0.3)) < 4 * threads.error
    assert threads.error < 0.15 * threads.mean


def test_a_bulkhead_holds_no_more_than_it_may() -> None:
    for seed in SEEDS:
        assert 8 <= held("bulkhead", seed)[0] <= 8 + 4


def test_a_breaker_holds_next_to_nothing() -> None:
    assert max(held("breaker", seed)[0] for seed in SEEDS) <= 12
    assert sum(held("breaker", seed)[0] for seed in SEEDS) / len(SEEDS) < 5


def test_the_shorter_the_timeout_the_more_is_given_up_that_would_have_come() -> None:
    """One of sixty while all is well, and one of twenty while advice is slow."""
    more = [a - b for a, b in zip(lost("short"), lost("shorter"), strict=True)]
    well, slow = (_between(0.4, 2.0, mean) for mean in (0.1, 10.0))
    expected = HOMES * (40 * well + 20 * slow)
    assert expected > 15
    assert abs(sum(more) / len(more) - expected) < 4 * math.sqrt(expected / len(more))


def test_a_breaker_refuses_for_a_while_when_all_is_well_again() -> None:
    for seed in SEEDS:
        run = LAB.run("breaker", seed)
        again = [
            each.time for each in run.world.happenings if each.says == "app calls advice again"
        ]
        assert 35.0 < again[-1] < 35.0 + 5.0 + 2.0
        assert run.world.operations[0].meter.counts["rejected"] > 100


def _between(least: float, most: float, mean: float, sigma: float = 0.8) -> float:
    """The share of a lognormal law between two durations."""

    def below(seconds: float) -> float:
        above = (math.log(seconds / mean) + sigma**2 / 2) / sigma
        return 0.5 * (1 + math.erf(above / math.sqrt(2)))

    return below(most) - below(least)
