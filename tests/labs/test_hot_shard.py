"""Hot shard: one of eight is full while the mean is cool, since one key has a third of the work.

Eight shards with one processor each get 30 x 80 ms of changes a second and 10 x 20 ms of reads:
33% on average. By Zipf's law with 1.4 one of a thousand users has 34% of all changes, which makes
82% for the shard that he is on, besides its part of all others.
"""

from __future__ import annotations

import statistics
from functools import cache

import pytest

from sandbox.simulation.run import Run
from tests.labs.lab import SEEDS, lab

HOT = lab("hot-shard")


@cache
def run(design: str, seed: int) -> Run:
    """One run of it."""
    return HOT.run(design, seed)


def busy(design: str, seed: int) -> tuple[float, float]:
    """How busy the hottest shard was, and all of them on average."""
    shards = run(design, seed).utilisation[1:]
    return max(shards), statistics.fmean(shards)


def p50(design: str, operation: str, seed: int) -> float:
    """The median of what an operation took, in seconds."""
    found = HOT.judge(run(design, seed)).operations[operation].latency.p50
    assert found is not None
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_by_user_one_shard_is_full_and_the_mean_is_cool(seed: int) -> None:
    hottest, mean = busy("broken", seed)
    assert hottest > 0.9
    assert mean < 0.5


@pytest.mark.parametrize("design", ["place", "split"])
@pytest.mark.parametrize("seed", SEEDS)
def test_by_place_or_with_the_hot_keys_split_none_is(seed: int, design: str) -> None:
    hottest, _ = busy(design, seed)
    assert hottest < 0.85


@pytest.mark.parametrize("design", ["place", "split"])
@pytest.mark.parametrize("seed", SEEDS)
def test_that_costs_reads_of_many_shards(seed: int, design: str) -> None:
    """A history is on all shards, or on all parts of the hot key."""
    both = run("broken", seed), run(design, seed)
    asked = [sum(each.meter.arrivals for each in one.world.nodes[1:]) for one in both]
    assert asked[1] > 1.3 * asked[0]
    assert busy(design, seed)[1] > busy("broken", seed)[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_and_whoever_asks_all_waits_for_the_slowest(seed: int) -> None:
    """Though no shard is full any more, most histories take longer than they did."""
    assert p50("place", "check-in", seed) < p50("broken", "check-in", seed)
    assert p50("place", "history", seed) > p50("broken", "history", seed)
