"""One's own writes: a replica that lags shows people their lists without what they just added."""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo

LAB = lab("own-writes")


def own(report: Report) -> float:
    return slo(report, "own")


def test_a_replica_two_seconds_behind_misses_them_in_every_seed() -> None:
    assert min(LAB.over("broken", own)) > 0.02


def test_all_that_is_stale_is_ones_own() -> None:
    """Nobody else writes on anybody's list, so that the two counts are the same."""
    for seed in SEEDS:
        counts = LAB.report("broken", seed).ledger
        assert counts["stale-reads"] == counts["stale-own-reads"]
        assert counts["own-reads"] < counts["reads"]


def test_the_primary_knows_them_and_has_all_the_work() -> None:
    assert LAB.over("primary", own) == [0] * len(SEEDS)
    for seed in SEEDS:
        primary, replica = LAB.report("primary", seed), LAB.report("broken", seed)
        assert primary.nodes["db"].utilisation > 2.5 * replica.nodes["db"].utilisation


def test_who_is_sent_to_the_primary_for_a_while_misses_nothing() -> None:
    """Three seconds, since the replica is two behind; the primary has a part of the work."""
    assert LAB.over("pinned", own) == [0] * len(SEEDS)
    for seed in SEEDS:
        pinned, primary, replica = (
            LAB.report(each, seed).nodes["db"].utilisation
            for each in ("pinned", "primary", "broken")
        )
        assert replica < pinned < primary
