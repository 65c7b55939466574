"""Stampede: one entry is too old, and everybody who misses it goes to fetch it himself.

A hundred a second read one page, which takes the database half a second; it counts for two
seconds. So fifty fetch it before the first of them is back, and that is more than four processors
do in six seconds.
"""

from __future__ import annotations

import pytest

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("stampede")


def p99(report: Report, operation: str = "front") -> float:
    """What 99% wait at most, in seconds."""
    found = report.operations[operation].latency.p99
    return float("inf") if found is None else found


def fetched(report: Report) -> int:
    """How often the database was asked."""
    return report.nodes["db"].arrivals


def age(report: Report) -> float:
    """How old a page was on average that the cache gave, in seconds."""
    found = report.nodes["cache"].age
    assert found is not None
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_fetches_it_and_everybody_waits(seed: int) -> None:
    report = LAB.report("broken", seed)
    assert p99(report) > 2
    assert p99(report, "edit") > 2  # who has nothing to do with it waits as well
    assert report.nodes["db"].queue_max > 30
    hit_ratio = report.nodes["cache"].hit_ratio
    assert hit_ratio is not None
    assert hit_ratio > 0.9  # which is no comfort


@pytest.mark.parametrize("seed", SEEDS)
def test_one_fetch_for_all_spares_the_database_and_all_wait_for_it(seed: int) -> None:
    broken, cured = LAB.report("broken", seed), LAB.report("coalesce", seed)
    assert fetched(cured) < fetched(broken) / 4
    assert 0.4 < p99(cured) < 0.55
    assert p99(cured, "edit") < 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_with_what_is_old_nobody_waits_and_pages_are_older(seed: int) -> None:
    waits, old = LAB.report("coalesce", seed), LAB.report("stale", seed)
    assert p99(old) < 0.05
    assert age(old) > age(waits)
    assert slo(old, "stale") > 0.1
