"""A CDN: whole answers near the clients, for as long as they count or until a purge arrives."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.judgement.cost import cost
from sandbox.judgement.estimate import estimate
from tests.simulation.systems import System, count, ends, node, outcomes, system

EDGE = """
edge: {behaviour: cache, near: 25%, does: {answer: {time: fixed 10 ms, per_million: $2}}}
users: {distance: fixed 400 ms}
"""
LINKS = ["people > edge", "edge > app", "app > db"]
THING = {"of": "thing", "count": 1}


def edged(settings: str = "", links: list[str] = LINKS, **more: Any) -> System:
    """Somebody views each second what somebody edits at 5 s and at 10 s, 400 ms away."""
    needs = more.pop("needs", ["compute", "read"])
    return system(
        {"edge": f"edge, settings: {{{settings}}}", "app": "front", "db": "base"},
        links,
        kinds=EDGE + more.pop("kinds", ""),
        operations={
            "view": {"title": "view", "needs": needs, "items": THING},
            "edit": {"title": "edit", "needs": ["compute", "write"], "items": THING},
        },
        streams=("rate: 1/s, mix: {view: 1}", "rate: 0.2/s, mix: {edit: 1}"),
        **more,
    )


def test_a_hit_spares_the_server_its_work_as_well() -> None:
    run = edged("on-write: keep").run()
    assert (node(run, "edge").hits, node(run, "edge").misses) == (9, 1)
    assert node(run, "app").meter.arrivals == 1 + 2


def test_a_miss_has_all_of_the_way_to_go_and_a_hit_a_quarter() -> None:
    """100 ms there and 300 ms behind, 100 ms of work and 200 ms at the store, and 10 ms of its own.

    A write has the whole way, too.
    """
    run = edged("on-write: keep").run()
    assert ends(run)[:3] == [1.71, 2.11, 3.11]
    assert outcomes(run) == ["good"] * 12
    written = [end for end in ends(run) if end is not None and round(end % 1, 6) == 0.0]
    assert written == [6.0, 11.0]  # 5 s + 400 ms + 100 ms + 500 ms


def test_who_is_not_wired_to_it_has_the_whole_way() -> None:
    links = ["people > lb", "lb > edge", "edge > app", "app > db"]
    made = system(
        {"lb": "spread", "edge": "edge", "app": "front", "db": "base"},
        links,
        "[compute, read]",
        kinds=EDGE,
    )
    assert ends(made.run())[:2] == [1.71, 2.41]


class TestPurge:
    """The write of 5 s is done at 5.9 s behind the edge, and known to its client at 6 s."""

    @pytest.mark.parametrize(("purge", "stale"), [("0 s", 0), ("2 s", 2), ("1 h", 5)])
    def test_until_it_arrives_what_was_is_given(self, purge: str, stale: int) -> None:
        run = edged(f"on-write: delete, purge: {purge}").run()
        assert count(run, "stale-reads") == stale

    def test_what_counts_no_longer_is_not_given_either(self) -> None:
        """Filled at 1.71 s, 4.11 s + 600 ms, and 7.1 s + 600 ms; only the read of 6 s is stale."""
        run = edged("on-write: keep, ttl: 2.3 s").run()
        assert 1 <= count(run, "stale-reads") <= 2

    def test_nobody_tells_it_of_a_write_that_does_not_come_by(self) -> None:
        links = [
            "people > edge, carries: [view]",
            "people > app, carries: [edit]",
            *LINKS[1:],
        ]
        made = edged("on-write: delete", links)
        assert count(made.run(), "stale-reads") == 5


@pytest.mark.parametrize(
    "needs",
    [
        ["permit", "compute", "read"],
        ["compute", "read", "write"],
        ["compute", "read", "charge"],
        ["compute", "read", {"need": "write", "deferrable": True}],
        ["compute"],
    ],
    ids=["private", "a write", "a charge", "something later", "no data"],
)
def test_only_answers_that_read_for_everybody_are_kept(needs: list[Any]) -> None:
    kinds = "base: {does: {permit: {time: fixed 50 ms}, charge: {time: fixed 50 ms}}}"
    run = edged("on-write: keep", needs=needs, kinds=kinds).run()
    assert outcomes(run) == ["good"] * 12
    assert (node(run, "edge").hits, node(run, "edge").misses) == (0, 0)


def test_it_is_paid_for_each_request_that_comes_by() -> None:
    made = edged(volume={"view": 3_000_000, "edit": 1_000_000})
    parts = {part.label: part.amount for part in cost(made.level, made.design)}
    assert parts["edge: usage in a month"] == pytest.approx(8)


def test_what_it_spares_can_be_estimated() -> None:
    """All of a view is at the edge, in an estimate; a write of each fifth second is not."""
    made = edged()
    busy = estimate(made.level, made.design)
    assert busy["edge"] == pytest.approx(0.01)
    assert busy["app"] == pytest.approx(0.2 * 0.1 / 100)
    assert busy["db"] == pytest.approx(0.2 * 0.5 / 100)


def test_one_key_is_fetched_once_however_far_it_is() -> None:
    made = edged("coalesce: true, on-write: keep", length="1 s")
    run = system(
        {"edge": "edge, settings: {coalesce: true}", "app": "front", "db": "base"},
        LINKS,
        "[compute, read]",
        kinds=EDGE,
        traffic="rate: 50/s",
        length="1 s",
    ).run()
    assert made.run().conserved
    assert node(run, "db").meter.arrivals == 1
    assert max(end for end in ends(run) if end is not None) == pytest.approx(1.11)


@pytest.mark.parametrize("near", ["120%", "-10%", "soon"])
def test_it_cannot_be_nearer_than_its_clients_or_farther_than_the_system(near: str) -> None:
    with pytest.raises(DocumentError, match="near"):
        edged(kinds=f"\nfar: {{behaviour: cache, near: {near}, does: {{answer: {{time: 1 ms}}}}}}")
