"""How things are timed: processor time, in rounds in which all take turns, and their ratios.

The machine does other things as well, and is faster at some times than at others. What comes
out of one round was measured within moments of each other, so that a ratio is the median of the
rounds' ratios. Only ratios mean anything elsewhere.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 15


@dataclass(frozen=True)
class Timed:
    """What one way took in each round, in seconds of processor time."""

    rounds: list[float]

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(self.rounds)

    def times_as_fast_as(self, other: Timed) -> float:
        """The median over the rounds of how many times as fast this is."""
        pairs = zip(other.rounds, self.rounds, strict=True)
        return statistics.median(theirs / ours for theirs, ours in pairs)


def timed(ways: Sequence[Callable[[], object]], rounds: int = ROUNDS) -> list[Timed]:
    """Run each way once a round, in turns."""
    taken: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, times in zip(ways, taken, strict=True):
            gc.collect()
            started = time.process_time()
            way()
            times.append(time.process_time() - started)
    return [Timed(times) for times in taken]
