"""Sticky sessions: what somebody has seen is still there, until its server is not.

Three servers with a memory of their own, and 300 people who look at their own things. Sent where
they were before, they find nine of ten in memory; sent anywhere, seven. But who has a session on a
server that dies is logged out, and some servers have more to do than others. (Spread, a session
is in no server: a signed token carries it.)
"""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo
from tests.simulation.systems import node
from tests.theory.networks import number

LAB = lab("sticky-sessions")
PEOPLE, DEATH = 300, 40.0


def logged_out(report: Report) -> float:
    return slo(report, "sessions")


def hits(report: Report) -> float:
    """The share of reads that were in some memory."""
    return 1 - report.nodes["db"].arrivals / report.operations["view"].arrivals


def busiest(design: str, seed: int) -> float:
    """How much more the busiest server has had to do than the mean, until one died."""
    run = LAB.start(design, seed)
    run.advance(DEATH - 0.1)
    came = [node(run, f"app-{number}").meter.arrivals for number in (1, 2, 3)]
    return float(max(came) * 3 / sum(came))


def test_a_kill_logs_a_third_of_them_out() -> None:
    """But for those who have not been there before, or have not come back yet."""
    for lost in LAB.over("sticky", logged_out):
        assert 0.2 * PEOPLE < lost <= PEOPLE / 3


def test_spread_nobody_is() -> None:
    assert set(LAB.over("spread", logged_out)) == {0.0}


def test_what_it_costs_is_memory_that_is_warm() -> None:
    for sticky, spread in zip(LAB.over("sticky", hits), LAB.over("spread", hits), strict=True):
        assert sticky > spread + 0.15
    for sticky, spread in zip(
        LAB.over("sticky", lambda report: number(report.operations["view"].latency.p95)),
        LAB.over("spread", lambda report: number(report.operations["view"].latency.p95)),
        strict=True,
    ):
        assert spread > 1.15 * sticky


def test_sticky_servers_are_not_equally_busy() -> None:
    for seed in SEEDS:
        assert busiest("spread", seed) < 1.01
        assert busiest("sticky", seed) > 1.03
    assert sum(busiest("sticky", seed) for seed in SEEDS) / len(SEEDS) > 1.1
