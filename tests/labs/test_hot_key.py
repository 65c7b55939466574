"""Hot key: two thirds of all readers look at one post, and the shard that it is on burns.

Four shards do 83 reads a second each, and 150 are asked for: less than half of what they can do
together. Once a post goes viral its shard is asked for more than a hundred, and no further shard
helps, since a key is on one of them.
"""

from __future__ import annotations

import statistics
from functools import cache

import pytest

from sandbox.judgement.cost import cost, total
from sandbox.judgement.report import Report
from sandbox.simulation.run import Run
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("hot-key")
HOT = 25
"""By this second the hot shard is full, if it will ever be."""


@cache
def ran(design: str, seed: int) -> Run:
    return LAB.run(design, seed)


@cache
def report(design: str, seed: int) -> Report:
    return LAB.judge(ran(design, seed))


def busy(design: str, seed: int) -> tuple[float, float]:
    """How busy the hottest shard was while the post was hot, and all of them on average."""
    run = ran(design, seed)
    shards = [at for at, name in enumerate(run.trace.header.nodes) if name.startswith("db.")]
    frames = run.trace.frames[HOT:40]
    shares = [statistics.fmean(frame.nodes[at].utilisation for frame in frames) for at in shards]
    return max(shares), statistics.fmean(shares)


def p50(design: str, seed: int, operation: str = "post") -> float:
    found = report(design, seed).operations[operation].latency.p50
    assert found is not None
    return found


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("design", ["broken", "more"])
def test_one_shard_is_full_and_the_mean_is_not(design: str, seed: int) -> None:
    hottest, mean = busy(design, seed)
    assert hottest > 0.97
    assert mean < 0.65
    assert slo(report(design, seed), "good") < 0.75


def test_twice_the_shards_cost_twice_as_much_and_cure_nothing() -> None:
    four, eight = (total(cost(LAB.level, LAB.designs[name])) for name in ("broken", "more"))
    assert eight - 30 == pytest.approx(2 * (four - 30))  # the app costs $30


@pytest.mark.parametrize("seed", SEEDS)
def test_one_fetch_at_a_time_cures_it_and_nothing_is_old(seed: int) -> None:
    assert slo(report("coalesce", seed), "good") > 0.99
    assert slo(report("coalesce", seed), "stale") < 0.01
    assert busy("coalesce", seed)[0] > 0.5  # it still reads the post again and again


@pytest.mark.parametrize("seed", SEEDS)
def test_a_short_time_to_live_spares_more_and_is_old(seed: int) -> None:
    assert slo(report("short-ttl", seed), "good") > 0.99
    assert busy("short-ttl", seed)[0] < busy("coalesce", seed)[0] / 1.6
    assert p50("short-ttl", seed) < p50("coalesce", seed) / 3
    assert slo(report("short-ttl", seed), "stale") > 0.15
