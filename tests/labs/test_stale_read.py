"""Stale reads: whoever has just written does not find it where it has not arrived yet.

Two hundred people make 95 reads and 5 writes a second; the replica is 1.5 s behind. A pin of x
seconds sends to the primary whoever has written since; in the mean that is one in
1 - exp(-5x/200) of all reads.
"""

from __future__ import annotations

import math
import statistics

import pytest

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab

LISTS = lab("stale-read")


def stale(report: Report) -> float:
    """Of the reads by somebody who had written there, the share that missed it."""
    return report.ledger["stale-own-reads"] / report.ledger["own-reads"]


def at_primary(report: Report) -> int:
    """What the primary had to do."""
    return report.nodes["db"].arrivals


def test_reads_at_the_replica_miss_what_their_reader_wrote() -> None:
    """1 - exp(-1.5 x 5/200) of all reads: 3.7%; a little less, as nobody has written at first."""
    found = LISTS.over("broken", lambda report: report.ledger["stale-own-reads"])
    error = statistics.stdev(found) / len(found) ** 0.5
    expected = 95 * (40 - 1.5 / 2) * (1 - math.exp(-1.5 * 5 / 200))
    assert abs(statistics.fmean(found) - expected) < 4 * error
    assert error < 0.05 * expected
    assert min(LISTS.over("broken", stale)) > 0.05


@pytest.mark.parametrize("design", ["pinned", "primary"])
def test_whoever_reads_at_the_primary_misses_nothing(design: str) -> None:
    assert set(LISTS.over(design, stale)) == {0.0}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pin_that_is_shorter_than_the_lag_helps_only_some(seed: int) -> None:
    assert 0 < stale(LISTS.report("too-short", seed)) < stale(LISTS.report("broken", seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_it_costs_work_at_the_primary_but_far_from_all(seed: int) -> None:
    broken, pinned, primary = (
        at_primary(LISTS.report(design, seed)) for design in ("broken", "pinned", "primary")
    )
    extra = 95 * 40 * (1 - math.exp(-3 * 5 / 200))
    assert abs(pinned - broken - extra) < 0.25 * extra
    assert primary > 5 * pinned


def test_without_a_replica_it_is_cheaper_as_long_as_one_machine_can_bear_it() -> None:
    report = LISTS.report("primary", SEEDS[0])
    assert report.cost < LISTS.report("pinned", SEEDS[0]).cost
    assert (report.nodes["db"].utilisation or 0) > 3 * (
        LISTS.report("pinned", SEEDS[0]).nodes["db"].utilisation or 0
    )
