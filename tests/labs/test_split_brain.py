"""Split brain: a copy takes over from a primary that was only cut off, and both go on.

The zones are cut off from each other from 20 s to 40 s. Ten writes a second, half of them from
either side.
"""

from __future__ import annotations

import pytest

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab

BANK = lab("split-brain")


def counted(design: str, seed: int, name: str) -> int:
    return BANK.report(design, seed).ledger.get(name, 0)


def good(report: Report) -> float:
    """The share of all requests that were served."""
    found = report.operations.values()
    return sum(each.good for each in found) / sum(each.arrivals for each in found)


def write_p50(report: Report) -> float:
    found = report.operations["edit"].latency.p50
    assert found is not None
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_unfenced_two_sides_promise_and_one_of_them_is_thrown_away(seed: int) -> None:
    """Some hundred writes of the old side: 5/s for 20 s."""
    diverged = counted("broken", seed, "diverged-writes")
    assert abs(diverged - 100) < 4 * 100**0.5
    assert counted("broken", seed, "lost-writes") == diverged


@pytest.mark.parametrize("seed", SEEDS)
def test_fenced_nobody_promises_twice_and_time_is_lost(seed: int) -> None:
    """The old side refuses from 22 s on. What it promised before and could not send is lost."""
    assert counted("fenced", seed, "diverged-writes") == 0
    assert 0 < counted("fenced", seed, "lost-writes") < 0.4 * counted("broken", seed, "lost-writes")
    fenced, broken = (BANK.report(design, seed) for design in ("fenced", "broken"))
    assert good(fenced) < good(broken) - 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_by_hand_the_cut_is_over_before_anybody_decides(seed: int) -> None:
    """Nothing is lost or promised twice; half of everybody waits for all of the cut."""
    assert counted("by-hand", seed, "diverged-writes") == 0
    assert counted("by-hand", seed, "lost-writes") == 0
    by_hand, broken = (BANK.report(design, seed) for design in ("by-hand", "broken"))
    assert good(by_hand) < good(broken) - 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_what_can_be_merged_need_not_be_thrown_away(seed: int) -> None:
    assert counted("merged", seed, "diverged-writes") > 50
    assert counted("merged", seed, "lost-writes") == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quorum_promises_once_and_loses_nothing(seed: int) -> None:
    """It costs a third machine, a way to another zone on every write, and one side's writes."""
    assert counted("quorum", seed, "diverged-writes") == 0
    assert counted("quorum", seed, "lost-writes") == 0
    quorum, broken = (BANK.report(design, seed) for design in ("quorum", "broken"))
    assert quorum.cost > broken.cost
    assert write_p50(quorum) > write_p50(broken) + 0.001
    assert good(quorum) < good(broken) - 0.05
