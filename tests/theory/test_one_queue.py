"""One queue by itself, as a station, as a compute and as a store, against its closed forms."""

from __future__ import annotations

import pytest

from tests.theory import closed_forms as theory
from tests.theory.networks import (
    FLAVOURS,
    Server,
    assert_agree,
    queue,
    rejected,
    time,
    time99,
    wait,
    wait99,
)

flavours = pytest.mark.parametrize("flavour", FLAVOURS)


@flavours
def test_mm1(flavour: str) -> None:
    reports = queue(Server("exponential 1 s", flavour=flavour), 0.8, 20_000).reports(16)
    assert_agree(reports, wait, theory.mmc_wait(0.8, 1, 1))
    assert_agree(reports, time, theory.mmc_time(0.8, 1, 1))
    assert_agree(reports, time99, theory.mm1_time_percentile(0.8, 1, 0.99), power=0.04)
    assert_agree(reports, wait99, theory.mmc_wait_percentile(0.8, 1, 1, 0.99), power=0.04)
    assert_agree(reports, lambda report: report.nodes["a"].utilisation, 0.8)


@flavours
def test_mmc(flavour: str) -> None:
    server = Server("exponential 1 s", servers=8, flavour=flavour)
    reports = queue(server, 6.4, 2_500).reports(16)
    assert_agree(reports, wait, theory.mmc_wait(6.4, 1, 8), power=0.04)
    assert_agree(reports, wait99, theory.mmc_wait_percentile(6.4, 1, 8, 0.99), power=0.04)
    assert_agree(reports, time, theory.mmc_time(6.4, 1, 8), power=0.01)


@flavours
@pytest.mark.parametrize("rate", [7.2, 12.0])
def test_mmck(flavour: str, rate: float) -> None:
    server = Server("exponential 1 s", servers=8, room=20, flavour=flavour)
    reports = queue(server, rate, 1_600).reports(16)
    exact = theory.mmck(rate, 1, 8, 20)
    assert_agree(reports, rejected, exact.rejected, power=0.06 if rate < 8 else 0.02)
    assert_agree(reports, wait, exact.wait, power=0.03)


@flavours
def test_no_line_at_all(flavour: str) -> None:
    """Erlang's loss formula holds for any law of service."""
    server = Server("lognormal 1 s sigma 1", servers=8, room=8, flavour=flavour)
    reports = queue(server, 7.2, 2_000).reports(12)
    assert_agree(reports, rejected, theory.erlang_b(8, 7.2), power=0.02)


LAWS = {
    "fixed": ("fixed 1 s", 0.0, 0.8),
    "erlang": ("erlang-4 1 s", 1 / 4, 0.8),
    "lognormal": ("lognormal 1 s sigma 1", theory.lognormal_squared_variation(1), 0.6),
    "empirical": (
        "{empirical: [200 ms, 200 ms, 200 ms, 3400 ms]}",
        theory.sample_squared_variation([0.2, 0.2, 0.2, 3.4]),
        0.6,
    ),
}


@flavours
@pytest.mark.parametrize("law", LAWS)
def test_mg1(flavour: str, law: str) -> None:
    """Pollaczek and Khinchine: the mean wait follows from mean and variance of the service."""
    text, cv2, rate = LAWS[law]
    reports = queue(Server(text, flavour=flavour), rate, 12_000).reports(14)
    assert_agree(reports, wait, theory.mg1_wait(rate, 1, cv2), power=0.04)


@flavours
@pytest.mark.parametrize("law", ["exponential 1 s", "lognormal 1 s sigma 1"])
@pytest.mark.parametrize("servers", [1, 2])
def test_processor_sharing_does_not_care_for_the_law(
    flavour: str, law: str, servers: int
) -> None:
    server = Server(law, servers=servers, sharing=True, flavour=flavour)
    reports = queue(server, 0.7 * servers, 8_000 / servers).reports(12)
    assert_agree(reports, time, theory.mmc_time(0.7 * servers, 1, servers), power=0.04)


def test_sharing_with_limited_room() -> None:
    """Insensitivity holds for a bounded room as well: the losses of M/M/1/5."""
    server = Server("lognormal 1 s sigma 1", room=5, sharing=True)
    reports = queue(server, 0.9, 6_000).reports(12)
    assert_agree(reports, rejected, theory.mmck(0.9, 1, 1, 5).rejected)


@flavours
def test_fixed_service_with_several_servers(flavour: str) -> None:
    server = Server("fixed 1 s", servers=4, flavour=flavour)
    reports = queue(server, 3.4, 4_000).reports(14)
    assert_agree(reports, wait, theory.mdc_wait(3.4, 1, 4), power=0.04)


def test_even_arrivals() -> None:
    reports = queue(Server("exponential 1 s"), 0.8, 16_000, arrivals="deterministic").reports(14)
    assert_agree(reports, wait, theory.gm1_wait(theory.even_arrivals(0.8), 1))


def test_even_arrivals_at_even_work_never_wait() -> None:
    for report in queue(Server("fixed 1 s"), 0.8, 2_000, arrivals="deterministic").reports(1):
        assert wait(report) == 0
        assert time(report) == pytest.approx(1)
