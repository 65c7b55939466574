"""Head-of-line blocking: in one line the short ones wait for the long ones before them."""

from __future__ import annotations

import statistics

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("head-of-line")


def slow_pages(report: Report) -> float:
    """The 99th percentile of pages, in seconds."""
    return report.operations["page"].latency.p99 or float("inf")


def mean_report(report: Report) -> float:
    """How long a report takes on average, in seconds."""
    return report.operations["report"].latency.mean or float("inf")


def test_pages_of_ten_milliseconds_wait_for_seconds() -> None:
    for seed in SEEDS:
        report = LAB.report("broken", seed)
        assert report.nodes["app"].utilisation < 0.85
        assert slow_pages(report) > 100 * 0.010
        assert slo(report, "pages") < 0.97


def test_shared_processors_let_pages_through_and_make_reports_wait() -> None:
    for seed in SEEDS:
        report = LAB.report("sharing", seed)
        assert slow_pages(report) < 0.3
        assert slo(report, "pages") > 0.99
    longer = [
        sharing / alone
        for sharing, alone in zip(
            LAB.over("sharing", mean_report), LAB.over("two-pools", mean_report), strict=True
        )
    ]
    assert statistics.fmean(longer) > 1.1


def test_a_pool_of_their_own_is_one_more_server() -> None:
    for seed in SEEDS:
        report = LAB.report("two-pools", seed)
        assert slow_pages(report) < 0.1
        assert report.passed
    assert LAB.report("two-pools", 1).cost - LAB.report("broken", 1).cost == 30.0
    idle = LAB.over("two-pools", lambda report: report.nodes["pages"].utilisation)
    assert max(idle) < 0.3  # what is kept apart cannot help out
