"""Gates: a limiter that refuses, and a waiting room that lets people in as they came."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.judgement.judge import judge
from tests.simulation.systems import System, count, journeys, node, outcomes, system, visited


def gated(settings: str, needs: str = "[compute]", **more: object) -> System:
    """Three come each second, to a gate in front of an app of 100 ms."""
    said = {"traffic": "rate: 3/s", "length": "5 s", **more}
    nodes = {"gate": f"door, settings: {{{settings}}}", "app": "front", "db": "base"}
    links = ["people > gate", "gate > app", "app > db"]
    return system(nodes, links, needs, **said)  # type: ignore[arg-type]


ROOM = "admits: 1/s, burst: 1, beyond: wait"


class TestLimiter:
    def test_it_lets_in_what_it_says_and_refuses_the_rest(self) -> None:
        """Four a second, one of them let in, and four at once as the bucket was full."""
        run = gated("admits: 1/s, burst: 4", traffic="rate: 4/s", length="10 s").run()
        good = [j.start for j in journeys(run) if j.outcome == "good"]
        assert good[:7] == [0.25, 0.5, 0.75, 1.0, 1.25, 2.25, 3.25]
        assert len(good) == 4 + 9
        refused = [journey for journey in journeys(run) if journey.outcome == "rejected"]
        assert {journey.why for journey in refused} == {"gate lets in 1/s, and no more"}
        assert {journey.charged for journey in refused} == {"gate"}
        assert node(run, "app").meter.arrivals == 13

    def test_who_is_refused_costs_nothing(self) -> None:
        run = gated("admits: 1/s, burst: 1").run()
        assert all(j.end == j.start for j in journeys(run) if j.outcome == "rejected")

    def test_a_quiet_while_fills_the_bucket_and_no_more(self) -> None:
        phases = "phases: [{at: 0 s, rate: 4/s}, {at: 1 s, rate: 0/s}, {at: 60 s, rate: 4/s}]"
        run = gated("admits: 1/s, burst: 2", traffic=phases, length="62 s").run()
        good = [j.start for j in journeys(run) if j.outcome == "good"]
        assert [round(moment, 6) for moment in good if moment > 2] == [60.25, 60.5, 61.25]


class TestWaitingRoom:
    def test_it_lets_them_in_one_by_one_as_they_came(self) -> None:
        run = gated(ROOM).run()
        assert outcomes(run) == ["good"] * 15
        let_in = [v.ended for j in journeys(run) for v in j.visits if v.node == 1]
        gaps = [later - before for before, later in pairwise(let_in)]
        assert gaps == pytest.approx([1.0] * 14)
        came = [j.visits[0].arrived for j in journeys(run)]
        assert came == sorted(came)
        assert visited(run, journeys(run)[0]) == ["gate", "app"]

    def test_the_clock_starts_when_they_are_let_in(self) -> None:
        """Ten seconds of waiting are no latency; what the room itself measures is."""
        made = gated(ROOM, operation="deadline: 1 s", clock="drain: 30 s")
        run = made.run()
        report = judge(made.level, made.design, run)
        order = report.operations["order"]
        assert (order.good, order.late) == (15, 0)
        assert order.latency.mean == pytest.approx(0.1)
        # The k-th comes at k/3 s and is let in at 1/3 + k - 1 s.
        waits = [1 / 3 + k - 1 - k / 3 for k in range(1, 16)]
        assert report.nodes["gate"].wait.mean == pytest.approx(sum(waits) / 15)

    def test_who_loses_patience_leaves_all_the_same(self) -> None:
        run = gated(ROOM, traffic="rate: 3/s, patience: fixed 3 s").run()
        assert outcomes(run).count("abandoned") > 8

    def test_who_is_still_waiting_at_the_end_has_had_no_answer(self) -> None:
        made = gated(ROOM, operation="deadline: 1 s", clock="drain: 0 s")
        order = judge(made.level, made.design, made.run()).operations["order"]
        assert order.good == 5  # at 1/3, 4/3 ... 13/3 s
        assert order.late + order.in_flight == 10

    def test_a_full_room_turns_away(self) -> None:
        """They are let in at 0.33, 1.24, 2.15 s ..."""
        run = gated("admits: 1.1/s, burst: 1, beyond: wait, queue: 2").run()
        by_number = sorted(journeys(run), key=lambda journey: journey.number)
        came = [(round(number / 3, 2), j.outcome) for number, j in enumerate(by_number, start=1)]
        assert came[:8] == [
            (0.33, "good"), (0.67, "good"), (1.0, "good"), (1.33, "good"),
            (1.67, "rejected"), (2.0, "rejected"), (2.33, "good"), (2.67, "rejected"),
        ]  # fmt: skip
        refused = [journey.why for journey in journeys(run) if journey.outcome == "rejected"]
        assert set(refused) == {"the room was full"}

    def test_whether_one_is_measured_is_decided_when_he_comes(self) -> None:
        """Who came before the measuring began and was let in after is not counted at all."""
        made = gated(ROOM, clock="measure_from: 2 s")
        run = made.run()
        order = judge(made.level, made.design, run).operations["order"]
        assert order.arrivals == order.good == 10  # at 2 s, 2 1/3 s ... 5 s
        assert run.conserved

    def test_the_gate_counts_whom_it_let_pass(self) -> None:
        run = gated(ROOM).run()
        meter = node(run, "gate").meter
        assert (meter.arrivals, meter.served, meter.rejected, meter.failed) == (15, 15, 0, 0)

    def test_the_gate_counts_who_failed_behind_it(self) -> None:
        incidents = [{"id": "k", "at": "1 ms", "says": "dies", "kill": {"kind": "front"}}]
        run = gated(ROOM, incidents=incidents).run()
        meter = node(run, "gate").meter
        assert (meter.arrivals, meter.served, meter.rejected, meter.failed) == (15, 0, 0, 15)


class TestSoldOut:
    BUY = "[compute, take]"

    def test_everybody_in_the_room_is_told(self) -> None:
        """Two units; the third buyer is let in at 7/3 s and learns 200 ms later that it is over."""
        run = gated(ROOM, self.BUY, stock=2).run()
        assert (count(run, "sold"), count(run, "sold-out")) == (2, 13)
        ends = sorted(j.end for j in journeys(run) if j.end is not None)
        over = 7 / 3 + 0.2
        assert ends[2:7] == pytest.approx([over] * 5)  # those of 1 s (who learnt it) to 7/3 s
        assert all(end >= over for end in ends[2:])

    def test_nobody_waits_for_the_answer_any_longer(self) -> None:
        run = gated(ROOM, self.BUY, stock=2).run()
        told = [j for j in journeys(run) if j.end == pytest.approx(7 / 3 + 0.2)]
        assert len(told) == 5

    def test_afterwards_it_still_lets_in_one_at_a_time(self) -> None:
        """Emptying the room must not let two in at once."""
        run = gated(ROOM, self.BUY, stock=1, length="30 s").run()
        let_in = sorted(v.arrived for j in journeys(run) for v in j.visits if v.node == 2)
        assert len(let_in) > 20
        assert min(later - before for before, later in pairwise(let_in)) > 0.999

    def test_who_wants_something_else_goes_on_waiting(self) -> None:
        made = gated(
            ROOM,
            "",
            operations={
                "buy": {"title": "buy", "needs": ["compute", "take"]},
                "view": {"title": "view", "needs": ["compute", "read"]},
            },
            streams=("rate: 1/s, mix: {buy: 1}", "rate: 1/s, mix: {view: 1}"),
            stock=1,
            length="20 s",
        )
        run = made.run()
        views = [j for j in journeys(run) if j.operation == "view"]
        assert all("db" in visited(run, journey) for journey in views)
        assert len(views) == count(run, "reads") == 20
        assert count(run, "sold") + count(run, "sold-out") == 20


class TestOwnBuckets:
    """Twenty a second ask for two things; each may be asked for twice a second."""

    def made(self, per: str, **more: Any) -> System:
        said: dict[str, Any] = {
            "traffic": "rate: 20/s",
            "operation": "items: {count: 2, skew: 2}",
            **more,
        }
        return gated(f"admits: 2/s, burst: 1, per: {per}", length="10 s", **said)

    def test_each_item_has_its_own(self) -> None:
        """The first one is asked for 16 times a second, the second one four times.

        With a bucket of one, some of what it would let in is not there at the right time.
        """
        run = self.made("item").run()
        assert 30 <= outcomes(run).count("good") <= 42
        assert 19 <= outcomes(self.made("all").run()).count("good") <= 21

    def test_each_user_has_its_own(self) -> None:
        """Eleven users ask once a second each on average; nobody knows who asks without them."""
        users = "users: {of: user, count: 11, skew: 0}"
        one = gated("admits: 2/s, burst: 1, per: user", traffic=f"rate: 11/s, {users}").run()
        assert outcomes(one).count("good") > 36
        nobody = gated("admits: 2/s, burst: 1, per: user", traffic="rate: 11/s").run()
        assert 9 <= outcomes(nobody).count("good") <= 11

    def test_nobody_waits_in_a_room_of_his_own(self) -> None:
        with pytest.raises(DocumentError, match="stand in one line"):
            gated("beyond: wait, per: item")
