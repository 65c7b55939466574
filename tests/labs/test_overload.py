"""Too many: half as many again as can be served, and who lets all of them in serves hardly anybody.

A server does a hundred a second, and for twenty seconds 150 are asked for; an answer counts for
half a second. What waits longer is done for nobody.
"""

from __future__ import annotations

import pytest

from tests.labs.lab import SEEDS, lab, slo
from tests.labs.recovery import served_by_second

LAB = lab("overload")


def good(design: str, seed: int) -> float:
    return slo(LAB.report(design, seed), "good")


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_lets_all_in_serves_hardly_anybody_in_time(seed: int) -> None:
    report = LAB.report("broken", seed)
    assert good("broken", seed) < 0.3
    assert report.operations["page"].rejected == 0
    assert min(served_by_second(LAB.run("broken", seed))) == 1.0  # and everybody too late


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("design", ["fixed", "found"])
def test_whoever_refuses_what_is_too_much_serves_what_can_be_served(design: str, seed: int) -> None:
    """Of 60 x 30 + 150 x 20 requests all but about 50 x 20 can be served: 79%."""
    page = LAB.report(design, seed).operations["page"]
    assert page.good / page.arrivals > 0.7
    assert page.late < 0.05 * page.arrivals
    assert 0.15 < page.rejected / page.arrivals < 0.3  # that is what it costs


@pytest.mark.parametrize("seed", SEEDS)
def test_too_high_a_limit_lets_all_wait_too_long(seed: int) -> None:
    assert good("broken", seed) < good("too-high", seed) < good("fixed", seed) - 0.2


@pytest.mark.parametrize("seed", SEEDS)
def test_too_low_a_limit_refuses_people_while_the_server_has_nothing_to_do(seed: int) -> None:
    report = LAB.report("too-low", seed)
    assert good("too-low", seed) < good("fixed", seed) - 0.2
    assert report.nodes["app"].utilisation < 0.55
