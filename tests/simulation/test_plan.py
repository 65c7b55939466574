"""Routes worked out from documents: who does what, where two ways are an error, who is stuck."""

from __future__ import annotations

import pytest

from sandbox.documents.base import DocumentError
from sandbox.simulation.plan import Plan, plan
from tests.simulation import small


def planned(needs: str, nodes: list[str], links: list[str]) -> Plan:
    level = small.level(needs)
    return plan(level, small.design(level, nodes, links))


CLERK, COOK, OVEN, VAN = (f"id: {name}, kind: {name}" for name in ("clerk", "cook", "oven", "van"))
APP, BASE, FILES = (f"id: {name}, kind: {name}" for name in ("app", "base", "files"))
SPREAD, RAIL = "id: spread, kind: spread", "id: rail, kind: rail"


def test_a_row() -> None:
    made = planned(
        "[take, prepare, bake]",
        [CLERK, RAIL, COOK, OVEN],
        ["people > clerk", "clerk > rail", "rail > cook", "cook > oven"],
    )
    assert made.routes == {"order": ("people", "clerk", "rail", "cook", "oven")}
    assert made.unrouted == {}


def test_a_need_that_nobody_can_do_is_named() -> None:
    made = planned("[take, bake]", [CLERK, OVEN], ["people > clerk"])
    assert made.unrouted == {"order": "bake"}
    assert made.routes == {"order": ("people", "clerk")}


def test_an_empty_board_reaches_nothing() -> None:
    assert planned("[take, bake]", [], []).unrouted == {"order": "take"}


def test_a_need_in_another_order_is_another_way() -> None:
    """Cooks hand to the oven, not the oven to the cooks."""
    made = planned("[bake, prepare]", [COOK, OVEN], ["people > cook", "cook > oven"])
    assert made.unrouted == {"order": "prepare"}


def test_two_able_targets_without_a_router_are_an_error() -> None:
    nodes = [CLERK, "id: left, kind: cook", "id: right, kind: cook"]
    links = ["people > clerk", "clerk > left", "clerk > right"]
    with pytest.raises(DocumentError) as error:
        planned("[take, prepare]", nodes, links)
    (problem,) = error.value.problems
    assert "`clerk` could send `prepare` to `left` and `right`" in problem.message
    assert "router" in problem.hint


def test_a_router_may_have_several_targets() -> None:
    made = planned(
        "[prepare]",
        [SPREAD, "id: left, kind: cook", "id: right, kind: cook"],
        ["people > spread", "spread > left", "spread > right"],
    )
    assert made.unrouted == {}
    assert set(made.routes["order"]) == {"people", "spread", "left", "right"}


def test_a_router_with_a_target_that_leads_nowhere_leaves_a_need() -> None:
    made = planned(
        "[prepare, bake]",
        [SPREAD, "id: left, kind: cook", "id: right, kind: cook", OVEN],
        ["people > spread", "spread > left", "spread > right", "left > oven"],
    )
    assert made.unrouted == {"order": "bake"}


def test_a_call_comes_back_and_the_next_need_goes_elsewhere() -> None:
    made = planned(
        "[compute, read, write]",
        [APP, BASE, FILES],
        ["people > app", "app > base", "app > files"],
    )
    assert made.unrouted == {}
    assert set(made.routes["order"]) == {"people", "app", "base", "files"}


def test_two_targets_for_different_needs_are_no_error() -> None:
    made = planned("[compute, read]", [APP, BASE, FILES], ["people > app", "app > base",
                                                           "app > files"])  # fmt: skip
    assert made.routes == {"order": ("people", "app", "base")}


@pytest.mark.parametrize("needs", ["[compute, {parallel: [read, write]}]",
                                   "[compute, {parallel: [[read], [write]]}]"])  # fmt: skip
def test_a_fork(needs: str) -> None:
    links = ["people > app", "app > base", "app > files"]
    made = planned(needs, [APP, BASE, FILES], links)
    assert made.unrouted == {}
    assert set(made.routes["order"]) == {"people", "app", "base", "files"}


def test_a_fork_with_a_branch_that_nobody_can_do() -> None:
    made = planned("[compute, {parallel: [read, write]}]", [APP, BASE], ["people > app",
                                                                         "app > base"])  # fmt: skip
    assert made.unrouted == {"order": "read"} or made.unrouted == {"order": "write"}


def test_after_a_fork_of_hand_offs_every_branch_must_lead_on() -> None:
    nodes = [CLERK, COOK, OVEN, VAN]
    links = ["people > clerk", "clerk > cook", "clerk > oven", "cook > van"]
    needs = "[take, {parallel: [prepare, bake]}, deliver]"
    assert planned(needs, nodes, links).unrouted == {"order": "deliver"}
    assert planned(needs, nodes, [*links, "oven > van"]).unrouted == {}


def test_a_router_passes_a_fork_on() -> None:
    made = planned(
        "[{parallel: [read, write]}]",
        [SPREAD, APP, BASE, FILES],
        ["people > spread", "spread > app", "app > base", "app > files"],
    )
    assert made.unrouted == {}
    assert [node for node, _ in made.forks] == ["app"]


def test_a_node_cannot_fork_off_to_itself() -> None:
    with pytest.raises(DocumentError, match="off to itself"):
        planned("[{parallel: [compute, read]}]", [APP, BASE], ["people > app", "app > base"])
