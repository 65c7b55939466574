"""Write-back: saves are answered at once and the database can do them; a crash loses some of them.

Sixty saves a second come, most of them of a few texts, and the database writes 25. Written back,
those of one text are one write. What the cache had not told the database when it died is lost.
"""

from __future__ import annotations

import pytest

from tests.labs.lab import SEEDS, lab, slo

LAB = lab("write-back")


def lost(design: str, seed: int) -> float:
    return slo(LAB.report(design, seed), "lost")


@pytest.mark.parametrize("seed", SEEDS)
def test_written_through_nothing_is_lost_and_nobody_is_answered(seed: int) -> None:
    report = LAB.report("through", seed)
    assert slo(report, "good") < 0.15
    assert lost("through", seed) == 0
    assert report.nodes["db"].utilisation > 0.97


@pytest.mark.parametrize("seed", SEEDS)
def test_written_back_everybody_is_answered_and_a_crash_loses_writes(seed: int) -> None:
    report = LAB.report("back", seed)
    assert slo(report, "good") > 0.95
    assert report.nodes["db"].utilisation < 0.65
    assert 30 < lost("back", seed) < 150  # about two seconds' worth, less what was on its way


def test_whoever_reads_what_was_lost_sees_what_was_there_before() -> None:
    """As long as nobody has saved that text again, which most often is not long."""
    assert sum(slo(LAB.report("back", seed), "stale") > 0 for seed in SEEDS) >= 7
    assert all(slo(LAB.report("through", seed), "stale") == 0 for seed in SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sooner_it_is_flushed_the_less_is_lost_and_the_more_is_written(seed: int) -> None:
    back, often = LAB.report("back", seed), LAB.report("often", seed)
    assert 0 < lost("often", seed) < lost("back", seed)
    assert often.nodes["db"].arrivals > 1.5 * back.nodes["db"].arrivals
