"""Users: who asks, and what they read of what they have written themselves."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.draws import cumulative, uniform, zipf_shares
from sandbox.simulation.requests import Request, attempts
from sandbox.simulation.run import Run
from sandbox.simulation.users import NOBODY
from tests.simulation.systems import System, count, node, outcomes, system

PARTS, WIRES = {"app": "front", "db": "base"}, ["people > app", "app > db"]
LAGGING = {"app": "front", "db": "base", "copy": "copy, settings: {lag: 2 s}"}
TO_COPY = ["people > app", "app > db", "app > copy", "db > copy"]
LOOK = {"title": "look", "needs": ["compute", "read"]}
SAVE = {"title": "save", "needs": ["compute", "write"]}
OWN = {"items": {"of": "author", "count": 3, "skew": 1.0}}
USERS = "users: {of: author, count: 3, skew: 1.0}"


def notes(
    nodes: dict[str, str], links: list[str], users: str = USERS, own: bool = True, **more: Any
) -> System:
    """Two looks and one write a second, of their own notes or of one that all share."""
    extra: dict[str, Any] = OWN if own else {}
    operations = {"look": {**LOOK, **extra}, "save": {**SAVE, **extra}}
    streams = tuple(
        f"rate: {rate}/s, mix: {{{name}: 1}}{', ' * bool(users)}{users}"
        for rate, name in ((2, "look"), (1, "save"))
    )
    return system(nodes, links, operations=operations, streams=streams, length="50 s", **more)


def by_hand(run: Run, own: bool) -> tuple[int, int]:
    """Reads of one's own writes, and those among them that a copy 2 s behind gets wrong.

    A write is acknowledged 0.6 s after it sets out and seen in the copy 2 s later; a read looks
    0.3 s after it sets out.
    """
    shares, draws = cumulative(zipf_shares(3, 1.0)), uniform(run.seed, "user of author")
    looks = [(n / 2, bisect_right(shares, draws.at(0, n - 1))) for n in range(1, 101)]
    saves = [(float(n), bisect_right(shares, draws.at(1, n - 1))) for n in range(1, 51)]
    reads = stale = 0
    for start, user in looks:
        mine = [at + 0.6 for at, whose in saves if whose == user and at + 0.6 <= start]
        seen = [at + 0.6 for at, whose in saves if whose == user or not own]
        reads += bool(mine)
        stale += bool(mine) and mine[-1] + 2.0 > start + 0.3
        assert seen
    return reads, stale


def counted(run: Run) -> tuple[int, int]:
    return count(run, "own-reads"), count(run, "stale-own-reads")


@pytest.mark.parametrize("own", [True, False], ids=["own notes", "shared"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_copy_that_lags_misses_what_its_reader_wrote(own: bool, seed: int) -> None:
    run = notes(LAGGING, TO_COPY, own=own).run(seed)
    reads, stale = by_hand(run, own)
    assert counted(run) == (reads, stale)
    assert 0 < stale < reads < 100
    if not own:  # others' writes count there too
        assert count(run, "stale-reads") > stale


def test_the_primary_does_not() -> None:
    run = notes(PARTS, WIRES).run()
    assert count(run, "own-reads") == by_hand(run, own=True)[0]
    assert count(run, "stale-own-reads") == 0


def test_without_users_nobody_counts_it() -> None:
    run = notes(LAGGING, TO_COPY, users="").run()
    assert "own-reads" not in run.world.ledger.counts()
    assert count(run, "stale-reads") > 0
    slo = {"id": "o", "says": "o", "metric": "share", "of": "stale-own-reads", "at_most": "1%"}
    with pytest.raises(DocumentError, match="nobody knows who asks"):
        notes(LAGGING, TO_COPY, users="", slos=[slo])
    result = notes(LAGGING, TO_COPY, slos=[slo]).report().slos[0]
    assert not result.passed
    assert result.near.endswith("reads missed what their reader had written himself")


def test_users_change_nothing_else() -> None:
    """Who asks is one more draw; with shared notes all else is as it was."""
    known, unknown = (notes(LAGGING, TO_COPY, users=u, own=False).run() for u in (USERS, ""))
    assert known.trace.journeys == unknown.trace.journeys
    assert count(known, "stale-reads") == count(unknown, "stale-reads")


class TestWhoItIs:
    def test_whoever_is_called_the_same_is_the_same(self) -> None:
        world = notes(PARTS, WIRES).start().world
        assert {world.users.of(Request(1, n, 0, 0, 0.0, 0)) for n in range(50)} == {0, 1, 2}

    def test_others_are_others(self) -> None:
        streams = (f"rate: 1/s, mix: {{order: 1}}, {USERS}",
                   "rate: 1/s, mix: {order: 1}, users: {of: guest, count: 2}",
                   "rate: 1/s, mix: {order: 1}")  # fmt: skip
        users = system(PARTS, WIRES, "[compute, write]", streams=streams).start().world.users
        guests = {users.of(Request(1, n, 0, 0, 0.0, 0)) for n in range(50)}
        assert guests == {3, 4}
        assert users.of(Request(2, 0, 0, 0, 0.0, 0)) == NOBODY

    def test_every_attempt_is_of_the_same_one(self) -> None:
        users = notes(PARTS, WIRES).start().world.users
        for number in range(20):
            first = Request(0, number, 0, 0, 0.0, 0)
            assert users.of(first.again(0, 3 * attempts("anybody"))) == users.of(first)

    def test_the_same_ones_are_as_many_everywhere(self) -> None:
        with pytest.raises(DocumentError, match="there are 4 `author` with a skew of 1 elsewhere"):
            notes(PARTS, WIRES, users="users: {of: author, count: 4, skew: 1.0}")
        # no matter how many there are of something else
        assert notes(PARTS, WIRES, users="users: {of: guest, count: 4}").run().finished


class TestKeptBack:
    def test_what_comes_too_soon_never_sets_out(self) -> None:
        """One user, one key a second: of those at 1 to 10 s, those at 1, 4, 7 and 10 are sent."""
        users = "rate: 1/s, users: {of: user, count: 1}"
        run = system(
            PARTS, WIRES, "[compute, write]", operation="every: 3 s, safe: 2 s", traffic=users
        ).run()
        assert outcomes(run) == ["good"] * 10
        assert node(run, "app").meter.arrivals == 4
        assert node(run, "db").versions == {0: 4}
        # typed at 2, 5 and 8 s, and saved 2.6 s later; at 3, 6 and 9 s, 1.6 s later
        assert (count(run, "typed"), count(run, "unsaved")) == (10, 3)

    def test_it_is_no_way_to_anybody(self) -> None:
        users = "rate: 1/s, users: {of: user, count: 1}"
        run = system(
            PARTS, WIRES, "[compute, write]", operation="every: 3 s", traffic=users,
            kinds="users: {distance: fixed 50 ms}",
        ).run()  # fmt: skip
        took = [j.end - j.start for j in run.trace.journeys if j.end is not None]
        assert [t == 0.0 for t in took] == [n % 3 != 0 for n in range(10)]

    def test_ways_say_how_often(self) -> None:
        ways = {
            "each": {"title": "e", "says": "e", "needs": ["compute", "write"]},
            "some": {"title": "s", "says": "s", "needs": ["compute", "write"], "every": "3 s"},
        }
        operation = {"title": "o", "ways": ways}
        users = ("rate: 1/s, users: {of: user, count: 1}",)
        for way, sent in (("each", 10), ("some", 4)):
            run = system(
                PARTS, WIRES, operations={"order": operation}, streams=users,
                design=f"ways: {{order: {way}}}",
            ).run()  # fmt: skip
            assert node(run, "app").meter.arrivals == sent
