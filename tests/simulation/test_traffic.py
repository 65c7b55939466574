"""Arrivals follow the rate: phases, ramps, counts, and moments that nothing later can move."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.documents.laws import Law
from sandbox.documents.library import load_level_text
from sandbox.documents.traffic import Stream
from sandbox.simulation.draws import durations
from sandbox.simulation.traffic import arrival_times, expected_arrivals, peak_rate

ONE = Law(shape="exponential", mean=1.0)
SPIKE = [
    {"at": "0 s", "rate": "5/s"},
    {"at": "100 s", "rate": "20/s", "ramp": "30 s"},
    {"at": "200 s", "rate": "0/s"},
    {"at": "250 s", "rate": "10/s", "ramp": "100 s"},
]


def stream(**traffic: Any) -> Stream:
    lists = {name: tuple(v) if isinstance(v, list) else v for name, v in traffic.items()}
    return Stream.model_validate({"from": "clients", "mix": {"work": 1}, **lists})


def arrivals(made: Stream, length: float, seed: int = 1) -> list[float]:
    return list(arrival_times(made, 0, length, durations(seed, "arrivals", ONE)))


def rate_of_spike(time: float) -> float:
    """The rate that SPIKE describes, read by a person."""
    if time < 100:
        return 5
    if time < 130:
        return 5 + 15 * (time - 100) / 30
    if time < 200:
        return 20
    if time < 250:
        return 0
    return min(10.0, 10 * (time - 250) / 100)


def expected(start: float, end: float, steps: int = 2_000) -> float:
    """The integral of the spike's rate by the midpoint rule."""
    width = (end - start) / steps
    return sum(rate_of_spike(start + (i + 0.5) * width) for i in range(steps)) * width


@pytest.mark.parametrize("length", [50.0, 110.0, 180.0, 230.0, 300.0, 500.0])
def test_what_is_expected_is_the_area_under_the_rate(length: float) -> None:
    area = sum(
        expected(a, min(b, length))
        for a, b in itertools.pairwise([0, 100, 130, 200, 250, 350, 500])
        if a < length
    )
    assert expected_arrivals(stream(phases=SPIKE), length) == pytest.approx(area)


CUTS = [0, 100, 115, 130, 200, 250, 300, 350, 500]


@pytest.mark.parametrize(("start", "end"), itertools.pairwise(CUTS))
def test_arrivals_follow_the_rate(start: float, end: float) -> None:
    seeds = 40
    made = stream(phases=SPIKE)
    seen = sum(start <= time < end for seed in range(seeds) for time in arrivals(made, 500, seed))
    mean = seeds * expected(start, end)
    assert abs(seen - mean) <= 4 * math.sqrt(mean)


def test_even_arrivals_in_a_ramp_are_where_the_area_is_whole() -> None:
    made = stream(phases=SPIKE, arrivals="deterministic")
    for number, time in enumerate(arrivals(made, 190), start=1):
        assert expected_until(time) == pytest.approx(number, abs=1e-6)


def expected_until(time: float) -> float:
    """The area under the spike's rate up to `time` (below 200 s), in closed form."""
    ramped = min(max(time - 100, 0), 30)
    return 5 * min(time, 100) + 5 * ramped + ramped * ramped / 4 + 20 * max(time - 130, 0)


def test_even_arrivals_at_a_steady_rate() -> None:
    assert arrivals(stream(rate="4/s", arrivals="deterministic"), 1.0) == [0.25, 0.5, 0.75, 1.0]


def test_arrivals_rise_and_stay_inside_the_run() -> None:
    times = arrivals(stream(phases=SPIKE), 500)
    assert times == sorted(times)
    assert times[0] > 0
    assert times[-1] <= 500
    assert not [time for time in times if 200 < time < 250]


@given(st.integers(0, 300), st.integers(0, 200))
@settings(deadline=None, max_examples=25)
def test_another_rate_later_moves_no_arrival_before(change: int, rate: int) -> None:
    calm = arrivals(stream(rate="8/s"), 400)
    phases = [{"at": "0 s", "rate": "8/s"}, {"at": f"{change + 1} s", "rate": f"{rate}/s"}]
    changed = arrivals(stream(phases=phases), 400)
    before = [time for time in calm if time <= change + 1]
    assert changed[: len(before)] == pytest.approx(before)


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    short, long = arrivals(stream(phases=SPIKE), 120), arrivals(stream(phases=SPIKE), 500)
    assert long[: len(short)] == short


def test_a_ramp_that_is_cut_short_by_the_next_phase() -> None:
    phases = [
        {"at": "0 s", "rate": "0/s"},
        {"at": "10 s", "rate": "10/s", "ramp": "100 s"},
        {"at": "60 s", "rate": "0/s", "ramp": "10 s"},
    ]
    made = stream(phases=phases)
    # Up to half of ten in 50 s, then down to nothing from there in 10 s.
    assert expected_arrivals(made, 1_000) == pytest.approx(50 * 5 / 2 + 10 * 5 / 2)
    assert peak_rate(made, 1_000) == pytest.approx(5)


def test_no_traffic() -> None:
    assert arrivals(stream(rate="0/s"), 100) == []


def test_streams_do_not_share_their_luck() -> None:
    made = stream(rate="1/s")
    gaps = durations(1, "arrivals", ONE)
    first = list(arrival_times(made, 0, 100, gaps))
    second = list(arrival_times(made, 1, 100, gaps))
    assert not set(first) & set(second)


LEVEL = """
id: counted
title: Counted
brief: A day of counts.
clock: {length: 400 s}
operations: {work: {title: work, needs: [compute]}}
traffic:
  - {from: clients, mix: {work: 1}, counts: {file: day.csv, peak: 30/s}}
palette: [app]
nodes: [{id: clients, kind: users}]
"""


def test_counts_are_stretched_and_scaled(tmp_path: Path) -> None:
    """Four rows over 400 s; the busiest row (30) comes at 30/s, the others in proportion."""
    (tmp_path / "day.csv").write_text("time,requests\n0,10\n60,30\n120,0\n180,20\n")
    made = load_level_text(LEVEL, tmp_path).traffic[0]
    assert peak_rate(made, 400) == pytest.approx(30)
    seeds = 30
    for row, count in enumerate([10, 30, 0, 20]):
        start = 100 * row
        seen = sum(
            start <= time < start + 100
            for seed in range(seeds)
            for time in arrivals(made, 400, seed)
        )
        mean = seeds * 100 * count
        assert abs(seen - mean) <= 4 * math.sqrt(mean)
