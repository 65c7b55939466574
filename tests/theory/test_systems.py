"""Caches, copies, retries, queues, gates and rows against what theory says of them."""

from __future__ import annotations

import zlib

import pytest

from sandbox.judgement.judge import judge
from sandbox.judgement.report import Report
from sandbox.simulation.run import Run
from tests.simulation.systems import System, count, node, system
from tests.theory import closed_forms as theory
from tests.theory.networks import Measured, number

AT_ONCE = """
front: {does: {compute: {time: 0 s}}}
base:
  sizes: {one: {slots: null}}
  does: {read: {time: 0 s}, write: {time: 0 s}}
copy: {does: {read: {time: 0 s}}}
memory: {does: {read: {time: 0 s}}}
"""
"""Nothing takes any time, so that only what is kept, lost or missed makes a difference."""


def seeds(case: str, how_many: int) -> list[int]:
    """Seeds that belong to a case, so that no two share their luck."""
    first = zlib.crc32(case.encode())
    return [first + index for index in range(how_many)]


def poisson(rate: float, more: str = "") -> str:
    return f"arrivals: poisson, rate: {rate}/s{more}"


class TestCaches:
    KEYS = 1_000

    def made(self, size: str, length: float, rate: float = 100.0) -> System:
        kinds = f"{AT_ONCE}\nlimited: {{behaviour: cache, does: {{read: {{time: 0 s}}}}, {size}}}"
        return system(
            {"mem": "limited", "db": "base"},
            ["people > mem", "mem > db"],
            "[read]",
            kinds=kinds,
            traffic=poisson(rate),
            operation=f"items: {{count: {self.KEYS}, skew: 1}}",
            length=f"{length} s",
            clock=f"frame: {length} s",
        )

    def hits(self, run: Run, start: float, end: float) -> float:
        """The hit ratio between two moments."""
        cache = node(run, "mem")
        run.advance(start)
        hits, misses = cache.hits, cache.misses
        run.advance(end)
        hits, misses = cache.hits - hits, cache.misses - misses
        return float(hits / (hits + misses))

    @pytest.mark.parametrize("room", [50, 200])
    def test_the_least_recently_used_goes(self, room: int) -> None:
        made = self.made(f"sizes: {{one: {{price: $1/month, keys: {room}}}}}", 80)
        measured = Measured.over(
            self.hits(made.start(seed), 15, 80) for seed in seeds(f"LRU {room}", 12)
        )
        measured.assert_agrees(theory.lru_hits(theory.zipf(self.KEYS, 1.0), room), power=0.01)

    @pytest.mark.parametrize("room", [50, 200])
    def test_the_first_one_in_goes(self, room: int) -> None:
        size = f"sizes: {{one: {{price: $1/month, keys: {room}}}}}"
        made = self.made(f"{size}, settings: {{eviction: {{default: FIFO}}}}", 80)
        measured = Measured.over(
            self.hits(made.start(seed), 15, 80) for seed in seeds(f"FIFO {room}", 12)
        )
        shares = theory.zipf(self.KEYS, 1.0)
        measured.assert_agrees(theory.fifo_hits(shares, room), power=0.01)
        assert theory.fifo_hits(shares, room) < theory.lru_hits(shares, room)

    def test_what_nobody_tells_it_is_old(self) -> None:
        made = system(
            {"mem": "memory, settings: {ttl: 500 ms, on-write: keep}", "db": "base"},
            ["people > mem", "mem > db"],
            kinds=AT_ONCE,
            operations={
                "view": {"title": "view", "needs": ["read"]},
                "edit": {"title": "edit", "needs": ["write"]},
            },
            streams=(poisson(5, ", mix: {view: 1}"), poisson(2, ", mix: {edit: 1}")),
            length="400 s",
            clock="frame: 100 s",
        )
        measured = Measured.over(
            count(run, "stale-reads") / count(run, "reads")
            for run in (made.run(seed) for seed in seeds("old", 16))
        )
        measured.assert_agrees(theory.ttl_stale(5, 2, 0.5))

    @pytest.mark.parametrize("seconds", [1, 5, 30])
    def test_a_cold_one_fills(self, seconds: int) -> None:
        """In the second up to this moment; a miss is a key that nobody has asked for before."""
        shares, made = theory.zipf(self.KEYS, 1.0), self.made("", seconds)
        new = theory.seen_keys(shares, 100 * seconds) - theory.seen_keys(
            shares, 100 * seconds - 100
        )
        measured = Measured.over(
            self.hits(made.start(seed), seconds - 1, seconds)
            for seed in seeds(f"cold {seconds}", 40)
        )
        measured.assert_agrees(1 - new / 100)

    def test_time_to_live(self) -> None:
        made = system(
            {"mem": "memory, settings: {ttl: 500 ms}", "db": "base"},
            ["people > mem", "mem > db"],
            "[read]",
            kinds=AT_ONCE,
            traffic=poisson(3),
            length="1500 s",
            clock="frame: 100 s",
        )
        measured = Measured.over(
            number(judged(made, seed).nodes["mem"].hit_ratio) for seed in seeds("TTL", 12)
        )
        measured.assert_agrees(theory.ttl_hits(3, 0.5), power=0.01)


