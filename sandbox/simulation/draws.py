"""Randomness that belongs to the request, never to the order of events.

A draw is a function of (seed, purpose, stream, request number): tables of 256 draws are filled
from a generator seeded with just that, whenever one of them is first asked for. So changing a
node, or adding a request, reshuffles nothing else, and two runs that differ in one setting
meet the same customers with the same work. (`benchmarks/draws.py` compares ways to do this.)

The instance that happens to serve a request is not part of the key: the work belongs to the
request, so that two balancing policies are compared on the same work.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from hashlib import blake2b
from itertools import accumulate, repeat, starmap
from random import Random
from statistics import NormalDist

from sandbox.documents.laws import Law

_BITS = 8
_CHUNK = 1 << _BITS
_MASK = _CHUNK - 1
_KEPT_CHUNKS = 64
_TINY = 2.0**-54
_PRODUCT_STAGES = 16

Fill = Callable[[Random, int], list[float]]


def generator(seed: int, *key: object) -> Random:
    """Make the generator that belongs to `seed` and `key`, the same on every platform."""
    text = "\x1f".join([str(seed), *(str(part) for part in key)])
    return Random(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big"))


class Draws:
    """All draws of one purpose (`service at cooks`), for every stream and request number.

    Old tables are forgotten and made again on demand: memory stays flat, results do not change.
    """

    __slots__ = ("_chunks", "_fill", "_purpose", "_seed")

    def __init__(self, seed: int, purpose: str, fill: Fill) -> None:
        self._seed = seed
        self._purpose = purpose
        self._fill = fill
        self._chunks: dict[int, list[float]] = {}

    def at(self, stream: int, number: int) -> float:
        """The draw of this request."""
        key = (stream << 40) | (number >> _BITS)
        chunk = self._chunks.get(key)
        if chunk is None:
            chunk = self._make(key, stream, number >> _BITS)
        return chunk[number & _MASK]

    def _make(self, key: int, stream: int, index: int) -> list[float]:
        if len(self._chunks) >= _KEPT_CHUNKS:
            del self._chunks[next(iter(self._chunks))]
        chunk = self._fill(generator(self._seed, self._purpose, stream, index), _CHUNK)
        self._chunks[key] = chunk
        return chunk


class Durations(Draws):
    """Durations in seconds that are each made from one uniform draw, when they are asked for.

    Operations of which there are few use little of a table: most of it would be made for nothing.
    """

    __slots__ = ("_law",)

    def __init__(self, seed: int, purpose: str, law: Callable[[float], float]) -> None:
        super().__init__(seed, purpose, _evenly)
        self._law = law

    def at(self, stream: int, number: int) -> float:
        """The draw of this request."""
        key = (stream << 40) | (number >> _BITS)
        chunk = self._chunks.get(key)
        if chunk is None:
            chunk = self._make(key, stream, number >> _BITS)
        return self._law(chunk[number & _MASK])


class Concentrated:
    """Draws of which a share is one and the same, and all others are as they were."""

    __slots__ = ("_usual", "_which", "share", "value")

    def __init__(self, usual: Draws | Concentrated, value: float, share: float, which: Draws):
        self._usual = usual
        self._which = which
        self.value = value
        self.share = share

    def at(self, stream: int, number: int) -> float:
        """The draw of this request."""
        if self._which.at(stream, number) < self.share:
            return self.value
        return self._usual.at(stream, number)


class Constant:
    """A law without chance, with the face of `Draws`."""

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        self.value = value

    def at(self, stream: int, number: int) -> float:
        """The same for every request."""
        return self.value


def uniform(seed: int, purpose: str) -> Draws:
    """Uniform draws from [0, 1)."""
    return Draws(seed, purpose, _evenly)


def _evenly(rng: Random, number: int) -> list[float]:
    return list(starmap(rng.random, repeat((), number)))


def durations(seed: int, purpose: str, law: Law) -> Draws | Constant:
    """Durations in seconds by `law`."""
    if law.shape == "fixed" or law.mean == 0:
        return Constant(law.mean)
    if law.shape == "erlang":
        stages, mean = law.stages, law.mean / law.stages
        return Draws(seed, purpose, lambda rng, n: [_erlang(rng, stages, mean) for _ in range(n)])
    return Durations(seed, purpose, _made_by(law))


def _made_by(law: Law) -> Callable[[float], float]:
    """How a duration is made from a uniform draw."""
    mean, log = law.mean, math.log
    if law.shape == "exponential":
        return lambda drawn: -mean * log(1.0 - drawn)
    if law.shape == "lognormal":
        sigma = law.sigma
        mu, exp, quantile = log(mean) - sigma * sigma / 2.0, math.exp, NormalDist().inv_cdf
        return lambda drawn: exp(mu + sigma * quantile(drawn or _TINY))
    values = law.values
    return lambda drawn: values[int(drawn * len(values))]


def _erlang(rng: Random, stages: int, mean: float) -> float:
    """Sum of `stages` exponentials; a product of few uniforms saves logarithms."""
    if stages > _PRODUCT_STAGES:  # a product of many would underflow
        return -mean * sum(math.log(1.0 - rng.random()) for _ in range(stages))
    product = 1.0
    for _ in range(stages):
        product *= 1.0 - rng.random()
    return -mean * math.log(product)


def zipf_shares(count: int, skew: float) -> list[float]:
    """Popularity of items 1..count under Zipf's law: proportional to 1/k^skew, sum 1."""
    weights = [k**-skew for k in range(1, count + 1)]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def cumulative(weights: Sequence[float]) -> list[float]:
    """Running sums scaled to end at exactly 1, for `bisect` with a uniform draw."""
    sums = list(accumulate(weights))
    scaled = [value / sums[-1] for value in sums]
    scaled[-1] = 1.0
    return scaled
