"""A deploy: all at once loses a moment of everything, batch by batch loses where both meet.

A bad build is stopped by the first batch, and by nothing where all have it. Versions that do not
understand each other must not run side by side, which is what batches do.
"""

from __future__ import annotations

from sandbox.judgement.report import Report
from sandbox.simulation.run import Run
from tests.labs.lab import SEEDS, lab

BAD = lab("bad-build")
APART = lab("two-versions")
RATE, RESTART, WATCH, ERRORS = 40.0, 5.0, 10.0, 0.6


def lost(report: Report) -> int:
    """Requests that came to nothing."""
    view = report.operations["view"]
    return view.rejected + view.failed


def ended(run: Run) -> float:
    """When the deploy was over, one way or the other."""
    return next(e.time for e in run.world.happenings if e.what in ("deployed", "undone"))


def assert_about(counts: list[int], expected: float) -> None:
    """The mean of Poisson counts, within four standard errors (and somebody inside at a death)."""
    mean = sum(counts) / len(counts)
    assert abs(mean - expected) < 4 * (expected / len(counts)) ** 0.5 + 4.0


def test_a_bad_build_everywhere_is_felt_by_everybody() -> None:
    """Down for the restart, 60% wrong while it is watched, and down again."""
    assert_about(BAD.over("bang", lost), RATE * (RESTART + WATCH * ERRORS + RESTART))
    assert not any(BAD.over("bang", lambda report: report.passed))


def test_a_bad_build_in_one_batch_of_four_is_felt_by_a_quarter() -> None:
    assert_about(BAD.over("rolling", lost), RATE / 4 * WATCH * ERRORS)
    assert all(BAD.over("rolling", lambda report: report.passed))


def test_two_versions_that_run_together_fail_whoever_meets_both() -> None:
    """Fifteen seconds each of 1:2 and 2:1 in service, ten each of 1:3, 2:2 and 3:1: 2 p (1 - p)."""
    both = 2 * 15 * 4 / 9 + 10 * (3 / 8 + 4 / 8 + 3 / 8)
    assert_about(APART.over("rolling", lost), RATE * both)
    assert not any(APART.over("rolling", lambda report: report.passed))


def test_two_versions_that_never_meet_cost_only_the_restart() -> None:
    assert_about(APART.over("bang", lost), RATE * RESTART)
    assert all(APART.over("bang", lambda report: report.passed))


def test_each_is_the_worse_one_where_the_other_is_right_in_every_seed() -> None:
    for seed in SEEDS:
        bad = {name: lost(BAD.report(name, seed)) for name in ("bang", "rolling")}
        apart = {name: lost(APART.report(name, seed)) for name in ("bang", "rolling")}
        assert bad["bang"] > 5 * bad["rolling"]
        assert apart["rolling"] > 3 * apart["bang"]


def test_batches_take_longer_and_need_room() -> None:
    """What is out of service is missing: for as long as it lasts the others have more to do."""
    for seed in SEEDS[:3]:
        bang, rolling = APART.run("bang", seed), APART.run("rolling", seed)
        assert (ended(bang), ended(rolling)) == (45.0, 130.0)
        draining = [f for f in rolling.trace.frames if sum(n.off for n in f.nodes)]
        assert len(draining) >= 4 * 15 - 4
