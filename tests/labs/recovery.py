"""When a system is well again, from the records of a run."""

from __future__ import annotations

import math

from sandbox.simulation.meters import DONE
from sandbox.simulation.run import Run

WELL = 0.95
"""The share of a second's requests that must be served for it to be a good second."""


def served_by_second(run: Run) -> list[float]:
    """For each second: the share of the requests that came in it and were served."""
    seconds = math.ceil(run.level.clock.length)
    came, served = [0] * seconds, [0] * seconds
    for operation in run.world.operations:
        records = operation.meter.records
        for start, how in zip(records.start, records.lost, strict=True):
            came[int(start)] += 1
            served[int(start)] += how == DONE
    return [good / max(1, all_of_them) for good, all_of_them in zip(served, came, strict=True)]


def well_again(run: Run, since: int) -> float:
    """Seconds after a moment until every second is a good one; infinity if that never comes."""
    shares = served_by_second(run)
    bad = [second for second, share in enumerate(shares) if share < WELL and second >= since]
    if not bad:
        return 0.0
    return math.inf if bad[-1] == len(shares) - 1 else bad[-1] + 1.0 - since
