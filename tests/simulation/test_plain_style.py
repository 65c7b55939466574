"""SimPy's plain style, a process a request and a `Resource` a station, gives the same bits."""

from __future__ import annotations

import pytest

from benchmarks.engine import engine
from benchmarks.lane import agree, on_heap, on_lane
from benchmarks.networks import CASES, case
from benchmarks.path import path
from benchmarks.path_engine import differences, hits
from benchmarks.path_engine import engine as whole_run
from benchmarks.path_measured import Measured
from benchmarks.path_plain import Plain
from benchmarks.plain import measured, plain


@pytest.mark.parametrize("name", CASES)
def test_everybody_waits_equally_long(name: str) -> None:
    made = case(name, 2_000)
    waits = plain(made)
    assert sum(len(kept) for kept in waits) > 1_800 * len(waits)
    assert any(wait > 0 for kept in waits for wait in kept)
    for way in (measured, on_lane, on_heap, engine):
        assert agree([waits, way(made)]), way.__name__


def test_balancer_servers_cache_and_database_do_the_same() -> None:
    """Every outcome, wait, frame and journey, with a server that dies at the peak."""
    case = path(0.08)
    run, all_measured, bare = whole_run(case), Measured(case), Plain(case)
    assert list(differences(run, all_measured, bare)) == []
    counts = [operation.meter.counts for operation in run.world.operations]
    assert sum(each["good"] for each in counts) > 9_000
    assert sum(each["failed"] for each in counts) > 100
    assert [each.what for each in run.world.happenings] == ["died", "left-out"]
    assert min(hits(run)) > 3_000
