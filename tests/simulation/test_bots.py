"""Bots: programs among those who come, whom no service level is about, and filters against them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.judgement.estimate import estimate
from sandbox.simulation.arithmetic import false_positives
from sandbox.simulation.run import Run
from tests.simulation.systems import System, count, journeys, node, outcomes, system

THING = {"of": "thing", "count": 1}
LINKS = ["people > wall", "wall > app", "app > db"]


def coming(
    streams: tuple[str, ...],
    wall: str = "catches: 0%",
    needs: str = "[compute, read]",
    links: list[str] = LINKS,
    **more: Any,
) -> System:
    """People and bots, a filter, an app of 100 ms and a store of 200 ms."""
    nodes = {"wall": f"wall, settings: {{skill: 20, {wall}}}", "app": "front", "db": "base"}
    kinds = "wall: {behaviour: filter, does: {judge: {time: fixed 1 ms}}}"
    return system(nodes, links, needs, kinds=kinds, streams=streams, **more)


def bots_of(run: Run, outcome: str) -> int:
    """What became of what bots asked for."""
    return sum(each.meter.counts[outcome] for each in run.world.by_bots)


class TestStreams:
    BOTH = ("rate: 2/s", "rate: 6/s, bots: true")

    def test_they_load_the_system(self) -> None:
        run = coming(self.BOTH).run()
        assert node(run, "app").meter.arrivals == 80
        assert node(run, "people").meter.arrivals == 80
        assert bots_of(run, "good") == 60

    def test_only_people_are_measured(self) -> None:
        made = coming(self.BOTH, operation="deadline: 1 s")
        report = made.report()
        assert report.operations["order"].arrivals == 20
        run = made.run()
        assert len(journeys(run)) == 20
        assert sum(frame.operations[0].arrivals for frame in run.trace.frames) == 20
        assert count(run, "reads") == 20

    def test_people_meet_the_same_as_without_them_where_there_is_room(self) -> None:
        """What is drawn for a person does not change because a bot comes."""
        items = "items: {count: 100, skew: 1}"
        with_bots = coming(self.BOTH, operation=items).run()
        without = coming(self.BOTH[:1], operation=items).run()
        assert [(j.start, j.end, j.visits) for j in journeys(with_bots)] == [
            (j.start, j.end, j.visits) for j in journeys(without)
        ]

    def test_what_they_write_is_there(self) -> None:
        """A person who has read before a bot's write was told of has read what is old."""
        streams = ("rate: 1/s, mix: {view: 1}", "rate: 1/s, mix: {edit: 1}, bots: true")
        run = system(
            {"app": "front", "db": "base"},
            ["people > app", "app > db"],
            operations={
                "view": {"title": "view", "needs": ["compute", "read"], "items": THING},
                "edit": {"title": "edit", "needs": ["compute", "write"], "items": THING},
            },
            streams=streams,
        ).run()
        assert node(run, "db").versions == {0: 10}
        assert run.world.ledger.acknowledged == {0: 10}

    def test_what_they_buy_is_sold(self) -> None:
        made = coming(self.BOTH, needs="[compute, take]", stock=30)
        run = made.run()
        assert (count(run, "sold"), count(run, "sold-out")) == (30, 50)
        order = made.report().operations["order"]
        assert order.good == 20

    def test_without_a_deadline_they_are_in_flight_and_nobody_minds(self) -> None:
        run = coming(self.BOTH, clock="drain: 0 s").run()
        assert outcomes(run).count("in-flight") == 1
        assert bots_of(run, "good") + len(run.world.by_bots[0].meter.open) == 60


class TestIncident:
    def struck(self, share: str, **more: Any) -> System:
        incident = {"id": "bots", "says": "Bots come.", "at": "10 s", "for": "10 s"}
        said = {"from": "people", "share": share, **more}
        return coming(("rate: 10/s",), incidents=[{**incident, "bots": said}], length="30 s")

    @pytest.mark.parametrize(("share", "come"), [("50%", 100), ("60%", 150), ("80%", 400)])
    def test_they_are_that_share_of_all_who_come(self, share: str, come: int) -> None:
        run = self.struck(share).run()
        assert abs(node(run, "app").meter.arrivals - 300 - come) <= 1
        at = run.trace.header.nodes.index("app")
        came = [frame.nodes[at].arrivals for frame in run.trace.frames[:30]]
        per_second = 10 + come / 10
        assert came[9] <= 11
        assert all(abs(each - per_second) <= 2 for each in came[11:19])
        assert came[21] <= 11

    def test_people_come_as_they_would(self) -> None:
        assert self.struck("60%").report().operations["order"].arrivals == 300

    def test_they_may_all_want_the_same(self) -> None:
        incident = {"id": "bots", "says": "Bots come.", "at": "0 s"}
        said = {"from": "people", "share": "50%", "operation": "edit"}
        run = system(
            {"app": "front", "db": "base"},
            ["people > app", "app > db"],
            operations={
                "view": {"title": "view", "needs": ["compute", "read"], "items": THING},
                "edit": {"title": "edit", "needs": ["compute", "write"], "items": THING},
            },
            streams=("rate: 1/s, mix: {view: 1}",),
            incidents=[{**incident, "bots": said}],
        ).run()
        assert node(run, "db").versions == {0: 10}

    def test_each_stream_of_the_source_has_its_bots(self) -> None:
        incident = {"id": "bots", "says": "Bots come.", "at": "0 s"}
        said = {"from": "people", "share": "50%"}
        made = coming(("rate: 2/s", "rate: 3/s"), incidents=[{**incident, "bots": said}])
        assert node(made.run(), "app").meter.arrivals == 100

    def test_it_is_told(self) -> None:
        run = self.struck("60%").run()
        assert [(each.time, each.what) for each in run.world.happenings] == [(10.0, "bots")]

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ({"from": "nobody", "share": "50%"}, "no traffic from `nobody`"),
            ({"from": "people", "share": "50%", "operation": "oder"}, "no operation `oder`"),
            ({"from": "people", "share": "100%"}, "share"),
            ({"from": "people", "share": "0%"}, "share"),
        ],
    )
    def test_what_cannot_be_is_refused(self, said: dict[str, str], why: str) -> None:
        incident = {"id": "bots", "says": "Bots come.", "at": "0 s", "bots": said}
        with pytest.raises(DocumentError, match=why):
            coming(("rate: 1/s",), incidents=[incident])


