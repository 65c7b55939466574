"""The closed forms themselves, against worked values and against each other."""

from __future__ import annotations

import math

import pytest

from tests.theory import closed_forms as theory


def test_one_server() -> None:
    assert theory.mmc_time(0.8, 1, 1) == pytest.approx(5)
    assert theory.mmc_wait(0.8, 1, 1) == pytest.approx(4)
    assert theory.mm1_time_percentile(0.8, 1, 0.99) == pytest.approx(23.03, abs=0.005)


def test_eight_servers() -> None:
    assert theory.erlang_c(8, 7.2) == pytest.approx(0.7015, abs=5e-5)
    assert theory.mmc_wait(7.2, 1, 8) == pytest.approx(0.8769, abs=5e-5)
    assert theory.mmc_wait_percentile(7.2, 1, 8, 0.99) == pytest.approx(5.313, abs=5e-4)


def test_a_percentile_below_the_share_that_waits_is_zero() -> None:
    assert theory.mmc_wait_percentile(1, 1, 8, 0.99) == 0


def test_no_line() -> None:
    assert theory.erlang_b(8, 7.2) == pytest.approx(0.1903, abs=5e-5)
    assert theory.erlang_b(110, 100) == pytest.approx(0.02746, abs=5e-6)
    assert theory.mmck(7.2, 1, 8, 8).rejected == pytest.approx(theory.erlang_b(8, 7.2))


def test_a_bounded_line() -> None:
    assert theory.mmck(7.2, 1, 8, 20).rejected == pytest.approx(0.0241, abs=5e-5)
    crowded = theory.mmck(12, 1, 8, 20)
    assert crowded.rejected == pytest.approx(0.3339, abs=5e-5)
    assert crowded.wait == pytest.approx(1.255, abs=5e-4)


def test_a_long_line_is_as_good_as_no_bound() -> None:
    assert theory.mmck(7.2, 1, 8, 900).wait == pytest.approx(theory.mmc_wait(7.2, 1, 8))


def test_any_law_of_service() -> None:
    cv2 = theory.lognormal_squared_variation(1)
    assert cv2 == pytest.approx(1.718, abs=5e-4)
    assert theory.mg1_wait(0.8, 1, cv2) == pytest.approx(5.437, abs=5e-4)
    assert theory.mg1_wait(0.8, 1, 0) == pytest.approx(2)
    assert theory.mg1_wait(0.8, 1, 1) == pytest.approx(theory.mmc_wait(0.8, 1, 1))
    assert theory.sample_squared_variation([1, 1, 4]) == pytest.approx(2 / 4)


def test_round_robin_into_four() -> None:
    wait = theory.gm1_wait(theory.erlang_arrivals(4, 0.8), 1)
    assert wait == pytest.approx(2.267, abs=5e-4)
    assert theory.gm1_wait(theory.erlang_arrivals(1, 0.8), 1) == pytest.approx(4)


def test_even_arrivals_are_the_limit_of_many_stages() -> None:
    even = theory.gm1_wait(theory.even_arrivals(0.8), 1)
    assert even == pytest.approx(theory.gm1_wait(theory.erlang_arrivals(100_000, 0.8), 1), rel=1e-4)
    waiting = even / (1 + even)  # the share that finds the server busy
    assert waiting == pytest.approx(math.exp(-(1 - waiting) / 0.8))


def test_tandem() -> None:
    assert theory.mmc_time(0.8, 1, 1) + theory.mmc_time(3.2, 4, 16) == pytest.approx(
        9.381, abs=5e-4
    )


def test_sharing() -> None:
    assert theory.sharing_time(0.7, 1) == pytest.approx(3.333, abs=5e-4)
    assert theory.sharing_time(0.7, 1) == pytest.approx(theory.mmc_time(0.7, 1, 1))


def test_fixed_service_with_several_servers() -> None:
    assert theory.mdc_wait(0.8, 1, 1) == pytest.approx(2, rel=1e-6)
    # About half of M/M/c's wait, a little more with several servers.
    ratio = theory.mdc_wait(3.2, 1, 4) / theory.mmc_wait(3.2, 1, 4)
    assert 0.5 < ratio < 0.56


def test_batches() -> None:
    assert theory.batches_wait(0.8, 1, 1) == pytest.approx(theory.mdc_wait(0.8, 1, 1), rel=1e-6)
    # A chamber without bound: whoever comes while it is shut waits for the rest of the batch.
    a, shut = 0.8, 1.0
    idle = math.exp(-a * shut)
    expected = (a * shut**2 / 2) / (shut + idle / a) / a
    assert theory.batches_wait(a, shut, 30) == pytest.approx(expected, rel=1e-6)


