"""Several queues together: split, in a row, forked and joined, called, and in batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sandbox.judgement.report import Report
from sandbox.simulation.run import Run
from sandbox.simulation.trace import NodeFrame
from tests.theory import closed_forms as theory
from tests.theory.networks import (
    Measured,
    Network,
    Server,
    assert_agree,
    network,
    number,
    queue,
    rejected,
    time,
    wait,
)

NAMES = ["a", "b", "c", "d"]


def split(policy: str, rate: float, length: float) -> Network:
    """A router in front of four single servers."""
    links = [f"router > {name}" for name in NAMES]
    servers = {name: Server("exponential 1 s") for name in NAMES}
    routers = {"router": policy}
    return network(servers, "clients > router", *links, routers=routers, rate=rate, length=length)


def test_round_robin_is_smoother_than_chance() -> None:
    """Each of four queues gets every fourth request: Erlang gaps, not exponential ones."""
    reports = split("round-robin", 2.8, 1_500).reports(24)
    assert_agree(reports, time, 1 + theory.gm1_wait(theory.erlang_arrivals(4, 0.7), 1))
    for report in reports:
        shares = [report.nodes[name].arrivals for name in NAMES]
        assert max(shares) - min(shares) <= 1


def test_instances_behind_a_router_are_queues_of_their_own() -> None:
    servers = {"a": Server("exponential 1 s", flavour="compute", instances=4)}
    ways = ("clients > router", "router > a")
    net = network(servers, *ways, routers={"router": "round-robin"}, rate=2.8, length=2_500)
    expected = theory.gm1_wait(theory.erlang_arrivals(4, 0.7), 1)
    assert_agree(net.reports(24), wait, expected)


def test_without_a_router_only_the_first_instance_is_used() -> None:
    server = Server("exponential 1 s", flavour="compute", instances=4)
    reports = queue(server, 0.5, 6_000).reports(24)
    assert_agree(reports, wait, theory.mmc_wait(0.5, 1, 1))
    assert_agree(reports, lambda report: report.nodes["a"].utilisation, 0.5 / 4, power=0.01)


def test_random_split_and_tandem() -> None:
    """A Poisson stream split by chance stays Poisson, and so does what leaves M/M/c (Burke)."""
    servers = {name: Server("exponential 1 s") for name in NAMES}
    servers["hub"] = Server("exponential 4 s", servers=16, need="finish")
    ways = [link for name in NAMES for link in (f"router > {name}", f"{name} > hub")]
    net = network(
        servers,
        "clients > router",
        *ways,
        routers={"router": "random"},
        needs="[serve, finish]",
        rate=2.8,
        length=2_500,
    )
    reports = net.reports(24)
    hub = theory.mmc_time(2.8, 4, 16)
    assert_agree(reports, time, theory.mmc_time(0.7, 1, 1) + hub)
    assert_agree(reports, lambda report: 4 + wait(report, "hub"), hub)


def test_the_way_takes_time() -> None:
    servers = {"a": Server("exponential 1 s"), "b": Server("exponential 1 s", need="finish")}
    ways = ("clients > a > exponential 3 s", "a > b > 500 ms")
    net = network(servers, *ways, needs="[serve, finish]", rate=0.5, length=6_000)
    assert_agree(net.reports(24), time, 3.5 + 2 * theory.mmc_time(0.5, 1, 1))


@pytest.mark.parametrize("flavour", ["station", "store"])
def test_fork_into_two_queues(flavour: str) -> None:
    """The two branches wait together, because they came together: less than twice M/M/1."""
    door = Server("fixed 0 s", flavour="station" if flavour == "station" else "compute", need="in")
    servers = {
        "door": door,
        "a": Server("exponential 1 s", flavour=flavour),
        "b": Server("exponential 1 s", flavour=flavour, need="check"),
    }
    ways = ("clients > door", "door > a", "door > b")
    needs = "[in, {parallel: [serve, check]}]"
    net = network(servers, *ways, needs=needs, rate=0.6, length=5_000)
    reports = net.reports(24)
    assert_agree(reports, time, theory.fork_join_two(0.6, 1))
    assert_agree(reports, wait, theory.mmc_wait(0.6, 1, 1))


def test_fork_into_many_waits_for_the_slowest() -> None:
    servers = {"door": Server("fixed 0 s", need="in")}
    for n in range(10):
        servers[f"s{n}"] = Server("exponential 1 s", servers=50, need=f"part-{n}")
    parts = ", ".join(f"part-{n}" for n in range(10))
    net = network(
        servers,
        "clients > door",
        *(f"door > s{n}" for n in range(10)),
        needs=f"[in, {{parallel: [{parts}]}}]",
        rate=2.0,
        length=600,
        settle=50,
    )
    reports = net.reports(16)
    assert_agree(reports, time, theory.harmonic(10), power=0.01)
    assert_agree(
        reports,
        lambda report: number(report.operations["work"].latency.p90),
        theory.slowest_percentile(10, 1, 0.9),
        power=0.01,
    )


def test_app_and_database() -> None:
    """With threads to spare the two are a tandem."""
    servers = {
        "app": Server("exponential 1 s", servers=2, flavour="compute"),
        "sql": Server("exponential 500 ms", flavour="store", need="read"),
    }
    net = network(
        servers, "clients > app", "app > sql", needs="[serve, read]", rate=1.2, length=4_000
    )
    reports = net.reports(24)
    app, sql = theory.mmc_time(1.2, 1, 2), theory.mmc_time(1.2, 0.5, 1)
    assert_agree(reports, time, app + sql)
    assert_agree(reports, lambda report: wait(report, "sql"), sql - 0.5)


def pool(room: int, rate: float, length: float, line: bool) -> Network:
    """An app that only calls a database of two processors, on a pool of `room` threads."""
    app = Server("fixed 0 s", servers=room, room=room, flavour="compute", need="in")
    servers = {"app": app, "sql": Server("exponential 1 s", servers=2, flavour="store")}
    ways = ("clients > app", "app > sql")
    net = network(servers, *ways, needs="[in, serve]", rate=rate, length=length, settle=100)
    if not line:
        return net
    app_node, sql_node = net.design.nodes
    app_node = app_node.model_copy(update={"settings": {"queue": "unbounded"}})
    design = net.design.model_copy(update={"nodes": (app_node, sql_node)})
    return replace(net, design=design)


def test_a_thread_is_held_until_the_reply() -> None:
    """Six threads and no line make M/M/2/6 of a database that has no bound of its own."""
    reports = pool(6, 2.2, 1_200, line=False).reports(24)
    assert_agree(reports, rejected, theory.mmck(2.2, 1, 2, 6).rejected)
    assert_agree(reports, lambda report: wait(report, "sql"), theory.mmck(2.2, 1, 2, 6).wait)


def test_waiting_moves_from_the_database_to_the_pool() -> None:
    """Who waits for a thread waits no less; only the place is another."""

    def both(report: Report) -> float:
        return wait(report, "app") + wait(report, "sql")

    reports = pool(3, 1.2, 4_000, line=True).reports(24)
    assert_agree(reports, both, theory.mmc_wait(1.2, 1, 2))
    in_sql = Measured.over(wait(report, "sql") for report in reports)
    assert 0 < in_sql.mean < theory.mmc_wait(1.2, 1, 2) / 2


def test_two_random_choices_among_many() -> None:
    """The limit for many servers; a hundred miss it by about one in a hundred."""
    servers = {"a": Server("exponential 1 s", flavour="compute", instances=100)}
    ways = ("clients > router", "router > a")
    routers = {"router": "two-choices"}
    net = network(servers, *ways, routers=routers, rate=80.0, length=80, settle=20)
    measured = Measured.over(time(report) for report in net.reports(16))
    limit = theory.two_choices_time(0.8)
    assert measured.error < 0.015 * limit
    assert abs(measured.mean - limit) < 4 * measured.error + limit / 100


def test_the_more_a_router_looks_the_less_is_waited() -> None:
    """On the same customers with the same work; one common line is the bound."""
    policies = ["least-connections", "two-choices", "round-robin", "random"]
    servers = {"a": Server("exponential 1 s", flavour="compute", instances=4)}
    ways = ("clients > router", "router > a")
    by_policy = {
        policy: network(servers, *ways, routers={"router": policy}, rate=3.2, length=2_500)
        for policy in policies
    }
    common = queue(Server("exponential 1 s", servers=4, flavour="compute"), 3.2, 2_500)
    for seed in range(1, 5):
        times = [time(by_policy[name].report(seed)) for name in policies]
        assert times == sorted(times), "the order of the policies"
        assert time(common.report(seed)) < times[0]


def test_batches() -> None:
    """One chamber for four, shut as soon as anybody is there."""
    server = Server("fixed 1 s", flavour="batch-station", batch=4)
    reports = queue(server, 3.0, 2_000).reports(24)
    assert_agree(reports, wait, theory.batches_wait(3, 1, 4))


@pytest.mark.parametrize(
    ("batch", "linger", "waits"),
    [
        (3, "1 h", 1.0),  # the first of three waits 2 s, the second 1 s, the third not at all
        (3, "1500 ms", 1.0),  # two of three come in time: they wait 1.5 s and 0.5 s
        (3, "0 s", 0.0),
        (1, "1 h", 0.0),
    ],
)
def test_batches_fill_for_a_while(batch: int, linger: str, waits: float) -> None:
    server = Server("fixed 500 ms", flavour="batch-station", batch=batch, linger=linger)
    net = queue(server, 1.0, 600.5, arrivals="deterministic", settle=0)
    assert wait(net.report(1)) == pytest.approx(waits)


def test_little() -> None:
    """At every node: how many wait is how fast they come times how long they wait."""
    servers = {
        "phone": Server("exponential 1 s", servers=2, need="ask"),
        "app": Server("exponential 1 s", flavour="compute", instances=2),
        "sql": Server("lognormal 500 ms sigma 1", flavour="store", need="read", sharing=True),
    }
    net = network(
        servers,
        "clients > phone",
        "phone > router",
        "router > app",
        "app > sql",
        routers={"router": "random"},
        needs="[ask, serve, read]",
        rate=1.3,
        length=2_000,
        frame=5,
    )
    runs = [net.run(seed) for seed in net.seeds(24)]
    results = [net.judge(run).nodes for run in runs]
    for name in servers:
        queued = [_seen(run, name, lambda node: node.queue) for run in runs]
        worked = [_seen(run, name, lambda node: node.inside) for run in runs]
        rates = [nodes[name].arrivals / 1_800 for nodes in results]
        waits = [number(nodes[name].wait.mean) for nodes in results]
        services = [number(nodes[name].service.mean) for nodes in results]
        if name == "sql":  # whoever shares a processor waits while being worked on
            waits = [a + b for a, b in zip(waits, services, strict=True)]
            queued = [a + b for a, b in zip(queued, worked, strict=True)]
        else:
            _same(worked, [a * b for a, b in zip(rates, services, strict=True)])
        _same(queued, [a * b for a, b in zip(rates, waits, strict=True)])


def _seen(run: Run, name: str, count: Callable[[NodeFrame], int]) -> float:
    """The mean over the measured frames of something counted at all instances of a node."""
    mine = [i for i, node in enumerate(run.trace.header.nodes) if node.partition(".")[0] == name]
    frames = [frame for frame in run.trace.frames if 200 < frame.time <= 2_000]
    return sum(count(frame.nodes[i]) for frame in frames for i in mine) / len(frames)


def _same(left: list[float], right: list[float]) -> None:
    """Hold two lists, seed by seed, against each other."""
    gap = Measured.over(a - b for a, b in zip(left, right, strict=True))
    whole = sum(right) / len(right)
    assert gap.error < 0.03 * whole
    assert abs(gap.mean) < 4 * gap.error


def test_overload_piles_up_and_drains() -> None:
    """1.5 times too much for 20 s, then calm: the backlog and how long it takes to go."""
    phases = "{at: 0 s, rate: 70/s}, {at: 10 s, rate: 150/s}, {at: 30 s, rate: 70/s}"
    net = network(
        {"a": Server("exponential 10 ms")},
        "clients > a",
        traffic=f"phases: [{phases}]",
        length=90,
        settle=0,
        frame=0.25,
    )
    expected = theory.overload(150, 100, 20, 70)
    backlogs, drains = [], []
    for seed in net.seeds(24):
        frames = net.run(seed).trace.frames
        inside = [(f.time, f.nodes[1].queue + f.nodes[1].inside) for f in frames]
        backlogs.append(next(number for time, number in inside if time >= 29.99))
        empty = next(time for time, number in inside if time > 30 and number == 0)
        drains.append(empty - 30)
    calm = 0.7 / (1 - 0.7)  # what was there before
    Measured.over(backlogs).assert_agrees(expected.backlog + calm)
    Measured.over(drains).assert_agrees(expected.drain + calm / 30)
