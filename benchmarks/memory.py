"""How much memory a run takes as it gets longer: samples, not requests, are what stays."""

from __future__ import annotations

import tracemalloc

from benchmarks.networks import SEED, case
from sandbox.simulation.run import simulate

LENGTHS = (10_000, 20_000, 40_000, 80_000)


def peak(requests: int) -> float:
    """The most memory that a run of so many requests took at once, in MB."""
    made = case("M/M/1, 80% busy", requests)
    tracemalloc.start()
    try:
        run = simulate(made.level, made.design, SEED)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert run.finished
    return most / 1e6


def report() -> None:
    """Print peaks by length, and what each further request costs."""
    print("Memory of a run (M/M/1, 80% busy)")
    peak(LENGTHS[0])  # what is loaded only once
    peaks = {requests: peak(requests) for requests in LENGTHS}
    for requests, most in peaks.items():
        print(f"{requests:>9,} requests   {most:>6.1f} MB at most")
    first, last = LENGTHS[0], LENGTHS[-1]
    each = (peaks[last] - peaks[first]) / (last - first) * 1e6
    print(f"each further request: {each:.0f} bytes")