def test_forks() -> None:
    assert theory.harmonic(10) == pytest.approx(2.929, abs=5e-4)
    assert theory.fork_join_two(1e-9, 1) == pytest.approx(theory.harmonic(2))
    assert theory.fork_join_two(0.7, 1) > theory.mmc_time(0.7, 1, 1)
    slow = theory.slowest_percentile(1, 1, 0.99)
    assert 1 - (1 - math.exp(-slow)) ** 100 == pytest.approx(0.634, abs=5e-4)
    assert (1 - math.exp(-theory.slowest_percentile(10, 1, 0.9))) ** 10 == pytest.approx(0.9)


def test_two_choices() -> None:
    assert theory.two_choices_time(0.9) == pytest.approx(2.614, abs=5e-4)


def test_overload() -> None:
    spike = theory.overload(15_000, 10_000, 20, 7_000)
    assert spike.backlog == 100_000
    assert spike.drain == pytest.approx(33.3, abs=0.05)


def test_caches() -> None:
    """A hundred thousand keys with skew 1: worked values."""
    shares = theory.zipf(100_000, 1.0)
    assert theory.lru_hits(shares, 1_000) == pytest.approx(0.5062, abs=5e-5)
    assert theory.lru_hits(shares, 10_000) == pytest.approx(0.7373, abs=5e-5)
    for seconds, hits in ((1, 0.650), (5, 0.781), (30, 0.913)):
        assert theory.cold_hits(shares, 10_000 * seconds) == pytest.approx(hits, abs=5e-4)


def test_caches_of_few_keys() -> None:
    """Where all are alike, as many hit as find room."""
    assert theory.lru_hits(theory.zipf(50, 0.0), 25) == pytest.approx(0.5)
    assert theory.lru_hits(theory.zipf(1_000, 1.0), 999) > 0.99
    assert theory.fifo_hits(theory.zipf(50, 0.0), 25) == pytest.approx(0.5)
    assert theory.fifo_hits(theory.zipf(1_000, 1.0), 999) > 0.99
    assert theory.seen_keys(theory.zipf(10, 1.0), 1e6) == pytest.approx(10)
    assert theory.ttl_hits(2.0, 0.5) == 0.5
    assert theory.ttl_stale(2.0, 1e9, 0.5) == pytest.approx(0.5)
    assert theory.ttl_stale(1e9, 2.0, 0.5) == pytest.approx(math.exp(-1.0))


def test_cold_hits_are_how_the_seen_keys_grow() -> None:
    """One more request finds a new key with the probability of a miss."""
    shares = theory.zipf(200, 0.8)
    grown = theory.seen_keys(shares, 300.01) - theory.seen_keys(shares, 299.99)
    assert grown / 0.02 == pytest.approx(1 - theory.cold_hits(shares, 300), rel=1e-6)


def test_copies_and_attempts() -> None:
    assert theory.stale_share(2.0, 0.1) == pytest.approx(0.1813, abs=5e-5)
    assert theory.attempts(0.5, 3) == 1.875
    assert theory.attempts(1.0, 3) == 4
    assert theory.attempts(0.0, 3) == 1


def test_the_slowest_and_the_fastest_of_several() -> None:
    assert theory.harmonic(10) == pytest.approx(2.929, abs=5e-4)
    assert theory.kth_fastest(10, 10) == theory.harmonic(10)
    assert theory.kth_fastest(3, 1) == pytest.approx(1 / 3)
    assert theory.kth_fastest(3, 2) == pytest.approx(1 / 3 + 1 / 2)
    assert theory.any_slower(100, 0.99) == pytest.approx(0.634, abs=5e-4)


def test_reads_of_one_copy() -> None:
    """Of rare writes each makes (n-1)/n of the reads stale for as long as it spreads, on average.

    That is m(1 - 1/n) for one that is somewhere after m/n: e.g. 2/3 of a second in a thousand.
    """
    assert theory.stale_of_one(0.001, 1.0, 3) == pytest.approx(0.001 * (1 - 1 / 3), rel=0.01)
    assert theory.stale_of_one(5, 0.1, 1) == 0
    assert theory.stale_of_one(1, 0.1, 3) < theory.stale_of_one(1, 0.1, 5)
