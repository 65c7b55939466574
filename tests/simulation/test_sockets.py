"""Those who watch: who is told, who has to look, and what happens when all come back at once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml

from sandbox.documents.decisions import decided
from sandbox.documents.library import load_design_text, load_level_text
from sandbox.documents.problems import DocumentError
from sandbox.judgement.estimate import estimate
from sandbox.judgement.judge import judge
from sandbox.simulation.behaviours.sockets import Sockets
from sandbox.simulation.run import Run
from tests.simulation.systems import System, count

LEVEL = """
id: board
title: A board
brief: Everybody sees every change.
clock: {length: 60 s, drain: 10 s, frame: 1 s}
operations:
  change: {title: change, needs: [write, {need: push, deferrable: true}], deadline: 5 s}
  look: {title: look, needs: [read], deadline: 5 s}
traffic: [{from: people, arrivals: deterministic, rate: 1/s, mix: {change: 1}}]
watch: {changes: change, looks: look, by: viewers, every: 2 s}
slos: [{id: seen, says: seen, metric: seen, within: 2 s, at_least: 99%}]
kinds:
  crowd: {behaviour: clients, count_most: 10000}
  app: {does: {compute: null}, settings: {discipline: {choices: [fifo]}}}
  base:
    behaviour: store
    does: {write: {time: fixed 10 ms}, read: {time: fixed 1 ms}}
    sizes: {one: {price: $1/month, vcpu: 100}}
  live:
    behaviour: sockets
    does: {push: {time: fixed 10 ms}, tell: {time: fixed 1 ms}, connect: {time: fixed 5 ms}}
    sizes: {one: {price: $1/month, vcpu: 1}}
