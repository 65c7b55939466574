"""Load shedders: a limit to what is under way, given or found."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.behaviours.shedder import FIRST, LESS
from sandbox.simulation.run import Run
from tests.simulation.systems import journeys, node, outcomes, system

KINDS = """
door: {behaviour: shedder}
front: {sizes: {one: {vcpu: VCPU}}}
"""
LINKS = ["people > door", "door > app"]


def shed(settings: str, traffic: str, vcpu: int = 1, **more: Any) -> Run:
    """An app that takes 100 ms for each on its processors: ten a second on each."""
    nodes = {"door": f"door, settings: {{{settings}}}", "app": "front"}
    kinds = KINDS.replace("VCPU", str(vcpu))
    return system(nodes, LINKS, "[compute]", kinds=kinds, traffic=traffic, **more).run()


class TestLimit:
    def test_what_would_wait_is_refused_at_once(self) -> None:
        """Twenty a second, ten can be done; two under way: nobody waits longer than 100 ms."""
        run = shed("at-once: 2", "rate: 20/s")
        assert outcomes(run).count("good") == pytest.approx(101, abs=1)
        assert all(j.end == j.start for j in journeys(run) if j.outcome == "rejected")
        assert node(run, "app").queue_max == 1
        why = {journey.why for journey in journeys(run) if journey.outcome == "rejected"}
        assert why == {"door had 2 under way, and lets in no more"}

    def test_where_there_is_room_nobody_is_refused(self) -> None:
        assert outcomes(shed("at-once: 2", "rate: 9/s")) == ["good"] * 90

    def test_too_low_a_limit_leaves_the_app_without_work(self) -> None:
        run = shed("at-once: 1", "rate: 20/s", vcpu=2)
        assert node(run, "app").reading(10.0).busy == pytest.approx(9.5, abs=0.6)  # of 20
        assert outcomes(run).count("rejected") > 90

    def test_nobody_can_be_let_in_at_all_is_refused(self) -> None:
        with pytest.raises(DocumentError, match="at least 1"):
            shed("at-once: 0", "rate: 1/s")


class TestTarget:
    """The limit is found: answers within 300 ms, of a server that does ten a second."""

    FOUND = "at-once: 1000, target: 300 ms"

    def test_it_finds_a_limit_that_holds_the_target(self) -> None:
        run = shed(self.FOUND, "rate: 20/s", length="120 s")
        assert 1 <= node(run, "door").limit < 6
        late = [
            journey
            for journey in journeys(run)
            if journey.outcome == "good" and journey.start > 60
            if journey.end is not None and journey.end - journey.start > 0.5
        ]
        assert not late
        assert node(run, "app").reading(120.0).busy > 110

    def test_it_lets_more_in_where_more_can_be_done(self) -> None:
        """Ten times the processors, and the same traffic: in the end nobody is refused."""
        run = shed(self.FOUND, "rate: 20/s", vcpu=10, length="60 s")
        assert outcomes(run) == ["good"] * 1200
        assert node(run, "door").limit == pytest.approx((FIRST**2 + 2 * 1200) ** 0.5, abs=0.5)

    def test_it_is_lowered_at_most_once_within_the_target(self) -> None:
        """Twenty of fifty get in at once: from the fourth on all are too slow, until 2.1 s."""
        phases = "phases: [{at: 0 s, rate: 500/s}, {at: 100 ms, rate: 0/s}]"
        run = shed("at-once: 1000, target: 300 ms", phases, length="6 s")
        assert FIRST * LESS**7 <= node(run, "door").limit <= FIRST * LESS**5

    def test_what_fails_behind_it_lowers_it_too(self) -> None:
        dead = {"id": "dead", "says": "It dies.", "at": "5 s", "kill": {"kind": "front"}}
        run = shed("at-once: 50, target: 1 s", "rate: 20/s", vcpu=10, incidents=[dead])
        assert node(run, "door").limit < FIRST
