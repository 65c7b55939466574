"""Instances that are started when those in service are busy, by hand from even arrivals."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.judgement.cost import cost
from sandbox.simulation.run import Run
from tests.simulation.systems import System, journeys, system

OPEN = """
scale-to: {most: 20}
scale-at: {least: 10%, most: 100%}
warm-pool: {most: 20}
"""

KINDS = """
front:
  does: {compute: {time: fixed 100 ms}}
  boot: fixed 20 s
  sizes: {one: {price: $1/month, vcpu: 1}}
  settings: {scale-to: {most: 20}, scale-at: {least: 10%, most: 100%}, warm-pool: {most: 20}}
hand:
  does: {compute: {time: fixed 100 ms}}
  boot: fixed 20 s
  settings: {scale-to: {most: 20}}
  sizes: {one: {price: $1/month, vcpu: 1, slots: 1}}
"""


def fleet(settings: str, rate: str = "18/s", count: int = 2, **said: Any) -> System:
    """So many requests a second of 100 ms each, in turn, for servers with one processor."""
    app = f"front, count: {count}, settings: {{{settings}}}"
    links = ["people > lb", "lb > app"]
    said = {"length": "60 s", "kinds": KINDS, **said}
    return system({"lb": "spread", "app": app}, links, "[compute]", traffic=f"rate: {rate}", **said)


def told(run: Run) -> list[tuple[float, str]]:
    """What happened to instances, and when."""
    return [(each.time, each.says) for each in run.world.happenings]


def arrivals(run: Run, start: float, end: float) -> dict[str, int]:
    """How many requests came to each instance between two moments."""
    found: dict[str, int] = {}
    for journey in journeys(run):
        for visit in journey.visits:
            name = run.trace.header.nodes[visit.node]
            if start <= visit.arrived < end and name.startswith("app"):
                found[name] = found.get(name, 0) + 1
    return found


class TestGrowing:
    def test_nothing_is_there_that_cannot_be_started(self) -> None:
        run = fleet("").run()
        assert [node.name for node in run.world.nodes] == ["people", "lb", "app.1", "app.2"]
        assert told(run) == []

    def test_it_starts_as_many_as_are_wanted_and_they_have_to_boot(self) -> None:
        """Two are busy for 90% of the time: three are wanted for 70%. At 15 s + 20 s it is there.

        From then on each is busy for 60%, which is enough.
        """
        run = fleet("scale-to: 5").run()
        assert told(run) == [(35.0, "app.3 was started")]
        assert set(arrivals(run, 0.0, 35.0)) == {"app.1", "app.2"}
        late = arrivals(run, 36.0, 60.0)
        assert set(late) == {"app.1", "app.2", "app.3"}
        assert max(late.values()) - min(late.values()) <= 1

    def test_what_is_coming_is_not_started_again(self) -> None:
        """While one boots for 40 s the loop looks twice more, and two are as busy as before."""
        run = fleet("scale-to: 5", kinds=KINDS.replace("20 s", "40 s")).run()
        assert told(run) == [(55.0, "app.3 was started")]

    def test_it_grows_no_further_than_it_may(self) -> None:
        run = fleet("scale-to: 3, scale-at: 10%").run()
        assert [node.name for node in run.world.nodes][-1] == "app.3"
        assert told(run) == [(35.0, "app.3 was started")]

    def test_full_is_all_that_it_can_see(self) -> None:
        """Twice as much as two can do is asked for: it sees 100%, and no more than that.

        So it wants three of them, then five, and then eight: the first ones have a long line.
        """
        run = fleet("scale-to: 8", rate="40/s", length="100 s").run()
        assert [time for time, _ in told(run)] == [35.0, 65.0, 65.0, 95.0, 95.0, 95.0]

    def test_a_busy_share_of_its_own(self) -> None:
        """90% of two, at 30% each, is six."""
        run = fleet("scale-to: 8, scale-at: 30%").run()
        assert [time for time, _ in told(run)] == [35.0] * 4

    def test_who_is_in_the_warm_pool_is_there_at_once(self) -> None:
        """90% of two is six at 30%: two of the four stand by."""
        run = fleet("scale-to: 6, scale-at: 30%, warm-pool: 2").run()
        assert [time for time, _ in told(run)] == [18.0, 18.0, 35.0, 35.0]

    def test_the_dead_are_not_counted(self) -> None:
        """One of three that are busy for 60% dies: two would be busy for 90%, so one more comes."""
        incident = {"id": "k", "at": "16 s", "says": "x", "kill": {"kind": "front"}}
        lb = "spread, settings: {check-every: 1 s, checks: 1}"
        app = "front, count: 3, settings: {scale-to: 5}"
        links = ["people > lb", "lb > app"]
        run = system(
            {"lb": lb, "app": app}, links, "[compute]", kinds=KINDS,
            incidents=[incident], traffic="rate: 18/s", length="80 s",
        ).run()  # fmt: skip
        assert (50.0, "app.4 was started") in told(run)

    def test_who_has_died_is_replaced_however_little_there_is_to_do(self) -> None:
        incident = {"id": "k", "at": "16 s", "says": "x", "kill": {"kind": "front"}}
        run = fleet("scale-to: 4", rate="1/s", incidents=[incident]).run()
        assert (50.0, "app.3 was started") in told(run)

    def test_who_only_restarts_is_not(self) -> None:
        """At 29 s all restart for 5 s: the look at 30 s finds nobody, and waits."""
        incident = {"id": "v", "at": "29 s", "says": "x", "deploy": {"kind": "front"}}
        run = fleet("scale-to: 4", rate="1/s", incidents=[incident]).run()
        assert [says for _, says in told(run)] == ["x", "app ran the new version everywhere"]

    def test_nothing_is_started_that_nobody_lets_start(self) -> None:
        """Refused from 10 s to 50 s: what the looks at 15, 30 and 45 s want comes at 80 s."""
        said = {"id": "n", "at": "10 s", "says": "no more servers"}
        for_a_while = {**said, "for": "40 s", "launches": {"kind": "front"}}
        run = fleet("scale-to: 5, warm-pool: 2", incidents=[for_a_while], length="100 s").run()
        assert told(run)[:3] == [
            (10.0, "no more servers"),
            (50.0, "instances of front could be started again"),
            (63.0, "app.3 was started"),
        ]

    def test_what_boots_already_comes(self) -> None:
        incident = {"id": "n", "at": "16 s", "says": "x", "launches": {"kind": "front"}}
        run = fleet("scale-to: 5", incidents=[incident]).run()
        assert told(run) == [(16.0, "x"), (35.0, "app.3 was started")]

    def test_where_a_zone_is_lost_nothing_is_started(self) -> None:
        """Two of three zones stand: of those that can be started, every third cannot."""
        incident = {"id": "z", "at": "14 s", "says": "x", "zone": {"zone": "c"}}
        app = "front, count: 2, zones: [a, b, c], settings: {scale-to: 5}"
        run = system(
            {"lb": "spread", "app": app}, ["people > lb", "lb > app"], "[compute]",
            kinds=KINDS, traffic="rate: 18/s", length="60 s", incidents=[incident],
            zones={name: {"title": name} for name in "abc"},
        ).run()  # fmt: skip
        assert told(run) == [(35.0, "app.4 was started")]

    def test_boot_times_are_drawn_from_the_seed(self) -> None:
        made = fleet("scale-to: 5", kinds=KINDS.replace("fixed 20 s", "lognormal 20 s sigma 0.3"))
        times = {told(made.run(seed))[0][0] for seed in range(5)}
        assert len(times) == 5
        assert told(made.run(3)) == told(made.run(3))

    def test_a_worker_that_was_started_gets_messages(self) -> None:
        worker = "hand, count: 1, settings: {scale-to: 2}"
        kinds = KINDS + "post: {does: {put: {time: fixed 0 s}}}"
        run = system(
            {"app": "post", "worker": worker},
            ["people > app", "app > worker"],
            "[{need: compute, deferrable: true}]",
            kinds=kinds, traffic="rate: 9/s", length="60 s", clock="drain: 60 s",
        ).run()  # fmt: skip
        assert told(run) == [(35.0, "worker.2 was started")]
        first, second = run.world.instances["worker"]
        assert second.meter.arrivals > 50
        assert first.meter.arrivals + second.meter.arrivals == 540


class TestShrinking:
    SPIKE = "phases: [{at: 0 s, rate: 18/s}, {at: 30 s, rate: 2/s}]"

    def made(self, length: str = "400 s") -> System:
        app = "front, count: 2, settings: {scale-to: 5}"
        links = ["people > lb", "lb > app"]
        return system(
            {"lb": "spread", "app": app}, links, "[compute]",
            kinds=KINDS, traffic=self.SPIKE, length=length,
        )  # fmt: skip

    def test_it_stops_what_has_not_been_needed_for_long(self) -> None:
        """From the look at 45 s on two would be enough; for 300 s nothing happens."""
        run = self.made().run()
        assert told(run) == [(35.0, "app.3 was started"), (345.0, "app.3 was stopped")]
        assert set(arrivals(run, 346.0, 400.0)) == {"app.1", "app.2"}

    def test_it_never_stops_what_stands(self) -> None:
        run = fleet("scale-to: 5", rate="1/s", length="800 s").run()
        assert told(run) == []


class TestFresh:
    def test_who_has_just_been_started_is_slower_at_first(self) -> None:
        fresh = "boot: fixed 20 s\n  warming: {for: 5 s, times: 2}"
        kinds = KINDS.replace("boot: fixed 20 s", fresh, 1)
        run = fleet("scale-to: 5", kinds=kinds).run()
        third = run.world.instances["app"][2].index
        took = [
            (visit.began, round(visit.ended - visit.began, 6))
            for journey in journeys(run)
            for visit in journey.visits
            if visit.node == third
        ]
        assert {time for began, time in took if began < 40.0} == {0.2}
        assert {time for began, time in took if began >= 40.0} == {0.1}

    def test_who_is_back_after_a_death_too(self) -> None:
        incident = {"id": "k", "at": "2.5 s", "for": "2 s", "says": "x", "kill": {"kind": "front"}}
        kinds = "front: {warming: {for: 3 s, times: 5}}"
        made = system(
            {"app": "front"}, ["people > app"], "[compute]", kinds=kinds, incidents=[incident]
        )
        took = [j.end and round(j.end - j.start, 6) for j in journeys(made.run())]
        assert took == [0.1, 0.1, 0.0, 0.0, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1]


class TestCost:
    def parts(self, settings: str, **said: Any) -> dict[str, float]:
        made = fleet(settings, kinds=KINDS.replace("$1/month", "$100/month"), **said)
        return {part.label: part.amount for part in cost(made.level, made.design)}

    def test_what_stands_costs_all_of_the_time_and_the_rest_its_duty(self) -> None:
        assert self.parts("scale-to: 7") == {
            "app: 2 servers": 200.0,
            "app: 5 more, 20% of the time": 100.0,
        }
        assert self.parts("scale-to: 7", duty="5%")["app: 5 more, 5% of the time"] == 25.0

    def test_what_never_grows_costs_what_stands(self) -> None:
        assert self.parts("scale-to: 2") == self.parts("") == {"app: 2 servers": 200.0}

    def test_a_warm_pool_costs_a_tenth(self) -> None:
        parts = self.parts("scale-to: 7, warm-pool: 3")
        assert parts["app: 3 stand by"] == 30.0
        assert self.parts("scale-to: 4, warm-pool: 3")["app: 2 stand by"] == 20.0


def test_a_level_that_is_not_about_it_leaves_nothing_to_decide() -> None:
    with pytest.raises(DocumentError, match="at most 0"):
        fleet("scale-to: 5", kinds="front: {boot: fixed 1 s}")
