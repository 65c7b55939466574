"""Messages that nobody can work on, that are too old, or that come twice; and who counts them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.ledger import Ledger
from sandbox.simulation.requests import Request
from sandbox.simulation.run import Run
from tests.simulation.systems import System, all_free, count, node, system

KINDS = """
box: {behaviour: dead-letters}
bank: {does: {send: {time: fixed 1 s}}}
hand: {sizes: {one: {slots: 2}}}
"""
WIRES = ["people > app", "app > q", "q > work", "work > mail"]
NEEDS = "[compute, {need: send, deferrable: true}]"


def mailing(settings: str = "", mail: str = "", *, kinds: str = "", **more: Any) -> System:
    """An app that leaves mails of 1 s to a worker with two slots behind a queue."""
    nodes = {
        "app": "front",
        "q": f"post, settings: {{{settings}}}",
        "work": "hand",
        "mail": f"bank, settings: {{{mail}}}",
        **more.pop("nodes", {}),
    }
    said = {"length": "3 s", "clock": "drain: 2 min, frame: 100 ms", **more}
    return system(nodes, said.pop("links", WIRES), NEEDS, kinds=KINDS + kinds, **said)


def poison(messages: int, takes: str = "0 s") -> dict[str, Any]:
    """An incident just before the first message comes."""
    what = {"kind": "post", "messages": messages, "takes": takes}
    return {
        "incidents": ({"id": "x", "says": "nobody can read it", "at": "500 ms", "poison": what},)
    }


class TestPoison:
    def test_it_comes_back_until_it_is_given_up(self) -> None:
        run = mailing("visibility: 5 s, receives: 4", **poison(1)).run()
        assert count(run, "deliveries") == 4 + 2
        assert count(run, "effects") == 2
        assert (count(run, "lost-messages"), node(run, "q").dropped) == (1, 1)
        assert all_free(run)

    def test_dead_letters_keep_it(self) -> None:
        run = mailing(
            "visibility: 5 s, receives: 2",
            nodes={"dead": "box"},
            links=[*WIRES, "q > dead"],
            **poison(2),
        ).run()
        assert (count(run, "lost-messages"), count(run, "dead-letters")) == (0, 2)
        dead = node(run, "dead")
        assert (dead.state(0.0)[0], dead.queue_max) == (2, 2)

    def test_it_holds_a_slot_of_the_worker_while_it_is_tried(self) -> None:
        run = mailing("visibility: 60 s, receives: 1", **poison(2, "8 s")).start()
        run.advance(7.0)
        work = node(run, "work")
        assert (work.slots.free, count(run, "effects")) == (0, 0)
        run.finish()
        assert (work.slots.free, count(run, "effects")) == (2, 1)
        assert work.meter.failed == 2
        assert run.conserved

    def test_a_worker_that_dies_of_it_or_beside_it_is_conserved(self) -> None:
        death = {"id": "y", "says": "dead", "at": "2500 ms", "for": "5 s", "kill": {"kind": "hand"}}
        incidents = (*poison(2, "8 s")["incidents"], death)
        run = mailing("visibility: 60 s, receives: 2", incidents=incidents).run()
        assert all_free(run)
        assert count(run, "effects") == 1

    def test_a_worker_without_slots_tries_it_too(self) -> None:
        kinds = "hand: {sizes: {one: {slots: null}}}"
        run = mailing("visibility: 60 s, receives: 1", kinds=kinds, **poison(1, "8 s")).run()
        assert (count(run, "effects"), node(run, "work").meter.failed) == (2, 1)

    def test_in_steps_it_is_the_same(self) -> None:
        made = mailing("visibility: 5 s, receives: 4", **poison(2, "3 s"))
        steps = made.start()
        for tenth in range(1000):
            steps.advance(tenth / 10)
        assert steps.finish().measured == made.run().measured


class TestTooOld:
    def test_what_is_older_than_it_is_kept_for_is_dropped(self) -> None:
        """Twenty at once; two a second are sent; those whose turn comes later than 3 s are not."""
        run = mailing("keeps: 3 s", traffic="rate: 20/s", length="1 s").run()
        queue = node(run, "q")
        assert (queue.expired, count(run, "expired-messages")) == (12, 12)
        assert (queue.meter.served, queue.meter.failed) == (8, 12)
        assert count(run, "lost-messages") == 0

    def test_by_itself_it_keeps_for_days(self) -> None:
        run = mailing(traffic="rate: 20/s", length="1 s").run()
        assert (node(run, "q").expired, count(run, "effects")) == (0, 20)


class TestThroughARouter:
    """A balancer in front of workers has room for as many messages as all of them together."""

    LINKS = ("people > app", "app > q", "q > lb", "lb > work", "work > mail")

    def run(self, workers: int, **more: Any) -> Run:
        nodes = {"lb": "spread", "work": f"hand, count: {workers}"}
        said: dict[str, Any] = {"traffic": "rate: 50/s", "length": "1 s", **more}
        return mailing(nodes=nodes, links=[*self.LINKS], **said).start()

    @pytest.mark.parametrize("workers", [1, 3])
    def test_all_slots_are_used(self, workers: int) -> None:
        run = self.run(workers)
        run.advance(3.0)
        assert node(run, "mail").state(0.0)[1] == 2 * workers
        assert count(run.finish(), "effects") == 50

    def test_through_a_gate_as_well(self) -> None:
        """One that lets in eight a second is no limit for two slots of 1 s each."""
        links = ["people > app", "app > q", "q > lb", "lb > work", "work > mail"]
        nodes = {"lb": "door, settings: {admits: 8/s, beyond: wait}"}
        run = mailing(nodes=nodes, links=links, traffic="rate: 50/s", length="1 s").start()
        run.advance(3.0)
        assert node(run, "mail").state(0.0)[1] == 2
        assert run.finish().conserved

    def test_a_message_may_wait_at_one_while_another_is_free(self) -> None:
        """Whoever takes messages himself never waits beside a free one: that is what is lost."""
        kinds = "bank: {does: {send: {time: exponential 1 s}}}\n"
        kinds += "spread: {settings: {policy: {default: random}}}"
        waited = 0
        run = self.run(3, kinds=kinds)
        for tenth in range(150):
            run.advance(tenth / 10)
            waited += sum(
                each.slots.waiting
                for each in run.world.instances["work"]
                if isinstance(each, Compute) and each.slots is not None
            )
        assert waited > 0


class TestTwice:
    def test_a_lost_reply_and_another_try_send_it_twice(self) -> None:
        wire = [*WIRES[:-1], "work > mail, timeout: 3 s, retries: 1, backoff: 1 s"]
        said: dict[str, Any] = {"traffic": "rate: 10/s", "length": "10 s", "links": wire}
        said["kinds"] = "hand: {sizes: {one: {slots: 50}}}"
        twice = mailing(mail="lost-replies: 30%", **said).run()
        once = mailing(mail="lost-replies: 30%, idempotency: true", **said).run()
        assert count(twice, "double-effects") > 10
        assert count(once, "double-effects") == 0
        assert count(twice, "effects") - count(twice, "double-effects") == 100
        assert count(once, "effects") == 100

    def test_work_that_takes_longer_than_it_is_hidden(self) -> None:
        run = mailing(
            "visibility: 1 s, receives: 3", kinds="bank: {does: {send: {time: fixed 2 s}}}"
        )
        assert count(run.run(), "double-effects") > 0

    def test_a_key_that_has_been_forgotten_helps_nobody(self) -> None:
        """The second try has its effect 5 s after the first."""
        wire = [*WIRES[:-1], "work > mail, timeout: 4 s, retries: 1, backoff: 1 s, jitter: false"]
        said: dict[str, Any] = {"length": "1 s", "links": wire}
        mail = "idempotency: true, lost-replies: 100%, keeps-keys"
        kept = mailing("receives: 1", f"{mail}: 5100 ms", **said).run()
        forgotten = mailing("receives: 1", f"{mail}: 4900 ms", **said).run()
        assert (count(kept, "double-effects"), count(forgotten, "double-effects")) == (0, 1)


class TestIncidentsOfExternals:
    def test_a_share_of_calls_fails_for_a_while(self) -> None:
        what = {"id": "x", "says": "half fail", "at": "5 s", "for": "5 s",
                "errors": {"kind": "bank", "share": "100%"}}  # fmt: skip
        run = mailing("receives: 1", traffic="rate: 1/s", length="15 s", incidents=(what,)).run()
        assert count(run, "effects") == 10
        assert [each.what for each in run.world.happenings] == ["errors", "no-errors"]

    def test_replies_are_lost_from_a_moment_on(self) -> None:
        """What was done is done; the worker hears nothing, and its slots are gone."""
        what = {"id": "x", "says": "no replies", "at": "5 s", "for": "5 s",
                "replies": {"kind": "bank"}}  # fmt: skip
        wire = [*WIRES[:-1], "work > mail, timeout: 2 s"]
        said: dict[str, Any] = {"traffic": "rate: 1/s", "length": "15 s", "links": wire}
        run = mailing("receives: 1", incidents=(what,), **said).run()
        assert count(run, "effects") == 15
        assert count(run, "lost-messages") == 5
        assert [each.what for each in run.world.happenings] == ["replies", "no-replies"]

    @pytest.mark.parametrize("share", ["0%", "101%"])
    def test_no_share_at_all_is_none(self, share: str) -> None:
        what = {"id": "x", "says": "x", "at": "1 s", "errors": {"kind": "bank", "share": share}}
        with pytest.raises(DocumentError):
            mailing(incidents=(what,))

    def test_poison_has_no_end(self) -> None:
        what = {**poison(1)["incidents"][0], "for": "5 s"}
        with pytest.raises(DocumentError, match="however long"):
            mailing(incidents=(what,))

    def test_poison_comes_to_those_who_take_messages(self) -> None:
        what = {"id": "x", "says": "x", "at": "1 s", "poison": {"kind": "hand"}}
        with pytest.raises(DocumentError, match="cannot happen"):
            mailing(incidents=(what,))


class TestLedger:
    def request(self, number: int, item: int = 0, start: float = 0.0) -> Request:
        return Request(0, number, 0, 0, start, item)

    def test_effects_by_request_and_need(self) -> None:
        ledger = Ledger(None)
        for number, step in [(0, 1), (0, 2), (1, 1), (0, 1), (0, 1)]:
            ledger.effect(self.request(number), step)
        assert (ledger.counts()["effects"], ledger.counts()["double-effects"]) == (5, 2)

    def test_order_is_that_of_the_items(self) -> None:
        ledger = Ledger(None)
        for item, start in [(0, 1.0), (1, 0.5), (0, 3.0), (0, 2.0), (1, 4.0), (0, 3.0)]:
            ledger.effect(self.request(0, item, start), 1)
        assert ledger.counts()["out-of-order"] == 1

    def test_later_is_settled_when_all_its_parts_are(self) -> None:
        ledger = Ledger(None)
        job = self.request(7)
        ledger.put_off(job)
        ledger.put_off(job)
        ledger.done_later(job, 5.0)
        assert ledger.later[job.order].settled == float("inf")
        ledger.done_later(job, 9.0)
        assert ledger.later[job.order].settled == 9.0


def test_dead_letters_stand_behind_those_who_take_messages() -> None:
    with pytest.raises(DocumentError, match="has no messages that it could put aside"):
        mailing(nodes={"dead": "box"}, links=[*WIRES, "app > dead"])


class TestStory:
    def test_what_is_no_wrong_is_told_only_where_somebody_asks(self) -> None:
        said: dict[str, Any] = {"traffic": "rate: 20/s", "length": "5 s"}
        said["kinds"] = "bank: {does: {send: {time: exponential 1 s}}}\n"
        said["kinds"] += "hand: {sizes: {one: {slots: 9}}}"
        slo = {"id": "it", "says": "it", "metric": "count", "of": "out-of-order", "at_most": 0}
        quiet, asked = mailing(**said).report(), mailing(slos=[slo], **said).report()
        assert quiet.ledger["out-of-order"] > 0
        assert not any("asked for later" in event.says for event in quiet.happened)
        assert any("asked for later" in event.says for event in asked.happened)
