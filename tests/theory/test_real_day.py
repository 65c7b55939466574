"""A real day: the traffic of NASA's web server on 13 July 1995, a launch, minute by minute."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from sandbox.documents.library import load_design_text, load_level_text
from sandbox.judgement.judge import judge
from sandbox.judgement.report import Report
from sandbox.simulation.run import Run, simulate

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
DAY = DATA / "nasa-1995-07-13-per-minute.csv"
PEAK = 2.0
MINUTES = 24 * 60
SEEDS = (1, 2, 3)

LEVEL = f"""
id: real-day
title: A launch
brief: Everybody wants to see the shuttle.
clock: {{length: 24 h, frame: 1 min}}
operations:
  page: {{title: a page, needs: [parse, fetch], deadline: 30 s}}
traffic:
  - {{from: clients, mix: {{page: 1}}, counts: {{file: {DAY.name}, peak: {PEAK}/s}}}}
kinds:
  front: {{behaviour: station, does: {{parse: {{time: exponential 500 ms}}}}}}
  disk: {{behaviour: station, does: {{fetch: {{time: lognormal 1 s sigma 1}}}}}}
palette: [front, disk]
nodes: [{{id: clients, kind: users}}]
"""

DESIGN = """
level: real-day
nodes:
  - {id: front, kind: front, count: 2, settings: {queue: 2}}
  - {id: disk, kind: disk, count: 2, settings: {queue: 6}}
links:
  - {from: clients, to: front}
  - {from: front, to: disk}
"""


@pytest.fixture(scope="module")
def counts() -> list[int]:
    """Requests in each minute of the day, as they were counted."""
    if not DAY.exists():
        pytest.skip(f"{DAY.name} is not beside this checkout (in ../shared/data)")
    with DAY.open(newline="") as file:
        return [int(row["requests"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def days(counts: list[int]) -> list[tuple[Run, Report]]:
    """A few such days."""
    assert len(counts) == MINUTES
    level = load_level_text(LEVEL, DATA)
    design = load_design_text(DESIGN, level)
    runs = [simulate(level, design, seed) for seed in SEEDS]
    return [(run, judge(level, design, run)) for run in runs]


def arrivals(run: Run) -> list[int]:
    """How many came in each minute of the day."""
    return [frame.operations[0].arrivals for frame in run.trace.frames[:MINUTES]]


def test_every_request_is_conserved(days: list[tuple[Run, Report]]) -> None:
    for run, report in days:
        page, front, disk = report.operations["page"], report.nodes["front"], report.nodes["disk"]
        assert report.conserved
        assert page.arrivals == page.good + page.late + page.rejected + page.in_flight
        assert page.arrivals == front.arrivals == front.served + front.rejected
        assert front.served == disk.arrivals
        assert page.rejected == front.rejected + disk.rejected
        assert min(page.good, front.rejected, disk.rejected) > 0, "this day tests too little"
        assert page.arrivals == sum(frame.operations[0].arrivals for frame in run.trace.frames)


def test_arrivals_follow_the_counts(days: list[tuple[Run, Report]], counts: list[int]) -> None:
    scale = PEAK * 60 / max(counts)
    for run, _ in days:
        seen = arrivals(run)
        for hour in range(24):
            minutes = slice(60 * hour, 60 * hour + 60)
            expected = scale * sum(counts[minutes])
            assert abs(sum(seen[minutes]) - expected) <= 4 * math.sqrt(expected), f"hour {hour}"
        # Minute by minute: the sum of the squared deviations is what chance makes it.
        squares = sum(
            (number - scale * count) ** 2 / (scale * count)
            for number, count in zip(seen, counts, strict=True)
            if count
        )
        minutes_open = sum(count > 0 for count in counts)
        excess = sum(1 / (scale * count) for count in counts if count)
        spread = math.sqrt(2 * minutes_open + excess)
        assert abs(squares - minutes_open) <= 4 * spread
        assert all(n == 0 for n, count in zip(seen, counts, strict=True) if not count)


def test_the_hour_of_the_launch_is_the_busiest(
    days: list[tuple[Run, Report]], counts: list[int]
) -> None:
    def busiest(minutes: list[int]) -> int:
        return max(range(24), key=lambda hour: sum(minutes[60 * hour : 60 * hour + 60]))

    assert busiest(counts) == 9, "the shuttle was launched at 9:42"
    for run, _ in days:
        assert busiest(arrivals(run)) == 9
        front = [frame.nodes[1].rejected for frame in run.trace.frames[:MINUTES]]
        assert busiest(front) == 9, "the losses come with the crowd"
