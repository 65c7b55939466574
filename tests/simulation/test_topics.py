"""Topics: who gets a copy, who waits for whom, and what becomes of copies nobody took."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.judgement.estimate import estimate
from sandbox.simulation.run import Run
from tests.simulation.systems import System, all_free, count, ends, node, outcomes, system

KINDS = """
news: {behaviour: topic}
box: {behaviour: dead-letters}
one: {behaviour: compute, does: {mail: {time: fixed 1 s}}}
two: {behaviour: compute, does: {index: {time: fixed 3 s}}}
"""
NEEDS = """
[compute, {parallel: [{need: mail, deferrable: true}, {need: index, deferrable: true}]}]
"""
WIRES = ["people > app", "app > topic", "topic > mailer", "topic > indexer"]
QUEUES = ["people > app", "app > topic", "topic > q1", "topic > q2", "q1 > mailer", "q2 > indexer"]
DEATH = ({"id": "x", "says": "dead", "at": "900 ms", "for": "20 s", "kill": {"kind": "two"}},)


def published(
    settings: str = "", links: list[str] = WIRES, needs: str = NEEDS, **more: Any
) -> System:
    """An app that publishes to a topic; one subscriber takes 1 s for it, another 3 s."""
    nodes = {
        "app": "front",
        "topic": f"news, settings: {{{settings}}}",
        "mailer": "one",
        "indexer": "two",
        **more.pop("nodes", {}),
    }
    said = {"length": "3 s", "clock": "drain: 60 s, frame: 100 ms", **more}
    return system(nodes, links, needs, kinds=KINDS, **said)


def served(run: Run) -> tuple[int, int]:
    """How many each of the two subscribers has done."""
    return node(run, "mailer").meter.served, node(run, "indexer").meter.served


class TestCopies:
    def test_everybody_gets_one_and_the_client_waits_for_none(self) -> None:
        run = published().run()
        assert ends(run) == [1.1, 2.1, 3.1]
        assert outcomes(run) == ["good"] * 3
        assert served(run) == (3, 3)
        assert all_free(run)

    def test_the_app_calls_once(self) -> None:
        """Without a topic it calls everybody who wants to know, and waits for them."""
        apart = ["people > app", "app > mailer", "app > indexer"]
        with_topic, without = published().run(), published(links=apart).run()
        assert node(with_topic, "topic").meter.arrivals == 3
        assert ends(without)[0] == pytest.approx(1.1 + 3)

    def test_each_may_have_a_queue_of_its_own(self) -> None:
        run = published(links=QUEUES, nodes={"q1": "post", "q2": "post"}).run()
        assert ends(run) == [1.1, 2.1, 3.1]
        assert served(run) == (3, 3)
        assert node(run, "q1").meter.served == 3

    def test_it_is_settled_when_the_last_has_done_its_part(self) -> None:
        run = published().run()
        assert [round(each.settled, 6) for each in run.world.ledger.later.values()] == [
            4.1, 7.1, 10.1,
        ]  # fmt: skip

    def test_so_it_is_behind_queues(self) -> None:
        run = published(links=QUEUES, nodes={"q1": "post", "q2": "post"}).run()
        assert {each.parts for each in run.world.ledger.later.values()} == {0}
        assert max(each.settled for each in run.world.ledger.later.values()) >= 10.1

    def test_one_subscriber_is_enough(self) -> None:
        needs = "[compute, {need: mail, deferrable: true}]"
        run = published(needs=needs, links=WIRES[:3]).run()
        assert ends(run) == [1.1, 2.1, 3.1]
        assert served(run) == (3, 0)

    def test_who_may_not_be_late_is_not_published_to(self) -> None:
        needs = "[compute, {parallel: [mail, {need: index, deferrable: true}]}]"
        run = published(needs=needs).run()
        assert set(outcomes(run)) == {"failed"}

    def test_a_branch_that_nobody_can_do_fails_it(self) -> None:
        run = published(links=WIRES[:3]).run()
        assert set(outcomes(run)) == {"failed"}

    def test_what_comes_after_goes_on_with_the_app(self) -> None:
        needs = NEEDS.strip()[:-1] + ", {need: write, deferrable: true}]"
        made = published(needs=needs, links=[*WIRES, "app > db"], nodes={"db": "base"})
        run = made.run()
        assert node(run, "db").versions == {0: 3}
        assert served(run) == (3, 3)

    def test_its_load_can_be_estimated(self) -> None:
        made = published(links=QUEUES, nodes={"q1": "post", "q2": "post"})
        busy = estimate(made.level, made.design)
        assert busy["indexer"] == pytest.approx(3.0)
        assert busy["mailer"] == pytest.approx(1.0)


class TestSubscribersThatAreAway:
    def test_it_tries_again_and_then_the_copy_is_lost(self) -> None:
        run = published("tries: 3, pause: 1 s", incidents=DEATH).run()
        assert served(run) == (3, 0)
        assert (count(run, "lost-messages"), node(run, "topic").dropped) == (3, 3)
        assert count(run, "deliveries") == 3 + 9
        assert outcomes(run) == ["good"] * 3
        assert run.conserved

    def test_long_enough_and_it_is_not(self) -> None:
        run = published("tries: 100, pause: 1 s", incidents=DEATH).run()
        assert served(run) == (3, 3)
        assert count(run, "lost-messages") == 0

    def test_a_queue_of_its_own_waits_for_it(self) -> None:
        nodes = {"q1": "post", "q2": "post"}
        run = published("tries: 1", links=QUEUES, nodes=nodes, incidents=DEATH).run()
        assert served(run) == (3, 3)
        assert count(run, "lost-messages") == 0

    def test_dead_letters_keep_its_copies(self) -> None:
        links = [*WIRES, "topic > dead"]
        run = published("tries: 1", links=links, nodes={"dead": "box"}, incidents=DEATH).run()
        assert (count(run, "lost-messages"), count(run, "dead-letters")) == (0, 3)
