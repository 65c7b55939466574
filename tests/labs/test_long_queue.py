"""The longer queue is the worse design.

Two servers of 50 a second, 70 a second and for 20 s 150, clients who wait a second and ask again
twice. A line of 50 is half a second long: who is let in is served in time. A line of 200 is two
seconds long: everybody in it has given up when his turn comes, and stands in it once more. (The
same as 200 servers, 7,000 and 15,000 a second, and lines of 5,000 and 20,000: everything through
a hundred.)
"""

from __future__ import annotations

import math

from tests.labs.lab import SEEDS, lab
from tests.labs.recovery import served_by_second, well_again
from tests.simulation.systems import node

LAB = lab("long-queue")
SPIKE_ENDS = 30


def test_the_long_one_never_recovers() -> None:
    for seed in SEEDS:
        run = LAB.run("broken", seed)
        assert min(served_by_second(run)[:10]) > 0.95
        assert well_again(run, SPIKE_ENDS) == math.inf
        assert max(served_by_second(run)[SPIKE_ENDS:-5]) < 0.05
        assert node(run, "app").queue_max == 200


def test_the_short_one_is_well_a_few_seconds_after_the_spike() -> None:
    for seed in SEEDS:
        assert well_again(LAB.run("cured", seed), SPIKE_ENDS) <= 5


def test_it_costs_refusals() -> None:
    """Every third of those who come in the spike is turned away, again and again."""
    for seed in SEEDS:
        counts = LAB.run("cured", seed).world.operations[0].meter.counts
        assert counts["rejected"] > 300


def test_under_the_spike_the_short_one_serves_what_it_can() -> None:
    """A hundred of a hundred and fifty; the long one serves next to nobody."""
    for seed in SEEDS:
        short, long = (served_by_second(LAB.run(name, seed)) for name in ("cured", "broken"))
        assert sum(short[16:30]) / 14 > 0.5
        assert sum(long[16:30]) / 14 < 0.05
