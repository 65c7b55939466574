"""Ways in which code works, features that are built, and calls that may be given up."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.decisions import built, decided
from sandbox.documents.level import Level
from sandbox.player.choices import SetFeature, SetWay
from sandbox.player.edits import AddNode, DuplicateNode, Edit, SetLink
from sandbox.player.history import History
from sandbox.player.pieces import EditError


def test_a_way_is_taken_and_the_first_one_is_not_written_down(sale: Level) -> None:
    start = sale.starting_design()
    made = SetWay("buy", "take-first").apply(start, sale)
    assert made.ways == {"buy": "take-first"}
    assert [need.need for need in decided(sale, made).operations["buy"].all_needs()] == [
        "compute",
        "take",
        "charge",
    ]
    assert SetWay("buy", "pay-first").apply(made, sale) == start


def test_features_are_built_in_the_order_of_the_level(sale: Level) -> None:
    start = sale.starting_design()
    assert built(sale, start) == ("tips",)
    both = SetFeature("gift", True).apply(start, sale)
    assert both.scope == ("gift", "tips")
    asked = SetFeature("tips", False).apply(both, sale)
    assert asked.scope == ("gift",)
    none = SetFeature("gift", False).apply(asked, sale)
    assert none.scope == ()
    assert SetFeature("tips", True).apply(none, sale) == start


def test_a_link_that_may_give_up(sale: Level) -> None:
    start = sale.starting_design()
    made = SetLink("app", "payment", "timeout", "4 s").apply(start, sale)
    made = SetLink("app", "payment", "retries", 2).apply(made, sale)
    made = SetLink("app", "payment", "backoff", "200 ms").apply(made, sale)
    link = made.links[-1]
    assert (link.timeout, link.retries, link.backoff) == (4.0, 2, 0.2)
    for name in ("timeout", "retries", "backoff"):
        made = SetLink("app", "payment", name, None).apply(made, sale)
    assert made == start


@pytest.mark.parametrize(
    ("edit", "label"),
    [
        (SetWay("buy", "take-first"), "buy it: take, then pay"),
        (SetFeature("gift", True), "build: gift wrapping"),
        (SetFeature("tips", False), "leave out: a tip jar"),
        (SetLink("app", "payment", "timeout", "4 s"), "timeout from app to payment: 4 s"),
        (AddNode("room", "room", (1, 2), "buyers"), "add room, wired buyers to room, room to lb"),
    ],
)
def test_every_choice_can_be_undone(sale: Level, edit: Edit, label: str) -> None:
    history = History(sale.starting_design(), sale)
    after = history.do(edit)
    assert after != sale.starting_design()
    assert history.labels == (label,)
    assert history.undo() == label
    assert history.design == sale.starting_design()
    history.redo()
    assert history.design is after


REFUSED: list[tuple[Any, str]] = [
    (SetWay("look", "fast"), "nothing to choose about `look`"),
    (SetWay("steal", "fast"), "nothing to choose about `steal`"),
    (SetWay("buy", "take-frst"), "did you mean `take-first`"),
    (SetFeature("gifts", True), "no feature `gifts`"),
    (SetLink("app", "payment", "retries", 11), "at most 10"),
    (SetLink("app", "payment", "timeout", "0 s"), "more than 0"),
    (SetLink("app", "payment", "timeout", "soon"), "duration"),
]


@pytest.mark.parametrize(("edit", "reason"), REFUSED, ids=str)
def test_what_cannot_be_chosen(sale: Level, edit: Edit, reason: str) -> None:
    with pytest.raises(EditError, match=reason):
        edit.apply(sale.starting_design(), sale)


def test_a_second_worker_stands_behind_the_same_queue(sale: Level) -> None:
    design = sale.starting_design()
    for edit in (
        AddNode("queue", "queue", (3, 3), "app"),
        AddNode("worker", "worker", (4, 3), "queue"),
    ):
        design = edit.apply(design, sale)
    made = DuplicateNode("worker", "worker-2", (4, 4)).apply(design, sale)
    assert {link.ends for link in made.links} - {link.ends for link in design.links} == {
        ("queue", "worker-2")
    }
