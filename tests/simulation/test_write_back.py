"""Write-back: acknowledged at once, flushed later, and lost with the cache."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.run import Run
from tests.simulation.systems import all_free, count, ends, node, outcomes, system
from tests.simulation.test_caches import ASIDE, IN_LINE, nodes, two_streams

BACK = "on-write: write-back"


def writing(settings: str = BACK, traffic: str = "rate: 1/s", **more: Any) -> Run:
    """All write the same thing: 100 ms at the app, 10 ms in the cache, 500 ms at the source."""
    return system(nodes(settings), IN_LINE, "[compute, write]", traffic=traffic, **more).run()


def dying(kind: str, at: str, lasts: str) -> list[dict[str, Any]]:
    return [{"id": "dead", "says": "It dies.", "at": at, "for": lasts, "kill": {"kind": kind}}]


def test_the_writer_does_not_wait_for_the_source() -> None:
    assert ends(writing())[:3] == [1.11, 2.11, 3.11]
    assert ends(writing("on-write: update"))[:3] == [1.61, 2.61, 3.61]


def test_the_source_has_it_a_while_later() -> None:
    """Taken in at 1.11 s, flushed a second later, in 500 ms."""
    made = system(nodes(BACK), IN_LINE, "[compute, write]", length="1.5 s", clock="drain: 10 s")
    run = made.start()
    run.advance(2.6)
    assert node(run, "db").versions == {}
    run.advance(2.62)
    assert node(run, "db").versions == {0: 1}
    assert not node(run, "mem").back.dirty


def test_many_writes_of_a_key_are_one_at_the_source() -> None:
    run = writing(traffic="rate: 20/s", length="10 s", clock="drain: 10 s")
    assert outcomes(run) == ["good"] * 200
    assert node(run, "db").meter.arrivals == 7  # at 1.16 s, 2.66 s ... 10.16 s
    assert node(run, "db").versions == {0: 200}
    assert not node(run, "mem").back.dirty


def test_who_reads_sees_the_newest_whether_or_not_it_is_flushed() -> None:
    for settings in (BACK, f"{BACK}, ttl: 10 ms", f"{BACK}, flush-after: 1 h"):
        run = two_streams(settings, IN_LINE, length="20 s").run()
        assert (count(run, "reads"), count(run, "stale-reads")) == (20, 0)


def test_what_is_not_flushed_when_the_cache_dies_is_lost() -> None:
    """The write of 5.11 s would be flushed at 11.11 s; dead from 7 s to 8 s."""
    incidents = dying("memory", "7 s", "1 s")
    run = two_streams(f"{BACK}, flush-after: 6 s", IN_LINE, incidents=incidents).run()
    assert count(run, "lost-writes") == 1
    assert count(run, "stale-reads") == 2  # of 8 s and 9 s; that of 10 s sees the next write
    run = two_streams(f"{BACK}, flush-after: 1 s", IN_LINE, incidents=incidents).run()
    assert (count(run, "lost-writes"), count(run, "stale-reads")) == (0, 0)


def test_what_is_on_its_way_when_the_cache_dies_arrives() -> None:
    """The write of 5.11 s is flushed from 6.11 s to 6.61 s."""
    for at, lost in (("6 s", 1), ("6.3 s", 0), ("6.7 s", 0)):
        run = two_streams(BACK, IN_LINE, incidents=dying("memory", at, "1 s")).run()
        assert count(run, "lost-writes") == lost, at


def test_what_is_on_its_way_may_fail_as_well() -> None:
    both = [
        *dying("memory", "6.3 s", "10 s"),
        {"id": "db", "says": "And it.", "at": "6.4 s", "for": "1 s", "kill": {"kind": "base"}},
    ]
    assert count(two_streams(BACK, IN_LINE, incidents=both).run(), "lost-writes") == 1


def test_a_flush_that_fails_is_tried_again() -> None:
    run = two_streams(BACK, IN_LINE, incidents=dying("base", "5.5 s", "3 s"), length="20 s").run()
    assert count(run, "lost-writes") == 0
    assert node(run, "db").versions == {0: 4}
    assert all_free(run)


def test_where_no_room_is_left_the_source_takes_it() -> None:
    """Room for one key: while it waits to be flushed, a write to another one goes through."""
    run = system(
        nodes(f"{BACK}, flush-after: 1 h"),
        IN_LINE,
        "[compute, write]",
        kinds="memory: {sizes: {one: {price: $1/month, keys: 1}}}",
        operation="items: {count: 2, skew: 0}",
        length="20 s",
    ).run()
    took = [round(end - n, 2) for n, end in enumerate(ends(run), start=1) if end is not None]
    assert set(took) == {0.11, 0.61}
    assert len(node(run, "db").versions) == 2  # the first one an hour later


def test_a_write_in_a_transaction_goes_to_the_source() -> None:
    run = system(nodes(BACK), IN_LINE, "[compute, begin, write, commit]").run()
    assert node(run, "db").versions == {0: 10}
    assert not node(run, "mem").back.dirty


def test_a_cache_beside_the_way_has_no_wire_to_the_source() -> None:
    with pytest.raises(DocumentError, match="write back"):
        system(nodes(BACK), ASIDE, "[compute, write]").run()
