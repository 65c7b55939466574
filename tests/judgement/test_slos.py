"""Service levels on what was done, where an operation has a deadline and where it has none."""

from __future__ import annotations

import pytest

from sandbox.judgement.report import SloResult
from tests.simulation.systems import system

GOOD = {"id": "good", "says": "served", "metric": "good", "at_least": "70%"}
DEAD = {"id": "dead", "says": "It dies.", "at": "3.5 s", "for": "3 s", "kill": {"kind": "front"}}


def served(deadline: str, at_least: str) -> SloResult:
    """Ten come, one each second; the app is dead when those of 4, 5 and 6 s come."""
    made = system(
        {"app": "front"},
        ["people > app"],
        "[compute]",
        operation=deadline,
        slos=[{**GOOD, "at_least": at_least}],
        incidents=[DEAD],
    )
    (result,) = made.report().slos
    return result


@pytest.mark.parametrize("deadline", ["", "deadline: 1 s"])
def test_what_failed_is_not_good_with_or_without_a_deadline(deadline: str) -> None:
    result = served(deadline, "70%")
    assert result.measured == pytest.approx(0.7)
    assert result.passed


def test_it_breaks_with_the_first_one_too_many() -> None:
    result = served("", "75%")
    assert not result.passed
    assert result.broke_at == 6.0


def test_what_is_still_waited_for_is_not_good_either() -> None:
    """Each takes a second, and the run ends when the last one has come."""
    made = system(
        {"app": "front"},
        ["people > app"],
        "[compute]",
        kinds="front: {does: {compute: {time: fixed 1.5 s}}}",
        clock="drain: 0 s",
        slos=[GOOD],
    )
    (result,) = made.report().slos
    assert result.measured == pytest.approx(0.8)
