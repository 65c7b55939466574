"""Where a name leads: near is fast, and who was told of a place that is lost believes it a while.

With checks every 10 s, of which three must fail, the loss at 60 s is known at about 80 s; who asked
just before goes there until his answer is too old.
"""

from __future__ import annotations

import pytest

from sandbox.judgement.report import Report
from sandbox.simulation.meters import DONE
from tests.labs.lab import SEEDS, lab, slo
from tests.theory.networks import number

LAB = lab("far-origin")
LOST, KNOWN, OCEAN = 60.0, 80.0, 0.150


def near(report: Report) -> float:
    return slo(report, "near")


def half(report: Report) -> float:
    return number(report.operations["page"].latency.p50)


def failures(design: str, seed: int) -> list[float]:
    """When those set out who were sent to a server that was not there."""
    records = LAB.run(design, seed).world.operations[0].meter.records
    return [s for s, how in zip(records.start, records.lost, strict=True) if how != DONE]


def test_told_by_turns_half_of_everybody_crosses_the_ocean() -> None:
    assert min(LAB.over("turns", near)) > OCEAN
    assert min(LAB.over("turns", half)) > 0.1


def test_the_nearest_is_near() -> None:
    assert max(LAB.over("nearest", near)) < 0.06
    assert max(LAB.over("short", near)) < 0.09


@pytest.mark.parametrize(("design", "ttl"), [("nearest", 60.0), ("short", 5.0)])
def test_the_loss_is_over_when_the_last_answer_is_too_old(design: str, ttl: float) -> None:
    for seed in SEEDS:
        times = failures(design, seed)
        assert LOST - 0.1 < min(times) < LOST + 3
        assert KNOWN - 2 < max(times) <= KNOWN + ttl
    assert max(max(failures(design, seed)) for seed in SEEDS) > KNOWN + 0.8 * ttl


def test_where_nobody_checks_it_is_never_over() -> None:
    for seed in SEEDS:
        assert max(failures("unchecked", seed)) > 195


def test_answers_that_are_believed_for_a_shorter_time_lose_less_and_are_asked_for_more() -> None:
    for seed in SEEDS:
        assert len(failures("short", seed)) < 0.6 * len(failures("nearest", seed))
    for short, long in zip(LAB.over("short", half), LAB.over("nearest", half), strict=True):
        assert short > long + 0.015