def judged(made: System, seed: int) -> Report:
    """The report of one run."""
    return judge(made.level, made.design, made.run(seed))


@pytest.mark.parametrize("lag", [0.1, 0.4])
def test_reads_at_a_copy_are_stale_for_as_long_as_it_lags(lag: float) -> None:
    made = system(
        {"app": "front", "db": "base", "copy": f"copy, settings: {{lag: {lag} s}}"},
        ["people > app", "app > db", "app > copy", "db > copy"],
        kinds=AT_ONCE,
        operations={
            "view": {"title": "view", "needs": ["read"]},
            "edit": {"title": "edit", "needs": ["write"]},
        },
        streams=(poisson(5, ", mix: {view: 1}"), poisson(2, ", mix: {edit: 1}")),
        length="400 s",
        clock="frame: 100 s",
    )

    def stale(run: Run) -> float:
        return count(run, "stale-reads") / count(run, "reads")

    measured = Measured.over(stale(made.run(seed)) for seed in seeds(f"lag {lag}", 16))
    measured.assert_agrees(theory.stale_share(2, lag))


def test_a_copy_that_applies_one_write_after_the_other_is_a_server() -> None:
    """Reads there are stale as long as it is not idle: in M/M/1 that is how busy it is.

    (With a lag of its own for each write, and the newest winning in whatever order they come,
    it would be wL/(1+wL); a replica keeps the order.)
    """
    made = system(
        {"app": "front", "db": "base", "copy": "copy, settings: {lag: 0 s}"},
        ["people > app", "app > db", "app > copy", "db > copy"],
        kinds=AT_ONCE.replace(
            "copy: {does: {", "copy: {does: {apply: {time: exponential 100 ms}, "
        ),
        operations={
            "view": {"title": "view", "needs": ["read"]},
            "edit": {"title": "edit", "needs": ["write"]},
        },
        streams=(poisson(5, ", mix: {view: 1}"), poisson(2, ", mix: {edit: 1}")),
        length="400 s",
        clock="frame: 100 s",
    )

    def stale(run: Run) -> float:
        return count(run, "stale-reads") / count(run, "reads")

    measured = Measured.over(stale(made.run(seed)) for seed in seeds("apply", 16))
    measured.assert_agrees(2 * 0.1, power=0.03)


class TestRetries:
    def made(self, fails: str, retries: int, by_clients: bool) -> System:
        again = f", retries: {retries}, backoff: 50 ms"
        insists = f", retry: {{times: {retries}, after: 50 ms}}"
        return system(
            {"app": "front", "pay": f"bank, settings: {{errors: {fails}}}"},
            ["people > app", f"app > pay{'' if by_clients else again}"],
            "[charge]",
            traffic=poisson(20, insists if by_clients else ""),
            length="100 s",
            clock="drain: 60 s, frame: 10 s",
        )

    @pytest.mark.parametrize("by_clients", [False, True], ids=["links", "clients"])
    def test_they_multiply_the_load(self, by_clients: bool) -> None:
        made = self.made("50%", 3, by_clients)
        amplified, failed = [], []
        for seed in seeds(f"retries {by_clients}", 12):
            run = made.run(seed)
            meter = run.world.operations[0].meter
            amplified.append(node(run, "pay").meter.arrivals / meter.arrivals)
            failed.append(meter.counts["failed"] / meter.arrivals)
        Measured.over(amplified).assert_agrees(theory.attempts(0.5, 3), power=0.01)
        Measured.over(failed).assert_agrees(0.5**4, power=0.04)

    @pytest.mark.parametrize("by_clients", [False, True], ids=["links", "clients"])
    def test_when_all_fails_all_is_tried(self, by_clients: bool) -> None:
        run = self.made("100%", 3, by_clients).run()
        came = run.world.operations[0].meter.arrivals
        assert node(run, "pay").meter.arrivals == theory.attempts(1.0, 3) * came

    def test_retries_of_two_links_multiply(self) -> None:
        """Three tries of three tries each, of which half fail: the draws are all their own."""
        made = system(
            {"one": "front", "two": "front", "pay": "bank, settings: {errors: 50%}"},
            [
                "people > one",
                "one > two, retries: 2, backoff: 50 ms",
                "two > pay, retries: 2, backoff: 50 ms",
            ],
            "[compute, charge]",
            kinds="front: {does: {compute: {time: 0 s}}}\nbank: {does: {charge: {time: 10 ms}}}",
            traffic=poisson(20),
            length="100 s",
            clock="drain: 60 s, frame: 10 s",
        )
        inner = theory.attempts(0.5, 2)
        outer = theory.attempts(0.5**3, 2)
        amplified, failed = [], []
        for seed in seeds("two links", 12):
            run = made.run(seed)
            meter = run.world.operations[0].meter
            amplified.append(node(run, "pay").meter.arrivals / meter.arrivals)
            failed.append(meter.counts["failed"])
        Measured.over(amplified).assert_agrees(inner * outer, power=0.01)
        assert abs(sum(failed) - 12 * 2_000 * 0.5**9) < 4 * (12 * 2_000 * 0.5**9) ** 0.5


