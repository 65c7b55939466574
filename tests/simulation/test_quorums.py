"""Quorum stores: how many copies must answer, and what those miss that are away."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from sandbox.documents.kinds import merged
from sandbox.simulation.run import Run
from tests.simulation.systems import System, count, ends, journeys, node, outcomes, system, visited

KINDS = """
ring:
  behaviour: quorum
  does:
    route: {time: fixed 1 ms}
    read: {time: fixed 100 ms}
    write: {time: fixed 200 ms}
    apply: {time: fixed 0 s}
  sizes: {one: {price: $1/month, vcpu: 100}}
"""
THING = {"of": "thing", "count": 1}
OPERATIONS = {
    "view": {"title": "view", "needs": ["read"], "items": THING},
    "edit": {"title": "edit", "needs": ["write"], "items": THING},
}


def ring(settings: str = "", count: int = 3, kinds: str = "{}", **more: Any) -> System:
    """People who read ten times a second, and write once, in a quorum store."""
    streams = ("rate: 10/s, mix: {view: 1}", "rate: 1/s, mix: {edit: 1}")
    return system(
        {"db": f"ring, count: {count}, settings: {{{settings}}}"},
        ["people > db"],
        kinds=yaml.safe_dump(merged(yaml.safe_load(KINDS), {"ring": yaml.safe_load(kinds)})),
        operations=more.pop("operations", OPERATIONS),
        **{"length": "20 s", "streams": streams, **more},
    )


def kill(number: int, at: str, lasts: str = "") -> dict[str, Any]:
    said = {"id": f"k{number}", "at": at, "says": "dies", "kill": {"kind": "ring"}}
    return {**said, "for": lasts} if lasts else said


def asked(run: Run, operation: str) -> list[int]:
    """How many copies had done their part when each request was answered."""
    return [len(visited(run, j)) for j in journeys(run) if j.operation == operation]


def during(run: Run, operation: str, start: float, end: float) -> set[str]:
    """What became of the requests that were asked in some time."""
    return {j.outcome for j in journeys(run) if j.operation == operation and start <= j.start < end}


@pytest.mark.parametrize(
    ("reads", "copies", "number"),
    [("one", 3, 1), ("quorum", 3, 2), ("all", 3, 3), ("quorum", 5, 3), ("quorum", 4, 3)],
)
def test_reads_ask_as_many_as_are_needed(reads: str, copies: int, number: int) -> None:
    run = ring(f"reads: {reads}", copies).run()
    assert set(asked(run, "view")) == {number}
    assert set(asked(run, "edit")) == {copies}


def test_or_all_of_them() -> None:
    assert set(asked(ring("reads: one, asks: all").run(), "view")) == {3}


def test_reads_are_shared_out_among_the_copies() -> None:
    run = ring("reads: one", operations={"order": OPERATIONS["view"]},
               streams=("rate: 50/s",)).run()  # fmt: skip
    at = [sum(frame.nodes[1 + copy].arrivals for frame in run.trace.frames) for copy in range(3)]
    assert sum(at) == 1000
    assert all(each == pytest.approx(333, abs=4 * (1000 * 2 / 9) ** 0.5) for each in at)


SLOW = "sizes: {one: {vcpu: 1}}"


@pytest.mark.parametrize(("writes", "seconds"), [("one", 0.2), ("quorum", 0.3), ("all", 0.7)])
def test_a_write_is_acknowledged_when_so_many_have_it(writes: str, seconds: float) -> None:
    """One copy has 100 ms of work before it, one 500 ms, and one has none."""
    made = ring(f"writes: {writes}", operations={"order": OPERATIONS["edit"]},
                streams=("rate: 1/s",), length="2 s", kinds=SLOW)  # fmt: skip
    run = made.start()
    run.advance(0.9)
    for copy, busy in zip(run.world.instances["db"], (0.1, 0.5, 0.0), strict=True):
        copy.cpu.book(0.101 + busy)  # type: ignore[attr-defined]
    run.finish()
    assert ends(run)[0] == pytest.approx(1.001 + seconds, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("writes", "reads", "is_stale"),
    [
        ("one", "one", True),
        ("one", "quorum", True),
        ("quorum", "quorum", False),
        ("all", "one", False),
        ("one", "all", False),
    ],
)
def test_reads_are_stale_unless_every_two_quorums_meet(
    writes: str, reads: str, is_stale: bool, seed: int
) -> None:
    kinds = "does: {write: {time: exponential 300 ms}, read: {time: fixed 1 ms}}"
    made = ring(f"writes: {writes}, reads: {reads}", 3, kinds, length="40 s")
    run = made.run(seed)
    assert count(run, "reads") == 400
    assert (count(run, "stale-reads") > 0) == is_stale


class TestDeaths:
    def test_one_of_three_is_not_missed(self) -> None:
        run = ring(incidents=[kill(1, "5 s", "5 s")]).run()
        assert during(run, "view", 5, 10) == during(run, "edit", 5, 10) == {"good"}
        assert count(run, "stale-reads") == 0

    def test_two_of_three_are_a_lost_quorum(self) -> None:
        made = ring(incidents=[kill(1, "5050 ms", "5 s"), kill(2, "6050 ms", "5 s")])
        run = made.run()
        assert during(run, "view", 6.05, 10) == during(run, "edit", 6.05, 10) == {"rejected"}
        assert during(run, "view", 10.05, 20) == during(run, "edit", 10.05, 20) == {"good"}
        (why,) = {j.why for j in journeys(run) if j.outcome == "rejected"}
        assert why == "the quorum was lost: 2 copies were needed, and 1 there"
        assert count(run, "stale-reads") == 0

    def test_whoever_needs_one_goes_on(self) -> None:
        incidents = [kill(1, "5050 ms", "5 s"), kill(2, "6050 ms", "5 s")]
        run = ring("reads: one, writes: one", incidents=incidents).run()
        lost = [j for j in journeys(run) if j.outcome != "good"]
        assert {j.outcome for j in lost} <= {"failed"}
        assert all(4.9 < j.start < 5.05 or 5.9 < j.start < 6.05 for j in lost)  # under way then

    @pytest.mark.parametrize("handoff", [True, False])
    def test_what_it_missed_is_told_to_it_or_not(self, handoff: bool) -> None:
        """One write while it is away, and none after it is back."""
        made = ring(
            f"reads: one, handoff: {str(handoff).lower()}",
            streams=("rate: 10/s, mix: {view: 1}", "rate: 0.125/s, mix: {edit: 1}"),
            incidents=[kill(1, "5 s", "5 s")],
            length="15 s",
        )
        run = made.run()
        versions = sorted(copy.versions.get(0, 0) for copy in run.world.instances["db"])  # type: ignore[attr-defined]
        stale = count(run, "stale-reads")
        if handoff:
            assert (versions, stale) == ([1, 1, 1], 0)
        else:
            assert versions == [0, 1, 1]
            assert 5 < stale < 30  # a third of fifty reads

    def test_telling_takes_time(self) -> None:
        """Four writes about one thing are one version to tell; it takes 2 s to apply."""
        kinds = "does: {apply: {time: fixed 2 s}}"
        run = ring(kinds=kinds, incidents=[kill(1, "5 s", "4 s")]).start()
        run.advance(8.9)
        dead = next(c for c in run.world.instances["db"] if not c.is_up)
        assert dead.gauge == 1
        before = dead.versions[0]  # type: ignore[attr-defined]
        run.advance(9.2)
        assert dead.gauge == 1
        assert dead.versions[0] == before  # type: ignore[attr-defined]
        run.finish()
        assert run.conserved
        assert dead.gauge == 0

    def test_what_was_under_way_to_it_is_told_later(self) -> None:
        """A write is at all three, 100 ms before it is done, when one dies."""
        made = ring(operations={"order": OPERATIONS["edit"]}, streams=("rate: 1/s",),
                    length="1500 ms", clock="drain: 10 s",
                    incidents=[kill(1, "1100 ms", "2 s")])  # fmt: skip
        run = made.run()
        assert outcomes(run) == ["good"]
        copies = run.world.instances["db"]
        assert {copy.versions[0] for copy in copies} == {1}  # type: ignore[attr-defined]

    def test_a_write_that_too_few_survive_is_not_acknowledged(self) -> None:
        made = ring(operations={"order": OPERATIONS["edit"]}, streams=("rate: 1/s",),
                    length="1500 ms", clock="drain: 10 s",
                    incidents=[kill(1, "1100 ms", "2 s"), kill(2, "1110 ms", "2 s")])  # fmt: skip
        run = made.run()
        assert outcomes(run) == ["failed"]
        assert run.world.ledger.acknowledged == {}

    @pytest.mark.parametrize(("writes", "lost"), [("one", 1), ("quorum", 0)])
    def test_what_only_a_dead_copy_has_is_lost(self, writes: str, lost: int) -> None:
        """Two copies have no room for the first of two writes; the third one has it, and dies."""
        made = ring(f"writes: {writes}, queue: 0", operations={"order": OPERATIONS["edit"]},
                    streams=("rate: 1/s",), length="1500 ms", kinds=SLOW,
                    clock="drain: 10 s", incidents=[kill(1, "1400 ms")])  # fmt: skip
        for seed in range(20):
            run = made.start(seed)
            run.advance(0.9)
            for copy in run.world.instances["db"][1:]:
                copy.cpu.book(0.2)  # type: ignore[attr-defined]
            run.finish()
            assert run.conserved
            if not node(run, "db").is_up:
                break
        assert outcomes(run) == ["good" if lost else "rejected"]
        assert count(run, "lost-writes") == lost


def test_needs_of_one_operation_are_rounds_of_their_own() -> None:
    both = {"title": "both", "needs": ["read", "write"], "items": THING}
    run = ring("writes: all", operations={"order": both}, streams=("rate: 1/s",)).run()
    assert ends(run)[0] == pytest.approx(1.301, abs=1e-6)
    assert set(asked(run, "order")) == {5}
    assert {c.versions[0] for c in run.world.instances["db"]} == {20}  # type: ignore[attr-defined]


def test_a_busy_copy_drops_what_it_has_no_room_for_and_stays_behind() -> None:
    """Only while its line is full; nobody tells it, since it was there all the time."""
    made = ring("writes: one, queue: 0", operations={"order": OPERATIONS["edit"]},
                streams=("rate: 1/s",), length="2 s", kinds=SLOW)  # fmt: skip
    run = made.start()
    run.advance(1.9)
    node(run, "db").cpu.book(0.5)
    run.finish()
    assert outcomes(run) == ["good", "good"]
    assert [c.versions[0] for c in run.world.instances["db"]] == [1, 2, 2]  # type: ignore[attr-defined]


@pytest.mark.parametrize("settings", ["", "reads: one, asks: all, writes: one"])
def test_steps_of_any_size_give_the_same(settings: str) -> None:
    kinds = "does: {write: {time: exponential 200 ms}, read: {time: exponential 100 ms}}"
    made = ring(settings, 3, kinds, incidents=[kill(1, "5 s", "5 s")])
    whole, steps = made.run(3), made.start(3)
    for step in range(1, 400):
        steps.advance(step * 0.0713)
    steps.finish()
    assert steps.trace.frames == whole.trace.frames
    assert steps.trace.journeys == whole.trace.journeys


class TestZones:
    """Two servers in two zones, each with its people, and a copy in each of three zones."""

    def made(self, settings: str = "") -> System:
        cut = {"zone": "east", "from": ["mid", "west"]}
        rates = [f"rate: 10/s, mix: {{view-{side}: 1}}" for side in ("here", "there")]
        rates += [f"rate: 1/s, mix: {{edit-{side}: 1}}" for side in ("here", "there")]
        sides = {
            f"{name}-{side}": OPERATIONS[name]
            for name in ("view", "edit")
            for side in ("here", "there")
        }
        zones = ("east", "mid", "west")
        return system(
            {
                "app-here": "front, zones: [east]",
                "app-there": "front, zones: [west]",
                "db": f"ring, count: 3, zones: [east, mid, west], settings: {{{settings}}}",
            },
            [
                *(f"people > app-{s}, carries: [view-{s}, edit-{s}]" for s in ("here", "there")),
                *(f"app-{side} > db" for side in ("here", "there")),
            ],
            kinds=KINDS,
            operations=sides,
            streams=tuple(rates),
            length="20 s",
            clock="drain: 10 s",
            zones={zone: {"title": zone} for zone in zones},
            distances={"zones": "fixed 10 ms"},
            incidents=[{"id": "cut", "at": "5050 ms", "for": "5 s", "says": "x", "partition": cut}],
        )

    def of(self, run: Run, stream: int, start: float, end: float) -> set[str]:
        return {j.outcome for j in journeys(run) if j.stream == stream and start < j.start < end}

    def test_those_near_enough_are_fast(self) -> None:
        run = self.made("reads: all").run()
        (near,) = {round(j.end - j.start, 6) for j in journeys(run)[:5] if j.end is not None}
        assert near == pytest.approx(0.111)
        run = self.made("reads: one, asks: all").run()
        first = next(j for j in journeys(run) if j.end is not None and j.operation == "view-here")
        assert first.end is not None
        assert first.end - first.start == pytest.approx(0.101)

    def test_the_smaller_side_refuses_and_the_larger_one_goes_on(self) -> None:
        run = self.made().run()
        assert self.of(run, 0, 5.05, 10.05) == self.of(run, 2, 5.05, 10.05) == {"rejected"}
        assert self.of(run, 1, 5.05, 10.05) == self.of(run, 3, 5.05, 10.05) == {"good"}
        assert self.of(run, 0, 10.1, 20) == {"good"}
        assert count(run, "stale-reads") == 0
        copies = run.world.instances["db"]
        assert len({copy.versions[0] for copy in copies}) == 1  # type: ignore[attr-defined]

    def test_or_both_go_on_and_tell_what_is_old(self) -> None:
        run = self.made("reads: one, writes: one").run()
        under_way = [j for j in journeys(run) if 4.9 < j.start < 5.06]
        assert set(outcomes(run)) == {"good"}
        assert count(run, "stale-reads") > 20
        assert len(under_way) > 0
