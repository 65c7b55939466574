"""Schedulers: when a job begins, what becomes of one that meets the last, and of one missed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.documents.check import kinds_to_add
from sandbox.documents.decisions import decided
from sandbox.documents.library import load_level_text
from sandbox.documents.problems import DocumentError
from sandbox.judgement.estimate import estimate
from sandbox.simulation.run import Run
from tests.simulation.systems import System, count, node, system

KINDS = """
clock: {behaviour: scheduler, settings: {starts: {choices: [report, nothing], default: report}}}
mill:
  behaviour: compute
  does: {grind: {time: fixed 3 s}}
  sizes: {one: {price: $1/month, vcpu: 9}}
"""
OPERATIONS = {
    "order": {"title": "order", "needs": ["compute"]},
    "report": {"title": "report", "needs": ["grind"]},
}
DOWN = ({"id": "x", "says": "down", "at": "25 s", "for": "20 s", "kill": {"kind": "clock"}},)


def scheduled(settings: str = "", grind: str = "3 s", **more: Any) -> System:
    """Besides the orders of people, a report every so often."""
    kinds = f"{KINDS}\n{more.pop('kinds', '')}"
    mill = more.pop("mill", "mill")
    nodes = {"app": "front", "cron": f"clock, settings: {{{settings}}}", "mill": mill}
    said: dict[str, Any] = {"operations": {**OPERATIONS}, "length": "61 s", **more}
    said["operations"]["report"] = {"title": "report", "needs": [{"need": "grind", "time": grind}]}
    links = said.pop("links", ["people > app", "cron > mill"])
    return system(nodes, links, kinds=kinds, **{"clock": "drain: 60 s", **said})


def begun(run: Run) -> list[float]:
    """When each run began."""
    return sorted(
        round(visit.arrived, 6)
        for journey in run.trace.journeys
        if journey.operation == "report"
        for visit in journey.visits
    )


class TestTicks:
    def test_one_every_so_often(self) -> None:
        run = scheduled("every: 10 s").run()
        assert begun(run) == [10, 20, 30, 40, 50, 60]
        report = next(each for each in run.world.operations if each.name == "report")
        assert report.meter.counts["good"] == 6

    def test_it_changes_nothing_for_the_others(self) -> None:
        traffic = "arrivals: poisson, rate: 5/s"
        kinds = "front: {does: {compute: {time: exponential 100 ms}}}"
        alone = scheduled("every: 61 s", traffic=traffic, kinds=kinds).run()
        both = scheduled("every: 1 s", traffic=traffic, kinds=kinds).run()
        one, other = (node(run, "app").meter for run in (alone, both))
        assert (one.arrivals, one.service) == (other.arrivals, other.service)

    def test_the_level_is_decided_once(self) -> None:
        made = scheduled("every: 10 s")
        level = decided(made.level, made.design)
        assert len(level.traffic) == 2
        assert decided(level, made.design) is level

    def test_its_load_can_be_estimated(self) -> None:
        made = scheduled("every: 10 s")
        assert estimate(made.level, made.design)["mill"] == pytest.approx(3.0 / 10 / 9)

    def test_a_board_without_one_starts_nothing(self) -> None:
        made = system({"app": "front"}, ["people > app"], kinds=KINDS, operations=OPERATIONS)
        assert len(decided(made.level, made.design).traffic) == 1
        assert made.run().conserved

    def test_without_a_way_its_jobs_fail(self) -> None:
        run = scheduled("every: 10 s", links=["people > app"]).run()
        reports = [each for each in run.trace.journeys if each.operation == "report"]
        assert {each.why for each in reports} == {"nobody can `grind`"}


class TestRunsThatMeetTheNext:
    """A report takes 25 s and is due every 10 s."""

    def test_they_go_on_side_by_side(self) -> None:
        run = scheduled("every: 10 s, overlap: allow", "25 s").run()
        assert begun(run) == [10, 20, 30, 40, 50, 60]
        assert node(run, "cron").most_running == 3
        assert (count(run, "overlapping-runs"), count(run, "missed-runs")) == (5, 0)

    def test_or_are_left_out(self) -> None:
        run = scheduled("every: 10 s, overlap: skip", "25 s").run()
        assert begun(run) == [10, 40]
        assert node(run, "cron").most_running == 1
        assert (count(run, "overlapping-runs"), count(run, "missed-runs")) == (0, 4)

    def test_or_one_waits(self) -> None:
        """Due at 20, begun at 35; due at 40, begun at 60; the one due at 60 begins at 85."""
        run = scheduled("every: 10 s, overlap: wait", "25 s").run()
        assert begun(run) == [10, 35, 60, 85]
        assert (count(run, "overlapping-runs"), count(run, "missed-runs")) == (0, 2)

    def test_who_has_waited_is_measured_from_when_he_was_due(self) -> None:
        run = scheduled("every: 10 s, overlap: wait", "25 s").run()
        reports = [each for each in run.trace.journeys if each.operation == "report"]
        assert sorted(each.start for each in reports) == [10, 20, 40, 60]


class TestWhenItIsDown:
    """It is down from 25 s to 45 s: the runs due at 30 s and 40 s."""

    def test_they_are_missed(self) -> None:
        run = scheduled("every: 10 s", incidents=DOWN).run()
        assert begun(run) == [10, 20, 50, 60]
        assert count(run, "missed-runs") == 2

    def test_one_of_them_is_made_up_for(self) -> None:
        run = scheduled("every: 10 s, catch-up: true", incidents=DOWN).run()
        assert begun(run) == [10, 20, 45, 50, 60]
        assert count(run, "missed-runs") == 1

    def test_what_had_begun_goes_on(self) -> None:
        run = scheduled("every: 10 s", "8 s", incidents=DOWN).run()
        assert node(run, "mill").meter.served == 4
        assert run.conserved

    def test_what_waits_is_missed_too(self) -> None:
        """Due at 20 s, it waits for the first one, which is done at 35 s."""
        run = scheduled("every: 10 s, overlap: wait", "25 s", incidents=DOWN).run()
        assert begun(run) == [10, 50, 75]
        assert count(run, "missed-runs") == 3

    def test_it_goes_down_with_its_zone(self) -> None:
        dark = {"id": "x", "says": "dark", "at": "25 s", "for": "20 s", "zone": {"zone": "a"}}
        zones = {"a": {"title": "A"}, "b": {"title": "B"}}
        run = scheduled("every: 10 s", incidents=[dark], zones=zones, mill="mill, zones: [b]").run()
        assert [round(each) for each in begun(run)] == [10, 20, 50, 60]
        assert count(run, "missed-runs") == 2

    def test_in_steps_it_is_the_same(self) -> None:
        made = scheduled("every: 10 s, overlap: wait, catch-up: true", "25 s", incidents=DOWN)
        steps = made.start()
        for tenth in range(1300):
            steps.advance(tenth / 10)
        assert begun(steps.finish()) == begun(made.run())


class TestDocuments:
    def test_what_there_is_not_cannot_be_started(self) -> None:
        with pytest.raises(DocumentError, match="no such operation"):
            scheduled("starts: nothing")

    @pytest.mark.parametrize(
        "setting", ["every: 0 s", "every: never", "overlap: perhaps", "starts: order"]
    )
    def test_what_makes_no_sense_is_refused(self, setting: str) -> None:
        with pytest.raises(DocumentError):
            scheduled(setting)

    def test_nobody_sends_anything_to_it(self) -> None:
        with pytest.raises(DocumentError, match="only asks"):
            scheduled(links=["people > app", "app > cron", "cron > mill"])

    def test_it_is_offered_only_where_it_has_something_to_start(self) -> None:
        document = {
            "id": "small",
            "title": "Small",
            "brief": "x",
            "clock": {"length": "1 min"},
            "operations": {"order": {"title": "order", "needs": ["compute"]}},
            "traffic": [{"from": "people", "rate": "1/s", "mix": {"order": 1}}],
            "nodes": [{"id": "people", "kind": "users"}],
        }
        assert "cron" not in kinds_to_add(load_level_text(json.dumps(document)))
        job = {"title": "job", "needs": ["compute"]}
        document["operations"] = {"order": job, "job": job}
        assert "cron" in kinds_to_add(load_level_text(json.dumps(document)))
