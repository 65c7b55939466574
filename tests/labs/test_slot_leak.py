"""A leak: a slot that is never given back is held for ever, and in the end all of them are.

No request fails by it, so that nothing is seen before the pool is dry. With five requests a second,
of which 2% leak, twenty threads last for about 200 s, which is longer than a rollout takes.
"""

from __future__ import annotations

from typing import Any

from sandbox.simulation.run import Run
from tests.labs.lab import SEEDS, lab, slo
from tests.theory.networks import Measured

LAB = lab("slot-leak")
EACH, LEAKS, END = 5.0, 0.02, 420.0
IS_NEW_SINCE = (45.0, 70.0, 95.0, 120.0)
"""When the servers run the new version, one after the other: drained, restarted, watched."""


def servers(run: Run) -> list[Any]:
    """The running servers."""
    return list(run.world.instances["app"])


def how_it_ended(run: Run) -> tuple[float, str]:
    """When the deploy was over, and how."""
    return next(
        (each.time, each.what)
        for each in run.world.happenings
        if each.what in ("deployed", "undone")
    )


def test_it_leaks_as_many_as_come_times_the_share_that_leaks() -> None:
    expected = sum(END - since for since in IS_NEW_SINCE) * EACH * LEAKS
    runs = [LAB.run("bigger", seed) for seed in SEEDS]
    Measured.over(sum(each.leaked for each in servers(run)) for run in runs).assert_agrees(
        expected, power=0.05
    )


def test_a_short_watch_lets_it_everywhere_and_all_pools_run_dry() -> None:
    for seed in SEEDS:
        run = LAB.run("broken", seed)
        assert how_it_ended(run) == (130.0, "deployed")
        assert [each.leaked for each in servers(run)] == [20] * 4
        assert slo(LAB.judge(run), "good") < 0.75


def test_a_long_watch_sees_the_first_pool_run_dry_and_takes_as_long() -> None:
    """A quarter suffers until then; a version without a leak would come as slowly."""
    for seed in SEEDS:
        run = LAB.run("watched", seed)
        report = LAB.judge(run)
        assert how_it_ended(run) == (360.0, "undone")
        assert not any(each.leaked or each.is_new for each in servers(run))
        assert report.passed
        assert slo(report, "good") < 0.97


def test_more_threads_only_put_it_off_and_cost_more() -> None:
    reports = [LAB.report("bigger", seed) for seed in SEEDS]
    assert all(slo(report, "good") == 1.0 for report in reports)
    assert reports[0].cost > 8 * LAB.report("broken", 1).cost