palette: [app, base, live, balancer]
nodes: [{id: people, kind: users}, {id: viewers, kind: crowd, count: 100}]
"""
TOLD = ["people > app", "app > db", "app > live", "viewers > live"]
LOOKS = ["people > app", "app > db", "app > live", "viewers > app"]


def board(
    links: list[str] = TOLD, settings: str = "", live: str = "", size: str = "", **more: Any
) -> System:
    """People change something once a second, and a hundred watch."""
    document = {**yaml.safe_load(LEVEL), **more}
    if size:
        document["kinds"]["live"]["sizes"]["one"] |= yaml.safe_load(f"{{{size}}}")
    level = load_level_text(json.dumps(document))
    ends = [each.split(", ", 1) for each in links]
    design = {
        "level": "board",
        "nodes": [
            {"id": "app", "kind": "app"},
            {"id": "db", "kind": "base"},
            {"id": "lb", "kind": "balancer"},
            {"id": "live", "kind": "live", "settings": yaml.safe_load(f"{{{settings}}}")}
            | yaml.safe_load(f"{{{live}}}"),
        ],
        "links": [
            dict(zip(("from", "to"), each[0].split(" > "), strict=True))
            | yaml.safe_load(f"{{{each[1] if len(each) > 1 else ''}}}")
            for each in ends
        ],
    }
    return System(level, load_design_text(json.dumps(design), level))


def delays(run: Run) -> list[float]:
    """How long after a change was made somebody saw it, over all changes and all who saw it."""
    watching = run.world.ledger.watching
    assert watching is not None
    return sorted(
        round(max(0.0, moment - made), 6)
        for version, made in watching.made.items()
        for moment in watching.seen_by.get(version, ())
    )


def gateways(run: Run) -> list[Sockets]:
    return [each for each in run.world.nodes if isinstance(each, Sockets)]


def dying(at: str = "20 s", lasts: str = "1 s") -> dict[str, Any]:
    death = {"id": "x", "says": "restart", "at": at, "for": lasts, "kill": {"kind": "live"}}
    return {"incidents": [death]}


class TestBeingTold:
    def test_one_after_the_other_at_a_millisecond_each(self) -> None:
        """Made when the push is taken; then each of the hundred in turn."""
        run = board(settings="gather: 0 s").run()
        assert len(delays(run)) == 60 * 100
        assert delays(run)[:60] == [0.001] * 60
        assert delays(run)[-60:] == [0.1] * 60

    def test_changes_are_gathered_into_one_message(self) -> None:
        """Within 2.5 s come three changes: a third of the messages, and up to 2.6 s."""
        run = board(settings="gather: 2500 ms").run()
        assert len(delays(run)) == 60 * 100
        assert delays(run)[-1] == pytest.approx(2.6)
        assert count(run, "wake-ups") == 20 * 100

    def test_two_processors_share_them(self) -> None:
        run = board(settings="gather: 0 s", size="vcpu: 2").run()
        assert delays(run)[-1] == pytest.approx(0.05)

    def test_two_gateways_share_the_clients(self) -> None:
        run = board(settings="gather: 0 s", live="count: 2").run()
        assert [len(each.connected) for each in gateways(run)] == [50, 50]
        assert delays(run)[-1] == pytest.approx(0.05)

    def test_a_balancer_is_no_obstacle(self) -> None:
        links = [*TOLD[:-1], "viewers > lb", "lb > live"]
        assert len(delays(board(links).run())) == 60 * 100

    def test_nobody_looks_then(self) -> None:
        run = board().run()
        look = next(each for each in run.world.operations if each.name == "look")
        assert look.meter.arrivals == 0

    def test_a_message_is_half_a_round_trip_under_way(self) -> None:
        kinds = yaml.safe_load(LEVEL)["kinds"]
        kinds["crowd"]["distance"] = "fixed 400 ms"
        run = board(settings="gather: 0 s", kinds=kinds).run()
        assert (delays(run)[0], delays(run)[-1]) == (0.201, 0.3)

    def test_its_load_can_be_estimated(self) -> None:
        made = board(settings="gather: 0 s")
        assert estimate(made.level, made.design)["live"] == pytest.approx(0.01 + 0.1)

    def test_who_finds_no_room_sees_nothing(self) -> None:
        made = board(size="slots: 60")
        run = made.run()
        assert len(delays(run)) == 60 * 60
        assert judge(made.level, made.design, run).slos[0].measured == pytest.approx(0.6)


class TestLooking:
    def test_each_looks_every_so_often(self) -> None:
        """A hundred every 2 s; what was changed is seen after 0 to 2 s, and 1 ms for the answer."""
        made = board(LOOKS)
        run = made.run()
        look = next(each for each in run.world.operations if each.name == "look")
        assert look.meter.arrivals == 100 * 60 // 2
        assert 0.9 < sum(delays(run)) / len(delays(run)) < 1.1
        assert delays(run)[-1] <= 2.002

    def test_as_often_as_the_wire_says(self) -> None:
        run = board([*LOOKS[:-1], "viewers > app, every: 500 ms"]).run()
        assert delays(run)[-1] <= 0.502
        assert count(run, "wake-ups") == 100 * 60 * 2

    def test_the_service_level_is_about_everybody_and_every_change(self) -> None:
        often = board([*LOOKS[:-1], "viewers > app, every: 1500 ms"])
        seldom = board([*LOOKS[:-1], "viewers > app, every: 4 s"])
        assert often.report().slos[0].measured == 1.0
        assert seldom.report().slos[0].measured == pytest.approx(0.5, abs=0.05)
        assert not seldom.report().passed

    def test_the_level_is_decided_once(self) -> None:
        made = board(LOOKS)
        level = decided(made.level, made.design)
        assert len(level.traffic) == 2
        assert decided(level, made.design) is level


class TestComingBack:
    def test_all_are_back_when_their_handshakes_are_done(self) -> None:
        """A hundred of 5 ms each, all at once, at 21 s."""
        run = board(settings="reconnect: 0 s", **dying()).start()
        run.advance(20.5)
        (gateway,) = gateways(run)
        assert not gateway.connected
        run.advance(21.2)
        assert 38 <= len(gateway.connected) <= 40
        run.advance(21.6)
        assert len(gateway.connected) == 100
        assert run.finish().conserved

    def test_or_by_and_by(self) -> None:
        run = board(settings="reconnect: 10 s", **dying()).start()
        run.advance(26.0)
        (gateway,) = gateways(run)
        assert abs(len(gateway.connected) - 50) < 4 * 5
        run.advance(31.5)
        assert len(gateway.connected) == 100

    def test_they_see_what_they_missed_when_they_are_back(self) -> None:
        run = board(settings="gather: 0 s", **dying(lasts="5 s")).run()
        assert len(delays(run)) == (60 - 5) * 100  # changes fail while nobody is there to push them
        assert delays(run)[-1] < 1.0

    def test_handshakes_that_take_too_long_are_done_for_nobody(self) -> None:
        """A thousand need 5 s, and each waits 2 s for his own: they never get in."""
        made = board(settings="patience: 2 s", **dying())
        nodes = tuple(
            each.model_copy(update={"count": 1000}) if each.id == "viewers" else each
            for each in made.level.nodes
        )
        made = replace(made, level=made.level.model_copy(update={"nodes": nodes}))
        run = made.start()
        run.advance(55.0)
        (gateway,) = gateways(run)
        assert len(gateway.connected) < 700
        assert gateway.handshakes > 3000

    def test_to_another_gateway_if_there_is_one(self) -> None:
        run = board(live="count: 2", **dying(lasts="30 s")).start()
        run.advance(25.0)
        assert sorted(len(each.connected) for each in gateways(run)) == [0, 100]

    def test_in_steps_it_is_the_same(self) -> None:
        made = board(settings="reconnect: 5 s, gather: 300 ms", live="count: 2", **dying())
        steps = made.start()
        for tenth in range(700):
            steps.advance(tenth / 10)
        assert delays(steps.finish()) == delays(made.run())


class TestDocuments:
    @pytest.mark.parametrize(
        ("watch", "says"),
        [
            ({"changes": "nothing"}, "there is no operation `nothing`"),
            ({"changes": "look"}, "`look` does not `write` anything"),
            ({"by": "nobody"}, "there is no clients node `nobody`"),
            ({"every": "1 ms"}, "out of bounds"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, watch: dict[str, str], says: str) -> None:
        right = yaml.safe_load(LEVEL)["watch"]
        with pytest.raises(DocumentError, match=says):
            board(watch={**right, **watch})

    def test_it_is_one_thing(self) -> None:
        operations = yaml.safe_load(LEVEL)["operations"]
        operations["look"]["items"] = {"count": 2}
        with pytest.raises(DocumentError, match="more than one thing"):
            board(operations=operations)

    def test_who_does_not_watch_does_not_look_every_so_often(self) -> None:
        with pytest.raises(DocumentError, match="`app` does not watch"):
            board(["people > app", "app > db, every: 2 s", "app > live", "viewers > live"])

    def test_it_comes_to_an_end(self) -> None:
        operations = yaml.safe_load(LEVEL)["operations"]
        operations["look"].pop("deadline")
        with pytest.raises(DocumentError, match="never stop"):
            board(operations=operations, clock={"length": "60 s"})

    def test_without_anybody_who_watches_nothing_is_seen(self) -> None:
        with pytest.raises(DocumentError, match="nobody watches"):
            board(watch=None)
