"""Routes worked out from documents: who does what, where two ways are an error, who is stuck."""

from __future__ import annotations

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.plan import Plan, plan
from tests.simulation import small


def planned(needs: str, nodes: list[str], links: list[str]) -> Plan:
    level = small.level(needs)
    return plan(level, small.design(level, nodes, links))


DESK, HAND, KILN, VAN = (f"id: {name}, kind: {name}" for name in ("desk", "hand", "kiln", "van"))
BASE, FILES = (f"id: {name}, kind: {name}" for name in ("base", "files"))
APP = "id: app, kind: front"
SPREAD, HOOK = "id: spread, kind: spread", "id: hook, kind: hook"


def test_a_row() -> None:
    made = planned(
        "[take, prepare, bake]",
        [DESK, HOOK, HAND, KILN],
        ["people > desk", "desk > hook", "hook > hand", "hand > kiln"],
    )
    assert made.routes == {"order": ("people", "desk", "hook", "hand", "kiln")}
    assert made.unrouted == {}


def test_a_need_that_nobody_can_do_is_named() -> None:
    made = planned("[take, bake]", [DESK, KILN], ["people > desk"])
    assert made.unrouted == {"order": "bake"}
    assert made.routes == {"order": ("people", "desk")}


def test_an_empty_board_reaches_nothing() -> None:
    assert planned("[take, bake]", [], []).unrouted == {"order": "take"}


def test_a_need_in_another_order_is_another_way() -> None:
    """Hands pass to the kiln, not the kiln to the hands."""
    made = planned("[bake, prepare]", [HAND, KILN], ["people > hand", "hand > kiln"])
    assert made.unrouted == {"order": "prepare"}


def test_two_able_targets_without_a_router_are_an_error() -> None:
    nodes = [DESK, "id: left, kind: hand", "id: right, kind: hand"]
    links = ["people > desk", "desk > left", "desk > right"]
    with pytest.raises(DocumentError) as error:
        planned("[take, prepare]", nodes, links)
    (problem,) = error.value.problems
    assert "`desk` could send `prepare` to `left` and `right`" in problem.message
    assert "router" in problem.hint


def test_a_router_may_have_several_targets() -> None:
    made = planned(
        "[prepare]",
        [SPREAD, "id: left, kind: hand", "id: right, kind: hand"],
        ["people > spread", "spread > left", "spread > right"],
    )
    assert made.unrouted == {}
    assert set(made.routes["order"]) == {"people", "spread", "left", "right"}


def test_a_router_with_a_target_that_leads_nowhere_leaves_a_need() -> None:
    made = planned(
        "[prepare, bake]",
        [SPREAD, "id: left, kind: hand", "id: right, kind: hand", KILN],
        ["people > spread", "spread > left", "spread > right", "left > kiln"],
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
    assert made.unrouted == {"order": "write"}


def test_after_a_fork_of_hand_offs_every_branch_must_lead_on() -> None:
    nodes = [DESK, HAND, KILN, VAN]
    links = ["people > desk", "desk > hand", "desk > kiln", "hand > van"]
    needs = "[take, {parallel: [prepare, bake]}, deliver]"
    assert planned(needs, nodes, links).unrouted == {"order": "deliver"}
    assert planned(needs, nodes, [*links, "kiln > van"]).unrouted == {}


def test_a_router_passes_a_fork_on() -> None:
    made = planned(
        "[{parallel: [read, write]}]",
        [SPREAD, APP, BASE, FILES],
        ["people > spread", "spread > app", "app > base", "app > files"],
    )
    assert made.unrouted == {}
    assert [node for node, _ in made.forks] == ["app"]


def test_clients_fork_off_to_whoever_does_each_branch() -> None:
    links = ["people > hand", "people > kiln", "hand > van", "kiln > van"]
    needs = "[{parallel: [prepare, bake]}, deliver]"
    made = planned(needs, [HAND, KILN, VAN], links)
    assert made.unrouted == {}
    assert made.routes == {"order": ("people", "hand", "kiln", "van")}
    assert [node for node, _ in made.forks] == ["people"]
    assert planned(needs, [HAND, KILN, VAN], links[:3]).unrouted == {"order": "deliver"}
    assert planned(needs, [HAND, VAN], ["people > hand", "hand > van"]).unrouted == {
        "order": "bake"
    }


def test_a_node_cannot_fork_off_to_itself() -> None:
    with pytest.raises(DocumentError, match="off to itself"):
        planned("[{parallel: [compute, read]}]", [APP, BASE], ["people > app", "app > base"])
