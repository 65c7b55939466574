"""Sync or async replication: how long a write takes, against what a death takes with it.

The primary dies at 20 s with what had not been sent: 200 ms of 40 writes a second.
"""

from __future__ import annotations

import statistics

import pytest

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab

DEATH = lab("sync-async")


def lost(report: Report) -> int:
    return report.ledger.get("lost-writes", 0)


def good(report: Report) -> float:
    edit = report.operations["edit"]
    return edit.good / edit.arrivals


def p50(report: Report) -> float:
    found = report.operations["edit"].latency.p50
    assert found is not None
    return found


def test_async_loses_what_was_on_the_way() -> None:
    """8 in the mean, by Poisson's law; ten seeds tell it within 4 errors."""
    found = DEATH.over("broken", lost)
    assert min(found) > 0
    assert abs(statistics.fmean(found) - 0.2 * 40) < 4 * (8 / len(found)) ** 0.5


@pytest.mark.parametrize("design", ["alone", "goes-on", "quorum"])
def test_what_a_copy_has_confirmed_is_never_lost(design: str) -> None:
    assert set(DEATH.over(design, lost)) == {0}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_write_pays_for_it_with_a_way_there_and_back(seed: int) -> None:
    assert p50(DEATH.report("quorum", seed)) > p50(DEATH.report("broken", seed)) + 0.005


@pytest.mark.parametrize("seed", SEEDS)
def test_one_copy_is_not_enough_to_go_on(seed: int) -> None:
    """Once it leads there is nobody left to confirm: writes stop, or nobody confirms them."""
    assert good(DEATH.report("alone", seed)) < 0.4
    assert good(DEATH.report("goes-on", seed)) > 0.85


@pytest.mark.parametrize("seed", SEEDS)
def test_two_are_and_cost_another_machine(seed: int) -> None:
    quorum, broken = DEATH.report("quorum", seed), DEATH.report("broken", seed)
    assert abs(good(quorum) - good(broken)) < 0.02
    assert quorum.cost > broken.cost
