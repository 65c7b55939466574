"""Three ways to draw: tables by request, a hash of the request, and one shared generator.

The first two give the same draw whoever asks, and in whatever order; the third is what most
simulators do, and reshuffles everything after one extra draw.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from benchmarks.timing import timed
from sandbox.documents.laws import Law
from sandbox.simulation.draws import Draws, durations

NUMBER = 50_000
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


def split_mix(seed: int, number: int) -> float:
    """The uniform draw in [0, 1) of a number, by SplitMix64 (Steele, Lea and Flood, 2014)."""
    z = (seed + (number + 1) * _GOLDEN) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((z ^ (z >> 31)) >> 11) * 2.0**-53


def by_table() -> float:
    """Exponential draws from tables of 256, as in the engine."""
    draws = durations(1, "service", Law(shape="exponential", mean=1.0))
    assert isinstance(draws, Draws)
    at, total = draws.at, 0.0
    for number in range(NUMBER):
        total += at(0, number)
    return total


def by_hash() -> float:
    """Exponential draws from a hash of the request's number."""
    log, total = math.log, 0.0
    for number in range(NUMBER):
        total -= log(1.0 - split_mix(1, number))
    return total


def shared() -> float:
    """Exponential draws from one generator, in the order of events."""
    draw, total = random.Random(1).expovariate, 0.0
    for _ in range(NUMBER):
        total += draw(1.0)
    return total


def report() -> None:
    """Print nanoseconds a draw, and ratios to the shared generator."""
    ways: dict[str, Callable[[], float]] = {
        "table of 256": by_table,
        "SplitMix64": by_hash,
        "shared generator": shared,
    }
    times = timed(list(ways.values()))
    print("An exponential draw")
    for name, each in zip(ways, times, strict=True):
        slower = times[-1].times_as_fast_as(each)
        nanoseconds = each.seconds / NUMBER * 1e9
        print(f"{name:22}{nanoseconds:>8.0f} ns   takes {slower:.2f}x the shared generator")