class TestFilter:
    BOTH = ("rate: 50/s", "rate: 150/s, bots: true")

    def test_it_catches_bots_and_takes_some_people_for_bots(self) -> None:
        """Of 1,500 bots 90%, and of 500 people .9^20 = 12%; a share p within 4 sqrt(pq/n)."""
        run = coming(self.BOTH, "catches: 90%").run()
        assert bots_of(run, "rejected") / 1500 == pytest.approx(0.9, abs=0.031)
        refused = outcomes(run).count("rejected")
        assert refused / 500 == pytest.approx(0.9**20, abs=0.059)
        assert count(run, "humans-refused") == refused
        assert {j.why for j in journeys(run) if j.outcome == "rejected"} == {
            "wall took it for a bot's"
        }

    def test_a_stricter_one_refuses_the_same_and_more(self) -> None:
        refused = []
        for catches in ("85%", "90%", "95%"):
            run = coming(self.BOTH, f"catches: {catches}").run()
            refused.append({j.number for j in journeys(run) if j.outcome == "rejected"})
        assert refused[0] < refused[1] < refused[2]

    def test_one_that_catches_nobody_refuses_nobody(self) -> None:
        run = coming(self.BOTH, "catches: 0%").run()
        assert outcomes(run) == ["good"] * 500
        assert count(run, "humans-refused") == 0

    def test_who_tries_again_looks_the_same(self) -> None:
        insisting = "rate: 50/s, retry: {times: 2, after: 50 ms}"
        once = coming(("rate: 50/s",), "catches: 90%").run()
        again = coming((insisting,), "catches: 90%").run()
        assert outcomes(once).count("rejected") == outcomes(again).count("rejected")
        assert count(again, "humans-refused") == 3 * count(once, "humans-refused")

    def test_a_look_costs_it_a_little_and_nobody_else_anything(self) -> None:
        run = coming(self.BOTH, "catches: 90%").run()
        wall = node(run, "wall")
        assert wall.reading(20.0).busy == pytest.approx(2000 * 0.001)
        let_in = wall.meter.arrivals - wall.meter.rejected
        assert node(run, "app").meter.arrivals == let_in

    def test_behind_the_work_it_spares_nothing_of_it(self) -> None:
        links = ["people > app", "app > wall", "wall > db"]
        run = coming(self.BOTH, "catches: 90%", links=links).run()
        assert node(run, "app").meter.arrivals == 2000
        assert node(run, "db").meter.arrivals < 1000
        assert count(run, "humans-refused") == outcomes(run).count("rejected")

    def test_it_has_a_line_of_its_own(self) -> None:
        """Looks of 1 ms, 2,000 a second: half of them wait for their turn."""
        run = coming(("rate: 2000/s",), length="1 s").run()
        assert node(run, "wall").queue_max > 900

    def test_its_load_and_what_it_spares_can_be_estimated(self) -> None:
        """Looks of 1 ms; of 150 bots and 50 people a second 15 and 44 pass, of 100 ms each."""
        made = coming(self.BOTH, "catches: 90%")
        busy = estimate(made.level, made.design)
        assert busy["wall"] == pytest.approx(0.2)
        passed = 150 * 0.1 + 50 * (1 - 0.9**20)
        assert busy["app"] == pytest.approx(passed * 0.1 / 100)

    def test_guessing_takes_people_for_bots_as_often(self) -> None:
        assert false_positives(0.9, 1) == 0.9
        assert false_positives(0.9, 50) == pytest.approx(0.005154, rel=1e-3)
        assert false_positives(0.97, 50) == pytest.approx(0.2181, rel=1e-3)
        assert false_positives(0.0, 50) == 0.0
