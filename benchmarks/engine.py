"""The engine against SimPy's plain style, with the same draws, bits and measurements."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from benchmarks import plain
from benchmarks.networks import tandem
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.simulation.behaviours.station import Station
from sandbox.simulation.run import simulate

REQUESTS = 20_000
ROUNDS = 3

CASES = {
    "M/M/1, 80% busy": (1, 1, 0.8),
    "M/M/8, 90% busy": (1, 8, 7.2),
    "3 stations in a row": (3, 1, 0.8),
    "6 stations in a row": (6, 1, 0.8),
}


def engine(level: Level, design: Design, seed: int) -> plain.Waits:
    """The engine as it is played, with everything it measures."""
    run = simulate(level, design, seed)
    stations = [node for node in run.world.nodes if isinstance(node, Station)]
    return [list(station.meter.waits.values()) for station in stations]


def report() -> None:
    """Print requests a second and ratios, and whether all three agree to the last bit."""
    print(f"{'':22}{'bare':>10}{'plain':>10}{'engine':>10}   requests a second")
    for name, (hops, servers, rate) in CASES.items():
        level, design = tandem(hops, servers, rate, REQUESTS)
        same = _same(level, design)
        speeds = _speeds(level, design, [plain.bare, plain.measured, engine])
        row = "".join(f"{speed:>10,.0f}" for speed in speeds)
        bare, measured, ours = speeds
        print(
            f"{name:22}{row}   engine is {ours / measured:.1f}x plain, {ours / bare:.1f}x bare; ",
            end="",
        )
        print(
            f"plain is {measured / bare:.2f} of bare; {'same bits' if same else 'DIFFERENT BITS'}"
        )


def _same(level: Level, design: Design) -> bool:
    """Whether each station makes everybody wait equally long, to the last bit."""
    results = [
        sorted(map(sorted, way(level, design, 1))) for way in (plain.bare, plain.measured, engine)
    ]
    return results[0] == results[1] == results[2]


def _speeds(
    level: Level, design: Design, ways: list[Callable[[Level, Design, int], plain.Waits]]
) -> list[float]:
    """Requests a second of each way, the median of alternating rounds."""
    seconds: list[list[float]] = [[] for _ in ways]
    for seed in range(ROUNDS):
        for index, way in enumerate(ways):
            started = time.process_time()
            waits = way(level, design, seed)
            seconds[index].append((time.process_time() - started) / len(waits[0]))
    return [1.0 / statistics.median(times) for times in seconds]