def test_workers_behind_a_queue_are_servers_behind_a_line() -> None:
    """Three slots make M/M/3 of it, whoever works on them."""
    made = system(
        {"q": "post, settings: {visibility: 1 h}", "work": "hand", "pay": "bank"},
        ["people > q", "q > work", "work > pay"],
        "[{need: charge, deferrable: true}]",
        kinds="hand: {sizes: {one: {slots: 3}}}\nbank: {does: {charge: {time: exponential 1 s}}}",
        traffic=poisson(2.1),
        length="2500 s",
        clock="measure_from: 200 s, drain: 60 s, frame: 100 s",
    )
    reports = [judged(made, seed) for seed in seeds("workers", 16)]
    waits = Measured.over(number(report.nodes["q"].wait.mean) for report in reports)
    waits.assert_agrees(theory.mmc_wait(2.1, 1, 3), power=0.05)


@pytest.mark.parametrize(("partitions", "rate"), [(1, 0.7), (4, 0.8)])
def test_a_partition_is_a_server(partitions: int, rate: float) -> None:
    """However many work on it. What is about no item goes round, and comes more evenly.

    `rate` is that of one partition.
    """
    made = system(
        {"log": "record", "work": "hand", "pay": "bank"},
        ["people > log", "log > work", "work > pay"],
        "[{need: charge, deferrable: true}]",
        kinds=f"""
record: {{behaviour: log, sizes: {{one: {{price: $1/month, slots: {partitions}}}}}}}
hand: {{sizes: {{one: {{slots: 50}}}}}}
bank: {{does: {{charge: {{time: exponential 1 s}}}}}}
""",
        traffic=poisson(rate * partitions),
        length=f"{6000 // (1 + partitions)} s",
        clock="measure_from: 200 s, drain: 60 s, frame: 100 s",
    )
    reports = [judged(made, seed) for seed in seeds(f"partitions {partitions}", 16)]
    waits = Measured.over(number(report.nodes["log"].wait.mean) for report in reports)
    even = theory.gm1_wait(theory.erlang_arrivals(partitions, rate), 1.0)
    waits.assert_agrees(even, power=0.06)


def test_a_row_is_a_server() -> None:
    """However many processors: who writes one thing waits as in M/M/1."""
    made = system(
        {"app": "front", "db": "base"},
        ["people > app", "app > db"],
        "[write]",
        kinds="base: {sizes: {one: {slots: null}}, does: {write: {time: exponential 1 s}}}",
        traffic=poisson(0.6),
        length="5000 s",
        clock="measure_from: 200 s, frame: 500 s",
    )
    reports = [judged(made, seed) for seed in seeds("row", 16)]
    waits = Measured.over(number(report.nodes["db"].wait.mean) for report in reports)
    waits.assert_agrees(theory.mmc_wait(0.6, 1, 1), power=0.05)


class TestGates:
    def made(self, settings: str, rate: float, length: str) -> System:
        return system(
            {"gate": f"door, settings: {{admits: 1/s, burst: 1, {settings}}}", "app": "front"},
            ["people > gate", "gate > app"],
            "[compute]",
            traffic=poisson(rate),
            length=length,
            clock="measure_from: 200 s, drain: 5 min, frame: 500 s",
        )

    def test_a_waiting_room_is_a_server_with_fixed_service(self) -> None:
        """The time until the next one is let in: M/D/1."""
        made = self.made("beyond: wait", 0.7, "5000 s")
        reports = [judged(made, seed) for seed in seeds("room", 16)]
        waits = Measured.over(number(report.nodes["gate"].wait.mean) for report in reports)
        waits.assert_agrees(theory.mg1_wait(0.7, 1, 0.0), power=0.05)

    def test_a_limiter_is_one_without_a_line(self) -> None:
        """M/D/1/1: Erlang's loss formula."""
        made = self.made("beyond: refuse", 2.0, "2000 s")
        reports = [judged(made, seed) for seed in seeds("limiter", 16)]
        measured = Measured.over(
            report.operations["order"].rejected / report.operations["order"].arrivals
            for report in reports
        )
        measured.assert_agrees(theory.erlang_b(1, 2.0), power=0.01)
