"""Goals of every kind, as they are written on the screens."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from sandbox.documents.level import Clock
from sandbox.documents.slos import Slo
from sandbox.tui.board.glyphs import UNICODE
from sandbox.tui.board.words import goal_words
from sandbox.tui.goals import SloReading, more_is_better, on_the_right_side
from sandbox.tui.look import BROKE, HOLDS, UNKNOWN, Status
from sandbox.tui.widgets.strips import amount, goal_entry, wanted

CLOCK = Clock.model_validate({"length": "4 min"})
SLOS: dict[str, Slo] = {
    str(data["says"]): TypeAdapter[Slo](Slo).validate_python({"id": "a", **data})
    for data in (
        {"says": "good", "metric": "good", "at_least": "99%"},
        {"says": "lost", "metric": "lost", "at_most": "5%"},
        {"says": "p95", "metric": "latency", "percentile": 95, "at_most": "300 ms"},
        {"says": "oversold", "metric": "count", "of": "oversold", "at_most": 0},
        {"says": "paid", "metric": "share", "of": "units-paid", "at_least": "99%"},
        {"says": "stale", "metric": "share", "of": "stale-reads", "at_most": "1%"},
        {"says": "as asked", "metric": "scope"},
    )
}


@pytest.mark.parametrize(
    ("name", "brief", "goal"),
    [
        ("good", "good ≥ 99%", "≥ 99%"),
        ("lost", "lost ≤ 5%", "≤ 5%"),
        ("p95", "p95 ≤ 300 ms", "≤ 300 ms"),
        ("oversold", "oversold ≤ 0", "≤ 0"),
        ("paid", "paid ≥ 99%", "≥ 99%"),
        ("stale", "stale ≤ 1%", "≤ 1%"),
        ("as asked", "as asked", "≤ 0"),
    ],
)
def test_a_goal_is_written_with_its_number_and_direction(name: str, brief: str, goal: str) -> None:
    assert goal_words(SLOS[name], UNICODE) == brief
    assert wanted(CLOCK, SLOS[name]) == goal


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("oversold", 83.0, "83"),
        ("oversold", None, "–"),
        ("paid", 0.5, "50%"),
        ("p95", 0.2, "200 ms"),
    ],
)
def test_what_is_measured_has_the_unit_of_the_goal(name: str, value: Any, written: str) -> None:
    assert amount(CLOCK, SLOS[name], value) == written


@pytest.mark.parametrize(
    ("measured", "status", "written"),
    [
        (None, UNKNOWN, "○ features at the end"),
        (0.0, HOLDS, "● features as asked"),
        (1.0, BROKE, "✗ features not as asked"),
    ],
)
def test_what_was_built_is_told_in_words(
    measured: float | None, status: Status, written: str
) -> None:
    slo = SLOS["as asked"].model_copy(update={"says": "features"})
    assert goal_entry(CLOCK, SloReading(slo, measured, status, None)).plain == written


def test_sides_follow_from_the_bound() -> None:
    assert {name for name, slo in SLOS.items() if more_is_better(slo)} == {"good", "paid"}
    assert on_the_right_side(SLOS["paid"], 0.99)
    assert not on_the_right_side(SLOS["stale"], 0.02)
    assert on_the_right_side(SLOS["oversold"], 0.0)
    assert not on_the_right_side(SLOS["oversold"], 1.0)
