"""Overlapping jobs: a run takes 12 s and one is due every 10 s, so that two meet for 2 s each time.

The database has two processors. As long as both are at a report, nobody reads.
"""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("overlapping-jobs")
DUE = 12
"""Reports that are due in a run."""


def fast(report: Report) -> float:
    """How long looks take at the 95th percentile, in seconds."""
    return slo(report, "fast")


def missed(report: Report) -> float:
    """Reports that were left out."""
    return slo(report, "missed")


def slowest(report: Report) -> float:
    """How long after it was due a report was done at the 90th percentile, in seconds."""
    latency = report.operations["report"].latency.p90
    assert latency is not None
    return latency


def test_two_at_a_time_leave_no_processor_for_anybody_else() -> None:
    """Who comes in the 2 s of every ten in which two reports meet waits for the first to end."""
    assert min(LAB.over("broken", fast)) > 1.0
    for seed in SEEDS:
        report = LAB.report("broken", seed)
        assert report.ledger["overlapping-runs"] == DUE - 1
        assert report.nodes["db"].utilisation < 0.65  # and yet it is not busy


def test_to_leave_one_out_costs_every_second_report() -> None:
    assert max(LAB.over("skip", fast)) < 0.05
    assert set(LAB.over("skip", missed)) == {DUE / 2}


def test_to_let_it_wait_makes_all_of_them_later_and_later() -> None:
    assert max(LAB.over("wait", fast)) < 0.05
    assert max(LAB.over("wait", missed)) <= 2
    for seed in SEEDS:
        assert slowest(LAB.report("wait", seed)) > slowest(LAB.report("skip", seed)) + 5.0


def test_a_bigger_database_makes_all_of_them_in_time_and_costs_more() -> None:
    assert max(LAB.over("bigger", fast)) < 0.05
    assert set(LAB.over("bigger", missed)) == {0.0}
    assert LAB.report("bigger", 1).cost > 4 * LAB.report("skip", 1).cost
