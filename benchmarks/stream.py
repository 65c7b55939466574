"""Whether a run streams faster than it is watched: 10,000 requests a second at the peak.

The path of `todo-at-scale` with ten times its traffic and machines to match, advanced a second at
a time and measured frame by frame, as the game does it.
"""

from __future__ import annotations

import statistics
import time

from benchmarks.networks import SEED, Case
from benchmarks.path import STRETCH, path
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.simulation.run import Run

TIMES = 10
"""How many times the level's traffic comes."""


def busy(times: int = TIMES) -> Case:
    """The path with so many times its requests, and as many times its servers."""
    case = path(STRETCH)
    return Case(_asked(case.level, times), _made(case.design, times))


def _asked(level: Level, times: int) -> Level:
    traffic = tuple(
        stream.model_copy(
            update={
                "phases": tuple(
                    phase.model_copy(update={"rate": phase.rate * times}) for phase in stream.phases
                )
            }
        )
        for stream in level.traffic
    )
    return level.model_copy(update={"traffic": traffic})


def _made(design: Design, times: int) -> Design:
    """As many times the servers; of cache and database the largest."""
    nodes = tuple(
        node.model_copy(update={"count": node.count * times})
        if node.id == "app"
        else node.model_copy(update={"size": "L"} if node.id in ("cache", "db") else {})
        for node in design.nodes
    )
    return design.model_copy(update={"nodes": nodes})


def seconds_of(case: Case) -> list[tuple[int, float]]:
    """For every second of a run, how many requests came in it, and the processor time it took."""
    run, taken = Run(case.level, case.design, SEED), []
    while not run.finished:
        came, started = _arrivals(run), time.process_time()
        run.advance(run.lane.now + 1.0)
        taken.append((_arrivals(run) - came, time.process_time() - started))
    return taken


def _arrivals(run: Run) -> int:
    return sum(operation.meter.arrivals for operation in run.world.operations)


def report() -> None:
    """Print how much faster than real time the busiest seconds are."""
    seconds = seconds_of(busy())
    busiest = sorted(seconds)[-5:]
    came = statistics.median(count for count, _ in busiest)
    slowest = max(took for _, took in busiest)
    print(f"streaming: the five busiest seconds had {came:,.0f} requests each")
    print(f"the slowest of them took {slowest:.2f} s of processor time")
    print(f"real time : processor time {1.0 / slowest:.1f}")
