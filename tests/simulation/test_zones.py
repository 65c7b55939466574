"""Zones: what is far takes longer, what stands together dies together, and ways may be cut."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from tests.simulation.systems import System, all_free, count, ends, node, outcomes, system

ZONES = {
    "a": {"title": "A"},
    "b": {"title": "B"},
    "far": {"title": "Far away", "region": "abroad"},
}
LINKS = ["people > lb", "lb > app", "app > db"]


def spread(*incidents: dict[str, Any], links: list[str] = LINKS, **more: Any) -> System:
    """Three servers, one in each zone, and the database in the first one; one request a second.

    A request takes 100 ms at a server and 200 ms at the database.
    """
    nodes = {"lb": "spread", "app": "front, count: 3, zones: [a, b, far]", "db": "base"}
    said = {"zones": ZONES, **more}
    return system(nodes, links, "[compute, read]", incidents=list(incidents), **said)


def struck(name: str, what: dict[str, Any], at: str, lasts: str = "3 s") -> dict[str, Any]:
    return {"id": "event", "at": at, "for": lasts, "says": "it happens", name: what}


class TestDistances:
    def test_another_zone_is_near_and_another_region_far(self) -> None:
        assert ends(spread().run())[:3] == [1.3, 2.301, 3.36]

    def test_a_level_may_say_otherwise(self) -> None:
        run = spread(distances={"zones": "3 ms", "regions": "150 ms"}).run()
        assert ends(run)[:3] == [1.3, 2.303, 3.45]

    def test_a_wire_may_say_otherwise(self) -> None:
        run = spread(links=[*LINKS[:2], "app > db, latency: 20 ms"]).run()
        assert ends(run)[:3] == [1.32, 2.32, 3.32]

    def test_where_there_are_no_zones_nothing_is_far(self) -> None:
        run = system({"lb": "spread", "app": "front, count: 3"}, LINKS[:2], "[compute]").run()
        assert {each.place.zone for each in run.world.nodes} == {""}

    def test_the_wires_of_all_instances_are_counted_together(self) -> None:
        run = spread().run()
        at = run.trace.header.links.index(("app", "db"))
        assert sum(frame.links[at] for frame in run.trace.frames) == 10


class TestZoneLoss:
    def test_all_in_it_dies_at_once_and_is_back(self) -> None:
        made = spread(struck("zone", {"zone": "a"}, "3500 ms"))
        run = made.start()
        run.advance(3.6)
        assert [each.name for each in run.world.nodes if not each.is_up] == ["app.1", "db"]
        run.finish()
        assert run.conserved
        assert outcomes(run) == ["good"] * 3 + ["failed"] * 3 + ["good"] * 4
        assert all_free(run)

    def test_who_died_before_stays_dead(self) -> None:
        """What brings the zone back does not bring back what something else has killed."""
        dead = {"id": "one", "at": "2 s", "says": "dies", "kill": {"kind": "base"}}
        run = spread(dead, struck("zone", {"zone": "a"}, "3500 ms", "1 s")).run()
        assert [each.name for each in run.world.nodes if not each.is_up] == ["db"]

    def test_nobody_is_back_in_the_dark(self) -> None:
        """Killed before for 2 s; the zone is dark for longer, and a second time."""
        dead = {"id": "one", "at": "2 s", "for": "2 s", "says": "dies", "kill": {"kind": "base"}}
        dark = struck("zone", {"zone": "a"}, "3500 ms", "2 s")
        again = {**struck("zone", {"zone": "a"}, "4500 ms", "3 s"), "id": "again"}
        run = spread(dead, dark, again).start()
        run.advance(7.4)
        assert [each.name for each in run.world.nodes if not each.is_up] == ["app.1", "db"]
        run.advance(7.6)
        assert all(each.is_up for each in run.world.nodes)
        back = [each for each in run.world.happenings if each.what == "back"]
        assert [round(each.time, 6) for each in back] == [7.5, 7.5]

    def test_a_balancer_stands_in_all_zones(self) -> None:
        run = spread(struck("zone", {"zone": "a"}, "3500 ms")).run()
        assert node(run, "lb").place.zone == ""
        assert node(run, "lb").meter.failed == 3


class TestPartition:
    def test_a_call_waits_until_the_way_is_open(self) -> None:
        """The second server's call, sent at 5.1 s, arrives at 7.5 s."""
        run = spread(struck("partition", {"zone": "b", "from": ["a"]}, "4500 ms")).run()
        assert ends(run)[3:6] == [4.3, 7.701, 6.36]
        assert outcomes(run) == ["good"] * 10

    def test_one_way_the_answer_waits(self) -> None:
        cut = {"zone": "a", "from": ["b"], "one-way": True}
        made = spread(struck("partition", cut, "4500 ms"))
        run = made.start()
        run.advance(5.5)
        assert node(run, "db").meter.served == 5
        run.finish()
        assert ends(run)[4] == 7.5

    def test_the_other_way_it_does_not(self) -> None:
        cut = {"zone": "a", "from": ["b"], "one-way": True}
        run = spread(
            struck("partition", {**cut, "zone": "far"}, "4500 ms"),
            {**struck("partition", cut, "6500 ms", "500 ms"), "id": "later"},
        ).run()
        assert ends(run)[4] == 5.301

    def test_a_timeout_frees_the_caller_and_what_was_sent_arrives_later(self) -> None:
        links = [*LINKS[:2], "app > db, timeout: 1 s"]
        made = spread(struck("partition", {"zone": "b", "from": ["a"]}, "4500 ms"), links=links)
        run = made.start()
        run.advance(7.0)
        assert (outcomes(run), node(run, "db").meter.arrivals) == ([], 5)
        run.finish()
        assert outcomes(run).count("failed") == 1
        assert ends(run)[4] == pytest.approx(6.1)
        assert node(run, "db").meter.arrivals == 10  # the call that nobody waits for is among them
        assert all_free(run)

    def test_two_cuts_of_one_way_are_over_when_both_are(self) -> None:
        cut = {"zone": "b", "from": ["a"]}
        run = spread(
            struck("partition", cut, "4500 ms", "2 s"),
            {**struck("partition", cut, "5500 ms", "3 s"), "id": "again"},
        ).run()
        assert ends(run)[4] == 8.701

    def test_copies_catch_up_afterwards(self) -> None:
        """What was written meanwhile arrives when the way is open."""
        made = system(
            {"app": "front", "db": "base", "copy": "copy, zones: [b]"},
            ["people > app", "app > db", "db > copy"],
            "[write]",
            zones=ZONES,
            incidents=[struck("partition", {"zone": "b", "from": ["a"]}, "4 s", "4 s")],
            operation="items: {count: 1}",
        )
        run = made.start()
        run.advance(7.9)
        assert (node(run, "db").versions[0], len(node(run, "copy")._coming)) == (7, 3)
        run.advance(8.1)
        assert len(node(run, "copy")._coming) == 7

    @pytest.mark.parametrize("seed", range(3))
    def test_steps_of_any_size_give_the_same(self, seed: int) -> None:
        made = spread(
            struck("partition", {"zone": "b", "from": ["a", "far"]}, "4500 ms"),
            {**struck("zone", {"zone": "a"}, "6 s"), "id": "dark"},
            traffic="arrivals: poisson, rate: 5/s",
            kinds="base: {does: {read: {time: exponential 200 ms}}}",
        )
        whole, stepped = made.run(seed), made.start(seed)
        for tenth in range(120):
            stepped.advance(tenth / 7)
        stepped.finish()
        assert ends(whole) == ends(stepped)
        assert whole.trace.frames == stepped.trace.frames
        assert count(whole, "attempts") == count(stepped, "attempts")


