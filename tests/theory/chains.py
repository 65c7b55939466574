"""Balancing as a Markov chain, for what has no closed form: written apart from the engine.

Poisson arrivals, exponential service of mean 1, a line of its own at each server. The state is how
many servers have how many inside; nothing else matters to who chooses by length.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

BATCHES = 20
P99 = 0.01


@dataclass(frozen=True)
class Balanced:
    """Mean wait, the time in system that 99% stay below, and the standard errors of both."""

    wait: float
    wait_error: float
    time99: float
    time99_error: float


def shortest(counts: list[int], _: Random, servers: int) -> int:
    """How many are inside at one of the servers with the fewest."""
    del servers
    return next(inside for inside, count in enumerate(counts) if count)


def better_of_two(counts: list[int], rng: Random, servers: int) -> int:
    """How many are inside at the better of two different ones."""
    first = rng.randrange(servers)
    second = rng.randrange(servers - 1)
    second += second >= first
    return _at(counts, min(first, second))  # servers are numbered from the emptiest on


def anyone(counts: list[int], rng: Random, servers: int) -> int:
    """How many are inside at any of them."""
    return _at(counts, rng.randrange(servers))


def _at(counts: list[int], number: int) -> int:
    for inside, count in enumerate(counts):
        number -= count
        if number < 0:
            return inside
    raise AssertionError


def balanced(
    choose: Callable[[list[int], Random, int], int], servers: int, busy: float, arrivals: int
) -> Balanced:
    """Let so many arrive, after a tenth as many that are not looked at."""
    rng, counts = Random(f"{servers} {busy}"), [servers]
    rate, batches = servers * busy, list[dict[int, int]]()
    for batch in range(BATCHES + 2):
        joined: dict[int, int] = {}
        for _ in range(arrivals // BATCHES):
            while rng.random() * (rate + servers - counts[0]) >= rate:
                _leave(counts, rng, servers)
            inside = choose(counts, rng, servers)
            joined[inside] = joined.get(inside, 0) + 1
            counts[inside] -= 1
            if inside + 1 == len(counts):
                counts.append(0)
            counts[inside + 1] += 1
        if batch >= 2:
            batches.append(joined)
    waits = [_mean(joined) for joined in batches]
    times = [_percentile(joined) for joined in batches]
    together: dict[int, int] = {}
    for joined in batches:
        for inside, count in joined.items():
            together[inside] = together.get(inside, 0) + count
    return Balanced(
        _mean(together),
        statistics.stdev(waits) / math.sqrt(BATCHES),
        _percentile(together),
        statistics.stdev(times) / math.sqrt(BATCHES),
    )


def _leave(counts: list[int], rng: Random, servers: int) -> None:
    """One of the busy servers, each as likely, is done with somebody."""
    inside = _at(counts, counts[0] + rng.randrange(servers - counts[0]))
    counts[inside] -= 1
    counts[inside - 1] += 1


def _mean(joined: dict[int, int]) -> float:
    """Whoever joins k others waits for k services of mean 1."""
    return sum(inside * count for inside, count in joined.items()) / sum(joined.values())


def _percentile(joined: dict[int, int]) -> float:
    """The time that 99% stay below: whoever joins k others stays for k + 1 services."""
    low, high, total = 0.0, 1_000.0, sum(joined.values())
    while high - low > 1e-6:
        middle = (low + high) / 2.0
        beyond = sum(n * _erlang_tail(k + 1, middle) for k, n in joined.items()) / total
        low, high = (middle, high) if beyond > P99 else (low, middle)
    return high


def _erlang_tail(stages: int, time: float) -> float:
    """The chance that so many exponentials of mean 1 together take longer than `time`."""
    term = total = math.exp(-time)
    for stage in range(1, stages):
        term *= time / stage
        total += term
    return total
