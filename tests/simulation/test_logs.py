"""Logs: what keeps its order, how much is done at once, and what holds up what."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.run import Run
from tests.simulation.systems import System, all_free, count, node, system

KINDS = """
box: {behaviour: dead-letters}
bank: {behaviour: external, does: {send: {time: fixed 1 s}}}
hand: {sizes: {one: {slots: 20}}}
"""
WIRES = ["people > app", "app > log", "log > work", "work > mail"]
KEYS = "items: {count: 1000, skew: 0}"


def logged(
    settings: str = "",
    mail: str = "",
    work: str = "",
    *,
    partitions: int = 4,
    kinds: str = "",
    **more: Any,
) -> System:
    """An app that leaves mails of 1 s to a worker behind a log."""
    nodes = {
        "app": "front",
        "log": f"record, settings: {{{settings}}}",
        "work": f"hand{work}",
        "mail": f"bank, settings: {{{mail}}}",
        **more.pop("nodes", {}),
    }
    said = {"length": "5 s", "clock": "drain: 5 min", "operation": KEYS, **more}
    links = said.pop("links", WIRES)
    needs = "[compute, {need: send, deferrable: true}]"
    size = f"{{one: {{price: $1/month, slots: {partitions}}}}}"
    kinds = f"{KINDS}\nrecord: {{behaviour: log, sizes: {size}}}\n{kinds}"
    return system(nodes, links, needs, kinds=kinds, **said)


def most_at_once(run: Run) -> int:
    """The most mails that were being sent at once, looked at often."""
    most = 0
    for hundredth in range(3000):
        run.advance(hundredth / 100 + 0.005)
        most = max(most, node(run, "mail").state(0.0)[1])
    return most


class TestOrder:
    def test_it_is_kept_for_each_item(self) -> None:
        """Times vary, several work at once, and half of all tries fail."""
        kinds = "bank: {does: {send: {time: exponential 200 ms}}}"
        said: dict[str, Any] = {"traffic": "rate: 20/s", "mail": "errors: 30%", "kinds": kinds}
        said["operation"] = "items: {count: 10, skew: 0}"
        run = logged("tries: 100, pause: 100 ms", work=", count: 2", **said).run()
        assert count(run, "effects") == 100
        assert count(run, "out-of-order") == 0

    def test_a_queue_with_several_consumers_loses_it(self) -> None:
        said: dict[str, Any] = {"nodes": {"log": "post"}, "traffic": "rate: 20/s"}
        said["kinds"] = "bank: {does: {send: {time: exponential 200 ms}}}"
        run = logged(operation="items: {count: 10, skew: 0}", **said).run()
        assert count(run, "effects") == 100
        assert count(run, "out-of-order") > 10

    def test_what_is_about_no_item_goes_round(self) -> None:
        """Four at once, although all are about the same."""
        made = logged(traffic="rate: 20/s", operation="")
        assert most_at_once(made.start()) == 4


class TestThroughput:
    @pytest.mark.parametrize("partitions", [1, 3, 8])
    def test_no_more_at_once_than_partitions(self, partitions: int) -> None:
        made = logged(partitions=partitions, traffic="rate: 40/s")
        assert most_at_once(made.start()) == partitions

    def test_no_more_at_once_than_slots(self) -> None:
        kinds = "hand: {sizes: {one: {slots: 2}}}"
        made = logged(partitions=8, kinds=kinds, traffic="rate: 40/s")
        assert most_at_once(made.start()) == 2

    def test_a_consumer_without_a_partition_does_nothing(self) -> None:
        run = logged(partitions=2, work=", count: 3", traffic="rate: 20/s").run()
        served = [each.meter.served for each in run.world.instances["work"]]
        assert served[2] == 0
        assert sum(served) == 100
        assert all(served[:2])

    def test_all_is_worked_off_and_nobody_holds_anything(self) -> None:
        run = logged(traffic="rate: 20/s").run()
        log = node(run, "log")
        assert (log.meter.served, log.state(0.0)[:2], log.gauge) == (100, (0, 0), 0.0)
        assert all_free(run)
        assert log.queue_max > 50


class TestWhatNobodyCanWorkOn:
    POISON = ({"id": "x", "says": "a message nobody can read", "at": "1 s",
               "poison": {"kind": "record"}},)  # fmt: skip

    def test_it_holds_up_its_partition_until_it_is_given_up(self) -> None:
        """Tried at once, after 5 s and after 10 s; the others of this partition come then."""
        run = logged(
            "tries: 3, pause: 5 s", partitions=1, traffic="rate: 1/s", incidents=self.POISON
        ).start()
        run.advance(9.0)
        log = node(run, "log")
        assert log.state(0.0)[0] == 4
        run.finish()
        assert count(run, "deliveries") == 3 + 4
        assert (log.meter.served, log.meter.failed, log.dropped) == (4, 1, 1)
        assert (count(run, "lost-messages"), count(run, "dead-letters")) == (1, 0)
        assert run.conserved

    def test_or_for_ever(self) -> None:
        run = logged(
            "tries: 3, beyond: block", partitions=1, traffic="rate: 1/s", incidents=self.POISON
        ).run()
        log = node(run, "log")
        assert (log.meter.served, log.state(0.0)[0]) == (0, 5)
        assert [each.what for each in run.world.happenings] == ["poison", "stuck"]

    def test_a_run_without_end_ends_all_the_same(self) -> None:
        made = logged(
            "tries: 3, beyond: block", partitions=1, incidents=self.POISON, clock="frame: 1 s"
        )
        assert made.run().lane.now < 60

    def test_the_others_go_on(self) -> None:
        """Only what shares its partition waits."""
        run = logged("beyond: block", traffic="rate: 20/s", incidents=self.POISON).run()
        log = node(run, "log")
        stuck = [len(each.messages) for each in log.partitions if each.stuck]
        assert len(stuck) == 1
        assert log.meter.served == 100 - stuck[0]

    def test_dead_letters_keep_it(self) -> None:
        run = logged(
            "tries: 2",
            partitions=1,
            traffic="rate: 1/s",
            incidents=self.POISON,
            nodes={"dead": "box"},
            links=[*WIRES, "log > dead"],
        ).run()
        assert (count(run, "lost-messages"), count(run, "dead-letters")) == (0, 1)
        assert node(run, "dead").state(0.0)[0] == 1


class TestConsumersThatDie:
    def dying(self, settings: str = "", lasts: str = "20 s", count: int = 2) -> System:
        death = {"id": "x", "says": "dead", "at": "2 s", "for": lasts, "kill": {"kind": "hand"}}
        more: dict[str, Any] = {"work": f", count: {count}", "incidents": [death]}
        return logged(settings, traffic="rate: 4/s", length="10 s", **more)

    def test_nobody_begins_anything_until_the_partitions_are_shared_anew(self) -> None:
        run = self.dying("rebalance: 5 s").start()
        run.advance(4.0)
        sent = count(run, "effects")
        run.advance(6.9)
        assert count(run, "effects") == sent
        run.advance(12.0)
        assert count(run, "effects") > sent + 10
        assert run.finish().conserved

    def test_it_loses_nothing_and_what_was_under_way_is_done_again(self) -> None:
        run = self.dying().run()
        assert node(run, "log").meter.served == 40
        assert count(run, "lost-messages") == 0
        assert [each.what for each in run.world.happenings] == [
            "died", "shared-anew", "back", "shared-anew",
        ]  # fmt: skip

    def test_with_nobody_left_it_waits_for_one_to_be_back(self) -> None:
        run = self.dying(count=1).start()
        run.advance(21.9)
        assert node(run, "log").state(0.0)[0] > 30
        assert node(run.finish(), "log").meter.served == 40

    def test_in_steps_it_is_the_same(self) -> None:
        steps = self.dying().start()
        for tenth in range(3200):
            steps.advance(tenth / 10)
        at_once = self.dying().run()
        assert steps.world.ledger.counts() == at_once.world.ledger.counts()
        assert steps.finish().measured == at_once.measured


def test_two_kinds_of_work_need_two_logs() -> None:
    needs = [{"need": "send", "deferrable": True}]
    note = [{"need": "write", "deferrable": True}]
    made = logged(
        nodes={"other": "hand", "db": "base"},
        links=[*WIRES, "log > other", "other > db"],
        operations={
            "order": {"title": "order", "needs": ["compute", *needs]},
            "note": {"title": "note", "needs": ["compute", *note]},
        },
        streams=("rate: 1/s, mix: {order: 1, note: 1}",),
    )
    with pytest.raises(DocumentError, match="not everybody behind it can do `write`"):
        made.start()


@pytest.mark.parametrize("setting", ["tries: 0", "beyond: wait", "pause: 1 h"])
def test_what_makes_no_sense_is_refused(setting: str) -> None:
    with pytest.raises(DocumentError):
        logged(setting)
