"""Caches: what they keep and for how long, what a write does to it, and what is stale then."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.draws import cumulative, uniform, zipf_shares
from sandbox.simulation.run import Run
from tests.simulation.systems import System, count, journeys, node, outcomes, system, visited

ASIDE = ["people > app", "app > mem", "app > db"]
IN_LINE = ["people > app", "app > mem", "mem > db"]
BOTH = pytest.mark.parametrize("links", [ASIDE, IN_LINE], ids=["aside", "in line"])


def nodes(settings: str = "") -> dict[str, str]:
    """An app, a cache and a store."""
    return {"app": "front", "mem": f"memory, settings: {{{settings}}}", "db": "base"}


def read_from_source(run: Run) -> list[int]:
    """The reads (numbered from 1) that the store had to answer."""
    reads = [j for j in journeys(run) if j.stream == 0]
    return [n for n, j in enumerate(reads, start=1) if "db" in visited(run, j)]


class TestWhatIsKept:
    KEYS, ROOM, SKEW = 30, 6, 1.0

    def made(self, eviction: str, links: list[str]) -> System:
        """One read each second, of thirty keys, of which six find room."""
        return system(
            nodes(f"eviction: {eviction}"),
            links,
            "[compute, read]",
            kinds=f"memory: {{sizes: {{one: {{price: $1/month, keys: {self.ROOM}}}}}}}",
            operation=f"items: {{count: {self.KEYS}, skew: {self.SKEW}}}",
            length="300 s",
        )

    def keys(self, seed: int, number: int) -> list[int]:
        """The keys that the clients ask for, drawn as the world draws them."""
        shares = cumulative(zipf_shares(self.KEYS, self.SKEW))
        draws = uniform(seed, "item of order")
        return [bisect_right(shares, draws.at(0, n)) for n in range(number)]

    def hits(self, keys: list[int], eviction: str) -> tuple[list[bool], list[int]]:
        """A cache in a few lines: which keys were there, and which are in the end, in order."""
        kept: list[int] = []
        uses: dict[int, int] = {}
        last: dict[int, int] = {}
        found = []
        for now, key in enumerate(keys):
            found.append(key in kept)
            uses[key] = uses[key] + 1 if key in kept else 1
            last[key] = now
            if key not in kept and len(kept) == self.ROOM:
                least = min(kept, key=lambda each: (uses[each], last[each]))
                kept.remove(least if eviction == "LFU" else kept[0])
            if key not in kept:
                kept.append(key)
            elif eviction == "LRU":
                kept = [*(each for each in kept if each != key), key]
        return found, kept

    @BOTH
    @pytest.mark.parametrize("eviction", ["LRU", "LFU", "FIFO"])
    def test_who_goes_when_there_is_no_room(self, eviction: str, links: list[str]) -> None:
        run = self.made(eviction, links).run(seed=7)
        found, kept = self.hits(self.keys(7, 300), eviction)
        missed = [n for n, hit in enumerate(found, start=1) if not hit]
        assert read_from_source(run) == missed
        cache = node(run, "mem")
        assert list(cache.entries) == kept
        assert (cache.hits, cache.misses) == (300 - len(missed), len(missed))
        assert 50 < cache.hits < 250

    def test_they_differ(self) -> None:
        lru, lfu, fifo = (self.hits(self.keys(7, 300), each)[0] for each in ("LRU", "LFU", "FIFO"))
        assert lru != lfu != fifo != lru

    def test_what_a_write_has_forgotten_is_not_the_least_used(self) -> None:
        """Two keys find room. With writes and reads of three, room is used up again and again."""
        thing = {"of": "thing", "count": 3, "skew": 0}
        run = system(
            nodes("eviction: LFU"),
            ASIDE,
            kinds="memory: {sizes: {one: {price: $1/month, keys: 2}}}",
            operations={
                "view": {"title": "view", "needs": ["compute", "read"], "items": thing},
                "edit": {"title": "edit", "needs": ["compute", "write"], "items": thing},
            },
            streams=("rate: 5/s, mix: {view: 1}", "rate: 2/s, mix: {edit: 1}"),
            length="60 s",
        ).run()
        assert outcomes(run) == ["good"] * 420
        assert len(node(run, "mem").entries) <= 2
        assert 20 < node(run, "mem").hits < 200

    def test_a_hit_costs_one_look_and_a_miss_costs_the_source_besides(self) -> None:
        run = self.made("LRU", ASIDE).run()
        for journey in journeys(run):
            missed = "db" in visited(run, journey)
            assert journey.end is not None
            assert journey.end - journey.start == pytest.approx(0.31 if missed else 0.11)

    def test_the_report_and_the_frames_tell_the_hit_ratio(self) -> None:
        made = self.made("LRU", ASIDE)
        report, run = made.report(), made.run()
        cache = node(run, "mem")
        assert report.nodes["mem"].hit_ratio == cache.hits / 300
        at = run.trace.header.nodes.index("mem")
        gauges = [frame.nodes[at].gauge for frame in run.trace.frames]
        assert sum(gauge for gauge in gauges if gauge is not None) == cache.hits

    def test_one_core_is_the_limit(self) -> None:
        """Looks of 10 ms, two hundred a second: half of them cannot be done."""
        links, drain = ASIDE, "drain: 0 s"
        run = system(nodes(), links, "[compute, read]", traffic="rate: 200/s", clock=drain).run()
        assert node(run, "mem").reading(10.0).busy == pytest.approx(10 - 0.105)
        assert outcomes(run).count("in-flight") > 900

    def test_the_way_there_takes_time(self) -> None:
        links = ["people > app", "app > mem, latency: 40 ms", "app > db"]
        run = system(nodes(), links, "[compute, read]", length="2 s").run()
        ends = [round(j.end - j.start, 6) for j in journeys(run) if j.end is not None]
        assert ends == [0.35, 0.15]

    def test_a_hit_before_another_need_goes_on_with_that(self) -> None:
        """The store does both in one go, so that nobody else would have gone there for a write."""
        for links in (ASIDE, IN_LINE):
            run = system(nodes("on-write: keep"), links, "[compute, read, write]").run()
            assert outcomes(run) == ["good"] * 10
            assert node(run, "mem").hits == 9
            assert node(run, "db").versions == {0: 10}

    def test_clients_may_ask_a_cache_themselves(self) -> None:
        """As with a network of copies near them; it asks the app for what it has not."""
        kinds = """
