"""Shard sets: which shard is asked for what, who has to ask all of them, what splitting does."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sandbox.simulation.run import Run
from tests.simulation.systems import (
    System,
    all_free,
    count,
    ends,
    journeys,
    outcomes,
    system,
    visited,
)

KINDS = """
pieces:
  behaviour: shards
  does:
    route: {time: fixed 1 ms}
    read: {time: fixed 200 ms}
    write: {time: fixed 500 ms}
    scan: {time: fixed 300 ms}
    take: {time: fixed 100 ms}
    begin: {time: fixed 100 ms}
    commit: {time: fixed 100 ms}
  sizes: {one: {price: $1/month, vcpu: 100, slots: 50}}
"""
KEYS = {"of": "thing", "count": 40, "skew": 0}


def sharded(needs: list[Any], settings: str = "", count: int = 4, **more: Any) -> System:
    """A client who asks a shard set by itself, about one of forty things."""
    said = {"title": "an order", "needs": needs}
    items = more.pop("items", KEYS)
    if items is not None:
        said["items"] = items
    operations = {"order": said, **more.pop("others", {})}
    return system(
        {"db": f"pieces, count: {count}, settings: {{{settings}}}"},
        ["people > db"],
        kinds=f"{KINDS}{more.pop('kinds', '')}",
        operations=operations,
        **{"length": "60 s", "traffic": "rate: 4/s", **more},
    )


def asked(run: Run) -> list[frozenset[str]]:
    """The shards that each request has been at."""
    return [frozenset(visited(run, journey)) for journey in journeys(run)]


ALL = frozenset({"db.1", "db.2", "db.3", "db.4"})


def test_a_key_is_on_one_shard() -> None:
    run = sharded(["read"]).run()
    assert {len(each) for each in asked(run)} == {1}
    assert frozenset().union(*asked(run)) == ALL
    assert ends(run) == pytest.approx([j.start + 0.201 for j in journeys(run)], abs=1e-6)


def test_one_key_is_always_on_the_same_shard() -> None:
    for seed in range(5):
        run = sharded(["read"], items={"of": "thing", "count": 1}).run(seed)
        assert len(set(asked(run))) == 1


def test_where_it_is_depends_on_the_seed_alone() -> None:
    at = {min(asked(sharded(["read"], items={"of": "t", "count": 1}).run(s))[0]) for s in range(20)}
    assert at == ALL


@pytest.mark.parametrize(
    ("needs", "more"),
    [
        (["read"], {"items": None}),
        (["read"], {"settings": "key: user"}),
        (["scan"], {}),
        (["scan"], {"settings": "ids: random"}),
    ],
    ids=["no key", "another key", "a range of random ids", "by default"],
)
def test_who_does_not_say_the_key_asks_all(needs: list[Any], more: dict[str, Any]) -> None:
    assert set(asked(sharded(needs, **more).run())) == {ALL}


def test_the_shard_key_is_that_of_its_own_things_or_of_one_kind() -> None:
    by_user = {"title": "by user", "needs": ["read"], "items": {"of": "user", "count": 40}}
    streams = ("rate: 4/s, mix: {order: 1}", "rate: 4/s, mix: {mine: 1}")
    for key, of_all in (("own", set()), ("user", {"order"})):
        made = sharded(["read"], f"key: {key}", others={"mine": by_user}, streams=streams)
        run = made.run()
        scattered = {
            journey.operation
            for journey, shards in zip(journeys(run), asked(run), strict=True)
            if len(shards) > 1
        }
        assert scattered == of_all


def test_a_change_is_made_where_its_user_is() -> None:
    """One user writes about forty things: on his shard, which his own reads ask as well."""
    mine = {"title": "mine", "needs": ["read"], "items": {"of": "user", "count": 1}}
    users = ", users: {of: user, count: 1}"
    streams = (f"rate: 4/s, mix: {{order: 1}}{users}", f"rate: 4/s, mix: {{mine: 1}}{users}")
    made = sharded(["write"], "key: user", others={"mine": mine}, streams=streams)
    for seed in range(3):
        (shards,) = set(asked(made.run(seed)))
        assert len(shards) == 1


def test_a_change_of_somebody_unknown_is_made_where_its_thing_is() -> None:
    run = sharded(["write"], "key: user").run()
    assert {len(each) for each in asked(run)} == {1}
    assert frozenset().union(*asked(run)) == ALL


def test_sequential_ids_keep_neighbours_together_and_the_newest_on_one_shard() -> None:
    """Of forty keys on four shards, the first ten are on the first one; a scan asks one shard."""
    run = sharded(["scan"], "ids: sequential", items={**KEYS, "skew": 2}).run()
    places = Counter(shard for (shard,) in asked(run))
    assert places["db.1"] > 0.9 * places.total()
    even = Counter(s for (s,) in asked(sharded(["read"], "ids: sequential").run()))
    assert set(even) == ALL


def test_whoever_asks_all_waits_for_the_slowest() -> None:
    """One shard has a line: what is keyed elsewhere is fast, and what asks all is not."""
    made = system(
        {"db": "pieces, count: 4"},
        ["people > db"],
        kinds=KINDS.replace("vcpu: 100", "vcpu: 1"),
        operations={
            "one": {"title": "one", "needs": ["write"], "items": {"of": "t", "count": 1}},
            "all": {"title": "all", "needs": [{"need": "read", "time": "fixed 1 ms"}]},
        },
        streams=("rate: 1/s, mix: {one: 1}", "arrivals: deterministic, rate: 10/s, mix: {all: 1}"),
        length="10 s",
    )
    run = made.run()
    took = [j.end - j.start for j in journeys(run) if j.operation == "all" and j.end]
    assert min(took) == pytest.approx(0.002)
    assert max(took) > 0.3


class TestSplitting:
    def test_changes_go_to_one_part_and_reads_ask_all(self) -> None:
        items = {"of": "thing", "count": 1}
        writes = asked(sharded(["write"], "split: 2", items=items).run())
        assert {len(each) for each in writes} == {1}
        assert len(set(writes)) == 2
        reads = asked(sharded(["read"], "split: 2", items=items).run())
        assert {len(each) for each in reads} == {2}
        assert set(reads) == {frozenset().union(*writes)}

    def test_only_the_most_popular_are_split(self) -> None:
        made = sharded(["read"], "split: 4, split-keys: 10", traffic="rate: 20/s")
        sizes = Counter(len(each) for each in asked(made.run()))
        assert set(sizes) == {1, 4}
        assert sizes[4] / sizes.total() == pytest.approx(0.25, abs=0.05)

    def test_no_more_parts_than_shards(self) -> None:
        made = sharded(["read"], "split: 16", items={"of": "thing", "count": 1}, count=3)
        assert {len(each) for each in asked(made.run())} == {3}

    def test_nothing_is_stale(self) -> None:
        items = {"of": "thing", "count": 1}
        edit = {"title": "edit", "needs": ["write"], "items": items}
        streams = ("rate: 10/s, mix: {order: 1}", "rate: 3/s, mix: {edit: 1}")
        made = sharded(["read"], "split: 3", items=items, others={"edit": edit}, streams=streams)
        run = made.run()
        assert count(run, "reads") == 600
        assert count(run, "stale-reads") == 0


def test_a_need_that_is_somewhere_else_is_a_step_of_its_own() -> None:
    """First all are scanned, then one is changed: 300 ms, 500 ms, and one millisecond to know."""
    run = sharded(["scan", "write"]).run()
    assert set(asked(run)) == {ALL}
    writes = sum(each.versions.get(k, 0) for each in run.world.nodes[1:] for k in range(40))  # type: ignore[attr-defined]
    assert writes == len(journeys(run))
    assert ends(run)[0] == pytest.approx(0.25 + 0.801, abs=1e-6)


def test_what_is_for_sale_is_on_one_shard() -> None:
    run = sharded(["take"], stock=10).run()
    assert {len(each) for each in asked(run)} == {1}
    assert count(run, "sold") == 10
    assert count(run, "oversold") == 0


def test_a_transaction_is_on_one_shard() -> None:
    run = sharded(["begin", "read", "write", "commit"], stock=10).run()
    assert {len(each) for each in asked(run)} == {1}
    assert set(outcomes(run)) == {"good"}
    assert all_free(run)


def test_no_transaction_is_over_several_shards() -> None:
    run = sharded(["begin", "write", "commit"], items=None).run()
    assert set(outcomes(run)) == {"good"}
    assert all_free(run)
    assert not any(each.transactions for each in run.world.nodes[1:])  # type: ignore[attr-defined]


def test_when_one_is_dead_its_keys_are_lost_and_so_is_what_asks_all() -> None:
    incident = {"id": "k", "at": "20 s", "for": "20 s", "says": "x", "kill": {"kind": "pieces"}}
    run = sharded(["read"], incidents=[incident]).run()
    while_dead = [j for j in journeys(run) if 20 < j.start < 39.9]
    failed = [j for j in while_dead if j.outcome == "failed"]
    assert 0.1 < len(failed) / len(while_dead) < 0.5
    assert {journey.charged for journey in failed} == {failed[0].charged}
    assert {j.outcome for j in journeys(run) if not 19.7 < j.start < 40} == {"good"}
    everybody = sharded(["scan"], incidents=[incident]).run()
    assert {j.outcome for j in journeys(everybody) if 20 < j.start < 39.9} == {"failed"}
    assert {j.outcome for j in journeys(everybody) if j.start > 40} == {"good"}
    assert all_free(everybody)


def test_each_shard_is_a_row_of_the_trace() -> None:
    run = sharded(["read"]).run()
    assert run.trace.header.nodes[1:] == ("db.1", "db.2", "db.3", "db.4")
    arrivals = [sum(f.nodes[at].arrivals for f in run.trace.frames) for at in range(1, 5)]
    assert sum(arrivals) == len(journeys(run))
    assert sum(frame.links[0] for frame in run.trace.frames) == len(journeys(run))


@pytest.mark.parametrize("needs", [["read"], ["scan", "write"]])
def test_steps_of_any_size_give_the_same(needs: list[Any]) -> None:
    made = sharded(needs, "split: 2", traffic="arrivals: poisson, rate: 40/s", length="5 s")
    whole, steps = made.run(3), made.start(3)
    for step in range(1, 80):
        steps.advance(step * 0.0713)
    steps.finish()
    assert steps.trace.frames == whole.trace.frames
    assert steps.trace.journeys == whole.trace.journeys


def test_documents_are_pages_and_no_joins() -> None:
    """A document store reads a page in one go; what joins has no way there."""
    operations = {
        "page": {"title": "page", "needs": ["read"], "items": KEYS},
        "order": {"title": "order", "needs": ["join"], "items": KEYS},
    }
    for kind, joined in (("document", {"failed"}), ("shards", {"good"})):
        made = system(
            {"db": f"{kind}, count: 3"},
            ["people > db"],
            operations=operations,
            streams=("rate: 4/s, mix: {page: 1, order: 1}",),
            palette=["shards", "document"],
        )
        run = made.run()
        assert {j.outcome for j in journeys(run) if j.operation == "page"} == {"good"}
        assert {j.outcome for j in journeys(run) if j.operation == "order"} == joined
