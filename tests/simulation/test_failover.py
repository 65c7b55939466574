"""A copy that takes over: when, what is lost by it, and what two sides do that both lead."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.durability import ERA, Durability, Versions
from sandbox.simulation.run import Run
from tests.simulation.systems import System, all_free, count, ends, journeys, node, outcomes, system

ZONES = {name: {"title": name} for name in ("a", "b", "c")}
KINDS = """
lead:
  behaviour: primary
  does: {read: {time: fixed 2 ms}, write: {time: fixed 5 ms}}
  sizes: {one: {price: $1/month, vcpu: 100, slots: 50}}
copy: {does: {read: {time: fixed 2 ms}, apply: {time: 0 s}}}
front: {does: {compute: {time: fixed 1 ms}}}
tape: {behaviour: backup}
"""
NEEDS = {"needs": ["compute", "write"], "items": {"of": "thing", "count": 9}}
OPERATIONS = {"here": {"title": "from a", **NEEDS}, "there": {"title": "from b", **NEEDS}}
LINKS = [
    "people > at-a, carries: [here]",
    "people > at-b, carries: [there]",
    "at-a > db, timeout: 500 ms",
    "at-b > db, timeout: 500 ms",
    "db > copy",
]
FAR = "copy, settings: {lag: 250 ms}"
TIMES = "check-every: 1 s, checks: 2, takeover: 1500 ms, reaction: 6 s"
"""What happens after 20.2 s is known at 22 s; a copy leads from 23.5 s on."""


def led(settings: str, *incidents: dict[str, Any], lag: str = "250 ms", **more: Any) -> System:
    """Ten writes a second at a server of each zone; the primary is in `a`, its copy in `b`."""
    nodes = {
        "at-a": "front, zones: [a]",
        "at-b": "front, zones: [b]",
        "db": f"lead, settings: {{{TIMES}, {settings}}}",
        "copy": f"copy, zones: [b], settings: {{lag: {lag}}}",
        **more.pop("nodes", {}),
    }
    links = more.pop("links", LINKS)
    said = {
        "streams": ("rate: 10/s, mix: {here: 1}", "rate: 10/s, mix: {there: 1}"),
        "length": "60 s",
        "operations": OPERATIONS,
        "zones": ZONES,
        **more,
    }
    kinds = KINDS + said.pop("more", "")
    return system(nodes, links, kinds=kinds, incidents=list(incidents), **said)


def dies(at: str = "20250 ms", lasts: str = "20 s", kind: str = "lead") -> dict[str, Any]:
    return {"id": f"k-{kind}", "at": at, "for": lasts, "says": "dies", "kill": {"kind": kind}}


def cut(at: str = "20250 ms", lasts: str = "20 s", **more: Any) -> dict[str, Any]:
    way = {"zone": "a", "from": ["b"], **more}
    return {"id": "cut", "at": at, "for": lasts, "says": "a is cut off", "partition": way}


def when(run: Run, says: str) -> list[float]:
    """The moments at which something was told."""
    return [round(each.time, 6) for each in run.world.happenings if says in each.says]


def lost(run: Run, operation: str) -> list[float]:
    """When those set out from one side who got nothing."""
    found = [j for j in journeys(run) if j.operation == operation and j.outcome != "good"]
    return [round(journey.start, 3) for journey in found]


class TestADeath:
    def test_nobody_takes_over_by_default(self) -> None:
        run = led("", dies()).run()
        assert when(run, "took over") == []
        assert len(lost(run, "here")) == 200
        assert count(run, "lost-writes") == 0

    def test_a_copy_takes_over_after_it_was_noticed(self) -> None:
        run = led("failover: alone", dies()).run()
        assert when(run, "was not heard of") == [22]
        assert when(run, "copy took over from db") == [23.5]
        for side in ("here", "there"):
            assert lost(run, side) == [round(20.3 + tenth / 10, 3) for tenth in range(32)]
        assert all_free(run)

    def test_what_had_not_arrived_is_lost(self) -> None:
        """Written at n/10 + 6 ms from `a`, a millisecond later from `b`; 251 ms on the way."""
        run = led("failover: alone", dies()).run()
        assert count(run, "lost-writes") == 2 * 3
        assert count(run, "diverged-writes") == 0

    def test_nobody_takes_over_what_was_dropped(self) -> None:
        """The data is gone from 15 s to 46 s, and its primary dies meanwhile."""
        drop = {
            "id": "drop", "at": "15 s", "says": "oops", "delete": {"kind": "lead", "megabytes": 20},
        }  # fmt: skip
        tape = {"tape": "tape, settings: {begins-after: 30 s}"}
        made = led("failover: alone", drop, dies(), nodes=tape, links=[*LINKS, "db > tape"])
        run = made.run()
        assert when(run, "took over") == []
        assert when(run, "had its data again") == [46]
        assert max(lost(run, "here")) < 46
        assert all_free(run)

    def test_what_a_cache_has_not_flushed_is_not_lost(self) -> None:
        """It acknowledges writes itself; what the old leader never had, the new one gets."""
        memory = {"mem": "memory, settings: {on-write: write-back, flush-after: 3 s}"}
        links = [
            "people > at-a, carries: [here]",
            "people > at-b, carries: [there]",
            "at-a > mem",
            "at-b > mem",
            "mem > db, timeout: 500 ms",
            "db > copy",
        ]
        back = "settings: {on-write: {choices: [delete, write-back]}}"
        kinds = f"memory: {{does: {{read: {{time: fixed 1 ms, rank: 0}}}}, {back}}}"
        run = led("failover: alone", dies(), lag="0 s", nodes=memory, links=links, more=kinds).run()
        assert when(run, "took over") == [23.5]
        assert outcomes(run) == ["good"] * 1200
        assert count(run, "lost-writes") == 0
        run = led("failover: alone", dies(), lag="2 s", nodes=memory, links=links, more=kinds).run()
        assert 0 < count(run, "lost-writes") < 2 * 10 * (2 + 3)  # a flush brings 3 s of writes

    def test_what_the_copy_confirmed_is_not(self) -> None:
        """But then nobody confirms any more, as long as the old one is away."""
        run = led("failover: alone, acknowledged-by: 1", dies()).run()
        assert count(run, "lost-writes") == 0
        assert 40.2 <= max(lost(run, "here")) < 41
        go_on = "copies-missing: go-on, goes-on-after: 0 s"
        run = led(f"failover: alone, acknowledged-by: 1, {go_on}", dies()).run()
        assert count(run, "lost-writes") == 0
        assert max(lost(run, "here")) == pytest.approx(23.4)

    def test_a_person_takes_longer(self) -> None:
        run = led("failover: by-hand", dies()).run()
        assert when(run, "took over") == [22 + 6 + 1.5]

    def test_a_person_does_nothing_when_it_is_back(self) -> None:
        run = led("failover: by-hand", dies(lasts="5 s")).run()
        assert when(run, "took over") == []
        assert count(run, "lost-writes") == 0

    def test_the_freshest_takes_over(self) -> None:
        """One copy was cut off before the primary died, and has less."""
        nodes = {"late": "copy, zones: [c], settings: {lag: 50 ms}"}
        away = {**cut("19 s", "3 s"), "id": "away"}
        away["partition"] = {"zone": "c", "from": ["a"]}
        made = led("failover: alone", dies(), away, nodes=nodes, links=[*LINKS, "db > late"])
        run = made.run()
        assert when(run, "copy took over from db") == [23.5]
        assert count(run, "lost-writes") == 6
        assert settled(run, "late") == node(run, "copy").versions

    def test_the_old_one_follows_when_it_is_back_and_can_lead_again(self) -> None:
        again = {**dies("50050 ms", "9 s", "copy"), "id": "again"}
        run = led("failover: alone", dies(), again).run()
        assert when(run, "db follows copy") == [40.25]
        assert when(run, "db took over from copy") == [53]
        assert lost(run, "here")[-1] == pytest.approx(52.9)
        assert count(run, "lost-writes") == 6  # the old one has no delay of its own
        assert when(run, "copy follows db") == [59.05]

    @pytest.mark.parametrize("seed", range(3))
    def test_steps_of_any_size_give_the_same(self, seed: int) -> None:
        noisy = ("arrivals: poisson, rate: 9/s, mix: {here: 1}", "rate: 7/s, mix: {there: 1}")
        made = led("failover: alone, acknowledged-by: 1", dies(), cut("45 s", "9 s"), streams=noisy)
        whole, stepped = made.run(seed), made.start(seed)
        for tenth in range(650):
            stepped.advance(tenth / 9)
        stepped.finish()
        assert ends(whole) == ends(stepped)
        assert whole.world.ledger.counts() == stepped.world.ledger.counts()
        assert whole.trace.frames == stepped.trace.frames


def settled(run: Run, name: str) -> dict[int, int]:
    """What a copy has when everything has arrived."""
    copy = node(run, name)
    copy.settle()
    return dict(copy.versions)


class TestACut:
    def test_without_fencing_two_sides_lead(self) -> None:
        """Those in `a` notice nothing; those in `b` wait until their copy leads."""
        run = led("failover: alone", cut()).run()
        assert lost(run, "here") == []
        assert lost(run, "there") == [round(20.3 + tenth / 10, 3) for tenth in range(32)]
        # From 20.2 s (nothing arrives after 20.25 s) to 40.2 s.
        assert count(run, "diverged-writes") == 200
        assert count(run, "lost-writes") == 200
        assert when(run, "db follows copy") == [40.25]

    def test_merged_nothing_is_lost(self) -> None:
        run = led("failover: alone, rejoins: merge", cut()).run()
        assert (count(run, "diverged-writes"), count(run, "lost-writes")) == (200, 0)
        made = sum(version % ERA for version in node(run, "copy").versions.values())
        good = sum(journey.outcome == "good" for journey in journeys(run))
        assert made == good

    def test_with_fencing_time_is_lost_instead(self) -> None:
        """It lets go at 22 s, the copy waits until 24 s, and leads at 25.5 s."""
        run = led("failover: alone, fenced: true", cut()).run()
        assert when(run, "db takes no more writes") == [22]
        assert when(run, "took over") == [25.5]
        assert lost(run, "here") == [round(22 + tenth / 10, 3) for tenth in range(183)]
        assert count(run, "diverged-writes") == 0
        assert count(run, "lost-writes") == 17  # made before it let go, and never arrived

    def test_a_short_cut_is_over_before_a_person_decides(self) -> None:
        """Nothing is lost but time, and only for the other side."""
        run = led("failover: by-hand", cut(lasts="7 s")).run()
        assert when(run, "took over") == []
        assert lost(run, "here") == []
        assert len(lost(run, "there")) == pytest.approx(65, abs=2)
        assert (count(run, "diverged-writes"), count(run, "lost-writes")) == (0, 0)

    def test_a_leader_that_let_go_takes_writes_again(self) -> None:
        run = led("failover: alone, fenced: true", cut(lasts="3 s")).run()
        assert when(run, "takes writes again") == [23.25]
        assert when(run, "took over") == []
        assert lost(run, "here") == [round(22 + tenth / 10, 3) for tenth in range(13)]

    def test_one_way_is_enough(self) -> None:
        """The primary hears its copy, which hears nothing and takes over."""
        one_way: dict[str, Any] = {"one-way": True}
        run = led("failover: alone", cut(**one_way)).run()
        assert when(run, "took over") == [23.5]
        assert count(run, "diverged-writes") > 150

    def test_a_quorum_leaves_only_one_side_that_can_write(self) -> None:
        """Of three, one of two others must confirm: the side with one copy cannot."""
        nodes = {"third": "copy, zones: [c], settings: {lag: 250 ms}"}
        others: dict[str, Any] = {"from": ["b", "c"]}
        away = cut(**others)
        links = [*LINKS, "db > third"]
        run = led("failover: alone, acknowledged-by: 1", away, nodes=nodes, links=links).run()
        assert when(run, "took over") == [23.5]
        assert (count(run, "diverged-writes"), count(run, "lost-writes")) == (0, 0)
        assert len(lost(run, "here")) > 190
        assert max(lost(run, "there")) == pytest.approx(23.4)

    def test_most_of_the_copies_must_miss_it(self) -> None:
        """One of two still hears it."""
        nodes = {"near": "copy, zones: [a], settings: {lag: 250 ms}"}
        run = led("failover: alone", cut(), nodes=nodes, links=[*LINKS, "db > near"]).run()
        assert when(run, "was not heard of") == []

    def test_what_was_on_the_way_to_it_changes_nothing_there_any_more(self) -> None:
        """Calls from `b` that were sent before the copy led arrive when the old one follows."""
        links = [link.removesuffix(", timeout: 500 ms") for link in LINKS]
        run = led("failover: alone", cut(), links=links).run()
        assert lost(run, "there") == [round(20.3 + tenth / 10, 3) for tenth in range(32)]
        assert node(run, "db").meter.rejected == 32
        (channel,) = node(run, "copy").copies.channels
        channel.follower.settle()
        assert node(run, "db").versions == node(run, "copy").versions
        assert all_free(run)

    def test_nobody_confirms_what_the_old_side_writes(self) -> None:
        """What waits there is not let go by the copies of the new one."""
        nodes = {"third": "copy, zones: [b], settings: {lag: 250 ms}"}
        links = [link.removesuffix(", timeout: 500 ms") for link in LINKS] + ["db > third"]
        run = led("failover: alone, acknowledged-by: 1", cut(), nodes=nodes, links=links).run()
        assert count(run, "diverged-writes") == 0
        assert count(run, "lost-writes") == 0
        assert all_free(run)

    def test_reads_of_the_old_side_are_stale(self) -> None:
        operations = {**OPERATIONS, "here": {**OPERATIONS["here"], "needs": ["compute", "read"]}}
        run = led("failover: alone", cut(), operations=operations).run()
        assert count(run, "stale-reads") > 100


def test_a_stock_cannot_be_taken_over() -> None:
    kinds = {"take": {"time": "fixed 5 ms"}}
    made = system(
        {"app": "front", "db": "lead, settings: {failover: alone}", "copy1": "copy"},
        ["people > app", "app > db", "db > copy1"],
        "[compute, take]",
        kinds=KINDS.replace("does: {read", f"does: {{take: {kinds['take']}, read", 1),
        stock=10,
    )
    with pytest.raises(DocumentError, match="counts a stock"):
        made.start()


class TestDurability:
    def test_the_same_number_never_means_two_writes(self) -> None:
        versions = Versions(ERA, {1: 7, 2: 3 * ERA})
        assert versions.get(1) == ERA + 7
        assert versions.get(5, 0) == ERA
        assert versions[2] == ERA  # of any era before

    def test_what_is_acknowledged_late_is_lost_as_well(self) -> None:
        wrongs: Counter[str] = Counter()
        kept = Durability(wrongs)
        for version in (1, 2, 3):
            kept.answered(5, version)
        kept.broken({5: 2}, kept.next_era())
        assert wrongs == {"lost-writes": 1}
        kept.answered(5, 4)
        kept.answered(5, ERA + 3)
        assert wrongs == {"lost-writes": 2}

    def test_what_was_lost_once_is_not_lost_again(self) -> None:
        wrongs: Counter[str] = Counter()
        kept = Durability(wrongs)
        kept.answered(5, 1)
        for _ in range(2):
            kept.broken({}, kept.next_era())
        assert wrongs == {"lost-writes": 1}


@pytest.mark.parametrize(("confirmed", "lost_edits"), [(0, True), (1, False)])
def test_edits_that_a_copy_confirmed_are_there_after_it_took_over(
    confirmed: int, lost_edits: bool
) -> None:
    """Merged, nothing is overwritten: what is not there is what had not arrived."""
    kinds = KINDS.replace("write: {time: fixed 5 ms}}", "merge: {time: fixed 5 ms}}")
    settings = f"{TIMES}, failover: alone, acknowledged-by: {confirmed}"
    made = system(
        {"app": "front", "db": f"lead, settings: {{{settings}}}", "one": FAR, "two": FAR},
        ["people > app", "app > db, timeout: 500 ms", "db > one", "db > two"],
        "[compute, merge]",
        kinds=kinds,
        traffic="rate: 10/s",
        operation="items: {count: 9}",
        length="40 s",
        incidents=[dies(lasts="9 s")],
    )
    run = made.run()
    assert when(run, "took over") == [23.5]
    assert (count(run, "lost-edits") > 0) is lost_edits
    assert (count(run, "lost-writes") > 0) is lost_edits
