"""Designs on a level: what is wrong with them is named, where it is, with what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents import library
from sandbox.documents.check import all_nodes, check_design, kinds_allowed, kinds_to_add
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.source import MOST_PROBLEMS
from tests.documents import made
from tests.documents.strategies import nodes

PIZZA = library.load_level("pizza-shop")


def node(node_id: str, kind: str = "cook", **fields: Any) -> Node:
    return Node(id=node_id, kind=kind, **fields)


def link(source: str, target: str) -> Link:
    return Link(source=source, target=target)


def wrong(nodes: list[Node], links: list[Link] | None = None, level: str = "pizza-shop") -> Any:
    design = Design(level=level, nodes=tuple(nodes), links=tuple(links or ()))
    return made.said(check_design(PIZZA, design))


def test_good_designs_have_no_problems() -> None:
    assert wrong([]) == {}
    for level_id in library.level_ids():
        level = library.load_level(level_id)
        assert check_design(level, level.starting_design()) == []


def test_fixed_nodes_come_first() -> None:
    design = Design(level="pizza-shop", nodes=(node("a"),))
    assert [each.id for each in all_nodes(PIZZA, design)] == ["guests", "a"]


def test_kinds_of_the_palette_the_start_and_the_fixed_nodes_are_allowed() -> None:
    assert kinds_allowed(PIZZA) == ["clerk", "rail", "cook", "oven", "guests"]


def test_without_a_palette_every_kind_that_the_budget_can_pay_may_be_added() -> None:
    level = library.load_level_text(made.queue(palette=None))
    assert kinds_to_add(level)[0] == "server"
    assert {"cook", "balancer", "app"} < set(kinds_to_add(level))
    assert "guests" not in kinds_to_add(level)
    nightly = library.load_level_text(made.queue(palette=None, budget="$9/night"))
    assert {"server", "cook"} < set(kinds_to_add(nightly))
    assert "app" not in kinds_to_add(nightly)


def test_the_own_kinds_of_a_level_are_allowed_whatever_its_palette() -> None:
    level = library.load_level_text(made.queue(palette=[], start={}))
    assert kinds_to_add(level) == []
    assert kinds_allowed(level) == ["server", "users"]


@pytest.mark.parametrize(
    ("node", "path", "says"),
    [
        (node("a", "clrk"), "kind", "there is no kind `clrk` (did you mean `clerk`?)"),
        (node("a", "app"), "kind", "this level has no `app` to place (known: clerk, rail, cook,"),
        (node("a", size="two"), "size", "`cook` has no size `two` (known: one)"),
        (node("a", count=13), "count", "13 is too many (at most 12 of `cook`)"),
        (node("guests"), "id", "already the name of a fixed node"),
        (
            node("a", settings={"queu": 3}),
            "settings.queu",
            "`cook` has no setting `queu` (did you mean `queue`?)",
        ),
        (node("a", settings={"ahead": "60%"}), "settings.ahead", "`cook` has no setting `ahead`"),
        (
            node("a", settings={"queue": "ten"}),
            "settings.queue",
            "a whole number or `unbounded` is expected, such as 4, not `ten`",
        ),
        (node("a", settings={"queue": -1}), "settings.queue", "`-1` is out of bounds: at least 0"),
        (
            node("a", settings={"discipline": "lifo"}),
            "settings.discipline",
            "`lifo` is none of fifo; did you mean `fifo`?",
        ),
        (
            node("a", "oven", settings={"ahead": "90%"}),
            "settings.ahead",
            "`90%` is out of bounds: at most 80%",
        ),
        (node("a", "oven", settings={"ahead": 0.6}), "settings.ahead", "with a percent sign"),
        (node("a", "oven", settings={"linger": "1 week"}), "settings.linger", "`week` is no unit"),
        (node("a", "oven", settings={"linger": "2 h"}), "settings.linger", "at most 0 s"),
        (node("a", "oven", settings={"batch": [1]}), "settings.batch", "a whole number is"),
    ],
)
def test_a_node_that_cannot_be(node: Node, path: str, says: str) -> None:
    found = wrong([node])
    assert list(found) == [f"nodes.0.{path}"]
    assert says in found[f"nodes.0.{path}"]


@pytest.mark.parametrize(
    ("links", "path", "says"),
    [
        ([link("a", "z")], "links.0.to", "there is no node `z` (known: guests, a, b, cc)"),
        ([link("c", "a")], "links.0.from", "there is no node `c` (did you mean `cc`?)"),
        ([link("a", "a")], "links.0", "`a` is linked to itself"),
        (
            [link("a", "b"), link("b", "cc"), link("a", "b")],
            "links.2",
            "`a` is linked to `b` twice (first as number 1)",
        ),
        ([link("a", "guests")], "links.0.to", "`guests` only asks; nothing can be sent to it"),
        (
            [link("a", "b"), link("b", "a")],
            "links.1",
            "these links go round in a circle: a -> b -> a",
        ),
        (
            [link("cc", "a"), link("guests", "a"), link("a", "b"), link("b", "cc")],
            "links.3",
            "these links go round in a circle: cc -> a -> b -> cc",
        ),
    ],
)
def test_a_link_that_cannot_be(links: list[Link], path: str, says: str) -> None:
    found = wrong([node("a"), node("b"), node("cc")], links)
    assert list(found) == [path]
    assert says in found[path]


def test_two_circles_are_two_problems() -> None:
    links = [link("a", "b"), link("b", "a"), link("c", "d"), link("d", "c")]
    assert list(wrong([node(each) for each in "abcd"], links)) == ["links.1", "links.3"]


def test_ways_that_meet_again_are_no_circle() -> None:
    links = [link("a", "b"), link("a", "c"), link("b", "d"), link("c", "d")]
    assert wrong([node(each) for each in "abcd"], links) == {}


def test_a_long_chain_is_no_trouble() -> None:
    chain = [node(f"n{at}") for at in range(3000)]
    links = [link(f"n{at}", f"n{at + 1}") for at in range(2999)]
    assert wrong(chain, links) == {}
    assert list(wrong(chain, [*links, link("n2999", "n0")])) == ["links.2999"]


def test_a_design_wrong_everywhere_is_refused_without_looking_everywhere() -> None:
    links = [link(f"a{at}", f"b{at}") for at in range(5000)]
    assert MOST_PROBLEMS < len(wrong([], links)) < MOST_PROBLEMS + 5


def test_two_nodes_of_one_name() -> None:
    assert wrong([node("a"), node("b"), node("a")]) == {
        "nodes.2.id": "two nodes are called `a` (the other is number 1 of the nodes)"
    }


def test_a_design_for_another_level() -> None:
    assert wrong([], level="todo") == {
        "level": "this design is for the level `todo`, not for `pizza-shop`"
    }


def test_problems_of_a_file_have_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "level: pizza-shop\n"
        "nodes:\n"
        "  - {id: phone, kind: clerk}\n"
        "  - id: cooks\n"
        "    kind: cook\n"
        "    count: 99\n"
        "    settings:\n"
        "      discipline: fifo\n"
        "      queue: ten\n"
        "links:\n"
        "  - {from: guests, to: phone}\n"
        "  - from: phone\n"
        "    to: cook\n"
    )
    found = made.problems(library.load_design, path, PIZZA)
    assert [(each.line, each.path) for each in found] == [
        (6, ("nodes", 1, "count")),
        (9, ("nodes", 1, "settings", "queue")),
        (13, ("links", 1, "to")),
    ]
    assert str(found[2]) == (
        f"{path}:13: links.1.to: there is no node `cook` (did you mean `cooks`?)"
    )
    assert library.load_design(path).node("cooks") is not None  # the form alone is right


@given(st.lists(nodes(), max_size=4), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5))))
def test_any_design_can_be_checked(some: list[Node], ends: list[tuple[int, int]]) -> None:
    names = [*(each.id for each in some), "guests", "nowhere"]
    links = [link(names[a % len(names)], names[b % len(names)]) for a, b in ends]
    design = Design(level="pizza-shop", nodes=tuple(some), links=tuple(links))
    for problem in check_design(PIZZA, design):
        assert problem.message
        assert problem.path[0] in ("nodes", "links")
