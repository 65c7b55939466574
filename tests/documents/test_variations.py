"""Designs made from others by a described difference."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.design import Design, Link, Node
from sandbox.documents.laws import fixed
from sandbox.documents.proofs import Change, Variation
from sandbox.documents.variations import vary
from tests.documents import made


def link(source: str, target: str, **fields: Any) -> Link:
    return Link(source=source, target=target, **fields)


NODES = tuple(
    Node(id=name, kind="app", size="S", settings={"queue": 3}) for name in ("lb", "a", "b", "db")
)
LINKS = (link("lb", "a", weight=3), link("lb", "b"), link("a", "db"), link("b", "db"))
DESIGN = Design(level="todo", name="mine", nodes=NODES, links=LINKS)


def varied(**fields: Any) -> Design:
    return vary(DESIGN, Variation(says="other", **fields))


def ends(design: Design) -> list[tuple[str, str]]:
    return [each.ends for each in design.links]


def test_nothing_said_is_nothing_changed() -> None:
    assert varied() == DESIGN


def test_set_changes_only_what_it_names() -> None:
    design = varied(set={"a": Change(count=3), "b": Change(size="L", settings={"depth": 1})})
    assert design.node("a") == Node(id="a", kind="app", size="S", count=3, settings={"queue": 3})
    assert design.node("b") == Node(id="b", kind="app", size="L", settings={"queue": 3, "depth": 1})
    assert (design.node("db"), design.links, design.name) == (NODES[3], LINKS, "mine")


def test_without_closes_the_wires_around_the_gap() -> None:
    design = varied(without=("a",))
    assert design.node("a") is None
    assert ends(design) == [("lb", "b"), ("b", "db"), ("lb", "db")]
    assert design.links[2].weight == 3


def test_without_several_in_a_row_still_leads_through() -> None:
    assert ends(varied(without=("a", "b"))) == [("lb", "db")]
    assert ends(varied(without=("b", "db"))) == [("lb", "a")]


def test_without_a_splitter_the_weights_are_shared_out_as_it_did() -> None:
    before = link("users", "lb", weight=2)
    design = DESIGN.model_copy(update={"links": (before, *LINKS)})
    design = vary(design, Variation(says="direct", without=("lb",)))
    weights = {each.ends: each.weight for each in design.links}
    assert weights["users", "a"] == 1.5
    assert weights["users", "b"] == 0.5


def test_where_two_ways_become_one_their_weights_are_added() -> None:
    assert [each.weight for each in varied(without=("a", "b")).links] == [4]


def test_closed_wires_keep_the_way_in_or_else_the_way_on() -> None:
    chain = (link("lb", "a", latency=fixed(1)), link("a", "db", latency=fixed(2)))
    design = DESIGN.model_copy(update={"links": chain})
    assert vary(design, Variation(says="x", without=("a",))).links == (
        link("lb", "db", latency=fixed(1)),
    )
    design = DESIGN.model_copy(update={"links": (link("lb", "a"), chain[1])})
    assert vary(design, Variation(says="x", without=("a",))).links == (
        link("lb", "db", latency=fixed(2)),
    )


def test_delete_leaves_the_gap() -> None:
    design = varied(delete=("a",))
    assert [each.id for each in design.nodes] == ["lb", "b", "db"]
    assert ends(design) == [("lb", "b"), ("b", "db")]


def test_nodes_and_links_replace_all_of_them_first() -> None:
    new = Node(id="new", kind="app")
    design = varied(nodes=(new,), links=(), set={"new": Change(count=2)})
    assert design.nodes == (new.model_copy(update={"count": 2}),)
    assert design.links == ()


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"set": {"bd": Change(count=2)}}, ("set", "bd")),
        ({"without": ("a", "bd")}, ("without", 1)),
        ({"delete": ("bd",)}, ("delete", 0)),
        ({"nodes": (), "set": {"db": Change(count=2)}}, ("set", "db")),
    ],
)
def test_nodes_that_are_not_there_are_named(fields: Any, path: Any) -> None:
    (found,) = made.problems(varied, **fields)
    assert found.path == path
    assert "there is no node" in found.message
