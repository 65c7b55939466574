"""A pool that runs dry: held are as many slots as requests come in a second times how long each
holds one (Little's law). The bank takes 3 s in place of 0.3 s, so that ten payments a second hold
thirty threads of twenty, while the processors have nothing to do; pages need no bank, and wait.
"""

from __future__ import annotations

from sandbox.judgement.report import Report
from tests.labs.lab import SEEDS, lab, slo
from tests.simulation.systems import node

LAB = lab("pool-exhaustion")
MEMORY = lab("out-of-memory")
SLOW, AS_BEFORE = 35.0, 90.0


def pages(report: Report) -> float:
    """The share of pages that were good."""
    return slo(report, "pages")


def paid(report: Report) -> float:
    """The share of payments that were made."""
    return slo(report, "paid")


def test_threads_wait_for_the_bank_while_processors_idle_and_pages_wait_for_threads() -> None:
    for seed in SEEDS:
        run = LAB.run("broken", seed)
        app = node(run, "app").index
        frames = [f.nodes[app] for f in run.trace.frames if SLOW < f.time < AS_BEFORE]
        waiting = sum(frame.queue > 0 for frame in frames) / len(frames)
        busy = sum(frame.utilisation for frame in frames) / len(frames)
        assert waiting > 0.9
        assert busy < 0.25
        assert pages(LAB.judge(run)) < 0.75


def test_who_starts_more_when_processors_are_busy_never_starts_any() -> None:
    for seed in SEEDS:
        run = LAB.run("elastic", seed)
        assert not any(each.what == "started" for each in run.world.happenings)
        assert pages(LAB.judge(run)) < 0.75


def test_a_timeout_gives_threads_back_and_costs_payments() -> None:
    for seed in SEEDS:
        report = LAB.report("timeout", seed)
        assert pages(report) > 0.99
        assert paid(report) < paid(LAB.report("broken", seed)) - 0.15


def test_a_bulkhead_leaves_threads_for_pages_and_refuses_payments() -> None:
    for seed in SEEDS:
        report = LAB.report("bulkhead", seed)
        assert pages(report) > 0.99
        assert 0.6 < paid(report) < paid(LAB.report("broken", seed)) - 0.05
        assert report.operations["pay"].rejected > 200


def test_sockets_are_enough_for_all_who_wait() -> None:
    """Nobody is refused, and whoever pays waits as long as the bank takes."""
    for seed in SEEDS:
        report = LAB.report("async", seed)
        assert report.passed
        assert (report.operations["pay"].latency.p95 or 0.0) > 3.0


def test_more_sockets_than_memory_end_the_process_and_all_in_it() -> None:
    for seed in SEEDS:
        run = MEMORY.run("broken", seed)
        deaths = [each for each in run.world.happenings if each.what == "died"]
        assert deaths
        assert run.measured[node(run, "app").index].failed > 66 * len(deaths)
        assert paid(MEMORY.judge(run)) < 0.85


def test_letting_in_fewer_than_fit_refuses_some_and_loses_nobody() -> None:
    for seed in SEEDS:
        run = MEMORY.run("refuses", seed)
        report = MEMORY.judge(run)
        assert not any(each.what == "died" for each in run.world.happenings)
        assert report.operations["pay"].failed == 0
        assert report.operations["pay"].rejected > 100
        assert paid(report) > paid(MEMORY.report("broken", seed)) + 0.03


def test_memory_for_all_costs_eight_times_as_much() -> None:
    assert all(MEMORY.over("bigger", lambda report: report.passed))
    assert MEMORY.report("bigger", 1).cost > 8 * MEMORY.report("refuses", 1).cost
