"""Stale search: a database that searches does nothing else; an index finds what was there."""

from __future__ import annotations

import pytest

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab

SEARCH = lab("stale-search")


def p95(report: Report, operation: str) -> float:
    """What 95% of an operation stay below, in seconds; infinity where these were not answered."""
    found = report.operations[operation].latency.p95
    return float("inf") if found is None else found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_database_looks_through_takes_it_from_everybody(seed: int) -> None:
    report = SEARCH.report("broken", seed)
    assert min(p95(report, operation) for operation in report.operations) > 5.0
    assert report.ledger["stale-reads"] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_an_index_is_fast_and_does_not_find_what_was_just_written(seed: int) -> None:
    broken, cured = SEARCH.report("broken", seed), SEARCH.report("cured", seed)
    assert max(p95(cured, operation) for operation in cured.operations) < 0.1
    assert cured.ledger["stale-reads"] > 50
    assert cured.cost > broken.cost
