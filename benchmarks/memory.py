"""How much memory a run takes as it gets longer, and what runs leave behind.

Samples, not requests, are what stays. While a run goes on the cycle collector is off, so that
nothing may need it: a request that is done, refused, given up or tried again leaves no circles.
"""

from __future__ import annotations

import gc
import tracemalloc

from benchmarks.networks import SEED, Case, case
from benchmarks.path import LEVEL, STRETCH, path
from sandbox.simulation.run import simulate

LENGTHS = (10_000, 20_000, 40_000, 80_000)
TIMES = (1, 4)
"""How many times as long the path of `todo-at-scale` takes."""

LONG = ("winner:cached", "loser:patient")
DESIGNS = (
    ("todo-at-scale", "winner:cached"),
    ("todo-at-scale", "ablation:cached"),
    ("todo-at-scale", "loser:patient"),
    ("flash-sale", "winner:pending"),
    ("flash-sale", "naive"),
)
"""Some that hold, and some in which much fails, is given up and is tried again."""
RUNS, SHORT = 4, 0.1


def peak(made: Case) -> float:
    """The most memory that a run took at once, in MB."""
    tracemalloc.start()
    try:
        run = simulate(made.level, made.design, SEED)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert run.finished
    return most / 1e6


def circles(made: Case) -> int:
    """Objects that a run leaves behind and that only the cycle collector could free."""
    gc.collect()
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()  # what was there before is somebody else's
    try:
        run = simulate(made.level, made.design, SEED)
        left = gc.collect()
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()
    assert run.finished
    return left


def repeated(made: Case, runs: int) -> list[tuple[float, float]]:
    """For each of several runs the most memory it took, and what is kept when it is dropped. MB.

    As where many runs are made: what is dropped is collected at once (see `fleet/runs.py`).
    """
    after = []
    simulate(made.level, made.design, SEED)  # what is made only once
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(runs):
            simulate(made.level, made.design, SEED + number)
            most = tracemalloc.get_traced_memory()[1]
            gc.collect()
            after.append((most / 1e6, tracemalloc.get_traced_memory()[0] / 1e6))
            tracemalloc.reset_peak()
    finally:
        tracemalloc.stop()
    return after


def report() -> None:
    """Print peaks by length, what each further request costs, and what is left behind."""
    print("Memory of a run (M/M/1, 80% busy)")
    name = "M/M/1, 80% busy"
    peak(case(name, LENGTHS[0]))  # what is loaded only once
    _print_peaks({requests: peak(case(name, requests)) for requests in LENGTHS})
    for design in LONG:
        print(f"Memory of a run ({LEVEL}, {design})")
        made = [path(STRETCH * times, LEVEL, design) for times in TIMES]
        _print_peaks({_arrivals(each): peak(each) for each in made})
    print(f"{'What runs leave behind':32}{'circles':>12}{'at most':>16}{'kept':>16}")
    for level, design in DESIGNS:
        left = [circles(path(STRETCH * times, level, design)) for times in TIMES]
        (most, kept), *_, (most_then, kept_then) = repeated(path(SHORT, level, design), RUNS)
        print(
            f"{level + ', ' + design:32}{left[0]:>5} -> {left[1]:<3}"
            f"{most:>7.1f} -> {most_then:<5.1f}{kept:>7.2f} -> {kept_then:<5.2f}"
        )
    print(f"circles in a run of {TIMES[0]} -> {TIMES[1]} times the length; MB at most in, and kept")
    print(f"after, run 1 -> run {RUNS} of the same")


def _arrivals(made: Case) -> int:
    run = simulate(made.level, made.design, SEED)
    return sum(operation.meter.arrivals for operation in run.world.operations)


def _print_peaks(peaks: dict[int, float]) -> None:
    for requests, most in peaks.items():
        print(f"{requests:>9,} requests   {most:>6.1f} MB at most")
    first, *_, last = peaks
    each = (peaks[last] - peaks[first]) / (last - first) * 1e6
    print(f"each further request: {each:.0f} bytes")
