"""Draws belong to the request: whoever asks first, and how often, changes nothing."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.documents.laws import Law
from sandbox.simulation.draws import (
    Constant,
    Draws,
    cumulative,
    durations,
    generator,
    uniform,
    zipf_shares,
)

LAWS = {
    "exponential": Law.model_validate("exponential 2 s"),
    "erlang": Law.model_validate("erlang-4 2 s"),
    "many stages": Law.model_validate("erlang-40 2 s"),
    "lognormal": Law.model_validate("lognormal 2 s cv 1.3"),
    "empirical": Law.model_validate({"empirical": ["1 s", "1 s", "4 s"]}),
}
N = 40_000


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 200_000)), max_size=60))
@settings(deadline=None, max_examples=30)
def test_the_order_of_asking_changes_nothing(asked: list[tuple[int, int]]) -> None:
    forth, back = uniform(5, "service at a"), uniform(5, "service at a")
    there = {key: forth.at(*key) for key in asked}
    again = {key: back.at(*key) for key in reversed(asked)}
    assert there == again


def test_forgotten_tables_are_made_again() -> None:
    made = 0

    def fill(rng: object, count: int) -> list[float]:
        nonlocal made
        made += 1
        return [rng.random() for _ in range(count)]  # type: ignore[attr-defined]

    draws = Draws(1, "x", fill)
    first = draws.at(0, 7)
    for number in range(0, 1_000_000, 256):
        draws.at(0, number)
    before = made
    assert draws.at(0, 7) == first
    assert made == before + 1, "the table was kept, so that memory grows with the run"


@pytest.mark.parametrize(
    "other",
    [uniform(2, "service at a"), uniform(1, "service at b")],
    ids=["another seed", "another purpose"],
)
def test_other_keys_have_other_draws(other: Draws) -> None:
    mine = uniform(1, "service at a")
    assert not {mine.at(0, n) for n in range(300)} & {other.at(0, n) for n in range(300)}


def test_streams_and_tables_have_draws_of_their_own() -> None:
    draws = uniform(1, "service at a")
    seen = {draws.at(stream, number) for stream in range(4) for number in range(1024)}
    assert len(seen) == 4 * 1024


def test_neighbouring_keys_are_not_correlated() -> None:
    """The first draws of many generators with neighbouring keys look like independent draws."""
    firsts = [generator(7, "service", 0, index).random() for index in range(N)]
    assert _z(firsts, 0.5, 1 / 12) < 4
    pairs = [(a - 0.5) * (b - 0.5) for a, b in itertools.pairwise(firsts)]
    assert _z(pairs, 0.0, 1 / 144) < 4


def test_the_parts_of_a_key_do_not_run_together() -> None:
    assert generator(1, "a", "bc").random() != generator(1, "ab", "c").random()
    assert generator(1, 12, 3).random() != generator(1, 1, 23).random()


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_mean_and_variance(law: Law) -> None:
    draws = durations(3, "x", law)
    values = [draws.at(0, n) for n in range(N)]
    variance = law.squared_variation * law.mean**2
    assert _z(values, law.mean, variance) < 4
    # The spread, too: each value's squared deviation, with its own measured deviation.
    squares = [(value - law.mean) ** 2 for value in values]
    assert _z(squares, variance, statistics.variance(squares)) < 4


def _survival_erlang(stages: int) -> Callable[[float], float]:
    rate = stages / 2.0
    return lambda x: (
        math.exp(-rate * x) * sum((rate * x) ** k / math.factorial(k) for k in range(stages))
    )


_NORMAL = statistics.NormalDist()
_SIGMA = math.sqrt(math.log(1 + 1.3**2))
SURVIVAL: dict[str, Callable[[float], float]] = {
    "exponential": lambda x: math.exp(-x / 2),
    "erlang": _survival_erlang(4),
    "many stages": _survival_erlang(40),
    "lognormal": lambda x: 1 - _NORMAL.cdf((math.log(x / 2) + _SIGMA**2 / 2) / _SIGMA),
    "empirical": lambda x: 1.0 if x < 1 else 1 / 3 if x < 4 else 0.0,
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("x", [0.3, 1.5, 2.0, 3.0, 6.0])
def test_the_shape_of_a_law(name: str, x: float) -> None:
    draws = durations(11, "x", LAWS[name])
    share = SURVIVAL[name](x)
    beyond = [float(draws.at(0, n) > x) for n in range(N)]
    assert _z(beyond, share, max(share * (1 - share), 1e-9)) < 4


def test_a_law_without_chance_draws_nothing() -> None:
    assert isinstance(durations(1, "x", Law.model_validate("fixed 90 s")), Constant)
    assert durations(1, "x", Law.model_validate("fixed 90 s")).at(3, 5) == 90
    assert durations(1, "x", Law.model_validate("exponential 0 s")).at(3, 5) == 0


def test_zipf() -> None:
    shares = zipf_shares(1000, 0.99)
    assert math.fsum(shares) == pytest.approx(1)
    assert shares[0] / shares[9] == pytest.approx(10**0.99)
    assert zipf_shares(4, 0) == [0.25] * 4


def test_cumulated_weights_end_at_one() -> None:
    sums = cumulative([0.1] * 10)
    assert sums[-1] == 1.0
    assert sums == sorted(sums)


def _z(values: list[float], mean: float, variance: float) -> float:
    """How many standard errors the mean of `values` lies from `mean`."""
    return abs(statistics.fmean(values) - mean) / math.sqrt(variance / len(values))
