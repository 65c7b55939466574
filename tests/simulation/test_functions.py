"""Functions: who finds an idle instance and who waits for a cold one, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.judgement.cost import cost
from sandbox.judgement.estimate import estimate
from tests.simulation.systems import System, journeys, node, outcomes, system

KINDS = """
lambda:
  behaviour: function
  does: {compute: {time: fixed 100 ms, per_million: $2}}
  boot: fixed 2 s
  per_gb_second: $0.00001
  sizes: {one: {price: $0/month, memory: 2 GB}}
  settings: {keeps: {least: 1 s, most: 1 h}}
"""


def function(settings: str = "", traffic: str = "rate: 1/s", **said: Any) -> System:
    """One request a second of 100 ms each, in an instance that needs 2 s to start."""
    nodes = {"code": f"lambda, settings: {{{settings}}}"}
    return system(nodes, ["people > code"], "[compute]", kinds=KINDS, traffic=traffic, **said)


def took(made: System) -> list[float]:
    """How long each request took, in seconds."""
    return [round(j.end - j.start, 6) for j in journeys(made.run()) if j.end is not None]


BURSTS = "phases: [{at: 0 s, rate: 0/s}, {at: 10 s, rate: 10/s}, {at: 11 s, rate: 0/s}, " \
    "{at: 40 s, rate: 10/s}, {at: 41 s, rate: 0/s}]"  # fmt: skip
"""Ten requests from 10 s on, and ten more from 40 s on, 100 ms apart."""


class TestColdStarts:
    def test_whoever_finds_no_idle_instance_waits_for_one_of_his_own(self) -> None:
        """The first is done at 3.1 s; meanwhile two more have come, and then all are warm."""
        made = function()
        assert took(made) == [2.1] * 3 + [0.1] * 7
        assert node(made.run(), "code").cold_starts == 3

    def test_a_burst_is_all_cold_and_the_next_one_is_not(self) -> None:
        made = function(traffic=BURSTS, length="60 s")
        assert took(made) == [2.1] * 10 + [0.1] * 10

    def test_what_is_idle_for_too_long_is_dropped(self) -> None:
        made = function("keeps: 20 s", traffic=BURSTS, length="60 s")
        assert took(made) == [2.1] * 20

    def test_what_is_kept_warm_is_there_from_the_start_and_stays(self) -> None:
        """Of a burst that comes 100 ms apart, all find the few that are warm."""
        made = function("keeps: 20 s, warm: 2", traffic=BURSTS, length="60 s")
        assert took(made) == [0.1] * 20
        rush = function(
            "keeps: 20 s, warm: 2", traffic=BURSTS.replace("10/s", "40/s"), length="60 s"
        )
        assert took(rush).count(0.1) < 80
        assert node(rush.run(), "code").cold_starts > 2

    def test_the_one_used_last_is_taken_first(self) -> None:
        """Many are started; one a second keeps one of them alive, and the others grow old."""
        phases = (
            "phases: [{at: 0 s, rate: 0/s}, {at: 1 s, rate: 10/s}, {at: 2 s, rate: 1/s}, "
            "{at: 40 s, rate: 40/s}, {at: 41 s, rate: 0/s}]"
        )
        kept = took(function(traffic=phases, length="60 s"))
        dropped = took(function("keeps: 20 s", traffic=phases, length="60 s"))
        assert kept[-40:].count(2.1) == 0
        assert dropped[-40:].count(2.1) > 10
        assert dropped[:-40] == kept[:-40]

    def test_cold_starts_are_drawn_by_request(self) -> None:
        kinds = KINDS.replace("fixed 2 s", "lognormal 2 s sigma 0.7")
        nodes = {"code": "lambda"}
        said: dict[str, Any] = {"kinds": kinds, "traffic": BURSTS, "length": "60 s"}
        made = system(nodes, ["people > code"], "[compute]", **said)
        colds = [round(time, 6) for time in took(made)[:10]]
        assert len(set(colds)) == 10
        assert took(made) == took(made)

    def test_the_share_of_cold_starts_is_shown(self) -> None:
        run = function().run()
        shown = [frame.nodes[1].gauge for frame in run.trace.frames]
        assert shown[:6] == [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]

    def test_waiting_for_an_instance_is_waiting(self) -> None:
        run = function().run()
        (visit,) = journeys(run)[0].visits
        assert (visit.arrived, visit.began, visit.ended) == (1.0, 3.0, 3.1)


class TestConcurrency:
    def test_beyond_it_everybody_is_refused(self) -> None:
        run = function("concurrency: 2").run()
        assert outcomes(run) == ["good", "good", "rejected"] + ["good"] * 7
        assert journeys(run)[2].why == "all 2 instances were busy, and no more are allowed"

    def test_no_more_are_kept_warm_than_there_may_be(self) -> None:
        with pytest.raises(DocumentError, match="keeps 5 instances warm, and may have 2"):
            function("concurrency: 2, warm: 5")

    def test_whoever_waits_for_others_keeps_his_instance(self) -> None:
        """The bank takes 1 s, so that at two a second three instances are needed at a time."""
        links = ["people > code", "code > pay"]
        said: dict[str, Any] = {"kinds": KINDS, "traffic": "rate: 2/s"}
        made = system(
            {"code": "lambda, settings: {warm: 3}", "pay": "bank"},
            links,
            "[compute, charge]",
            **said,
        )
        assert set(took(made)) == {1.1}
        refused = system(
            {"code": "lambda, settings: {warm: 2, concurrency: 2}", "pay": "bank"},
            links, "[compute, charge]", **said,
        )  # fmt: skip
        assert "rejected" in outcomes(refused.run())

    def test_what_fails_further_on_gives_its_instance_back(self) -> None:
        links = ["people > code", "code > pay"]
        said: dict[str, Any] = {"kinds": KINDS, "traffic": "rate: 2/s"}
        nodes = {
            "code": "lambda, settings: {concurrency: 3, warm: 3}",
            "pay": "bank, settings: {errors: 100%}",
        }
        run = system(nodes, links, "[compute, charge]", **said).run()
        assert {j.why for j in journeys(run)} == {"pay had an error"}
        assert node(run, "code").busy == 0

    def test_a_queue_hands_it_as_many_messages_as_it_may_have_instances(self) -> None:
        kinds = KINDS + "post: {does: {put: {time: fixed 0 s}}}"
        nodes = {"post": "post", "code": "lambda, settings: {warm: 50, concurrency: 50}"}
        run = system(
            nodes, ["people > post", "post > code"], "[{need: compute, deferrable: true}]",
            kinds=kinds, traffic="rate: 200/s", length="2 s", clock="drain: 10 s",
        ).run()  # fmt: skip
        assert max(frame.nodes[1].queue for frame in run.trace.frames) == 0
        assert node(run, "code").meter.served == node(run, "post").meter.served > 390


class TestCost:
    def parts(self, made: System) -> dict[str, float]:
        return {part.label: round(part.amount, 6) for part in cost(made.level, made.design)}

    def test_it_costs_what_it_is_used_for(self) -> None:
        """A million requests: $2, and 0.1 s x 2 GB each at $10 a million."""
        assert self.parts(function()) == {}
        assert self.parts(function(volume={"order": 1_000_000})) == {
            "code: usage in a month": 2.0 + 2.0
        }

    def test_what_it_waits_for_is_paid_for_too(self) -> None:
        made = system(
            {"code": "lambda", "pay": "bank"}, ["people > code", "code > pay"],
            "[compute, charge]", kinds=KINDS, volume={"order": 1_000_000},
        )  # fmt: skip
        assert self.parts(made) == {"code: usage in a month": 2.0 + 22.0}

    def test_what_is_kept_warm_is_paid_for_used_or_not(self) -> None:
        assert self.parts(function("warm: 4")) == {"code: 4 kept warm": 22.0}


def test_the_estimate_is_of_its_concurrency() -> None:
    made = function("concurrency: 10", traffic="rate: 20/s")
    assert estimate(made.level, made.design)["code"] == pytest.approx(0.2)


def test_slow_days_happen_to_it_and_deaths_do_not() -> None:
    said = {"id": "x", "at": "5.5 s", "says": "x"}
    slow = {**said, "slow": {"kind": "lambda", "times": 5}}
    assert took(function("warm: 1", incidents=[slow])) == [0.1] * 5 + [0.5] * 5
    with pytest.raises(DocumentError, match="`kill` cannot happen to `lambda`"):
        function(incidents=[{**said, "kill": {"kind": "lambda"}}])


def test_one_of_them_is_enough() -> None:
    with pytest.raises(DocumentError, match="too many"):
        system({"code": "function, count: 2"}, ["people > code"], "[compute]", palette=["function"])
