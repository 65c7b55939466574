"""A cold start: what has to be started first misses the rush that it was started for.

Autoscaling looks every 15 s and a server boots for two minutes: a spike of a minute and a half is
over by then. A function is there in half a second, which for a page is long. Both are cured by
what stands ready, and that is paid for when nobody needs it.
"""

from __future__ import annotations

import statistics

from sandbox.simulation.run import Run
from tests.labs.lab import SEEDS, lab, slo
from tests.simulation.systems import node

SERVERS = lab("cold-start")
FUNCTIONS = lab("cold-burst")
SPIKE, ITS_END = 60.0, 150.0


def started(run: Run) -> list[float]:
    """When servers were started that the spike had called for."""
    return [e.time for e in run.world.happenings if e.what == "started" and e.time > SPIKE + 15.0]


def test_an_elastic_fleet_is_complete_when_the_spike_is_over() -> None:
    for seed in SEEDS:
        run = SERVERS.run("elastic", seed)
        assert statistics.median(started(run)) > ITS_END
        assert slo(SERVERS.judge(run), "held") < 0.2


def test_standing_capacity_holds_and_costs_all_month() -> None:
    reports = [SERVERS.report("standing", seed) for seed in SEEDS]
    assert all(report.passed and slo(report, "held") > 0.99 for report in reports)
    assert reports[0].cost > 2 * SERVERS.report("elastic", 1).cost


def test_a_warm_pool_is_there_in_time_for_most_and_costs_little() -> None:
    """It misses what comes until the loop has looked, and looked again."""
    for seed in SEEDS:
        run = SERVERS.run("warm-pool", seed)
        report = SERVERS.judge(run)
        assert max(started(run)) < SPIKE + 45.0
        assert report.passed
        assert slo(report, "held") < slo(SERVERS.report("standing", seed), "held") - 0.1
    pool, elastic = (SERVERS.report(name, 1).cost for name in ("warm-pool", "elastic"))
    assert pool - elastic == 12 * 30.0 / 10  # a tenth of twelve servers
    assert pool < SERVERS.report("standing", 1).cost / 2


def test_a_burst_at_a_function_is_cold() -> None:
    """Nearly everybody of each burst finds nobody idle."""
    for seed in SEEDS:
        run = FUNCTIONS.run("cold", seed)
        assert node(run, "code").cold_starts > 0.4 * 3 * 60
        assert not FUNCTIONS.judge(run).passed


def test_instances_kept_warm_or_a_server_hold_and_are_paid_for_idle() -> None:
    for name in ("kept-warm", "server"):
        assert all(FUNCTIONS.over(name, lambda report: report.passed))
    cost = {name: FUNCTIONS.report(name, 1).cost for name in FUNCTIONS.designs}
    assert cost["cold"] < 1.0
    assert cost["kept-warm"] - cost["cold"] == 40 * 5.5
    assert cost["server"] > 100 * cost["cold"]
