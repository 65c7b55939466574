"""Wrong balances: a copy that takes over has not got what was promised a moment before."""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("wrong-balance")


def wrong(report: Report) -> float:
    return slo(report, "wrong")


def good(report: Report) -> float:
    return slo(report, "good")


def mean(report: Report) -> float:
    return report.operations["transfer"].latency.mean or 0.0


def test_half_a_second_of_transfers_is_gone_in_every_seed() -> None:
    """Ten transfers between two accounts each, give or take; at most four of ten more or less."""
    numbers = LAB.over("broken", wrong)
    assert min(numbers) > 0
    assert max(numbers) <= 2 * (10 + 4 * 10**0.5)


def test_who_asks_is_served_nearly_all_the_time() -> None:
    assert min(LAB.over("broken", good)) > 0.9


def test_a_transfer_that_a_copy_has_confirmed_is_there() -> None:
    assert LAB.over("in-step", wrong) == [0] * len(SEEDS)
    assert min(LAB.over("in-step", good)) > 0.9


def test_it_costs_everybody_the_way_to_the_copy_and_a_second_copy() -> None:
    """The nearest of two copies needs 20 ms for a write, and the transfer waits for that."""
    pairs = zip(LAB.over("broken", mean), LAB.over("in-step", mean), strict=True)
    assert all(slow > quick + 0.002 for quick, slow in pairs)
    assert LAB.report("in-step", 1).cost > LAB.report("broken", 1).cost


def test_where_nobody_takes_over_nothing_is_wrong_and_nobody_served() -> None:
    assert LAB.over("nobody", wrong) == [0] * len(SEEDS)
    assert max(LAB.over("nobody", good)) < 0.6
