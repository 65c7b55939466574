"""Lost updates: who writes what he has worked out from an old look undoes what came in between."""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("lost-update")


def wrong(report: Report) -> float:
    return slo(report, "wrong")


def mean(report: Report) -> float:
    return report.operations["transfer"].latency.mean or 0.0


def test_a_look_and_a_later_write_leave_wrong_balances_in_every_seed() -> None:
    assert min(LAB.over("broken", wrong)) >= 10
    assert min(LAB.over("broken", lambda report: report.ledger["lost-updates"])) >= 50


def test_nobody_notices() -> None:
    """Every transfer is answered in time, and well."""
    for seed in SEEDS:
        result = LAB.report("broken", seed).operations["transfer"]
        assert result.good == result.arrivals


def test_neither_a_transaction_nor_one_step_does() -> None:
    for design in ("transaction", "one-step"):
        assert LAB.over(design, wrong) == [0] * len(SEEDS)
        assert LAB.over(design, lambda report: report.ledger["lost-updates"]) == [0] * len(SEEDS)


def test_a_transaction_is_slower_the_more_want_the_same_account() -> None:
    """It holds both rows while the code thinks."""
    for plain, locked in zip(LAB.over("broken", mean), LAB.over("transaction", mean), strict=True):
        assert locked > 1.15 * plain


def test_one_step_locks_no_longer_than_the_write() -> None:
    pairs = zip(LAB.over("one-step", mean), LAB.over("transaction", mean), strict=True)
    assert all(short < long for short, long in pairs)
