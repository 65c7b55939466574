"""Overselling: who looks first and takes later sells what somebody else has taken meanwhile."""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("oversell")
STOCK = 50


def oversold(report: Report) -> float:
    return slo(report, "oversold")


def sold(report: Report) -> int:
    return report.ledger["sold"]


def test_to_look_and_to_take_later_oversells_in_every_seed() -> None:
    """At a hundred a second, all who come while the first fifty pay find some left."""
    for report in (LAB.report("broken", seed) for seed in SEEDS):
        assert oversold(report) > 10
        assert oversold(report) == sold(report) - STOCK


def test_to_take_in_one_step_does_not_in_any() -> None:
    assert LAB.over("cured", oversold) == [0] * len(SEEDS)
    assert LAB.over("cured", sold) == [STOCK] * len(SEEDS)


def test_it_costs_everybody_a_wait_for_the_one_row() -> None:
    """Whoever is told that it is sold out only had to look; now he waits for his turn."""
    for seed in SEEDS:
        plain, taken = (LAB.report(each, seed) for each in ("broken", "cured"))
        assert (taken.operations["buy"].latency.p50 or 0) > 4 * (
            plain.operations["buy"].latency.p50 or 0
        )
        assert taken.nodes["db"].utilisation > 2.5 * plain.nodes["db"].utilisation


def test_to_lock_the_row_while_somebody_pays_is_right_and_useless() -> None:
    """One payment after the other: two a second, and a hundred come."""
    assert LAB.over("locked", oversold) == [0] * len(SEEDS)
    assert max(LAB.over("locked", lambda report: slo(report, "answer"))) < 0.05
    assert min(LAB.over("cured", lambda report: slo(report, "answer"))) > 0.95
