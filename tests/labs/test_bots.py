"""Bots: seven of ten visitors are programs, and what they cost depends on where they are refused.

Forty-five people a second come, a hundred can be served, and with the bots 150 ask. Who cannot
tell them apart refuses people; who tells them apart behind the work has done the work; and who
wants to catch all of them takes people for bots.
"""

from __future__ import annotations

import math
import statistics

import pytest

from sandbox.judgement.cost import cost, total
from sandbox.judgement.report import Report
from sandbox.simulation.arithmetic import false_positives
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("bots")


def good(design: str, seed: int) -> float:
    """The share of people who were served in time."""
    return slo(LAB.report(design, seed), "good")


def mistaken(design: str, seed: int) -> float:
    """The share of people who were taken for bots."""
    report = LAB.report(design, seed)
    return slo(report, "mistaken") / report.operations["page"].arrivals


def asked(report: Report, node: str) -> int:
    return report.nodes[node].arrivals


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_filter_people_wait_behind_bots(seed: int) -> None:
    assert good("broken", seed) < 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_limiter_protects_the_shop_and_refuses_people_as_well(seed: int) -> None:
    assert good("broken", seed) + 0.2 < good("limiter", seed) < 0.85
    assert LAB.report("limiter", seed).operations["page"].late < 10


@pytest.mark.parametrize("seed", SEEDS)
def test_a_filter_in_front_lets_people_be_served_and_few_are_mistaken(seed: int) -> None:
    assert good("filter", seed) > 0.97
    assert asked(LAB.report("filter", seed), "app") < 0.5 * asked(LAB.report("broken", seed), "app")
    assert 0 < mistaken("filter", seed) < 0.015


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_filter_behind_the_work_spares_only_what_is_behind_it(seed: int) -> None:
    behind, broken = LAB.report("behind", seed), LAB.report("broken", seed)
    assert good("behind", seed) < 0.5
    assert asked(behind, "app") == asked(broken, "app")
    assert asked(behind, "db") < 0.5 * asked(broken, "db")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stricter_filter_refuses_more_people_than_it_protects(seed: int) -> None:
    assert good("strict", seed) < good("filter", seed) - 0.1
    assert asked(LAB.report("strict", seed), "app") < asked(LAB.report("filter", seed), "app")


@pytest.mark.parametrize(("design", "catches"), [("filter", 0.9), ("strict", 0.97)])
def test_as_many_are_mistaken_as_it_is_said(design: str, catches: float) -> None:
    shares = [mistaken(design, seed) for seed in SEEDS]
    error = statistics.stdev(shares) / math.sqrt(len(shares))
    assert abs(statistics.fmean(shares) - false_positives(catches, 50)) < 4 * error


@pytest.mark.parametrize("seed", SEEDS)
def test_serving_them_all_costs_more_than_a_filter(seed: int) -> None:
    assert good("bigger", seed) > 0.97
    filtered, bigger = (total(cost(LAB.level, LAB.designs[each])) for each in ("filter", "bigger"))
    assert filtered < bigger
