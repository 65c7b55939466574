"""Queues: who is answered at once, who works on what in which order, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.judgement.judge import judge
from sandbox.simulation.behaviours.queue import Queue
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
)

WIRES = ["people > app", "app > q", "q > work", "work > pay"]
NEEDS = "[compute, {need: charge, deferrable: true}]"


def queued(
    settings: str = "", pay: str = "", slots: int = 1, links: list[str] = WIRES, **more: Any
) -> System:
    """An app that leaves payments of 1 s to a worker behind a queue."""
    nodes = {
        "app": "front",
        "q": f"post, settings: {{{settings}}}",
        "work": "hand",
        "pay": f"bank, settings: {{{pay}}}",
        **more.pop("nodes", {}),
    }
    kinds = f"hand: {{sizes: {{one: {{slots: {slots}}}}}}}\n" + more.pop("kinds", "")
    said = {"length": "3 s", "clock": "drain: 60 s, frame: 100 ms", **more}
    return system(nodes, links, said.pop("needs", NEEDS), kinds=kinds, **said)


def came(run: Run, name: str) -> list[float]:
    """The ends of the frames in which somebody came to a node, once for each who did."""
    at = run.trace.header.nodes.index(name)
    return [
        round(frame.time, 6) for frame in run.trace.frames for _ in range(frame.nodes[at].arrivals)
    ]


def paid(run: Run) -> list[int]:
    """The orders in the order in which they were paid for the first time."""
    return [order for order, known in run.world.ledger.orders.items() if known.charges]


class TestTakingIn:
    def test_the_client_is_answered_when_the_queue_has_it(self) -> None:
        run = queued().run()
        assert ends(run) == [1.1, 2.1, 3.1]
        assert sum(known.charges for known in run.world.ledger.orders.values()) == 3

    def test_what_it_takes_to_take_it_in_is_waited_for(self) -> None:
        kinds = "post: {does: {put: {time: fixed 30 ms}}}"
        assert ends(queued(kinds=kinds).run()) == [1.13, 2.13, 3.13]

    def test_without_a_queue_it_is_done_at_once(self) -> None:
        """Whoever may wait need not."""
        run = system({"app": "front", "pay": "bank"}, ["people > app", "app > pay"], NEEDS).run()
        assert ends(run)[:2] == [2.1, 3.1]

    def test_it_takes_in_only_what_may_be_done_later(self) -> None:
        run = queued(needs="[compute, charge]").run()
        assert {journey.why for journey in journeys(run)} == {"nobody can `charge`"}

    def test_what_comes_after_is_done_later_too(self) -> None:
        needs = "[compute, {need: charge, deferrable: true}, {need: write, deferrable: true}]"
        made = queued(needs=needs, links=[*WIRES, "work > db"], nodes={"db": "base"})
        run = made.run()
        assert ends(run) == [1.1, 2.1, 3.1]
        assert node(run, "db").versions == {0: 3}

    def test_more_than_it_has_room_for_is_refused(self) -> None:
        """Four a second, of 900 ms each: one is taken, two wait, and then there is no room."""
        kinds = "bank: {does: {charge: {time: fixed 900 ms}}}"
        run = queued("queue: 2", kinds=kinds, traffic="rate: 4/s", length="1500 ms").run()
        assert outcomes(run) == ["good"] * 3 + ["rejected", "good", "rejected"]
        assert {j.charged for j in journeys(run) if j.outcome == "rejected"} == {"q"}

    def test_a_message_that_nobody_could_finish_is_not_taken_in(self) -> None:
        """The worker can pay, and has no wire to where it would write."""
        needs = "[compute, {need: charge, deferrable: true}, {need: write, deferrable: true}]"
        run = queued(needs=needs).run()
        assert {(j.outcome, j.why) for j in journeys(run)} == {("failed", "nobody can `write`")}
        assert node(run, "pay").meter.arrivals == 0


class TestHandingOut:
    def test_first_in_first_out(self) -> None:
        run = queued(traffic="rate: 20/s", length="1 s").run()
        assert paid(run) == list(range(20))
        assert came(run, "pay")[:3] == [0.2, 1.2, 2.2]

    @pytest.mark.parametrize("slots", [1, 3, 7])
    def test_a_worker_takes_as_many_as_it_has_slots(self, slots: int) -> None:
        run = queued(slots=slots, traffic="rate: 50/s", length="1 s").start()
        most = 0
        for tenth in range(150):
            run.advance(tenth / 10 + 0.05)
            most = max(most, node(run, "pay").state(0.0)[1])
            assert node(run, "work").slots.waiting == 0
        assert most == slots
        assert run.finish().conserved

    def test_several_workers_take_turns(self) -> None:
        run = queued(nodes={"work": "hand, count: 3"}, traffic="rate: 3/s", length="10 s").run()
        served = [each.meter.served for each in run.world.instances["work"]]
        assert served == [10, 10, 10]

    def test_it_says_how_old_the_oldest_is(self) -> None:
        """One is worked on from 0.15 s on; the next one waits since 0.2 s."""
        run = queued(traffic="rate: 20/s", length="500 ms").start()
        run.advance(1.0)
        assert node(run, "q").gauge == pytest.approx(1.0 - 0.2)
        run.finish()
        assert node(run, "q").gauge == 0.0

    def test_what_sets_out_for_a_worker_is_counted_on_the_wire(self) -> None:
        run = queued().run()
        at = run.trace.header.links.index(("q", "work"))
        assert sum(frame.links[at] for frame in run.trace.frames) == 3

    def test_two_kinds_of_work_for_two_workers_need_two_queues(self) -> None:
        made = queued(
            nodes={"other": "hand", "db": "base"},
            links=[*WIRES, "q > other", "other > db"],
            needs="",
            operations={
                "pay": {"title": "pay", "needs": ["compute", {"need": "charge",
                                                              "deferrable": True}]},
                "note": {"title": "note", "needs": ["compute", {"need": "write",
                                                                "deferrable": True}]},
            },
            streams=("rate: 1/s, mix: {pay: 1, note: 1}",),
        )  # fmt: skip
        with pytest.raises(DocumentError, match="not everybody behind it can do `write`"):
            made.start()


class TestComingBack:
    def test_what_failed_is_handed_out_again_after_a_while(self) -> None:
        """Handed out at 1.1 s, failed at 2.1 s, and handed out again 5 s after the first time."""
        run = queued("visibility: 5 s, receives: 3", pay="errors: 100%", length="1 s").run()
        assert came(run, "pay") == [1.1, 6.1, 11.1]
        assert count(run, "deliveries") == 3

    def test_so_is_what_takes_too_long_even_if_somebody_has_it(self) -> None:
        """The payment takes 5 s, and after 2 s the next worker has it: it is paid three times."""
        kinds = "bank: {does: {charge: {time: fixed 5 s}}}"
        settings = "visibility: 2 s, receives: 3"
        run = queued(settings, slots=9, kinds=kinds, length="1 s", stock=1).run()
        assert came(run, "pay") == [1.1, 3.1, 5.1]
        assert count(run, "double-charges") == 2

    def test_idempotency_makes_that_harmless(self) -> None:
        kinds = "bank: {does: {charge: {time: fixed 5 s}}}"
        settings, pay = "visibility: 2 s, receives: 3", "idempotency: true"
        run = queued(settings, pay, slots=9, kinds=kinds, length="1 s", stock=1).run()
        assert count(run, "deliveries") == 3
        assert (count(run, "double-charges"), len(paid(run))) == (0, 1)

    def test_after_so_many_deliveries_it_is_put_aside(self) -> None:
        run = queued("visibility: 1 s, receives: 4", pay="errors: 100%").run()
        queue = node(run, "q")
        assert (count(run, "deliveries"), queue.dropped) == (12, 3)
        assert (queue.meter.served, queue.meter.failed) == (0, 3)
        assert queue.state(0.0)[:2] == (0, 0)

    def test_at_most_once_it_is_forgotten(self) -> None:
        settings = "visibility: 1 s, delivery: at-most-once"
        run = queued(settings, pay="errors: 100%").run()
        assert (count(run, "deliveries"), node(run, "q").dropped) == (3, 3)

    def test_at_most_once_nothing_is_done_twice(self) -> None:
        kinds = "bank: {does: {charge: {time: fixed 5 s}}}"
        settings = "visibility: 2 s, delivery: at-most-once"
        run = queued(settings, slots=9, kinds=kinds, stock=1).run()
        assert (count(run, "deliveries"), count(run, "double-charges")) == (3, 0)

    def test_in_the_end_at_least_once_loses_none_of_many(self) -> None:
        """Half of all tries fail, and each has luck of its own: 10 tries, and 1 in 1024 is lost."""
        said: dict[str, Any] = {
            "pay": "errors: 50%",
            "traffic": "rate: 10/s",
            "length": "20 s",
            "slots": 50,
        }
        said["clock"] = "drain: 5 min"
        often = queued("visibility: 1 s, receives: 10", **said).run()
        once = queued("delivery: at-most-once", **said).run()
        assert node(often, "q").dropped <= 3
        assert abs(node(once, "q").dropped - 100) < 4 * (200 * 0.25) ** 0.5
        tries = count(often, "deliveries")
        assert abs(tries - 400) < 4 * (200 * 2) ** 0.5  # geometric: mean and variance are 2

    def test_the_link_of_a_worker_tries_again_so_often_and_not_squared(self) -> None:
        """The wire to the worker has a timeout and retries of its own."""
        links = [*WIRES[:2], "q > work, retries: 2, timeout: 3 s", "work > pay"]
        settings = "visibility: 1 min, receives: 1"
        run = queued(settings, pay="errors: 100%", links=links, length="1 s").run()
        assert (count(run, "deliveries"), count(run, "attempts")) == (1, 2)
        assert node(run, "pay").meter.arrivals == 3

    @pytest.mark.parametrize("delivery", ["at-least-once", "at-most-once"])
    def test_the_shorter_of_two_timeouts_counts(self, delivery: str) -> None:
        """Hidden for a minute, and the wire to the worker gives up after two seconds."""
        links = [*WIRES[:2], "q > work, timeout: 2 s", "work > pay"]
        kinds = "bank: {does: {charge: {time: fixed 5 s}}}"
        settings = f"visibility: 1 min, receives: 1, delivery: {delivery}"
        run = queued(settings, links=links, kinds=kinds, length="1 s").start()
        run.advance(3.05)
        assert node(run, "q").meter.failed == 0
        run.advance(3.15)
        assert node(run, "q").meter.failed == 1

    def test_a_backlog_that_is_refused_at_once_is_no_trouble(self) -> None:
        """A thousand wait for a worker that is back, and for a payment that takes one a second."""
        made = queued(
            "visibility: 1 min",
            slots=2,
            kinds="bank: {sizes: {one: {price: $1/month, quota: 1/s}}}",
            traffic="rate: 500/s",
            clock="drain: 1 s, frame: 1 s",
            incidents=[
                {"id": "k", "at": "1 ms", "for": "2500 ms", "says": "x", "kill": {"kind": "hand"}}
            ],
        )
        run = made.run()
        assert count(run, "deliveries") > 1_000
        assert node(run, "pay").meter.rejected > 1_000

    def test_a_slot_is_free_when_the_worker_is_done_and_not_before(self) -> None:
        """Work of 5 s, hidden for 2 s: it is seen again, and nobody is there to take it."""
        kinds = "bank: {does: {charge: {time: fixed 5 s}}}"
        settings = "visibility: 2 s, receives: 2"
        run = queued(settings, kinds=kinds, length="2 s", stock=5).run()
        # The first is seen again at 3.1 s, behind the second (of 2.1 s), which has its turn at
        # 6.1 s and is seen again at 8.1 s; then each of them is worked on once more.
        assert came(run, "pay") == [1.1, 6.1, 11.1, 16.1]
        assert count(run, "double-charges") == 2
        assert count(run, "deliveries") == 4

    def test_a_reply_that_never_comes_takes_a_slot_for_ever(self) -> None:
        """The queue gives the message up, but the worker waits on."""
        run = queued("visibility: 2 s", pay="lost-replies: 100%", slots=2).run()
        assert count(run, "deliveries") == 2
        assert node(run, "q").state(0.0)[0] == 3


class TestWorkersThatDie:
    def made(self, lasts: str, slots: int = 2, **more: Any) -> System:
        incidents = [
            {"id": "k", "at": "1500 ms", "for": lasts, "says": "dies", "kill": {"kind": "hand"}}
        ]
        return queued("visibility: 4 s", slots=slots, incidents=incidents, **more)

    def test_its_messages_come_back(self) -> None:
        """The first was handed out at 1.1 s and is seen again at 5.1 s."""
        run = self.made("1 s", length="2 s").run()
        assert came(run, "pay") == [1.1, 2.5, 5.1]
        assert sorted(paid(run)) == [0, 1]
        assert all_free(run)

    def test_who_is_down_is_given_nothing(self) -> None:
        made = self.made("10 s", nodes={"work": "hand, count: 2"}, length="20 s")
        run = made.run()
        dead = next(each for each in run.world.instances["work"] if each.epoch)
        assert dead.meter.rejected == 0
        assert len(paid(run)) == 20

    def test_it_goes_on_when_it_is_back_though_nobody_comes(self) -> None:
        """Idle when it died: what came while it was away waits for it, and for nothing else."""
        incidents = [
            {"id": "k", "at": "500 ms", "for": "9 s", "says": "dies", "kill": {"kind": "hand"}}
        ]
        run = queued(incidents=incidents).run()
        assert ends(run) == [1.1, 2.1, 3.1]
        assert came(run, "pay") == [9.5, 10.5, 11.5]

    def test_at_most_once_they_are_gone(self) -> None:
        incidents = [
            {"id": "k", "at": "1500 ms", "for": "1 s", "says": "dies", "kill": {"kind": "hand"}}
        ]
        settings = "delivery: at-most-once"
        run = queued(settings, slots=2, incidents=incidents, length="2 s", stock=5).run()
        assert node(run, "q").dropped == 1


def test_the_report_counts_messages() -> None:
    made = queued("receives: 1", pay="errors: 100%", traffic="rate: 4/s")
    run = made.run()
    result = judge(made.level, made.design, run).nodes["q"]
    assert (result.arrivals, result.served, result.failed) == (12, 0, 12)
    assert isinstance(node(run, "q"), Queue)
    assert result.queue_max >= 5
