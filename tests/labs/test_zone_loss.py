"""Zone loss: what is left must be able to carry all of it, and somebody must notice.

A server does ten requests a second, and 28 come. Four are 70% busy, in two zones; from 20 s to
50 s one of the zones is gone.
"""

from __future__ import annotations

import pytest

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab

DARK = lab("zone-loss")
NOTICED = 0.95
"""What is lost until the balancer notices is less than a twentieth: a third to a half of 2 s."""


def good(report: Report) -> float:
    page = report.operations["page"]
    return page.good / page.arrivals


def cost(design: str) -> float:
    return DARK.report(design, SEEDS[0]).cost


@pytest.mark.parametrize("seed", SEEDS)
def test_two_zones_without_room_to_spare_fail_with_one_of_them(seed: int) -> None:
    """Two servers for 28 a second: the line grows for as long as the zone is away."""
    assert good(DARK.report("broken", seed)) < 0.75


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("design", ["three-zones", "headroom"])
def test_whoever_has_enough_left_hardly_notices(design: str, seed: int) -> None:
    assert good(DARK.report(design, seed)) > NOTICED


@pytest.mark.parametrize("seed", SEEDS)
def test_as_many_in_one_zone_are_no_help(seed: int) -> None:
    """All the time that it is dark, everything fails: half of the run."""
    assert abs(good(DARK.report("one-zone", seed)) - 0.5) < 0.06


def test_room_to_spare_is_cheaper_in_three_zones_than_in_two() -> None:
    assert cost("broken") < cost("three-zones") == cost("one-zone") < cost("headroom")
