"""Copies of a store: who reads there, how far they are behind, and what is stale for it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.simulation.systems import System, count, journeys, node, outcomes, system, visited

LINKS = ["people > app", "app > db", "app > copy", "db > copy"]


def copied(lag: str = "50 ms", apply: str = "fixed 0 s", **more: Any) -> System:
    """Readers ten times a second, and a writer each second, of the same thing."""
    thing = {"of": "thing", "count": 1}
    said = {"streams": ("rate: 10/s, mix: {view: 1}", "rate: 1/s, mix: {edit: 1}"), **more}
    return system(
        {"app": "front", "db": "base", "copy": f"copy, settings: {{lag: {lag}}}"},
        said.pop("links", LINKS),
        kinds=f"copy: {{does: {{apply: {{time: {apply}}}}}}}",
        operations={
            "view": {"title": "view", "needs": ["compute", "read"], "items": thing},
            "edit": {"title": "edit", "needs": ["compute", "write"], "items": thing},
        },
        **said,
    )


def test_reads_go_to_the_copy_and_writes_to_the_store() -> None:
    run = copied().run()
    for journey in journeys(run):
        assert visited(run, journey)[0] == ("copy" if journey.operation == "view" else "db")


def test_a_copy_that_nobody_feeds_has_nothing_to_give() -> None:
    run = copied(links=LINKS[:3]).run()
    assert {visited(run, journey)[0] for journey in journeys(run)} == {"db"}


@pytest.mark.parametrize(
    ("lag", "stale"),
    [
        # A write is committed at n + 0.6 s, and whoever sets out from then on should see it. A
        # read looks 300 ms after setting out, so that with a lag of L those are too early that
        # set out before n + 0.6 + L - 0.3 s: the first of them at n + 0.6 s, the others 100 ms
        # apart.
        ("50 ms", 0),
        ("290 ms", 0),
        ("350 ms", 1),
        ("450 ms", 2),
        ("750 ms", 5),
    ],
)
def test_what_was_written_a_moment_ago_is_not_seen_there(lag: str, stale: int) -> None:
    run = copied(lag, length="10 s").run()
    writes_seen = 9  # the last write, at 10 s, is committed when nobody asks any more
    assert count(run, "reads") == 100
    assert count(run, "stale-reads") == stale * writes_seen


def test_it_says_how_far_it_is_behind() -> None:
    run = copied("200 ms").run()
    at = run.trace.header.nodes.index("copy")
    assert {frame.nodes[at].gauge for frame in run.trace.frames} == {0.2}


def test_it_falls_behind_when_more_is_written_than_it_can_apply() -> None:
    """Writes of 1.2 s work come each second; it has one processor, and reads need it as well."""
    kinds = "copy: {sizes: {one: {vcpu: 1}}, does: {apply: {time: fixed 1200 ms}}}"
    made = system(
        {"app": "front", "db": "base", "copy": "copy"},
        LINKS,
        "[compute, write]",
        kinds=kinds,
        length="20 s",
    )
    run = made.start()
    behind = []
    for second in range(3, 20):
        run.advance(second + 0.61)
        behind.append(node(run, "copy").gauge)
    steps = [later - before for before, later in pairwise(behind)]
    assert steps == pytest.approx([0.2] * 16)


def test_reads_make_it_slower_still() -> None:
    """500 ms of each second for what is written, and 8 x 90 ms for what is read: too much."""
    times = "{read: {time: fixed 90 ms}, apply: {time: fixed 500 ms}}"
    gauges = []
    for reads in ((), ("rate: 8/s, mix: {view: 1}",)):
        made = system(
            {"app": "front", "db": "base", "copy": "copy"},
            LINKS,
            kinds=f"copy: {{sizes: {{one: {{vcpu: 1}}}}, does: {times}}}",
            operations={
                "view": {"title": "view", "needs": ["compute", "read"]},
                "edit": {"title": "edit", "needs": ["compute", "write"]},
            },
            streams=(*reads, "rate: 1/s, mix: {edit: 1}"),
            length="20 s",
        )
        run = made.start()
        run.advance(19.9)
        gauges.append(node(run, "copy").gauge)
    assert gauges[0] < 1 < gauges[1]


@pytest.mark.parametrize("seed", range(4))
def test_it_never_goes_back(seed: int) -> None:
    """Writes take however long to apply; what comes later is never seen earlier."""
    made = copied("300 ms", "exponential 300 ms", length="30 s", streams=(
        "rate: 10/s, mix: {view: 1}", "arrivals: poisson, rate: 2/s, mix: {edit: 1}",
    ))  # fmt: skip
    run = made.start(seed)
    seen = 0
    for tenth in range(300):
        run.advance(tenth / 10)
        copy = node(run, "copy")
        coming = list(copy._coming)
        assert [when for when, _, _ in coming] == sorted(when for when, _, _ in coming)
        assert [version for _, _, version in coming] == sorted(v for _, _, v in coming)
        assert copy.versions.get(0, 0) >= seen
        seen = copy.versions.get(0, 0)
    run.finish()
    assert 0 < seen <= node(run, "db").versions[0]


def test_a_copy_that_was_away_has_missed_nothing() -> None:
    """What was written meanwhile has arrived when it is back; reads failed as long as it was."""
    incidents = [
        {"id": "k", "at": "3050 ms", "for": "3 s", "says": "dies", "kill": {"kind": "copy"}}
    ]
    run = copied(incidents=incidents).run()
    failed = [j.start for j in journeys(run) if j.outcome == "failed"]
    assert min(failed) == pytest.approx(2.8)  # who was inside, 100 ms after setting out
    assert max(failed) == pytest.approx(5.9)
    assert outcomes(run).count("failed") == len(failed) == 32
    assert count(run, "stale-reads") == 0


PIN = "settings: {lag: 500 ms, pin: 2 s}"


def pinned(kind: str = PIN, **more: Any) -> System:
    """Views of one thing ten times a second; it is edited at 5 s, 10 s ... and seen 600 ms later.

    Each takes 100 ms at the app; a read then 200 ms, a write 500 ms.
    """
    thing = {"of": "thing", "count": 1}
    said = {"streams": ("rate: 10/s, mix: {view: 1}", "rate: 0.2/s, mix: {edit: 1}"), **more}
    return system(
        {"app": "front, count: 2", "lb": "spread", "db": "base", "copy": f"copy, {kind}"},
        ["people > lb", "lb > app", *LINKS[1:]],
        operations={
            "view": {"title": "view", "needs": ["compute", "read"], "items": thing},
            "edit": {"title": "edit", "needs": ["compute", "write"], "items": thing},
        },
        length="18 s",
        **said,
    )


def test_who_has_written_reads_from_the_primary_for_a_while() -> None:
    """Writes are known at 5.6 s; who comes to a server from then on until 7.6 s reads there.

    As long as nobody knows who asks, that is whoever asks for the same thing.
    """
    run = pinned().run()
    at_primary = [j.start for j in journeys(run) if j.operation == "view" and at(run, j) == "db"]
    assert [round(start, 1) for start in at_primary if start < 10] == [
        round(5.5 + tenth / 10, 1) for tenth in range(20)
    ]
    assert count(run, "stale-reads") == 0


def test_without_it_they_are_stale() -> None:
    run = pinned("settings: {lag: 500 ms}").run()
    assert count(run, "stale-reads") == 3 * 2
    assert {at(run, j) for j in journeys(run) if j.operation == "view"} == {"copy"}


def test_others_still_read_from_the_copy() -> None:
    """Where it is known who asks, only who has written is sent to the primary."""
    users = ", users: {of: person, count: 2}"
    streams = (
        f"rate: 10/s, mix: {{view: 1}}{users}",
        f"rate: 0.2/s, mix: {{edit: 1}}{users}",
    )
    counts = []
    for kind in (PIN, "settings: {lag: 500 ms}"):
        runs = [pinned(kind, streams=streams).run(seed) for seed in range(5)]
        counts.append(sum(count(run, "stale-own-reads") for run in runs))
        views = [at(run, j) for run in runs for j in journeys(run) if j.operation == "view"]
        assert views.count("copy") > 0.6 * len(views)
    assert counts[0] == 0 < counts[1]


def at(run: Any, journey: Any) -> str:
    """Where somebody was served first."""
    return visited(run, journey)[0]


class TestShownEverySoOften:
    """Search indexes and warehouses: what has come is seen from the next full time on."""

    def made(self, refresh: str, load: str = "fixed 0 s", **more: Any) -> System:
        kinds = f"""
        index:
          behaviour: replica
          does:
            search: {{time: fixed 200 ms, rank: 1}}
            apply: {{time: fixed 0 s}}
            load: {{time: {load}}}
          sizes: {{one: {{price: $1/month, vcpu: 1}}}}
        """
        thing = {"of": "thing", "count": 1}
        return system(
            {"app": "front", "db": "base", "copy": f"index, settings: {{refresh: {refresh}}}"},
            LINKS,
            kinds=kinds,
            operations={
                "find": {"title": "find", "needs": ["search"], "items": thing},
                "edit": {"title": "edit", "needs": ["write"], "items": thing},
            },
            streams=("rate: 2/s, mix: {find: 1}", "rate: 0.1/s, mix: {edit: 1}"),
            length="20 s",
            **more,
        )

    @pytest.mark.parametrize(
        ("refresh", "stale"), [("0 s", 0), ("1 s", 1), ("2 s", 3), ("3 s", 3), ("7 s", 7)]
    )
    def test_nobody_finds_it_before(self, refresh: str, stale: int) -> None:
        """Written at 10.5 s, and shown at the next multiple of that.

        Who asks at 10.5 s, 11 s, 11.5 s and so on should find it, and looks 200 ms later.
        """
        assert count(self.made(refresh).run(), "stale-reads") == stale

    def test_it_says_how_old_it_is(self) -> None:
        run = self.made("4 s").start()
        run.advance(5.0)
        assert node(run, "copy").gauge == pytest.approx(3.0)

    def test_loading_takes_its_processors(self) -> None:
        """Two seconds of each four: who comes then waits until it is done."""
        run = self.made("4 s", "fixed 2 s").run()
        took = {round(j.end - j.start, 6) for j in journeys(run) if j.end and j.operation == "find"}
        assert min(took) == 0.2
        assert max(took) > 1.9
        assert run.trace.frames[-1].time < 25

    def test_what_no_store_can_do_has_no_way(self) -> None:
        joins = "base: {does: {join: {time: 0 s}}}"
        made = system(
            {"app": "front", "copy": "copy"},
            ["people > app", "app > copy"],
            "[compute, join]",
            kinds=joins,
        )
        run = made.run()
        assert set(outcomes(run)) == {"failed"}
        assert {j.why for j in journeys(run)} == {"nobody can `join`"}
