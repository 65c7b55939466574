"""What a cache does about a miss: one fetch for all, late replies, and what is old."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from sandbox.simulation.run import Run
from tests.simulation.systems import all_free, count, ends, journeys, node, outcomes, system
from tests.simulation.test_caches import ASIDE, BOTH, IN_LINE, nodes, read_from_source, two_streams


def reading(settings: str, links: list[str], traffic: str = "rate: 1/s", **more: Any) -> Run:
    """All read the same thing: 100 ms at the app, 10 ms in the cache, 200 ms at the source."""
    return system(nodes(settings), links, "[compute, read]", traffic=traffic, **more).run()


def dying(kind: str, at: str, lasts: str) -> list[dict[str, Any]]:
    """Somebody is dead for a while."""
    return [{"id": "dead", "says": "It dies.", "at": at, "for": lasts, "kill": {"kind": kind}}]


class TestOneFetchForAll:
    """The first of twenty a second comes at 0.05 s, and has its answer at 0.36 s."""

    @BOTH
    def test_who_misses_what_is_being_fetched_waits_for_it(self, links: list[str]) -> None:
        run = reading("coalesce: true", links, "rate: 20/s", length="1 s")
        assert read_from_source(run) == [1]
        assert ends(run)[:7] == [0.36, 0.36, 0.36, 0.36, 0.36, 0.41, 0.46]

    @BOTH
    def test_else_each_goes_itself(self, links: list[str]) -> None:
        run = reading("coalesce: false", links, "rate: 20/s", length="1 s")
        assert read_from_source(run) == [1, 2, 3, 4, 5]

    def test_other_keys_are_fetched_meanwhile(self) -> None:
        items = "items: {count: 1000, skew: 0}"
        run = reading("coalesce: true", ASIDE, "rate: 20/s", operation=items, length="1 s")
        assert node(run, "db").meter.arrivals > 15
        assert outcomes(run) == ["good"] * 20

    @BOTH
    def test_all_of_them_share_the_error(self, links: list[str]) -> None:
        """The source dies at 0.3 s, when the first waits for it, and the others for him."""
        incidents = dying("base", "300 ms", "10 s")
        run = reading("coalesce: true", links, "rate: 20/s", length="1 s", incidents=incidents)
        assert outcomes(run)[:4] == ["failed"] * 4
        assert ends(run)[:4] == [0.3, 0.3, 0.3, 0.31]  # the last one found it dead
        assert {journey.charged for journey in journeys(run)[:4]} == {"db"}
        assert all_free(run)

    def test_a_cache_that_dies_lets_everybody_go_himself(self) -> None:
        incidents = dying("memory", "300 ms", "10 s")
        run = reading("coalesce: true", ASIDE, "rate: 20/s", length="1 s", incidents=incidents)
        assert outcomes(run) == ["good"] * 20
        assert node(run, "db").meter.arrivals == 20
        # Those who waited set out at 0.3 s.
        assert ends(run)[1:4] == [0.5] * 3

    def test_what_comes_after_the_read_each_does_himself(self) -> None:
        """The first has both done in one go, in 0.7 s; the others write when they have read."""
        needs = "[compute, read, write]"
        run = system(
            nodes("coalesce: true, on-write: keep"),
            ASIDE,
            needs,
            traffic="rate: 20/s",
            length="1 s",
        ).run()
        assert outcomes(run) == ["good"] * 20
        assert node(run, "db").versions == {0: 20}

    def test_who_waited_is_late_because_of_the_source(self) -> None:
        run = reading(
            "coalesce: true", ASIDE, "rate: 20/s", operation="deadline: 250 ms", length="1 s"
        )
        late = [journey for journey in journeys(run) if journey.outcome == "late"]
        assert len(late) == 2
        assert late[1].charged == "db"


class TestLateReplies:
    """The source takes 200 ms, and nobody waits longer than 150 ms for it."""

    @pytest.mark.parametrize(
        "links",
        [
            ["people > app", "app > mem", "app > db, timeout: 150 ms"],
            ["people > app", "app > mem", "mem > db, timeout: 150 ms"],
        ],
        ids=["aside", "in line"],
    )
    def test_they_fill(self, links: list[str]) -> None:
        run = reading("late-fill: true", links)
        assert outcomes(run) == ["failed"] + ["good"] * 9
        run = reading("late-fill: false", links)
        assert outcomes(run) == ["failed"] * 10

    def test_a_reply_of_the_dead_fills_nothing(self) -> None:
        """The store dies at 1.28 s, when nobody waits for the first read any more."""
        links = ["people > app", "app > mem", "app > db, timeout: 150 ms"]
        run = reading("late-fill: true", links, incidents=dying("base", "1.28 s", "300 ms"))
        assert outcomes(run) == ["failed", "failed"] + ["good"] * 8

    def test_they_may_bring_what_is_old(self) -> None:
        """Read at 0.31 s of five a second, before a write that is done at 1 s.

        A reply that is slower than the write brings the old value back, and nobody forgets it.
        """
        links = ["people > app", "app > mem", "app > db, timeout: 150 ms"]
        run = two_streams("late-fill: true", links).run()
        assert count(run, "stale-reads") == 0


class TestWhatIsOld:
    """Filled at 1.31 s for one second."""

    @BOTH
    def test_it_is_given_at_once_and_fetched_anew(self, links: list[str]) -> None:
        run = reading("ttl: 1 s, serve-stale: at-once", links)
        assert read_from_source(run) == [1]
        # Filled anew at 3.31 s, 5.31 s ...: nobody waits for any of these.
        assert node(run, "db").meter.arrivals == 5
        assert ends(run) == [1.31, *(n + 0.11 for n in range(2, 11))]

    def test_one_request_fetches_it_however_many_look(self) -> None:
        """Filled at 0.41 s; too old from 1.41 s to 1.66 s, when eleven of fifty a second look."""
        run = reading(
            "ttl: 1 s, serve-stale: at-once, coalesce: true", ASIDE, "rate: 50/s", length="2 s"
        )
        assert node(run, "db").meter.arrivals == 2

    def test_only_for_so_long(self) -> None:
        """At n + 0.11 s: 2.8 s after 1.31 s it is too old by 800 ms, at 5.11 s by 1.8 s."""
        made = "ttl: 2 s, serve-stale: at-once, stale-for: 500 ms"
        run = reading(made, ASIDE)
        assert read_from_source(run) == [1, 4, 7, 10]

    def test_the_age_of_what_was_given_is_told(self) -> None:
        """At 2.11 s it is 0.8 s old, at 3.11 s 1.8 s; then it is filled at 3.31 s."""
        made = system(nodes("ttl: 1 s, serve-stale: at-once"), ASIDE, "[compute, read]")
        assert made.report().nodes["mem"].age == pytest.approx((5 * 0.8 + 4 * 1.8) / 9)

    @BOTH
    def test_it_is_given_when_the_source_fails(self, links: list[str]) -> None:
        incidents = dying("base", "2.5 s", "3 s")
        run = reading("ttl: 1 s, serve-stale: on-error", links, incidents=incidents)
        assert outcomes(run) == ["good"] * 10
        assert read_from_source(run) == [1, 6, 8, 10]
        run = reading("ttl: 1 s, serve-stale: never", links, incidents=incidents)
        assert [n for n, said in enumerate(outcomes(run), start=1) if said == "failed"] == [3, 4, 5]

    def test_what_is_not_there_cannot_be_given(self) -> None:
        run = reading(
            "ttl: 1 s, serve-stale: on-error", ASIDE, incidents=dying("base", "500 ms", "3 s")
        )
        assert outcomes(run) == ["failed"] * 3 + ["good"] * 7

    def test_nothing_is_written_twice_for_it(self) -> None:
        """Where a write comes after the read, only who asked may fetch it."""
        run = system(
            nodes("ttl: 500 ms, serve-stale: at-once, on-write: keep"),
            ASIDE,
            "[compute, read, write]",
        ).run()
        assert outcomes(run) == ["good"] * 10
        assert node(run, "db").versions == {0: 10}

    def test_it_costs_staleness(self) -> None:
        """The write of 5 s is done at 5.6 s; what is given at 6.11 s was read at 5.31 s."""
        for stale, wrong in (("at-once", 1), ("never", 0)):
            run = two_streams(f"on-write: keep, ttl: 600 ms, serve-stale: {stale}", ASIDE).run()
            assert count(run, "stale-reads") == wrong


class TestSpreadOfTheTimeToLive:
    """A hundred keys, all of them filled within the first second, and asked for all the time."""

    def test_entries_do_not_end_together(self) -> None:
        busiest = {}
        for spread in ("0%", "50%"):
            run = system(
                nodes(f"coalesce: true, ttl: 4 s, ttl-spread: {spread}"),
                IN_LINE,
                "[compute, read]",
                kinds="memory: {does: {read: {time: 0 s}}}",
                traffic="rate: 1000/s",
                operation="items: {count: 100, skew: 0}",
                length="9 s",
                clock="frame: 1 s",
            ).run()
            at = run.trace.header.nodes.index("db")
            busiest[spread] = max(frame.nodes[at].arrivals for frame in run.trace.frames[2:])
        assert busiest["50%"] < 0.7 * busiest["0%"]

    def test_an_entry_never_lives_longer(self) -> None:
        run = reading("ttl: 3 s, ttl-spread: 90%", ASIDE, length="300 s")
        reads = read_from_source(run)
        gaps = [later - before for before, later in pairwise(reads)]
        assert set(gaps) == {1, 2, 3, 4}
