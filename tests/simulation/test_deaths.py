"""Servers that die: what was inside, who comes later, who notices, and what is left afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.simulation.run import Run
from tests.simulation.systems import (
    System,
    all_free,
    count,
    ends,
    journeys,
    node,
    outcomes,
    system,
    visited,
)


def kill(kind: str, at: str, lasts: str = "", name: str = "crash") -> dict[str, Any]:
    """The incident in which one of a kind dies."""
    more = {"for": lasts} if lasts else {}
    return {"id": name, "at": at, "says": "one dies", "kill": {"kind": kind}, **more}


def whens(run: Run, says: str) -> list[float]:
    """The moments of the happenings that say this."""
    return [each.time for each in run.world.happenings if says in each.says]


SLOW = "front: {does: {compute: {time: fixed 1 s}}, sizes: {one: {slots: 10}}}"


class TestOneServer:
    def made(self, lasts: str = "") -> System:
        """One dies at 3.5 s, with the requests of 3 s inside."""
        incidents = [kill("front", "3500 ms", lasts)]
        links = ["people > app"]
        return system({"app": "front"}, links, "[compute]", kinds=SLOW, incidents=incidents)

    def test_what_is_inside_fails_at_once_and_who_comes_is_refused(self) -> None:
        run = self.made().run()
        assert outcomes(run) == ["good"] * 2 + ["failed"] * 8
        assert ends(run)[2:] == [3.5, 4, 5, 6, 7, 8, 9, 10]
        reasons = [journey.why for journey in journeys(run)]
        assert reasons[2:4] == ["app died", "app was down: connection refused"]
        assert {j.charged for j in journeys(run) if j.outcome == "failed"} == {"app"}
        meter = node(run, "app").meter
        assert (meter.arrivals, meter.served, meter.failed, meter.rejected) == (10, 2, 1, 7)

    def test_it_is_back_with_nothing_inside(self) -> None:
        made = self.made("2 s")
        run = made.start()
        run.advance(5.4)
        assert not node(run, "app").is_up
        run.advance(5.6)
        assert node(run, "app").is_up
        assert all_free(run)
        run.finish()
        assert outcomes(run) == ["good"] * 2 + ["failed"] * 3 + ["good"] * 5
        assert ends(run)[5:] == [7, 8, 9, 10, 11]
        assert all_free(run)
        assert run.conserved

    def test_it_worked_no_longer_than_it_lived(self) -> None:
        """Two whole requests and half a second of the third."""
        run = self.made().run()
        assert node(run, "app").reading(20.0).busy == pytest.approx(2.5)

    def test_frames_show_that_it_is_down(self) -> None:
        run = self.made("2 s").run()
        at = run.trace.header.nodes.index("app")
        assert [frame.time for frame in run.trace.frames if frame.nodes[at].down] == [4, 5]
        assert [each.says for each in run.world.happenings] == [
            "app died",
            "app was back, with nothing in memory",
        ]

    def test_only_one_of_several_dies_and_the_seed_says_which(self) -> None:
        made = system(
            {"lb": "spread", "app": "front, count: 5"},
            ["people > lb", "lb > app"],
            "[compute]",
            kinds=SLOW,
            incidents=[kill("front", "2500 ms")],
        )
        dead = []
        for seed in range(12):
            run = made.run(seed)
            down = [each.name for each in run.world.instances["app"] if not each.is_up]
            assert len(down) == 1
            dead += down
            assert down == [e.name for e in made.run(seed).world.nodes if not e.is_up]
        assert len(set(dead)) > 2

    def test_who_is_called_goes_on_with_the_work_of_a_dead_caller(self) -> None:
        """The database does not know that nobody will hear of it."""
        made = system(
            {"app": "front", "db": "base"},
            ["people > app", "app > db"],
            "[compute, read]",
            kinds="base: {does: {read: {time: fixed 2 s}}}",
            length="2 s",
            incidents=[kill("front", "1500 ms")],
        )
        run = made.run()
        assert (ends(run), outcomes(run)) == ([1.5, 2.0], ["failed", "failed"])
        assert node(run, "db").meter.served == 1
        assert node(run, "app").meter.served == 0
        assert all_free(run)

    def test_a_dead_caller_gives_no_unit_back(self) -> None:
        """Nor does it charge anybody: whatever it was about to do is not done."""
        made = system(
            {"app": "front, settings: {give-back: true}", "db": "base", "pay": "bank"},
            ["people > app", "app > db", "app > pay"],
            "[compute, take, charge]",
            length="2 s",
            stock=10,
            incidents=[kill("front", "1150 ms")],
        )
        run = made.run()
        assert outcomes(run) == ["failed", "failed"]
        assert (node(run, "db").stock, node(run, "pay").meter.arrivals) == (9, 0)

    def test_a_dead_caller_tries_nothing_again(self) -> None:
        """Neither what it waits for, nor what it was about to try again after a pause."""
        links = ["people > app", "app > pay, retries: 9, backoff: 1 s"]
        made = system(
            {"app": "front", "pay": "bank, settings: {errors: 100%}"},
            links,
            "[compute, charge]",
            length="3 s",
            incidents=[kill("front", "2150 ms")],
        )
        run = made.run()
        assert outcomes(run) == ["failed"] * 3
        # The first of 1 s failed at 2.1 s and would try again; that of 2 s is at its first.
        assert node(run, "pay").meter.arrivals == 2
        assert count(run, "attempts") == 0

    def test_nobody_of_that_kind_is_no_trouble(self) -> None:
        links = ["people > app"]
        made = system({"app": "front"}, links, "[compute]", incidents=[kill("hand", "1 s")])
        assert outcomes(made.run()) == ["good"] * 10


class TestStoresAndCopies:
    def test_a_store_keeps_what_was_written_and_nothing_else(self) -> None:
        """Writes take 500 ms: the one of 3 s is under way when it dies."""
        made = system(
            {"app": "front", "db": "base"},
            ["people > app", "app > db"],
            "[compute, write]",
            incidents=[kill("base", "3500 ms", "1 s")],
        )
        run = made.run()
        assert outcomes(run) == ["good"] * 2 + ["failed"] * 2 + ["good"] * 6
        db = node(run, "db")
        assert db.versions == {0: 8}
        assert (db.meter.served, db.meter.failed, db.meter.rejected) == (8, 1, 1)
        assert all_free(run)

    def test_a_row_that_a_dead_store_had_locked_is_free_when_it_is_back(self) -> None:
        """Four come each second for one row; the store is away for 100 ms only."""
        made = system(
            {"app": "front", "db": "base"},
            ["people > app", "app > db"],
            "[compute, write]",
            traffic="rate: 4/s",
            length="4 s",
            incidents=[kill("base", "2 s", "100 ms")],
        )
        run = made.run()
        assert outcomes(run)[-6:] == ["good"] * 6
        assert node(run, "db").versions[0] == outcomes(run).count("good")
        assert all_free(run)

    def test_a_cache_is_empty_when_it_is_back(self) -> None:
        """While it is away, whoever looks there goes on to the source."""
        made = system(
            {"app": "front", "mem": "memory", "db": "base"},
            ["people > app", "app > mem", "app > db"],
            "[compute, read]",
            incidents=[kill("memory", "3500 ms", "2 s")],
        )
        run = made.run()
        assert outcomes(run) == ["good"] * 10
        from_source = ["db" in visited(run, journey) for journey in journeys(run)]
        assert [n for n, missed in enumerate(from_source, start=1) if missed] == [1, 4, 5, 6]

    def test_a_dead_cache_in_the_way_is_in_the_way(self) -> None:
        made = system(
            {"app": "front", "mem": "memory", "db": "base"},
            ["people > app", "app > mem", "mem > db"],
            "[compute, read]",
            incidents=[kill("memory", "3500 ms", "2 s")],
        )
        assert outcomes(made.run()) == ["good"] * 3 + ["failed"] * 2 + ["good"] * 5

    def test_an_external_that_dies_charges_nobody_who_was_inside(self) -> None:
        made = system(
            {"app": "front", "pay": "bank"},
            ["people > app", "app > pay"],
            "[compute, charge]",
            incidents=[kill("bank", "3500 ms", "1 s")],
        )
        run = made.run()
        assert outcomes(run) == ["good"] * 2 + ["failed"] * 2 + ["good"] * 6
        assert sum(order.charges for order in run.world.ledger.orders.values()) == 8


BALANCED = {"app": "front, count: 2"}
BALANCED_LINKS = ["people > lb", "lb > app"]


def balanced(settings: str, incidents: list[dict[str, Any]], **more: Any) -> System:
    """Two servers of 1 s work behind a router."""
    nodes = {"lb": f"spread, settings: {{{settings}}}", **BALANCED}
    said = {"kinds": SLOW, "length": "12 s", **more}
    return system(nodes, BALANCED_LINKS, "[compute]", incidents=incidents, **said)


class TestHealthChecks:
    @pytest.mark.parametrize(
        ("every", "checks", "noticed"),
        [("1 s", 1, 4.0), ("1 s", 2, 5.0), ("1 s", 3, 6.0), ("2 s", 2, 6.0), ("500 ms", 3, 4.5)],
    )
    def test_it_notices_after_so_many_checks(self, every: str, checks: int, noticed: float) -> None:
        """One of two dies at 3.45 s; until it is noticed, every second request fails."""
        said = f"check-every: {every}, checks: {checks}"
        run = balanced(said, [kill("front", "3450 ms")], traffic="rate: 10/s").run()
        assert whens(run, "lb sends nothing more to app") == [noticed]
        refused = [j.start for j in journeys(run) if j.start > 3.45 and j.outcome == "failed"]
        assert all(start < noticed for start in refused)
        assert abs(len(refused) - 10 * (noticed - 3.5) / 2) <= 1

    def test_without_checks_it_never_does(self) -> None:
        run = balanced("check-every: 0 s", [kill("front", "3400 ms")]).run()
        assert outcomes(run)[4:].count("failed") == 4
        assert whens(run, "lb sends") == []

    def test_the_first_check_that_succeeds_brings_it_back(self) -> None:
        incidents = [kill("front", "3400 ms", "4 s")]
        run = balanced("check-every: 1 s, checks: 2", incidents).run()
        assert whens(run, "lb sends nothing more") == [5.0]
        assert whens(run, "again") == [8.0]
        dead = next(e for e in run.world.instances["app"] if e.epoch)
        came = [v.arrived for j in journeys(run) for v in j.visits if v.node == dead.index]
        assert min(moment for moment in came if moment > 3.4) >= 8.0

    def test_who_is_too_slow_counts_as_dead_until_it_is_not(self) -> None:
        """A server with 3 s of work each second: a check would wait for longer than 1 s."""
        kinds = (
            "quick: {behaviour: compute, does: {compute: {time: fixed 100 ms}}}\n"
            "slow: {behaviour: compute, does: {compute: {time: fixed 3 s}}}"
        )
        made = system(
            {"lb": "spread, settings: {check-every: 1 s, checks: 1, check-timeout: 1 s}",
             "quick": "quick", "slow": "slow"},
            ["people > lb", "lb > quick", "lb > slow"],
            "[compute]",
            kinds=kinds,
        )  # fmt: skip
        run = made.run()
        # The second request, at 2 s, is the slow one's first. At 3 s a check would wait for 2 s,
        # at 4 s for 1 s; then it gets the next request and is busy until 8 s, and so on.
        assert whens(run, "nothing more to slow") == [3, 5, 8, 11]
        assert whens(run, "to slow again")[:3] == [4, 7, 10]

    def test_a_check_waits_for_a_thread_like_everybody(self) -> None:
        """Threads are all held by calls to somebody slow; the processor has nothing to do."""
        kinds = "base: {does: {read: {time: fixed 20 s}}}\nhand: {sizes: {one: {slots: 1}}}"
        made = system(
            {"lb": "spread, settings: {check-every: 1 s, checks: 1, check-timeout: 1 s}",
             "app": "hand, count: 2", "db": "base"},
            ["people > lb", "lb > app", "app > db"],
            "[read]",
            kinds=kinds,
            clock="drain: 5 s",
        )  # fmt: skip
        run = made.run()
        # From 1 s and 2 s on each holds its one thread; the next wait from 3 s and 4 s on, and
        # have waited for more than a second when it is 5 s and 6 s.
        assert whens(run, "nothing more to app.1") == [5.0]
        assert whens(run, "nothing more to app.2") == [6.0]

    def test_where_nobody_is_healthy_everybody_will_do(self) -> None:
        incidents = [kill("front", "2400 ms", "4 s", "one"), kill("front", "2400 ms", "4 s", "two")]
        run = balanced("check-every: 1 s, checks: 1", incidents).run()
        assert whens(run, "nothing more") == [3.0, 3.0]
        assert outcomes(run)[:7] == ["good"] + ["failed"] * 5 + ["good"]
        assert [journey.why for journey in journeys(run)][3].endswith("connection refused")
        assert outcomes(run)[7:] == ["good"] * 5

    def test_it_takes_the_check_for_the_truth_until_the_next(self) -> None:
        """Back at 3.6 s, but out since 3.5 s and until the check of 4.5 s."""
        incidents = [kill("front", "3400 ms", "200 ms")]
        run = balanced("check-every: 500 ms, checks: 1", incidents, traffic="rate: 4/s").run()
        assert whens(run, "nothing more") == [3.5]
        assert whens(run, "again") == [4.0]


class TestRetryOnAnother:
    def test_what_one_refused_another_serves(self) -> None:
        incidents = [kill("front", "3400 ms")]
        run = balanced("check-every: 0 s, retries: 1", incidents).run()
        assert outcomes(run) == ["good"] * 12
        dead = next(e for e in run.world.instances["app"] if not e.is_up)
        other = next(e for e in run.world.instances["app"] if e.is_up)
        assert dead.meter.rejected == count(run, "attempts") - dead.meter.failed
        assert node(run, "lb").meter.served == 12
        assert other.meter.served + dead.meter.served == 12

    def test_not_more_often_than_it_may(self) -> None:
        """Both are dead: two tries each, and then it has failed."""
        incidents = [kill("front", "2400 ms", name="one"), kill("front", "2400 ms", name="two")]
        run = balanced("check-every: 0 s, retries: 1", incidents).run()
        late = journeys(run)[2:]
        assert {journey.outcome for journey in late} == {"failed"}
        rejected = sum(each.meter.rejected for each in run.world.instances["app"])
        assert rejected >= 2 * len(late)

    def test_who_is_turned_away_for_want_of_room_is_not_sent_to_another(self) -> None:
        kinds = "front: {does: {compute: {time: fixed 9 s}}, sizes: {one: {slots: 1}}}"
        made = balanced("retries: 1, policy: random", [], kinds=kinds)
        nodes = tuple(
            each.model_copy(update={"settings": {"queue": 0}}) if each.id == "app" else each
            for each in made.design.nodes
        )
        made = System(made.level, made.design.model_copy(update={"nodes": nodes}))
        run = made.run()
        assert "rejected" in outcomes(run)
        assert count(run, "attempts") == 0

    def test_the_second_try_has_luck_of_its_own(self) -> None:
        """Half of all payments fail: of those tried twice, a quarter does."""
        made = system(
            {"lb": "spread, settings: {retries: 1}", "app": "front, count: 2", "pay": "bank"},
            ["people > lb", "lb > app", "app > pay"],
            "[compute, charge]",
            kinds="bank: {settings: {errors: {least: 50%, default: 50%}}}",
            length="400 s",
        )
        failed = outcomes(made.run()).count("failed")
        assert abs(failed - 100) < 4 * (400 * 0.25 * 0.75) ** 0.5
