"""A poison message: whoever works on it is stuck and fails, and it comes back.

Eight of them hold four hands for 5 s each time, and are hidden for no longer: as often as they may
come back, hardly anything else is done. Given up after three times, they are out of the way.
"""

from __future__ import annotations

from tests.labs.lab import SEEDS, lab, slo
from tests.simulation.systems import node

LAB = lab("poison-message")
POISON = 8


def test_messages_that_always_come_back_stop_everybody() -> None:
    for seed in SEEDS:
        run = LAB.start("broken", seed)
        run.advance(120.0)
        assert len(node(run, "queue").messages) > 50
        assert slo(LAB.report("broken", seed), "sent") < 0.35


def test_given_up_after_three_times_all_is_as_before() -> None:
    for seed in SEEDS:
        run = LAB.start("cured", seed)
        run.advance(120.0)
        assert len(node(run, "queue").messages) < 20
        report = LAB.report("cured", seed)
        assert slo(report, "sent") > slo(LAB.report("broken", seed), "sent") + 0.3
        assert report.ledger["dead-letters"] == POISON
        assert slo(report, "lost") == 0


def test_without_dead_letters_nobody_knows_what_was_given_up() -> None:
    assert set(LAB.over("forgetful", lambda report: slo(report, "lost"))) == {float(POISON)}
    assert LAB.report("cured", 1).cost == LAB.report("forgetful", 1).cost + 5


def test_given_up_at_the_first_failure_many_good_ones_are_put_aside_too() -> None:
    """Two mails in a hundred fail by themselves, and would have been sent at the second try."""
    for seed in SEEDS:
        cured, hasty = LAB.report("cured", seed), LAB.report("hasty", seed)
        assert slo(hasty, "sent") > slo(cured, "sent")
        assert hasty.ledger["dead-letters"] > POISON + 4
        assert hasty.ledger["effects"] < cured.ledger["effects"]
