"""A retry storm: a slowdown of ten seconds that never ends, because everybody asks again.

The server can do 100 a second and 70 are asked for, but whoever waits longer than a second asks
again, up to three times: 280. Nothing holds the storm up but the storm.
"""

from __future__ import annotations

import math

import pytest

from sandbox.simulation.run import Run
from tests.labs.lab import SEEDS, lab
from tests.labs.recovery import served_by_second, well_again
from tests.simulation.systems import count, node

LAB = lab("retry-storm")
FEW = range(1, 7)
CALM_AGAIN = 20
"""The second in which the slowdown is over."""


def recovers(run: Run) -> float:
    """Seconds after the slowdown until all is well."""
    return well_again(run, CALM_AGAIN)


@pytest.mark.parametrize("design", ["broken", "backoff", "cap-200"])
def test_it_never_ends(design: str) -> None:
    """Pauses with jitter only put it off; a line of 200 is two seconds long, and all give up."""
    for seed in FEW:
        run = LAB.run(design, seed)
        assert min(served_by_second(run)[:10]) > 0.95
        assert recovers(run) == math.inf
        assert max(served_by_second(run)[CALM_AGAIN:-5]) < 0.05
        assert node(run, "app").meter.arrivals > 2.5 * node(run, "users").meter.arrivals


def test_the_server_works_all_the_while_for_nobody() -> None:
    run = LAB.start("broken", 1)
    run.advance(30.0)
    before = node(run, "app").reading(30.0).busy
    run.advance(40.0)
    assert node(run, "app").reading(40.0).busy - before == pytest.approx(10.0)


def test_a_budget_of_retries_ends_it() -> None:
    """Of 700 and 70 retries, 100 were done and 100 are not late yet: 570 at 100 - 77 a second."""
    for seed in SEEDS:
        run = LAB.run("budget", seed)
        assert 18 <= recovers(run) <= 32
        assert count(run, "attempts") <= 10 + 0.1 * node(run, "users").meter.arrivals


def test_so_does_a_line_so_short_that_nobody_gives_up() -> None:
    """Fifty are half a second."""
    for seed in SEEDS:
        assert recovers(LAB.run("cap-50", seed)) <= 4


def test_the_short_line_costs_refusals_and_the_budget_time() -> None:
    for seed in SEEDS:
        short, budget = LAB.run("cap-50", seed), LAB.run("budget", seed)
        assert short.world.operations[0].meter.counts["rejected"] > 50
        assert budget.world.operations[0].meter.counts["rejected"] == 0
        assert recovers(budget) > recovers(short) + 5


def test_whoever_asks_once_is_not_in_it() -> None:
    """What makes the storm is that load x attempts is more than the capacity.

    Of 600 that wait in the end, 500 are too many, at 100 - 70 a second.
    """
    for seed in FEW:
        assert 10 <= recovers(LAB.run("once", seed)) <= 24
