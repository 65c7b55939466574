"""Percentiles: exact to the limit, within half a percent beyond, and of everything offered."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.simulation.samples import Samples

PERCENTS = (0.1, 1, 25, 50, 90, 95, 99, 99.9)
durations = st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=200)


def of(values: list[float], limit: int = 1_000_000) -> Samples:
    samples = Samples(limit)
    for value in values:
        samples.add(value)
    return samples


def nearest_rank(values: list[float], percent: float) -> float:
    """The definition, counted out: the smallest value with at least that share at or below."""
    ordered = sorted(values)
    return next(
        value
        for value in ordered
        if 100 * sum(other <= value for other in ordered) >= percent * len(ordered)
    )


@given(durations, st.sampled_from((1, 25, 50, 75, 90, 99)))
@settings(deadline=None)
def test_exact_to_the_limit(values: list[float], percent: float) -> None:
    assert of(values).percentile(percent) == nearest_rank(values, percent)


def test_a_round_share_of_a_round_number_is_its_rank() -> None:
    samples = of([float(n) for n in range(1, 101)])
    assert [samples.percentile(p) for p in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert of([float(n) for n in range(1, 1001)]).percentile(99.9) == 999


def test_adding_goes_on_after_reading() -> None:
    samples = of([3.0, 1.0])
    assert samples.percentile(50) == 1.0
    samples.add(0.5)
    assert samples.percentile(50) == 1.0
    assert samples.percentile(1) == 0.5


@given(
    st.lists(st.floats(1e-9, 1e6, allow_nan=False), min_size=3, max_size=200),
    st.sampled_from(PERCENTS),
)
@settings(deadline=None)
def test_within_half_a_percent_beyond_the_limit(values: list[float], percent: float) -> None:
    exact = of(values).percentile(percent)
    binned = of(values, limit=2).percentile(percent)
    assert binned == pytest.approx(exact, rel=0.005)


def test_the_bound_is_really_approached() -> None:
    """Bins are as wide as they say: an error near a quarter percent must show up somewhere."""
    rng = random.Random(1)
    errors = []
    for _ in range(2_000):
        value = math.exp(rng.uniform(-10, 10))
        found = of([value] * 3, limit=2).percentile(50)
        assert found is not None
        errors.append(abs(found / value - 1))
    assert 0.002 < max(errors) <= 0.005


def test_zero_has_a_bin_of_its_own() -> None:
    samples = of([0.0, 0.0, 0.0, 5.0], limit=2)
    assert samples.percentile(75) == 0.0
    assert samples.percentile(76) == pytest.approx(5.0, rel=0.005)


def test_mean_and_count_stay_exact() -> None:
    samples = of([1.0, 2.0, 6.0], limit=2)
    assert samples.mean == 3.0
    assert samples.count == 3
    assert Samples().mean is None


def test_what_was_lost_took_for_ever() -> None:
    samples = of([float(n) for n in range(1, 91)])
    assert samples.percentile(90, offered=100) == 90
    assert samples.percentile(91, offered=100) is None
    assert samples.percentile(50, offered=100) == 50
    assert samples.percentile(50, offered=0) is None


@pytest.mark.parametrize("limit", [1_000_000, 2])
def test_refusing_the_slow_ones_never_improves_a_percentile(limit: int) -> None:
    rng = random.Random(2)
    everyone = [rng.expovariate(1) for _ in range(500)]
    for percent in PERCENTS:
        all_served = of(everyone, limit).percentile(percent)
        patient = of([value for value in everyone if value < 1.0], limit)
        some_refused = patient.percentile(percent, offered=len(everyone))
        assert some_refused is None or some_refused == all_served


@given(durations, durations, st.sampled_from(PERCENTS))
@settings(deadline=None)
def test_together_is_as_if_one_had_seen_everything(
    left: list[float], right: list[float], percent: float
) -> None:
    merged = Samples.together([of(left), of(right)])
    whole = of(left + right)
    assert merged.count == whole.count
    assert merged.total == pytest.approx(whole.total)
    assert merged.percentile(percent) == whole.percentile(percent)


def test_together_with_one_beyond_its_limit() -> None:
    several = [of([1.0, 2.0, 3.0], limit=2), of([10.0]), of([20.0, 30.0, 40.0], limit=2)]
    for order in (several, several[::-1]):
        merged = Samples.together(order)
        assert merged.count == 7
        assert merged.mean == pytest.approx(106 / 7)
        assert merged.percentile(50) == pytest.approx(10.0, rel=0.005)
        assert merged.percentile(100) == pytest.approx(40.0, rel=0.005)


def test_together_keeps_its_parts() -> None:
    part = of([1.0])
    Samples.together([part, of([2.0])]).add(3.0)
    assert (part.count, part.percentile(100)) == (1, 1.0)
