"""Each edit: what it changes, what it leaves alone, and when it says no."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.design import Design, Node
from sandbox.documents.laws import fixed
from sandbox.documents.level import Level
from sandbox.player.edits import (
    AddLink,
    AddNode,
    DuplicateNode,
    Edit,
    MoveNode,
    RemoveLink,
    RemoveNode,
    RenameNode,
    ReplaceDesign,
    SetCount,
    SetLink,
    SetSetting,
    SetSize,
)
from sandbox.player.pieces import EditError


def the(design: Design, node_id: str) -> Node:
    node = design.node(node_id)
    assert node is not None
    return node


def ends(design: Design) -> list[tuple[str, str]]:
    return [link.ends for link in design.links]


def test_a_node_is_added_with_the_one_link_that_makes_sense(pizza: Level) -> None:
    bare = RemoveNode("oven").apply(pizza.starting_design(), pizza)
    made = AddNode("oven", "oven", (4, 1), beside="cooks").apply(bare, pizza)
    assert the(made, "oven") == Node(id="oven", kind="oven", at=(4, 1))
    assert ends(made)[-1] == ("cooks", "oven")


def test_a_node_beside_nothing_gets_no_link(pizza: Level) -> None:
    made = AddNode("oven-2", "oven").apply(pizza.starting_design(), pizza)
    assert the(made, "oven-2").at is None
    assert made.links == pizza.start.links


def test_deleting_takes_the_links_along(pizza: Level) -> None:
    made = RemoveNode("rail").apply(pizza.starting_design(), pizza)
    assert made.node("rail") is None
    assert ends(made) == [("guests", "phone"), ("cooks", "oven")]


def test_moving_and_counting(pizza: Level) -> None:
    made = MoveNode("cooks", (3, 2)).apply(pizza.starting_design(), pizza)
    made = SetCount("cooks", 3).apply(made, pizza)
    assert the(made, "cooks") == Node(id="cooks", kind="cook", count=3, at=(3, 2))


def test_a_node_may_be_moved_to_where_it_is(pizza: Level) -> None:
    start = pizza.starting_design()
    assert MoveNode("cooks", (3, 1)).apply(start, pizza) == start


def test_renaming_keeps_the_links_and_the_order(pizza: Level) -> None:
    made = RenameNode("cooks", "kitchen").apply(pizza.starting_design(), pizza)
    assert [node.id for node in made.nodes] == ["phone", "rail", "kitchen", "oven"]
    assert ends(made)[2:] == [("rail", "kitchen"), ("kitchen", "oven")]


def test_a_setting_is_written_as_in_documents_and_reset(pizza: Level) -> None:
    start = pizza.starting_design()
    made = SetSetting("oven", "ahead", "60%").apply(start, pizza)
    assert the(made, "oven").settings == {"ahead": "60%"}
    assert the(start, "oven").settings == {}
    assert SetSetting("oven", "ahead", None).apply(made, pizza) == start


def test_a_size_and_back_to_the_first(todo: Level) -> None:
    made = SetSize("app", "L").apply(todo.starting_design(), todo)
    assert the(made, "app").size == "L"
    assert the(SetSize("app", None).apply(made, todo), "app").size is None


def test_a_link_is_set_and_reset(pizza: Level) -> None:
    start = pizza.starting_design()
    made = SetLink("rail", "cooks", "latency", "fixed 2 min").apply(start, pizza)
    made = SetLink("rail", "cooks", "weight", 3).apply(made, pizza)
    assert made.links[2].latency == fixed(120)
    assert made.links[2].weight == 3
    for name in ("latency", "weight"):
        made = SetLink("rail", "cooks", name, None).apply(made, pizza)
    assert made == start


def test_a_link_goes_and_comes_back(pizza: Level) -> None:
    start = pizza.starting_design()
    made = RemoveLink("cooks", "oven").apply(start, pizza)
    assert ends(made) == [("guests", "phone"), ("phone", "rail"), ("rail", "cooks")]
    assert AddLink("cooks", "oven").apply(made, pizza) == start


def test_a_twin_calls_the_same_and_stands_behind_the_same_router(todo: Level) -> None:
    design = todo.starting_design()
    for edit in (
        RemoveLink("users", "app"),
        AddNode("lb", "balancer"),
        AddLink("users", "lb"),
        AddLink("lb", "app"),
        SetCount("app", 2),
        SetSetting("app", "queue", 50),
    ):
        design = edit.apply(design, todo)
    made = DuplicateNode("app", "app-2", (1, 1)).apply(design, todo)
    twin = the(made, "app-2")
    assert twin == the(made, "app").model_copy(update={"id": "app-2", "at": (1, 1)})
    assert twin.settings is not the(made, "app").settings
    assert set(ends(made)) - set(ends(design)) == {("lb", "app-2"), ("app-2", "sql")}


def test_a_twin_is_not_called_by_what_could_not_tell_it_apart(todo: Level) -> None:
    made = DuplicateNode("app", "app-2").apply(todo.starting_design(), todo)
    assert ends(made) == [("users", "app"), ("app", "sql"), ("app-2", "sql")]


def test_starting_over(pizza: Level) -> None:
    changed = SetCount("cooks", 5).apply(pizza.starting_design(), pizza)
    reset = ReplaceDesign(pizza.starting_design(), "start over")
    assert reset.apply(changed, pizza) == pizza.starting_design()


REFUSED: list[tuple[Edit, str]] = [
    (AddNode("cooks", "cook"), "there is a `cooks` on the board already"),
    (AddNode("guests", "cook"), "there is a `guests` on the board already"),
    (AddNode("Cook", "cook"), "lower case"),
    (AddNode("app", "app"), "no `app` to place"),
    (AddNode("x", "nonsense"), "no kind `nonsense`"),
    (AddNode("x", "cook", (3, 1)), "`cooks` stands there already"),
    (AddNode("x", "cook", (0, 1)), "`guests` stands there already"),
    (AddNode("x", "cook", (-1, 1)), "the board ends here"),
    (AddNode("x", "cook", beside="nobody"), "there is no `nobody`"),
    (RemoveNode("nobody"), "there is no `nobody`"),
    (RemoveNode("guests"), "`guests` belongs to the level"),
    (MoveNode("guests", (0, 0)), "`guests` belongs to the level"),
    (MoveNode("cooks", (4, 1)), "`oven` stands there already"),
    (MoveNode("cooks", (3, -1)), "the board ends here"),
    (SetCount("cooks", 0), "at least 1"),
    (SetCount("cooks", 13), "at most 12"),
    (SetCount("guests", 2), "`guests` belongs to the level"),
    (SetSize("cooks", "XXL"), "no size `XXL`"),
    (SetSetting("cooks", "ahead", "60%"), "no setting `ahead`"),
    (SetSetting("oven", "ahead", "90%"), "at most 80%"),
    (SetSetting("oven", "ahead", 0.6), "such as `90%`"),
    (SetSetting("rail", "queue", -1), "at least 0"),
    (RenameNode("cooks", "oven"), "there is a `oven` on the board already"),
    (RenameNode("cooks", "My Cooks"), "lower case"),
    (RenameNode("guests", "people"), "`guests` belongs to the level"),
    (DuplicateNode("guests", "guests-2"), "`guests` belongs to the level"),
    (DuplicateNode("cooks", "oven"), "there is a `oven` on the board already"),
    (AddLink("cooks", "oven"), "`cooks` is linked to `oven` already"),
    (AddLink("oven", "oven"), "`oven` cannot be linked to itself"),
    (AddLink("oven", "rail"), "would close a circle, for `rail` leads to `oven`"),
    (AddLink("oven", "guests"), "circle"),
    (AddLink("oven", "nobody"), "there is no `nobody`"),
    (RemoveLink("oven", "cooks"), "`oven` is not linked to `cooks`"),
    (SetLink("oven", "cooks", "weight", 2), "`oven` is not linked to `cooks`"),
    (SetLink("cooks", "oven", "weight", 0), "more than 0"),
    (SetLink("cooks", "oven", "latency", "soon"), "duration"),
    (SetLink("cooks", "oven", "colour", 1), "no `colour`"),
    (ReplaceDesign(Design(level="todo")), "is for the level `todo`"),
]


@pytest.mark.parametrize(("edit", "reason"), REFUSED, ids=lambda value: str(value)[:60])
def test_what_is_not_allowed_is_refused_in_words(pizza: Level, edit: Any, reason: str) -> None:
    start = pizza.starting_design()
    before = start.model_dump_json()
    with pytest.raises(EditError, match=reason.replace("(", r"\(")):
        edit.apply(start, pizza)
    assert start.model_dump_json() == before


def test_nothing_is_sent_to_those_who_only_ask(pizza: Level) -> None:
    unplugged = RemoveLink("guests", "phone").apply(pizza.starting_design(), pizza)
    with pytest.raises(EditError, match="`guests` only asks"):
        AddLink("oven", "guests").apply(unplugged, pizza)


@pytest.mark.parametrize(
    ("edit", "label"),
    [
        (AddNode("oven-2", "oven"), "add oven-2"),
        (RemoveNode("rail"), "delete rail"),
        (MoveNode("rail", (2, 2)), "move rail"),
        (RenameNode("cooks", "kitchen"), "rename cooks -> kitchen"),
        (DuplicateNode("oven", "oven-2"), "duplicate oven"),
        (SetCount("cooks", 3), "count cooks 2 -> 3"),
        (SetSize("cooks", "one"), "size cooks one -> one"),
        (SetSetting("oven", "ahead", "60%"), "ahead oven 0% -> 60%"),
        (AddLink("guests", "rail"), "link guests to rail"),
        (RemoveLink("guests", "phone"), "unlink guests from phone"),
        (SetLink("rail", "cooks", "weight", 2), "weight from rail to cooks: 2"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_edit_says_what_it_does(pizza: Level, edit: Any, label: str) -> None:
    start = pizza.starting_design()
    edit.apply(start, pizza)
    assert edit.says(start, pizza) == label


def test_a_switch_is_told_as_players_read_it(todo: Level) -> None:
    start = todo.starting_design()
    edit = SetSetting("app", "give-back", True)
    assert edit.says(start, todo) == "give-back app no -> yes"
