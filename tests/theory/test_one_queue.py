"""One queue by itself against its closed forms, in every behaviour that can be that queue.

The station is held against theory over many seeds. Compute, store and a batch station with
batches of one are then held against the station: the same seed brings the same customers with
the same work, so that the same queue must give the same waits, which says more than any
confidence interval.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.judgement.report import Report
from tests.theory import closed_forms as theory
from tests.theory.networks import (
    Server,
    assert_agree,
    number,
    queue,
    rejected,
    time,
    time99,
    wait,
    wait99,
)

MM1 = Server("exponential 1 s")
MM3 = Server("exponential 1 s", servers=3)
MM8_20 = Server("exponential 1 s", servers=8, room=20)
LOSS = Server("lognormal 1 s sigma 1", servers=8, room=8)
MD1 = Server("fixed 1 s")
MD4 = Server("fixed 1 s", servers=4)
ERLANG = Server("erlang-4 1 s")
LOGNORMAL = Server("lognormal 1 s sigma 1")
EMPIRICAL = Server("{empirical: [200 ms, 200 ms, 200 ms, 3400 ms]}")
SHARED = Server("exponential 1 s", sharing=True)
SHARED_LOGNORMAL = Server("lognormal 1 s sigma 1", sharing=True)
TWO_SHARED = Server("lognormal 1 s sigma 1", servers=2, sharing=True)
SHARED_5 = Server("lognormal 1 s sigma 1", room=5, sharing=True)


def test_mm1() -> None:
    reports = queue(MM1, 0.6, 8_000).reports(24)
    assert_agree(reports, wait, theory.mmc_wait(0.6, 1, 1))
    assert_agree(reports, time, theory.mmc_time(0.6, 1, 1))
    assert_agree(reports, time99, theory.mm1_time_percentile(0.6, 1, 0.99), power=0.04)
    assert_agree(reports, wait99, theory.mmc_wait_percentile(0.6, 1, 1, 0.99), power=0.04)
    assert_agree(reports, lambda report: report.nodes["a"].utilisation, 0.6, power=0.01)


def test_mmc() -> None:
    reports = queue(MM3, 2.1, 3_500).reports(24)
    assert_agree(reports, wait, theory.mmc_wait(2.1, 1, 3), power=0.04)
    assert_agree(reports, wait99, theory.mmc_wait_percentile(2.1, 1, 3, 0.99), power=0.05)
    assert_agree(reports, time, theory.mmc_time(2.1, 1, 3), power=0.02)


@pytest.mark.parametrize("rate", [8.0, 12.0])
def test_mmck(rate: float) -> None:
    reports = queue(MM8_20, rate, 6_000 / rate, settle=50).reports(24)
    exact = theory.mmck(rate, 1, 8, 20)
    assert_agree(reports, rejected, exact.rejected, power=0.06)
    assert_agree(reports, wait, exact.wait, power=0.02)


def test_no_line_at_all() -> None:
    """Erlang's loss formula holds for any law of service, and nobody waits."""
    reports = queue(LOSS, 7.2, 300, settle=50).reports(24)
    assert_agree(reports, rejected, theory.erlang_b(8, 7.2))
    assert all(wait(report) == 0 for report in reports)


@pytest.mark.parametrize(
    ("server", "squared_variation"),
    [
        (MD1, 0.0),
        (ERLANG, 1 / 4),
        (LOGNORMAL, theory.lognormal_squared_variation(1)),
        (EMPIRICAL, theory.sample_squared_variation([0.2, 0.2, 0.2, 3.4])),
    ],
    ids=["fixed", "erlang", "lognormal", "empirical"],
)
def test_mg1(server: Server, squared_variation: float) -> None:
    """Pollaczek and Khinchine: the mean wait follows from mean and variance of the service."""
    reports = queue(server, 0.5, 8_000).reports(24)
    assert_agree(reports, wait, theory.mg1_wait(0.5, 1, squared_variation), power=0.04)


@pytest.mark.parametrize(
    ("server", "servers"),
    [(SHARED, 1), (SHARED_LOGNORMAL, 1), (TWO_SHARED, 2)],
    ids=["exponential", "lognormal", "two processors"],
)
def test_processor_sharing_does_not_care_for_the_law(server: Server, servers: int) -> None:
    reports = queue(server, 0.6 * servers, 4_000 / servers).reports(24)
    assert_agree(reports, time, theory.mmc_time(0.6 * servers, 1, servers))


def test_sharing_with_limited_room() -> None:
    """Insensitivity holds for a bounded room as well: the losses of M/M/1/5."""
    reports = queue(SHARED_5, 1.2, 1_500).reports(24)
    assert_agree(reports, rejected, theory.mmck(1.2, 1, 1, 5).rejected)


def test_fixed_service_with_several_servers() -> None:
    reports = queue(MD4, 3.0, 1_600).reports(24)
    assert_agree(reports, wait, theory.mdc_wait(3.0, 1, 4))


def test_even_arrivals() -> None:
    reports = queue(MM1, 0.7, 6_000, arrivals="deterministic").reports(24)
    assert_agree(reports, wait, theory.gm1_wait(theory.even_arrivals(0.7), 1))


def test_even_arrivals_at_even_work_never_wait() -> None:
    for report in queue(MD1, 0.8, 2_000, arrivals="deterministic").reports(1):
        assert wait(report) == 0
        assert time(report) == pytest.approx(1)


CASES = {
    "M/M/1": (MM1, 0.8),
    "M/M/3": (MM3, 2.7),
    "M/M/8/20": (MM8_20, 9.0),
    "M/G/8/8": (LOSS, 7.2),
    "M/D/1": (MD1, 0.8),
    "M/E/1": (ERLANG, 0.8),
    "M/G/1": (LOGNORMAL, 0.8),
    "M/G/1 empirical": (EMPIRICAL, 0.8),
    "M/D/4": (MD4, 3.6),
    "M/M/1 shared": (SHARED, 0.8),
    "M/G/1 shared": (SHARED_LOGNORMAL, 0.8),
    "M/G/2 shared": (TWO_SHARED, 1.6),
    "M/G/1/5 shared": (SHARED_5, 0.9),
}


# Whoever is inside a chamber shares it with nobody who comes later.
FLAVOURS = [
    (flavour, case)
    for flavour in ("compute", "store", "batch-station")
    for case, (server, _) in CASES.items()
    if not (flavour == "batch-station" and server.sharing)
]


@pytest.mark.parametrize(("flavour", "case"), FLAVOURS)
def test_other_behaviours_are_the_same_queue(flavour: str, case: str) -> None:
    server, rate = CASES[case]
    length = 1_500 / rate
    station = queue(server, rate, length, settle=0)
    other = queue(replace(server, flavour=flavour), rate, length, settle=0)
    for seed in (1, 2):
        expected, got = _outcome(station.report(seed)), _outcome(other.report(seed))
        assert got == pytest.approx(expected, rel=1e-9)
        assert got["served"] + got["rejected"] > 1_000


def _outcome(report: Report) -> dict[str, float]:
    """What must not depend on the flavour."""
    node = report.nodes["a"]
    return {
        "served": node.served,
        "rejected": node.rejected,
        "wait": wait(report),
        "wait99": wait99(report),
        "service": number(node.service.mean),
        "time": time(report),
        "median": number(report.operations["work"].latency.p50),
        "utilisation": node.utilisation,
    }
