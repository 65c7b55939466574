"""What changing the board costs on a second night."""

from __future__ import annotations

import pytest

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_level_text
from sandbox.documents.nights import second_night
from sandbox.judgement.charges import charges, rules
from sandbox.judgement.cost import cost, total
from sandbox.player.edits import AddNode, Edit, MoveNode, RemoveNode, SetCount, SetSize
from tests.nights import TODO

FIRST = load_level_text(TODO)
NIGHT = second_night(FIRST)


def changed(*edits: Edit, design: Design | None = None) -> Design:
    board = design or NIGHT.starting_design()
    for edit in edits:
        board = edit.apply(board, NIGHT)
    return board


def said(design: Design, level: Level = NIGHT) -> dict[str, float]:
    return {part.label: part.amount for part in charges(level, design)}


def test_what_bends_is_free() -> None:
    board = changed(SetCount("app", 4), MoveNode("app", (1, 1)), AddNode("cache", "cache"))
    assert said(board) == {}


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([SetSize("app", "M")], {"app: replaced": 40}),
        ([RemoveNode("app")], {"app: taken out": 40}),
        ([SetSize("db", "M")], {"db: replaced": 40, "db: data moved": 150}),
        ([RemoveNode("db")], {"db: taken out": 40, "db: data moved": 150}),
        ([RemoveNode("app"), AddNode("app", "cache")], {"app: replaced": 40}),
    ],
)
def test_what_is_replaced_is_charged(edits: list[Edit], expected: dict[str, float]) -> None:
    board = changed(*edits)
    assert said(board) == expected
    within = {part.label: part.amount for part in cost(NIGHT, board)}
    assert expected.items() <= within.items()
    first = board.model_copy(update={"level": "todo"})
    assert total(cost(NIGHT, board)) == total(cost(FIRST, first)) + sum(expected.values())


def test_the_same_box_put_back_is_no_change() -> None:
    board = changed(RemoveNode("app"), AddNode("app", "app"))
    assert said(board) == {}


def test_it_counts_from_the_board_that_it_grew_out_of() -> None:
    mine = changed(SetSize("app", "M"))
    grown = mine.model_copy(update={"was": mine.nodes})
    assert said(grown) == {}
    assert said(changed(SetSize("app", "S"), design=grown)) == {"app: replaced": 40}


def test_no_other_level_charges_anything() -> None:
    assert said(RemoveNode("db").apply(FIRST.starting_design(), FIRST), FIRST) == {}
    assert list(rules(FIRST)) == []


@pytest.mark.parametrize(
    ("replace", "migrate", "words"),
    [
        (40.0, 150.0, ["$40 for each part", "$150 more where"]),
        (40.0, 0.0, ["$40 for each part"]),
        (0.0, 150.0, ["$150 where"]),
    ],
)
def test_the_rules_are_said_in_words(replace: float, migrate: float, words: list[str]) -> None:
    assert NIGHT.charges is not None
    asked = NIGHT.charges.model_copy(update={"replace": replace, "migrate": migrate})
    told = list(rules(NIGHT.model_copy(update={"charges": asked})))
    assert [each for each, word in zip(told, words, strict=False) if each.startswith(word)] == told[
        :-1
    ]
    assert "cost no more" in told[-1]


def test_a_night_without_charges_says_so() -> None:
    assert NIGHT.charges is not None
    free = NIGHT.charges.model_copy(update={"replace": 0.0, "migrate": 0.0})
    assert [*rules(NIGHT.model_copy(update={"charges": free}))] == [
        "Nothing: whatever you change costs no more than it always does."
    ]
