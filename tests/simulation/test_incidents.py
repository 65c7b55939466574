"""What strikes whatever was built: a spike, a quota. (Deaths have tests of their own.)"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.simulation.systems import System, journeys, node, outcomes, system


def spiked(requests: int = 20, at: str = "4 s", over: str = "2 s", **more: Any) -> System:
    """One request a second, and twenty more from 4 s to 6 s."""
    incident = {
        "id": "coach", "at": at, "says": "a coach arrived",
        "spike": {"from": "people", "requests": requests, "operation": "order", "over": over},
    }  # fmt: skip
    links = ["people > app"]
    return system({"app": "front"}, links, "[compute]", incidents=[incident], **more)


class TestSpike:
    def test_it_brings_exactly_its_requests_evenly_spread(self) -> None:
        run = spiked().run()
        extra = [j.start for j in journeys(run) if j.stream == 1]
        assert len(extra) == 20
        assert (extra[0], extra[-1]) == (4.05, 5.95)
        gaps = [later - before for before, later in pairwise(extra)]
        assert gaps == pytest.approx([0.1] * 19)
        assert run.world.operations[0].meter.arrivals == 30
        assert run.world.expected == 30

    def test_all_at_once(self) -> None:
        run = spiked(over="0 s").run()
        assert [j.start for j in journeys(run) if j.stream == 1] == [4.0] * 20

    def test_everybody_else_comes_as_without_it(self) -> None:
        """The same moments, the same work, the same patience."""
        said: dict[str, Any] = {
            "traffic": "arrivals: poisson, rate: 2/s, patience: exponential 100 ms",
            "kinds": "front: {does: {compute: {time: exponential 100 ms}}}",
            "length": "30 s",
        }
        calm = system({"app": "front"}, ["people > app"], "[compute]", **said).run(5)
        rush = spiked(**said).run(5)
        mine = [
            [(j.start, j.end, j.outcome) for j in journeys(run) if j.stream == 0]
            for run in (calm, rush)
        ]
        assert mine[0] == mine[1]
        assert len({j.end - j.start for j in journeys(rush) if j.stream == 1 and j.end}) > 10

    def test_they_are_people_like_the_others(self) -> None:
        """As patient as those of the stream that they come with."""
        kinds = "front: {does: {compute: {time: fixed 3 s}}}"
        run = spiked(traffic="rate: 1/s, patience: fixed 2 s", kinds=kinds).run()
        assert set(outcomes(run)) == {"abandoned"}

    def test_what_struck_is_told(self) -> None:
        run = spiked().run()
        assert [(e.time, e.says) for e in run.world.happenings] == [(4.0, "a coach arrived")]
        told = [(frame.time, e.says) for frame in run.trace.frames for e in frame.happenings]
        assert told == [(4.0, "a coach arrived")]


class TestQuota:
    def made(self, **more: Any) -> System:
        """Ten payments a second; from 3 s on two are taken, for 4 s."""
        incident = {
            "id": "quota", "at": "3 s", "says": "payments take 2/s",
            "quota": {"kind": "bank", "rate": "2/s"}, **more,
        }  # fmt: skip
        return system(
            {"app": "front", "pay": "bank"},
            ["people > app", "app > pay"],
            "[compute, charge]",
            traffic="rate: 10/s",
            incidents=[incident],
        )

    def good(self, made: System, start: float, end: float) -> int:
        return sum(
            j.outcome == "good" and start <= round(j.start + 0.1, 6) < end
            for j in journeys(made.run())
        )

    def test_from_then_on_it_takes_so_much(self) -> None:
        made = self.made()
        assert self.good(made, 0.0, 3.0) == 28  # at 0.2, 0.3 ... 2.9 s
        assert self.good(made, 3.0, 10.05) == 2 + 14  # a full bucket, and two a second
        assert node(made.run(), "pay").quota.rate == 2.0

    def test_until_it_is_over(self) -> None:
        made = self.made(**{"for": "4 s"})
        assert self.good(made, 3.0, 6.95) == 2 + 7
        assert self.good(made, 7.0, 10.15) == 32
        run = made.run()
        assert node(run, "pay").quota is None
        assert [(e.time, e.says) for e in run.world.happenings] == [
            (3.0, "payments take 2/s"),
            (7.0, "pay takes as much as before"),
        ]

    def test_where_nobody_pays_nothing_happens(self) -> None:
        incident = {"id": "q", "at": "3 s", "says": "x", "quota": {"kind": "bank", "rate": "1/s"}}
        made = system({"app": "front"}, ["people > app"], "[compute]", incidents=[incident])
        assert outcomes(made.run()) == ["good"] * 10