class TestCachesOfAnotherZone:
    """Servers in two zones, and a cache beside them in the first one; reads of one thing."""

    def made(self, link: str, *streams: str) -> System:
        nodes = {"lb": "spread", "app": "front, count: 2, zones: [a, b]"}
        ends = ["people > lb", "lb > app", "app > db", f"app > mem{link}"]
        thing = {"of": "thing", "count": 1}
        return system(
            {**nodes, "db": "base, zones: [b]", "mem": "memory, zones: [a]"},
            ends,
            zones=ZONES,
            incidents=[struck("partition", {"zone": "b", "from": ["a"]}, "4500 ms")],
            operations={
                "view": {"title": "view", "needs": ["compute", "read"], "items": thing},
                "edit": {"title": "edit", "needs": ["compute", "write"], "items": thing},
            },
            streams=streams,
        )

    def test_it_is_as_far_as_the_caller_is(self) -> None:
        """The first fills it; then 100 ms at a server and 10 ms at the cache."""
        assert ends(self.made("", "rate: 1/s, mix: {view: 1}").run())[:3] == [1.311, 2.111, 3.11]

    def test_what_is_cut_off_from_it_goes_to_the_source_after_the_timeout(self) -> None:
        run = self.made(", timeout: 50 ms", "rate: 1/s, mix: {view: 1}").run()
        assert ends(run)[4:7] == [5.11, 6.35, 7.11]

    def test_or_waits(self) -> None:
        run = self.made("", "rate: 1/s, mix: {view: 1}").run()
        assert ends(run)[5] == 7.7

    def test_it_hears_nothing_of_what_is_written_meanwhile(self) -> None:
        """A write at 5 s, in the other zone: from then on it gives what was, to the end."""
        streams = ("rate: 4/s, mix: {view: 1}", "rate: 0.2/s, mix: {edit: 1}")
        run = self.made(", timeout: 50 ms", *streams).run()
        assert count(run, "stale-reads") > 5


class TestBadDocuments:
    @pytest.mark.parametrize(
        ("nodes", "more", "says"),
        [
            ({"app": "front, zones: [c]"}, {"zones": ZONES}, "there is no zone `c`"),
            ({"app": "front, zones: [a]"}, {}, "this level has no zones"),
            ({"lb": "spread, zones: [a]"}, {"zones": ZONES}, "is in all zones at once"),
        ],
    )
    def test_of_a_design(self, nodes: dict[str, str], more: dict[str, Any], says: str) -> None:
        with pytest.raises(DocumentError, match=says):
            system(nodes, ["people > app"] if "app" in nodes else [], "[compute]", **more)

    @pytest.mark.parametrize(
        ("name", "what", "says"),
        [
            ("zone", {"zone": "z"}, "there is no zone `z`"),
            ("partition", {"zone": "a", "from": ["z"]}, "there is no zone `z`"),
            ("partition", {"zone": "a", "from": ["a"]}, "not cut off from itself"),
            ("partition", {"zone": "a", "from": []}, "from"),
        ],
    )
    def test_of_an_incident(self, name: str, what: dict[str, Any], says: str) -> None:
        with pytest.raises(DocumentError, match=says):
            spread(struck(name, what, "3 s"))