memory: {does: {read: null, page: {time: fixed 10 ms}}}
front: {does: {page: {time: fixed 200 ms}}}
"""
        links = ["people > mem", "mem > app"]
        run = system({"mem": "memory", "app": "front"}, links, "[page]", kinds=kinds).run()
        # An app knows no versions, so that there is nothing to be kept: each is a miss.
        assert outcomes(run) == ["good"] * 10
        assert node(run, "mem").misses == 10


class TestTimeToLive:
    def test_an_entry_counts_for_so_long_after_it_was_filled(self) -> None:
        """Filled at 1.31 s, looked at n + 0.11 s: at 4.11 s it is 2.8 s old, at 5.11 s too old."""
        run = system(nodes("ttl: 3 s"), ASIDE, "[compute, read]").run()
        assert read_from_source(run) == [1, 5, 9]

    def test_reading_does_not_make_it_younger(self) -> None:
        """Four a second: filled at 0.56 s, old at 1.61 s; filled at 1.81 s, old at 2.86 s ..."""
        made = system(nodes("ttl: 1 s"), ASIDE, "[compute, read]", traffic="rate: 4/s")
        filled = [n for n in read_from_source(made.run()) if n > 1]
        assert filled == list(range(6, 41, 5))


def two_streams(
    settings: str, links: list[str], writes: str = "[compute, write]", **more: Any
) -> System:
    """Somebody reads each second, and somebody writes at 5 s and at 10 s: the same thing."""
    thing = {"of": "thing", "count": 1}
    return system(
        nodes(settings),
        links,
        operations={
            "view": {"title": "view", "needs": ["compute", "read"], "items": thing},
            "edit": {"title": "edit", "needs": _list(writes), "items": thing},
        },
        streams=("rate: 1/s, mix: {view: 1}", "rate: 0.2/s, mix: {edit: 1}"),
        **more,
    )


def _list(said: str) -> list[str]:
    return said.strip("[]").split(", ")


class TestAfterAWrite:
    """The write of 5 s is done at 5.6 s, and the cache is told within 10 ms.

    Who reads at 6 s or later must see it.
    """

    @BOTH
    def test_a_key_that_is_forgotten_is_read_again(self, links: list[str]) -> None:
        run = two_streams("on-write: delete", links).run()
        assert read_from_source(run) == [1, 6]
        assert (count(run, "reads"), count(run, "stale-reads")) == (10, 0)

    @BOTH
    def test_a_value_that_is_renewed_is_a_hit(self, links: list[str]) -> None:
        run = two_streams("on-write: update", links).run()
        assert read_from_source(run) == [1]
        assert count(run, "stale-reads") == 0

    @BOTH
    def test_what_is_kept_is_stale(self, links: list[str]) -> None:
        """From 6 s on: five reads."""
        run = two_streams("on-write: keep", links).run()
        assert read_from_source(run) == [1]
        assert (count(run, "reads"), count(run, "stale-reads")) == (10, 5)

    def test_time_to_live_bounds_how_long(self) -> None:
        """Filled at 1.31 s and for 5 s: too old at 6.31 s. Only the read of 6 s is stale."""
        run = two_streams("on-write: keep, ttl: 5 s", ASIDE).run()
        assert read_from_source(run) == [1, 7]
        assert count(run, "stale-reads") == 1

    def test_the_writer_waits_for_the_cache_to_be_told(self) -> None:
        for settings, took in (("on-write: delete", 0.61), ("on-write: keep", 0.6)):
            run = two_streams(settings, ASIDE).run()
            write = next(j for j in journeys(run) if j.stream == 1)
            assert write.end == pytest.approx(5 + took)

    @BOTH
    @pytest.mark.parametrize(
        "writes", ["[compute, read, write]", "[compute, begin, write, commit]"]
    )
    def test_it_is_told_whatever_the_write_comes_with(self, writes: str, links: list[str]) -> None:
        """A read and a write, or a transaction, are one call to the store."""
        run = two_streams("on-write: delete", links, writes).run()
        assert count(run, "stale-reads") == 0
        assert node(run, "db").versions == {0: 2}

    def test_what_is_kept_of_two_needs_has_keys_of_its_own(self) -> None:
        """What may be seen by whom is not forgotten with a write, whichever is written first."""
        kinds = """
