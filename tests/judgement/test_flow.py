"""The flow view: the way of each operation, what nobody can do, and what two could."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.library import load_level
from sandbox.documents.problems import DocumentError
from sandbox.judgement.flow import Flow, Hop, flows
from sandbox.simulation.plan import plan
from sandbox.studies.designs import named_design
from tests.simulation.systems import system


def flow(nodes: dict[str, str], links: list[str], needs: str, **more: Any) -> Flow:
    made = system(nodes, links, needs, **more)
    (found,) = flows(made.level, made.design)
    return found


def ways(found: Flow) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(hop.source, hop.target, hop.needs) for hop in found.hops]


def test_a_way_from_node_to_node() -> None:
    found = flow(
        {"app": "front", "db": "base"}, ["people > app", "app > db"], "[compute, read, write]"
    )
    assert ways(found) == [("people", "app", ("compute",)), ("app", "db", ("read",))]
    assert found.done == {"compute": ("app",), "read": ("db",), "write": ("db",)}
    assert found.is_whole


def test_behind_a_router_there_are_several() -> None:
    found = flow(
        {"lb": "spread", "a": "front", "b": "front"},
        ["people > lb", "lb > a", "lb > b"],
        "[compute]",
    )
    assert [hop for hop in found.hops if hop.is_one_of] == [
        Hop("lb", "a", ("compute",), is_one_of=True),
        Hop("lb", "b", ("compute",), is_one_of=True),
    ]
    assert found.done == {"compute": ("a", "b")}


def test_a_cache_beside_the_way() -> None:
    found = flow(
        {"app": "front", "db": "base", "mem": "memory"},
        ["people > app", "app > db", "app > mem"],
        "[compute, read]",
    )
    assert Hop("app", "mem", ("read",), is_beside=True) in found.hops
    assert found.done["read"] == ("db",)


def test_everything_that_nobody_does_is_told_at_once() -> None:
    found = flow({"app": "front"}, ["people > app"], "[compute, read, charge]")
    assert found.unserved == ("read", "charge")
    assert not found.is_whole


def test_on_an_empty_board_nobody_does_anything() -> None:
    found = flow({}, [], "[compute, read]")
    assert (found.hops, found.unserved) == ((), ("compute", "read"))


def test_what_two_could_do() -> None:
    """It cannot run, and yet there is something to be shown of it."""
    made = system(
        {"app": "front", "one": "base", "two": "base"},
        ["people > app", "app > one", "app > two"],
        "[compute, read]",
    )
    (found,) = flows(made.level, made.design)
    assert found.doubled == {"read": ("one", "two")}
    assert not found.is_whole
    with pytest.raises(DocumentError, match="could send `read` to `one` and `two`"):
        plan(made.level, made.design)


def test_all_doubled_needs_are_told_together() -> None:
    made = system(
        {"app": "front", "one": "base", "two": "base", "x": "bank", "y": "bank"},
        ["people > app", "app > one", "app > two", "app > x", "app > y"],
        "[compute, read, charge]",
    )
    with pytest.raises(DocumentError) as raised:
        plan(made.level, made.design)
    assert len(raised.value.problems) == 2


def test_branches_are_told_in_order() -> None:
    found = flow(
        {"app": "front", "db": "base", "bank": "bank"},
        ["people > app", "app > db", "app > bank"],
        "[compute, {parallel: [read, charge]}]",
    )
    assert found.done == {"compute": ("app",), "read": ("db",), "charge": ("bank",)}
    assert ways(found)[0] == ("people", "app", ("compute",))


@pytest.mark.parametrize("level_id", ["todo-at-scale", "flash-sale", "pizza-shop"])
def test_winners_of_the_game_are_whole(level_id: str) -> None:
    level = load_level(level_id)
    assert level.proofs is not None
    for name in level.proofs.winners:
        found = flows(level, named_design(level, f"winner:{name}"))
        assert found
        assert all(each.is_whole for each in found)
