"""Permissions: who is let in, who is told no, and who is let in by what is no longer true."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.run import Run
from tests.simulation.systems import System, count, node, outcomes, system, visited

KINDS = """
base:
  does: {permit: {time: fixed 200 ms}, revoke: {time: fixed 500 ms}, grant: {time: fixed 500 ms}}
memory: {does: {permit: {time: fixed 10 ms}}}
copy: {does: {permit: {time: fixed 200 ms, rank: 1}}}
"""
LOOK = {"title": "look", "needs": ["compute", "permit"]}
REVOKE = {"title": "revoke", "needs": ["compute", "revoke"]}
GRANT = {"title": "grant", "needs": ["compute", "grant"]}
ONCE = "rate: 0.2/s, mix: {revoke: 1}"
"""At 5 s; it is acknowledged at 5.6 s, so looks from the 6th on know of it. Again at 10 s."""


def door(
    nodes: dict[str, str], links: list[str], streams: tuple[str, ...] = (ONCE,), **more: Any
) -> System:
    """One look a second at one thing, from 1 s to 10 s."""
    operations = {"look": LOOK, "revoke": REVOKE, "grant": GRANT, **more.pop("operations", {})}
    streams = ("rate: 1/s, mix: {look: 1}", *streams)
    return system(
        nodes, ["people > app", *links], kinds=KINDS, operations=operations, streams=streams, **more
    )


def direct(**more: Any) -> System:
    """Everybody asks the source."""
    return door({"app": "front", "db": "base"}, ["app > db"], **more)


def cached(settings: str, **more: Any) -> System:
    """The answer is kept beside."""
    nodes = {"app": "front", "mem": f"memory, settings: {{{settings}}}", "db": "base"}
    return door(nodes, ["app > mem", "app > db"], **more)


def checked(run: Run) -> tuple[int, int]:
    """How many were asked for their permission, and how many slipped in."""
    return count(run, "checked"), count(run, "access-leaks")


def denied(run: Run) -> list[int]:
    """The looks (numbered from 1) that were told no: they read nothing afterwards."""
    looks = [j for j in run.trace.journeys if j.stream == 0]
    return [n for n, j in enumerate(looks, start=1) if "after" not in visited(run, j)]


class TestAskedEachTime:
    def test_nobody_slips_in(self) -> None:
        run = direct().run()
        assert checked(run) == (10, 0)
        assert outcomes(run) == ["good"] * 12

    def test_who_may_not_is_told_so_and_gets_nothing(self) -> None:
        look = {"title": "look", "needs": ["compute", "permit", "charge"]}
        nodes = {"app": "front", "db": "base", "after": "bank"}
        run = door(nodes, ["app > db", "app > after"], operations={"look": look}).run()
        assert denied(run) == [6, 7, 8, 9, 10]
        assert outcomes(run) == ["good"] * 12  # to be told no is an answer

    def test_what_is_given_back_counts_again(self) -> None:
        look = {"title": "look", "needs": ["compute", "permit", "charge"]}
        nodes = {"app": "front", "db": "base", "after": "bank"}
        back = "phases: [{at: 0 s, rate: 0/s}, {at: 6 s, rate: 1/s}], mix: {grant: 1}"
        run = door(
            nodes, ["app > db", "app > after"], (ONCE, back), operations={"look": look}
        ).run()  # given back at 7 s, done at 7.6 s; again and again, which changes nothing
        assert denied(run) == [6, 7]
        assert checked(run) == (10, 0)


class TestKeptInACache:
    def test_nobody_tells_it(self) -> None:
        """All five who come after it was withdrawn are let in by the copy."""
        run = cached("on-write: keep").run()
        assert checked(run) == (10, 5)
        assert node(run, "db").meter.arrivals == 3  # the first look, and both withdrawals

    @pytest.mark.parametrize("told", ["delete", "update"])
    def test_it_is_told(self, told: str) -> None:
        run = cached(f"on-write: {told}").run()
        assert checked(run) == (10, 0)
        assert node(run, "db").meter.arrivals == {"delete": 4, "update": 3}[told]

    def test_a_short_life_bounds_how_long(self) -> None:
        """Filled at 1.3 s and at 5.3 s, each for three seconds: 6, 7 and 8 slip in."""
        run = cached("on-write: keep, ttl: 3 s").run()
        assert checked(run) == (10, 3)

    def test_a_no_is_kept_as_well(self) -> None:
        """Given back at 7.6 s; who is kept out wrongly is no leak."""
        back = "phases: [{at: 0 s, rate: 0/s}, {at: 6 s, rate: 1/s}], mix: {grant: 1}"
        run = cached("on-write: keep, ttl: 3 s", streams=(ONCE, back)).run()
        assert checked(run) == (10, 2)

    def test_it_may_take_a_while_where_the_level_says_so(self) -> None:
        revoke = {**REVOKE, "grace": "3 s"}
        run = cached("on-write: keep", operations={"revoke": revoke}).run()
        assert checked(run) == (10, 2)  # 9 and 10: more than 3 s after 5.6 s

    def test_in_the_way_it_is_the_same(self) -> None:
        nodes = {"app": "front", "mem": "memory, settings: {on-write: keep}", "db": "base"}
        assert checked(door(nodes, ["app > mem", "mem > db"]).run()) == (10, 5)
        nodes = {"app": "front", "mem": "memory", "db": "base"}
        assert checked(door(nodes, ["app > mem", "mem > db"]).run()) == (10, 0)

    def test_who_waits_for_what_another_one_fetches_gets_the_same(self) -> None:
        """Looks at ten a second: before the first reply, and after the copy has gone."""
        run = cached(
            "coalesce: true",
            streams=(ONCE, "rate: 10/s, mix: {look: 1}"),
        ).run()
        assert checked(run)[1] == 0
        assert checked(run)[0] == 110
        assert node(run, "db").meter.arrivals == 4


class TestKeptInAReplica:
    def test_it_lets_in_as_long_as_it_lags(self) -> None:
        nodes = {"app": "front", "db": "base", "copy": "copy, settings: {lag: 2 s}"}
        run = door(nodes, ["app > db", "app > copy", "db > copy"]).run()
        assert checked(run) == (10, 2)  # withdrawn at 5.6 s, known there at 7.6 s: 6 and 7


class TestReadsBeside:
    def test_a_permission_is_no_value(self) -> None:
        """The copy of a permission that is looked up after a read says nothing about the read."""
        both = {"title": "look", "needs": ["compute", "read", "permit"]}
        write = {"title": "write", "needs": ["compute", "write"]}
        run = cached(
            "on-write: update",
            operations={"look": both, "write": write},
            streams=("rate: 1/s, mix: {write: 1}",),
        ).run()
        assert (count(run, "reads"), count(run, "stale-reads")) == (10, 0)

    def test_who_is_told_no_has_read_nothing(self) -> None:
        both = {"title": "look", "needs": ["compute", "permit", "read"]}
        run = direct(operations={"look": both}).run()
        assert count(run, "reads") == 5


def test_where_nobody_withdraws_anything_nobody_slips_in() -> None:
    slo = {"id": "a", "says": "a", "metric": "count", "of": "access-leaks", "at_most": 0}
    with pytest.raises(DocumentError, match="nothing here needs `revoke` or `grant`"):
        system(
            {"app": "front", "db": "base"}, ["people > app", "app > db"], "[compute, permit]",
            kinds=KINDS, slos=[slo],
        )  # fmt: skip
    result = cached("on-write: keep", slos=[slo]).report().slos[0]
    assert (result.measured, result.passed) == (5, False)
    assert result.near == "5 let in without permission, 0 allowed"
