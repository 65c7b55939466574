"""Autosave: each key is too much for the database, and seldom is too late for who types."""

from __future__ import annotations

import math
import statistics

from sandbox.judgement.estimate import estimate as estimated
from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("autosave")
EVERY, SAFE = 3.0, 5.0


def unsaved(report: Report) -> float:
    return slo(report, "unsaved")


def busy(report: Report) -> float:
    return report.nodes["db"].utilisation


def test_each_key_is_more_than_the_database_can_write() -> None:
    """Three hundred a second at 8 ms on two processors: what is typed waits ever longer."""
    assert min(LAB.over("broken", unsaved)) > 0.2
    assert min(LAB.over("broken", busy)) > 0.98


def test_every_three_seconds_one_save_has_what_four_keys_typed() -> None:
    """At a key a second the first one after three seconds takes with it what came before."""
    for seed in SEEDS:
        report = LAB.report("often", seed)
        keys = report.ledger["typed"] / report.ledger["edits"]
        assert 3.5 < keys < 4.1  # the last ones are not saved when the run ends
        assert 0.2 < busy(report) < 0.4
        assert slo(report, "good") == 1.0


def test_the_estimate_knows_what_is_kept_back() -> None:
    """Which the board shows before anything runs: three hundred at one in four."""
    for design in ("broken", "often", "rarely"):
        estimate = estimated(LAB.level, LAB.designs[design])["db"]
        measured = statistics.fmean(LAB.over(design, busy))
        # within ten percent, and the first key of each user besides
        assert min(estimate, 1.0) - 0.03 < measured < 1.1 * estimate + 0.02


def test_a_little_is_at_risk_because_some_pause() -> None:
    """Typed at u, saved with the first key after three seconds: longer than five if that is late.

    Of the 1 + 3 keys of a round these are e^-2 (1 - e^-3); in the last five seconds of forty, and
    before the first key, there are none.
    """
    expected = math.exp(EVERY - SAFE) * (1 - math.exp(-EVERY)) / (1 + EVERY)
    measured = statistics.fmean(LAB.over("often", unsaved))
    assert 0.78 * expected < measured < expected
    assert max(LAB.over("often", unsaved)) < 0.05


def test_every_twenty_seconds_costs_nothing_and_loses_most() -> None:
    assert min(LAB.over("rarely", unsaved)) > 0.5
    for often, rarely in zip(LAB.over("often", busy), LAB.over("rarely", busy), strict=True):
        assert rarely < often / 3
