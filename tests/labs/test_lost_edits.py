"""Lost edits: the last one who saves the whole overwrites what he has not seen."""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("lost-edits")


def lost(report: Report) -> float:
    return slo(report, "lost")


def saved(report: Report) -> float:
    return slo(report, "saved")


def test_last_write_wins_and_most_others_lose_in_every_seed() -> None:
    assert min(LAB.over("broken", lost)) > 0.5


def test_nobody_is_told() -> None:
    for seed in SEEDS:
        result = LAB.report("broken", seed).operations["save"]
        assert result.good == result.arrivals


def test_a_check_of_the_version_loses_none_and_makes_people_ask_again() -> None:
    """A save that is refused has to be tried again, which takes its author a while."""
    assert LAB.over("checked", lost) == [0] * len(SEEDS)
    for seed in SEEDS:
        checked, whole = LAB.report("checked", seed), LAB.report("broken", seed)
        assert checked.ledger["attempts"] > 100
        assert whole.ledger["attempts"] == 0
        assert saved(checked) > 5 * saved(whole)


def test_a_merge_loses_none_and_nobody_waits_for_more_writes() -> None:
    """Twice the work for each save; a look costs what it did."""
    assert LAB.over("merged", lost) == [0] * len(SEEDS)
    for seed in SEEDS:
        merged, whole, checked = (LAB.report(d, seed) for d in ("merged", "broken", "checked"))
        assert merged.ledger["attempts"] == 0
        assert merged.nodes["db"].utilisation > 1.5 * whole.nodes["db"].utilisation
        assert merged.nodes["db"].utilisation > checked.nodes["db"].utilisation
        assert saved(merged) < saved(checked)
