"""Drift: what is written twice is not the same twice, once the second write fails."""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("drift")


def drift(report: Report) -> float:
    return slo(report, "drift")


def test_two_writes_drift_apart_in_every_seed() -> None:
    """Ten a second fail for three seconds; some of these things are written again later."""
    assert min(LAB.over("broken", drift)) > 0.02


def test_whoever_asked_was_told_of_an_error_and_half_of_it_stayed() -> None:
    for seed in SEEDS:
        report = LAB.report("broken", seed)
        failed = report.operations["change"].failed
        assert 5 <= report.ledger["drifted"] <= failed


def test_a_queue_sees_to_it_and_the_copies_come_later() -> None:
    """What is handed out again may come after what is newer, so that some still drift."""
    assert max(LAB.over("queue", drift)) < min(LAB.over("broken", drift)) / 2
    for seed in SEEDS:
        report = LAB.report("queue", seed)
        assert report.operations["change"].failed == 0
        assert report.ledger["deliveries"] > report.operations["change"].arrivals


def test_one_transaction_changes_both_or_none_in_one_database() -> None:
    assert LAB.over("together", drift) == [0] * len(SEEDS)
    for seed in SEEDS:
        together, apart = LAB.report("together", seed), LAB.report("queue", seed)
        assert together.nodes["db"].utilisation > 1.7 * apart.nodes["db"].utilisation
