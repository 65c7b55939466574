"""Counting clicks: exactly at one row, in one of four for all, elsewhere, or not at all."""

from __future__ import annotations

import statistics

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("uncounted")
ONE_IN, LIMIT = 4, 0.1


def off(report: Report) -> float:
    return slo(report, "exact")


def slow(report: Report) -> float:
    return slo(report, "redirect")


def test_one_row_for_the_link_that_everybody_follows_is_the_limit() -> None:
    """Eight milliseconds a click are 125 a second; two thirds of 200 are 130."""
    assert LAB.over("broken", off) == [0] * len(SEEDS)
    assert min(LAB.over("broken", slow)) > 10 * LIMIT


def test_a_sample_is_quick_and_off_by_as_much_as_chance_says() -> None:
    """Of n clicks, one in k counted for k: sqrt(n (k - 1)), and in total about two percent."""
    assert max(LAB.over("sampled", slow)) < LIMIT
    assert min(LAB.over("sampled", off)) > 0
    clicks = statistics.fmean(LAB.over("sampled", lambda report: report.ledger["clicks"]))
    expected = ((ONE_IN - 1) / clicks) ** 0.5
    errors = LAB.over("sampled", lambda report: slo(report, "counts"))
    assert max(errors) < 4 * expected
    measured = statistics.fmean(error**2 for error in errors) ** 0.5
    # ten squares of normal draws: their mean is off by 45% at one sigma
    assert 0.25 * expected < measured < 1.7 * expected


def test_a_partition_for_counts_is_exact_and_quick_and_costs_money() -> None:
    assert LAB.over("kv", off) == [0] * len(SEEDS)
    assert max(LAB.over("kv", slow)) < LIMIT
    assert LAB.report("kv", 1).cost > LAB.report("sampled", 1).cost


def test_who_counts_nothing_is_quickest_and_knows_nothing() -> None:
    for seed in SEEDS:
        never = LAB.report("never", seed)
        assert slo(never, "counts") == 1.0
        assert never.ledger["near-counts"] == 0
        assert slow(never) < slow(LAB.report("sampled", seed))
