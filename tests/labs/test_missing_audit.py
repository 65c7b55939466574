"""Missing records: what is put off to a queue that forgets is not on record."""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("missing-audit")
RATE, AWAY = 20.0, 5.0


def missing(report: Report) -> float:
    return slo(report, "missing")


def test_at_most_once_loses_what_comes_while_the_archive_is_away() -> None:
    """A hundred come in these five seconds, give or take four times ten."""
    for number in LAB.over("broken", missing):
        assert abs(number - RATE * AWAY) < 4 * (RATE * AWAY) ** 0.5


def test_at_least_once_loses_none_and_delivers_many_twice() -> None:
    assert LAB.over("again", missing) == [0] * len(SEEDS)
    for seed in SEEDS:
        report = LAB.report("again", seed)
        assert report.ledger["deliveries"] > report.ledger["audited"] + RATE * AWAY / 2


def test_in_one_transaction_there_is_none_without_the_other() -> None:
    assert LAB.over("together", missing) == [0] * len(SEEDS)


def test_whoever_asks_waits_for_it_and_the_database_has_twice_the_work() -> None:
    for seed in SEEDS:
        together, later = LAB.report("together", seed), LAB.report("again", seed)
        assert slo(together, "quick") > slo(later, "quick")
        assert together.nodes["db"].utilisation > 1.7 * later.nodes["db"].utilisation


def test_a_queue_its_worker_and_an_archive_cost_money() -> None:
    assert LAB.report("again", 1).cost > 2 * LAB.report("together", 1).cost
