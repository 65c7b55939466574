"""Twenty single servers, nine tenths busy: what each policy makes of the same customers."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from sandbox.judgement.report import Report
from tests.theory import chains
from tests.theory import closed_forms as theory
from tests.theory.chains import Balanced, anyone, balanced, better_of_two, shortest
from tests.theory.networks import (
    ERRORS_ALLOWED,
    Measured,
    Network,
    Server,
    assert_agree,
    network,
    queue,
    time99,
    wait,
)

SERVERS, BUSY = 20, 0.9
RATE = SERVERS * BUSY


def made(policy: str, length: float, settle: float) -> Network:
    """Instances behind a router."""
    return network(
        {"a": Server("exponential 1 s", flavour="compute", instances=SERVERS)},
        "clients > router",
        "router > a",
        routers={"router": policy},
        rate=RATE,
        length=length,
        settle=settle,
    )


def test_round_robin_makes_gaps_even() -> None:
    """Each server gets every twentieth: E20/M/1, 4.44 of waiting and 25 in all for one in 100."""
    expected = theory.gm1_wait(theory.erlang_arrivals(SERVERS, BUSY), 1)
    assert expected == pytest.approx(4.44, rel=0.01)
    reports = made("round-robin", 1_000, 300).reports(16)
    assert_agree(reports, wait, expected, power=0.05)
    found_busy = expected / (1 + expected)  # from wait = s / (1 - s)
    assert_agree(reports, time99, math.log(100) / (1 - found_busy), power=0.05)


def test_chance_gives_each_its_own_crowd() -> None:
    """Poisson arrivals at each: M/M/1, nine of waiting, 46 in all for one in a hundred."""
    reports = made("random", 1_400, 500).reports(16)
    assert_agree(reports, wait, theory.mmc_wait(BUSY, 1, 1), power=0.06)
    assert_agree(reports, time99, theory.mm1_time_percentile(BUSY, 1, 0.99), power=0.08)


def test_one_line_for_all_is_the_bound() -> None:
    reports = queue(Server("exponential 1 s", servers=SERVERS), RATE, 900, settle=100).reports(16)
    expected = theory.mmc_wait(RATE, 1, SERVERS)
    assert expected == pytest.approx(0.275, abs=0.001)
    assert_agree(reports, wait, expected, power=0.06)


@pytest.mark.parametrize(
    ("policy", "choose", "known_wait", "known_time99"),
    [("two-choices", better_of_two, 1.79, 9.5), ("least-connections", shortest, 0.46, 6.2)],
)
def test_who_looks_at_lines_waits_little(
    policy: str,
    choose: Callable[..., int],
    known_wait: float,
    known_time99: float,
) -> None:
    """Held against a Markov chain written apart from the engine, and that against what is known."""
    chain = balanced(choose, SERVERS, BUSY, 400_000)
    assert chain.wait == pytest.approx(known_wait, abs=ERRORS_ALLOWED * chain.wait_error + 0.01)
    assert chain.time99 == pytest.approx(
        known_time99, abs=ERRORS_ALLOWED * chain.time99_error + 0.1
    )
    reports = made(policy, 900, 150).reports(16)
    _same(reports, wait, chain.wait, chain.wait_error)
    _same(reports, time99, chain.time99, chain.time99_error)


def _same(
    reports: list[Report], pick: Callable[[Report], float], other: float, error: float
) -> None:
    """Hold one number of many reports against another that has an error of its own."""
    measured = Measured.over(pick(report) for report in reports)
    print(f"engine {measured.mean:.3f} ± {measured.error:.3f}, chain {other:.3f} ± {error:.3f}")
    together = math.hypot(measured.error, error)
    assert together < 0.06 * other, "longer runs are needed"
    assert abs(measured.mean - other) < ERRORS_ALLOWED * together


@pytest.mark.parametrize("busy", [0.5, 0.9])
def test_the_chain_knows_what_has_a_closed_form(busy: float) -> None:
    chain: Balanced = chains.balanced(anyone, 5, busy, 200_000)
    expected = theory.mmc_wait(busy, 1, 1)
    assert abs(chain.wait - expected) < ERRORS_ALLOWED * chain.wait_error
    assert chain.wait_error < 0.1 * expected
    expected99 = theory.mm1_time_percentile(busy, 1, 0.99)
    assert abs(chain.time99 - expected99) < ERRORS_ALLOWED * chain.time99_error