both: {behaviour: cache, does: {permit: {time: fixed 10 ms}, read: {time: fixed 10 ms}}}
base: {does: {permit: {time: fixed 50 ms}}}
"""
        thing = {"of": "thing", "count": 1}
        run = system(
            {"app": "front", "mem": "both", "db": "base"},
            ASIDE,
            kinds=kinds,
            operations={
                "view": {"title": "view", "needs": ["compute", "permit", "read"], "items": thing},
                "edit": {"title": "edit", "needs": ["compute", "write"], "items": thing},
            },
            streams=("rate: 1/s, mix: {view: 1}", "rate: 0.2/s, mix: {edit: 1}"),
        ).run()
        assert count(run, "stale-reads") == 0
        # At 1 s the store did both in one go, and the first was kept; at 2 s it read; at 6 s, the
        # write of 5 s being forgotten, it read again.
        assert read_from_source(run) == [1, 2, 6]

    def test_all_that_was_seen_of_an_item_is_forgotten(self) -> None:
        """A join is read from the source again after the write, as a read is."""
        kinds = """
both: {behaviour: cache, does: {join: {time: fixed 10 ms}, read: {time: fixed 10 ms}}}
base: {does: {join: {time: fixed 50 ms}}}
"""
        thing = {"of": "thing", "count": 1}
        for settings in ("on-write: delete", "on-write: update"):
            run = system(
                {"app": "front", "mem": f"both, settings: {{{settings}}}", "db": "base"},
                ASIDE,
                kinds=kinds,
                operations={
                    "view": {"title": "view", "needs": ["compute", "join"], "items": thing},
                    "edit": {"title": "edit", "needs": ["compute", "write"], "items": thing},
                },
                streams=("rate: 1/s, mix: {view: 1}", "rate: 0.2/s, mix: {edit: 1}"),
            ).run()
            assert count(run, "stale-reads") == 0
            assert read_from_source(run) == [1, 6]

    def test_a_write_to_somebody_else_is_none_of_its_business(self) -> None:
        thing, other = ({"of": name, "count": 1} for name in ("thing", "other"))
        run = system(
            nodes(),
            ASIDE,
            operations={
                "view": {"title": "view", "needs": ["compute", "read"], "items": thing},
                "edit": {"title": "edit", "needs": ["compute", "write"], "items": other},
            },
            streams=("rate: 1/s, mix: {view: 1}", "rate: 0.2/s, mix: {edit: 1}"),
        ).run()
        assert read_from_source(run) == [1]
        assert node(run, "db").versions == {1: 2}


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("flush-after: 0 s", "at least 10 ms"),
        ("ttl-spread: 100%", "at most 90%"),
        ("ttl: -1 s", "ttl"),
        ("serve-stale: sometimes", "none of never, on-error, at-once"),
        ("eviction: LFU2", "did you mean `LFU`"),
        ("coalesce: 1", "neither true nor false"),
    ],
)
def test_what_cannot_be_set_is_refused(setting: str, why: str) -> None:
    with pytest.raises(DocumentError, match=why):
        system(nodes(setting), ASIDE, "[compute, read]")
