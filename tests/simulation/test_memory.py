"""While a run goes on the cycle collector is off: nothing that a run makes may need it."""

from __future__ import annotations

import pytest

from benchmarks.memory import circles, repeated
from benchmarks.path import path
from sandbox.documents.library import load_level
from sandbox.studies.designs import designs

SHORT = {"pizza-shop": 1.0, "todo-at-scale": 0.05, "flash-sale": 0.1}
"""How much of its time each level takes here, at the same rates."""


@pytest.mark.parametrize(
    ("level", "design"),
    [(level, design) for level in SHORT for design in designs(load_level(level))],
)
def test_a_run_leaves_no_circles(level: str, design: str) -> None:
    """Neither what is done nor what is refused, given up, tried again or cut off by a death."""
    assert circles(path(SHORT[level], level, design)) == 0


@pytest.mark.parametrize(
    ("level", "design", "stretch"),
    [
        ("todo-at-scale", "winner:cached", 0.02),
        ("todo-at-scale", "loser:patient", 0.02),
        ("flash-sale", "winner:pending", 0.1),
    ],
)
def test_runs_that_are_dropped_are_gone(level: str, design: str, stretch: float) -> None:
    """At the first collection: no error that somebody got still holds where it was raised."""
    (_, first), *_, (_, last) = repeated(path(stretch, level, design), 4)
    assert first < 0.5, "a run is still there, in MB"
    assert last - first < 0.1, "every run leaves something behind, in MB"
