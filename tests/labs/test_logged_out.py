"""Logged out: the session store restarts, and everybody comes to log in at once.

Four hundred people make eighty calls a second. A login takes a quarter of a second of work, and six
processors do 24 of them a second; who has not been let in yet asks again all the while.
"""

from __future__ import annotations

import pytest

from sandbox.judgement.cost import cost, total
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("logged-out")
PEOPLE = 400


def good(design: str, seed: int) -> float:
    return slo(LAB.report(design, seed), "good")


def logins(design: str, seed: int) -> int:
    return LAB.report(design, seed).nodes["login"].arrivals


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("design", ["broken", "once", "bigger"])
def test_nearly_everybody_is_logged_out(design: str, seed: int) -> None:
    """Nothing of what is wired behind the store keeps that from happening."""
    assert 0.9 * PEOPLE < slo(LAB.report(design, seed), "logged-out") <= PEOPLE


@pytest.mark.parametrize("seed", SEEDS)
def test_and_all_of_them_come_again_and_again(seed: int) -> None:
    assert good("broken", seed) < 0.85
    assert logins("broken", seed) > 2.5 * PEOPLE


@pytest.mark.parametrize("seed", SEEDS)
def test_one_login_for_each_person_is_a_third_fewer_and_still_too_many(seed: int) -> None:
    assert logins("once", seed) <= 2 * PEOPLE
    assert good("broken", seed) + 0.05 < good("once", seed) < 0.95


@pytest.mark.parametrize("seed", SEEDS)
def test_room_for_all_of_them_is_needed_for_a_minute_and_paid_for_all_the_time(seed: int) -> None:
    assert good("bigger", seed) > 0.99
    assert LAB.report("bigger", seed).nodes["login"].utilisation < 0.25
    small, big = (total(cost(LAB.level, LAB.designs[name])) for name in ("broken", "bigger"))
    assert big > 3 * small


@pytest.mark.parametrize("seed", SEEDS)
def test_sessions_that_are_soon_over_are_not_lost_and_nobody_gets_any_work_done(seed: int) -> None:
    """Most are over when their owner comes back, so that most calls are a login as well."""
    assert slo(LAB.report("short", seed), "logged-out") < 0.25 * PEOPLE
    assert logins("short", seed) > 1.5 * logins("broken", seed)
    assert good("short", seed) < good("broken", seed)
