"""A backlog: it is as old as it is deep, and drains only with what is left of the capacity.

Twenty a second for 30 s on ten a second leave (20 - 10) x 30 = 300; with six a second still coming
they are gone after 300 / (10 - 6) = 75 s, long after the rush.
"""

from __future__ import annotations

import statistics

from sandbox.simulation.run import Run
from tests.labs.lab import SEEDS, lab, slo
from tests.simulation.systems import node
from tests.theory.networks import Measured

LAB = lab("backlog")
RUSH_ENDS, BACKLOG, SPARE, CAPACITY = 50.0, 300.0, 4.0, 10.0


def depth(run: Run, time: float) -> tuple[int, float]:
    """How many wait at a moment, and for how long the oldest has."""
    run.advance(time)
    queue = node(run, "queue")
    return len(queue.messages), queue.gauge


def drained(run: Run) -> float:
    """Seconds after the rush until nobody waits."""
    time = RUSH_ENDS
    while depth(run, time)[0]:
        time += 0.25
    return time - RUSH_ENDS


def test_it_is_as_deep_as_the_rush_is_above_the_capacity() -> None:
    depths = [depth(LAB.start("broken", seed), RUSH_ENDS) for seed in SEEDS]
    Measured.over(waiting for waiting, _ in depths).assert_agrees(BACKLOG, power=0.05)


def test_the_oldest_has_waited_for_all_before_him() -> None:
    """Who came first of those who wait now found all others before him: age = depth / arrivals."""
    for seed in SEEDS:
        waiting, oldest = depth(LAB.start("broken", seed), RUSH_ENDS)
        assert abs(oldest - waiting / 20.0) < 4 * waiting**0.5 / 20.0


def test_it_drains_with_what_is_left_of_the_capacity() -> None:
    Measured.over(drained(LAB.start("broken", seed)) for seed in range(1, 21)).assert_agrees(
        BACKLOG / SPARE, power=0.07
    )


def test_most_reports_are_late_long_after_the_rush() -> None:
    assert max(LAB.over("broken", lambda report: slo(report, "ready"))) < 0.75
    for seed in SEEDS:
        assert depth(LAB.start("broken", seed), RUSH_ENDS + 30.0)[0] > 60


def test_more_workers_drain_it_and_cost_more() -> None:
    reports = [LAB.report("workers", seed) for seed in SEEDS]
    assert all(report.passed for report in reports)
    assert reports[0].cost - LAB.report("broken", 1).cost == 2 * 30.0
    busy = statistics.fmean(report.nodes["worker"].utilisation for report in reports)
    assert busy < 0.45  # most of the time they have nothing to do


def test_expiry_keeps_it_fresh_and_costs_the_reports_that_are_dropped() -> None:
    for seed in SEEDS:
        broken, report = LAB.report("broken", seed), LAB.report("expiry", seed)
        done = 1.0 - report.ledger["expired-messages"] / report.operations["report"].arrivals
        assert slo(report, "ready") > slo(broken, "ready") + 0.05
        assert slo(report, "ready") > done - 0.03  # nearly all that is made is made in time
        assert report.ledger["expired-messages"] > 100
        assert report.cost == broken.cost
