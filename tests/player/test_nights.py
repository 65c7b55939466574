"""The board that a second night opens on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.documents.design import Design
from sandbox.documents.library import load_design_text, load_level_text, to_yaml
from sandbox.documents.nights import second_night
from sandbox.documents.problems import DocumentError
from sandbox.judgement.charges import charges
from sandbox.player.edits import AddNode, SetSetting, SetSize
from sandbox.player.nights import grown, held_boards, is_open, opening_board, refuse_closed
from sandbox.player.progress import Best, LevelProgress, Progress
from tests.nights import TODO

FIRST = load_level_text(TODO)
NIGHT = second_night(FIRST)
WON = Progress(levels={"todo": LevelProgress(tries=1, best=Best(stars=1, cost=1.0))})


def mine() -> Design:
    board = SetSize("app", "M").apply(FIRST.starting_design(), FIRST)
    board = AddNode("cache", "cache", (3, 0)).apply(board, FIRST)
    return SetSetting("db", "queue", 5).apply(board, FIRST)


def test_it_opens_on_the_board_that_held_with_all_that_is_on_it(tmp_path: Path) -> None:
    held_boards(tmp_path).save(mine().model_copy(update={"name": "big"}))
    found = opening_board(NIGHT, FIRST, held_boards(tmp_path))
    assert found.message == ""
    board = found.value
    assert board is not None
    assert (board.level, board.name, board.was) == (NIGHT.id, "", mine().nodes)
    assert (board.nodes, board.links) == (mine().nodes, mine().links)
    assert charges(NIGHT, board) == []


def test_what_is_kept_of_it_is_found_again() -> None:
    board = grown(NIGHT, mine())
    assert load_design_text(to_yaml(board), NIGHT) == board


def test_edits_keep_what_was() -> None:
    board = SetSize("app", "S").apply(grown(NIGHT, mine()), NIGHT)
    assert board.was == mine().nodes
    assert [part.label for part in charges(NIGHT, board)] == ["app: replaced"]


def test_without_one_there_is_none(tmp_path: Path) -> None:
    assert opening_board(NIGHT, FIRST, held_boards(tmp_path)).value is None


def test_a_board_that_does_not_fit_the_night_is_told_and_left(tmp_path: Path) -> None:
    held_boards(tmp_path).save(mine())
    without = NIGHT.model_copy(update={"palette": ("app", "sql")})
    found = opening_board(without, FIRST, held_boards(tmp_path))
    assert found.value is None
    assert "does not fit" in found.message
    assert held_boards(tmp_path).load(FIRST).value == mine()


def test_a_broken_one_gives_way_to_the_one_before(tmp_path: Path) -> None:
    held = held_boards(tmp_path)
    held.save(mine())
    held.save(FIRST.starting_design())
    (tmp_path / "held" / "designs" / "todo.yaml").write_text("nodes: [", encoding="utf-8")
    found = opening_board(NIGHT, FIRST, held_boards(tmp_path))
    assert found.value == grown(NIGHT, mine())
    assert "cannot be read" in found.message


def test_it_opens_with_the_first_win() -> None:
    tried: Any = Progress(levels={"todo": LevelProgress(tries=3)})
    for progress in (Progress(), tried):
        assert not is_open(FIRST, progress)
        with pytest.raises(DocumentError, match="opens when its first is won"):
            refuse_closed(FIRST, progress)
    assert is_open(FIRST, WON)
    refuse_closed(FIRST, WON)
