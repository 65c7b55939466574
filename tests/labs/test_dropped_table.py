"""A dropped table: what a backup brings back, and how long that takes.

Dropped at 62 s, with ten writes a second before. Reading back 400 MB takes 20 s and begins after
one; every write of a log takes its 8 ms once more.
"""

from __future__ import annotations

import math

import pytest

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab

OOPS = lab("dropped-table")


def lost(report: Report) -> int:
    return report.ledger.get("lost-writes", 0)


def away(report: Report) -> int:
    return report.ledger["seconds-without-data"]


def near(found: int, expected: float) -> bool:
    """Within four errors of a count by Poisson's law."""
    return abs(found - expected) < 4 * math.sqrt(expected) + 1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_replica_is_no_backup(seed: int) -> None:
    report = OOPS.report("broken", seed)
    assert near(lost(report), 620)
    assert away(report) == 58  # to the end
    assert report.operations["view"].good < 0.6 * report.operations["view"].arrivals


@pytest.mark.parametrize("seed", SEEDS)
def test_last_nights_snapshot_loses_the_day(seed: int) -> None:
    report = OOPS.report("nightly", seed)
    assert near(lost(report), 620)
    assert away(report) == 21


@pytest.mark.parametrize("seed", SEEDS)
def test_the_log_loses_what_was_not_sent_yet_and_takes_longer(seed: int) -> None:
    """Sent at 60 s: two seconds are lost, and six hundred writes are made again."""
    report = OOPS.report("log", seed)
    assert near(lost(report), 20)
    assert away(report) > 21 + 0.008 * (600 - 4 * 600**0.5)


@pytest.mark.parametrize("seed", SEEDS)
def test_snapshots_often_keep_the_log_short(seed: int) -> None:
    assert near(lost(OOPS.report("both", seed)), 20)
    assert away(OOPS.report("both", seed)) < away(OOPS.report("log", seed))


def test_it_costs_a_tenth_of_the_database() -> None:
    with_it, without = (OOPS.report(name, SEEDS[0]) for name in ("log", "broken"))
    parts = {part.node: part.amount for part in with_it.cost_parts}
    assert parts["saved"] == pytest.approx(0.1 * parts["db"])
    assert with_it.cost < without.cost
