"""A double charge: the reply is lost, not the payment; who asks again pays again."""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("double-charge")


def twice(report: Report) -> float:
    """How often somebody was charged again."""
    return slo(report, "twice")


def test_asking_again_without_a_key_charges_twice() -> None:
    """Of 400 orders whose replies get lost in 3 of 10, about 170 are charged again."""
    assert min(LAB.over("broken", twice)) > 100


def test_with_a_key_never() -> None:
    assert set(LAB.over("cured", twice)) == {0.0}
    assert all(LAB.over("cured", lambda report: report.passed))


def test_a_key_that_is_forgotten_before_one_asks_again_is_none() -> None:
    assert min(LAB.over("forgotten", twice)) > 100


def test_asking_once_charges_once_and_leaves_many_without_an_answer() -> None:
    assert set(LAB.over("once", twice)) == {0.0}
    assert max(LAB.over("once", lambda report: slo(report, "paid"))) < 0.88


def test_the_key_costs_no_time_but_the_lost_replies_do() -> None:
    """Whoever hears nothing waits for the timeout before he asks again."""
    for seed in SEEDS:
        cured, broken = LAB.report("cured", seed), LAB.report("broken", seed)
        slow, as_slow = (each.operations["buy"].latency.p95 for each in (cured, broken))
        assert slow == as_slow
        assert slow is not None
        assert slow > 2.0
        assert cured.ledger["attempts"] > 100
