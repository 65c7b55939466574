"""Head of line: what is quick waits behind what is slow, because it must not overtake it."""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("blocked-partition")


def soon(report: Report) -> float:
    """The share of quick changes that are done in time."""
    return slo(report, "soon")


def disorder(report: Report) -> float:
    """The share of mails that came after that of a later change of the same customer."""
    return slo(report, "order")


def test_a_slow_message_holds_up_all_behind_it_though_the_worker_has_nothing_to_do() -> None:
    assert max(LAB.over("broken", soon)) < 0.95
    busy = LAB.over("broken", lambda report: report.nodes["worker"].utilisation)
    assert max(busy) < 0.25
    assert set(LAB.over("broken", disorder)) == {0.0}


def test_more_partitions_leave_fewer_behind_it_and_cost_more() -> None:
    for seed in SEEDS:
        broken, many = LAB.report("broken", seed), LAB.report("many", seed)
        late = 1.0 - soon(many)
        assert 2.0 * late < 1.0 - soon(broken)
        assert late > 0.0  # his own changes still wait for a customer's picture
        assert disorder(many) == 0.0
        assert many.cost > broken.cost + 1000


def test_a_queue_lets_them_overtake_and_loses_the_order() -> None:
    assert min(LAB.over("queue", soon)) == 1.0
    assert min(LAB.over("queue", disorder)) > 0.002
