"""SimPy's plain style, a process a request and a `Resource` a station, gives the same bits."""

from __future__ import annotations

import pytest

from benchmarks.engine import engine
from benchmarks.lane import agree, on_heap, on_lane
from benchmarks.networks import CASES, case
from benchmarks.plain import measured, plain


@pytest.mark.parametrize("name", CASES)
def test_everybody_waits_equally_long(name: str) -> None:
    made = case(name, 2_000)
    waits = plain(made)
    assert sum(len(kept) for kept in waits) > 1_800 * len(waits)
    assert any(wait > 0 for kept in waits for wait in kept)
    for way in (measured, on_lane, on_heap, engine):
        assert agree([waits, way(made)]), way.__name__
