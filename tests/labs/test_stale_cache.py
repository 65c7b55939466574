"""Stale cache: how long an entry may live is how often the database is asked, and how old it is."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("stale-cache")


def hit_ratio(report: Report) -> float:
    found = report.nodes["cache"].hit_ratio
    assert found is not None
    return found


def age(report: Report) -> float:
    found = report.nodes["cache"].age
    assert found is not None
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_the_longer_it_lives_the_more_is_found_and_the_older_it_is(seed: int) -> None:
    reports = [LAB.report(design, seed) for design in ("short", "middle", "long")]
    for less, more in pairwise(reports):
        assert hit_ratio(more) > hit_ratio(less) + 0.05
        assert more.nodes["db"].arrivals < 0.6 * less.nodes["db"].arrivals
        assert age(more) > 3 * age(less)
        assert slo(more, "stale") > 1.7 * slo(less, "stale")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("design", "lives"), [("short", 1.0), ("middle", 10.0), ("long", 60.0)])
def test_on_average_it_is_half_as_old_as_it_may_be(design: str, lives: float, seed: int) -> None:
    """An entry is asked for evenly over its time, since readers come by chance."""
    assert age(LAB.report(design, seed)) == pytest.approx(lives / 2, rel=0.06)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("design", ["told", "renewed"])
def test_a_cache_that_is_told_gives_nothing_old_however_long_it_is_there(
    design: str, seed: int
) -> None:
    told = LAB.report(design, seed)
    assert slo(told, "stale") == 0.0
    assert age(told) > 15
    assert hit_ratio(told) > hit_ratio(LAB.report("middle", seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_who_forgets_misses_after_each_edit_and_who_renews_does_not(seed: int) -> None:
    assert hit_ratio(LAB.report("renewed", seed)) > hit_ratio(LAB.report("told", seed))
