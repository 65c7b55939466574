"""Cold cache: emptied in the middle of the day, and it never fills again.

Of 200 reads a second the cache has most, and the database can do 50. Emptied, it sends all of them
on: the line is soon longer than the second that anybody waits, and a reply that nobody waits for
fills nothing. So all that the database does is for nobody, and the cache stays empty.
"""

from __future__ import annotations

import math
from functools import cache

import pytest

from sandbox.judgement.cost import cost, total
from sandbox.simulation.run import Run
from tests.labs.lab import lab
from tests.labs.recovery import served_by_second, well_again
from tests.simulation.systems import node

LAB = lab("cold-cache")
FEW = range(1, 7)
EMPTIED = 30


@cache
def runs(design: str) -> list[Run]:
    return [LAB.run(design, seed) for seed in FEW]


def recovers(run: Run) -> float:
    """Seconds after the cache was emptied until all is well."""
    return well_again(run, EMPTIED)


def lost(run: Run, outcome: str) -> float:
    """The share of all requests that ended so."""
    meter = run.world.operations[0].meter
    return meter.counts[outcome] / meter.arrivals


def test_it_never_fills_again() -> None:
    for run in runs("broken"):
        assert min(served_by_second(run)[20:EMPTIED]) > 0.95
        assert recovers(run) == math.inf
        assert node(run, "db").reading(60.0).busy > 29  # for nobody, for half a minute


def test_late_replies_fill_it() -> None:
    for run in runs("late"):
        assert 5 < recovers(run) < 20
        assert lost(run, "failed") > 0.04


def test_one_fetch_for_all_is_not_enough_by_itself() -> None:
    """Different keys are asked for faster than the database can read them."""
    assert sum(recovers(run) == math.inf for run in runs("coalesce")) >= 3


def test_both_together_are_faster_and_spare_the_database() -> None:
    for late, both in zip(runs("late"), runs("both"), strict=True):
        assert recovers(both) < recovers(late)
        assert node(both, "db").meter.arrivals < 0.9 * node(late, "db").meter.arrivals
        assert lost(both, "failed") > 0.01  # and who waits for a fetch that fails, fails with it


def test_a_short_line_is_the_fastest_and_turns_people_away() -> None:
    for run in runs("short"):
        assert recovers(run) < 8
        assert lost(run, "rejected") > 0.01


def test_a_database_that_can_do_all_of_it_costs_several_times_as_much() -> None:
    for run in runs("bigger"):
        assert recovers(run) == 0.0
    small, big = (total(cost(LAB.level, LAB.designs[name])) for name in ("broken", "bigger"))
    assert big > 3 * small


@pytest.mark.parametrize("design", ["late", "both", "short"])
def test_in_the_end_the_cache_has_what_it_had(design: str) -> None:
    for run in runs(design):
        assert min(served_by_second(run)[50:]) > 0.99
