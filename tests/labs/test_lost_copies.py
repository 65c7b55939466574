"""Lost copies: a topic keeps nothing for a subscriber that is away, unless he has a queue.

Ten orders a second, and the indexer is down for 15 s: about 150 copies, of which those of the last
two seconds are still offered to it when it is back.
"""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("lost-copies")


def lost(report: Report) -> float:
    """Copies that nobody took."""
    return slo(report, "lost")


def answered(report: Report) -> float:
    """The share of orders that were answered in time."""
    return slo(report, "answered")


def test_without_a_topic_an_order_fails_with_whoever_is_told_of_it() -> None:
    """And the mail is sent all the same: one of the two has been done."""
    for seed in SEEDS:
        report = LAB.report("inline", seed)
        assert answered(report) < 0.9
        assert report.nodes["mailer"].served > report.operations["order"].good + 80


def test_with_it_nobody_notices_and_copies_are_lost() -> None:
    assert min(LAB.over("broken", answered)) == 1.0
    assert min(LAB.over("broken", lost)) > 80
    assert all(
        report.nodes["mailer"].served == report.operations["order"].arrivals
        for report in (LAB.report("broken", seed) for seed in SEEDS)
    )


def test_a_queue_of_his_own_keeps_them_and_he_is_behind_for_a_while() -> None:
    for seed in SEEDS:
        broken, cured = LAB.report("broken", seed), LAB.report("cured", seed)
        assert (answered(cured), lost(cured)) == (1.0, 0.0)
        assert cured.nodes["indexer"].served == cured.operations["order"].arrivals
        assert slo(cured, "settled") < slo(broken, "settled")  # what waits makes others wait
        assert cured.cost == broken.cost + 20
