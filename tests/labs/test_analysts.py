"""Analysts: a scan over everything ruins the pages; a warehouse does not, and says what was."""

from __future__ import annotations

import pytest

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab

ANALYSTS = lab("analysts")


def p95(report: Report, operation: str) -> float:
    """What 95% of an operation stay below, in seconds; infinity where these were not answered."""
    found = report.operations[operation].latency.p95
    return float("inf") if found is None else found


def oldest(design: str, seed: int) -> float:
    """How old what the warehouse said was at the most, in seconds, by the second."""
    run = ANALYSTS.run(design, seed)
    house = run.trace.header.nodes.index("house")
    return max(frame.nodes[house].gauge or 0.0 for frame in run.trace.frames)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_processors_that_scan_do_nothing_else(seed: int) -> None:
    assert p95(ANALYSTS.report("broken", seed), "page") > 1.0


@pytest.mark.parametrize("design", ["warehouse", "often", "bigger"])
@pytest.mark.parametrize("seed", SEEDS)
def test_pages_are_fast_where_somebody_else_scans_or_there_is_room(seed: int, design: str) -> None:
    assert p95(ANALYSTS.report(design, seed), "page") < 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_it_costs_money_or_tells_what_is_old(seed: int) -> None:
    broken, house, bigger = (
        ANALYSTS.report(design, seed) for design in ("broken", "warehouse", "bigger")
    )
    assert broken.cost < house.cost < bigger.cost
    assert house.ledger["stale-reads"] > 30
    assert broken.ledger["stale-reads"] == bigger.ledger["stale-reads"] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_who_loads_more_often_knows_more_and_waits_longer(seed: int) -> None:
    assert oldest("often", seed) < 0.5 * oldest("warehouse", seed)
    seldom, often = (ANALYSTS.report(design, seed) for design in ("warehouse", "often"))
    assert p95(often, "report") > p95(seldom, "report")
