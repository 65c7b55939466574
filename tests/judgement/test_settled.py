"""The service level on what was left for later: when all of it is done, and how much ever is."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.judgement.report import SloResult
from tests.simulation.systems import system

LATER = "[compute, {need: charge, deferrable: true}]"
WIRES = ["people > app", "app > q", "q > work", "work > pay"]


def judged(within: str, *, queue: str = "", needs: str = LATER, **more: Any) -> SloResult:
    """Ten orders, one a second; a worker takes 2 s for each, one at a time."""
    slo = {"id": "it", "says": "paid", "metric": "settled", "within": within, "at_least": "90%"}
    nodes = {
        "app": "front",
        "q": f"post, settings: {{{queue}}}",
        "work": "hand",
        "pay": "bank",
    }
    kinds = "bank: {does: {charge: {time: fixed 2 s}}}\nhand: {sizes: {one: {slots: 1}}}"
    said: dict[str, Any] = {"slos": [slo], "length": "10 s", **more}
    (result,) = system(nodes, WIRES, needs, kinds=kinds, **said).report().slos
    return result


def test_it_counts_until_the_work_is_done_and_not_until_the_client_is_answered() -> None:
    """The k-th is asked at k, and paid at 1.1 + 2k: after 1.1 + k seconds."""
    five = judged("5 s")
    assert (five.passed, five.unit) == (False, "share")
    assert five.measured == pytest.approx(0.3)
    assert judged("12 s").passed
    assert judged("12 s").measured == 1.0


def test_the_moment_it_broke() -> None:
    """Two may miss; the second that misses is one too many, 5 s after it was asked."""
    assert judged("5 s").broke_at == pytest.approx(10.0)
    assert "held until" in judged("5 s").near


def test_what_is_given_up_is_never_done() -> None:
    result = judged("60 s", queue="keeps: 3 s")
    assert result.measured == pytest.approx(0.7, abs=0.11)
    assert not result.passed


def test_what_is_not_left_for_later_is_done_when_it_is_answered() -> None:
    (result,) = (
        system(
            {"app": "front", "pay": "bank"},
            ["people > app", "app > pay"],
            "[compute, charge]",
            slos=[
                {"id": "it", "says": "x", "metric": "settled", "within": "2 s", "at_least": "1%"}
            ],
        )
        .report()
        .slos
    )
    assert result.measured == 1.0


def test_a_run_goes_on_long_enough_to_know() -> None:
    assert judged("1 h").measured == 1.0


def test_only_what_is_measured_counts() -> None:
    """The first five are not: the sixth is asked at 6 s and paid 7.1 s later."""
    assert judged("5 s", clock="measure_from: 5500 ms").measured == 0.0


def test_of_a_window() -> None:
    slo = {"id": "it", "says": "paid", "metric": "settled", "within": "5 s", "at_least": "90%"}
    early = judged("5 s", slos=[{**slo, "window": {"from": "0 s", "to": "3500 ms"}}])
    assert early.measured == 1.0
