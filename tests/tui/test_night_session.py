"""Second nights in the session: when they open, on which board, and what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.documents import library
from sandbox.documents.problems import DocumentError
from sandbox.judgement.charges import charges
from sandbox.player.edits import AddNode, RemoveNode, ReplaceDesign, SetCount
from sandbox.tui.session import Session
from tests.tui.fakes import player
from tests.tui.nights import NIGHT, TITLE, attempt, mend_the_night, winner


def counts(session: Session) -> list[int]:
    return [node.count for node in session.design.nodes]


def test_it_is_closed_until_the_first_night_is_won(tmp_path: Path, night_levels: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    assert session.night is None
    attempt(session)
    with pytest.raises(DocumentError, match="opens when its first is won"):
        session.open(NIGHT)
    with pytest.raises(DocumentError, match="opens when its first is won"):
        session.take_challenge(NIGHT)
    assert session.level.id == "pizza-shop"
    assert winner(tmp_path).night == NIGHT


def test_it_opens_on_the_board_that_held_last(tmp_path: Path, night_levels: Path) -> None:
    session = winner(tmp_path)
    session.do(SetCount("oven", 9))
    assert attempt(session).report.passed
    held = session.design
    session.do(RemoveNode("oven"))  # what is being edited is not what held
    attempt(session)
    session.open(NIGHT)
    assert (session.level.title, session.design.level) == (TITLE, NIGHT)
    assert session.design.nodes == session.design.was == held.nodes
    assert session.design.links == held.links
    assert session.night is None
    assert session.play.first == library.load_level("pizza-shop")


def test_its_board_is_its_own_and_kept(tmp_path: Path, night_levels: Path) -> None:
    session = winner(tmp_path)
    session.open(NIGHT)
    assert player(tmp_path, NIGHT).design == session.design  # saved before any edit
    session.do(RemoveNode("rail"))
    assert session.undo() == "delete rail"
    session.do(RemoveNode("rail"))
    again = player(tmp_path, NIGHT)
    assert again.design == session.design
    assert [part.label for part in charges(again.level, again.design)] == ["rail: taken out"]
    assert again.open("pizza-shop").history.design.node("rail") is not None


def test_later_wins_are_taken_over_by_starting_over(tmp_path: Path, night_levels: Path) -> None:
    session = winner(tmp_path)
    session.open(NIGHT)
    session.open("pizza-shop")
    session.do(SetCount("oven", 9))
    assert attempt(session, seed=2).report.passed
    session.open(NIGHT)
    assert counts(session) == [2, 1, 4, 8]
    session.do(RemoveNode("rail"))
    session.do(ReplaceDesign(session.starting_board()))
    assert counts(session) == [2, 1, 4, 9]
    assert charges(session.level, session.design) == []
    session.undo()
    assert counts(session) == [2, 4, 8]


def test_without_a_board_that_held_it_opens_on_a_winner(tmp_path: Path, night_levels: Path) -> None:
    winner(tmp_path)
    (tmp_path / "held" / "designs" / "pizza-shop.yaml").unlink()
    session = player(tmp_path, NIGHT)
    assert session.notice == ""
    assert session.design == session.level.starting_design()
    assert session.design.was == ()
    session.do(RemoveNode("cooks"))
    session.do(AddNode("cooks", "clerk", (3, 1)))
    assert [part.label for part in charges(session.level, session.design)] == ["cooks: replaced"]


def test_a_broken_board_is_told(tmp_path: Path, night_levels: Path) -> None:
    winner(tmp_path)
    (tmp_path / "held" / "designs" / "pizza-shop.yaml").write_text("nodes: [")
    session = player(tmp_path, NIGHT)
    assert "cannot be read" in session.notice
    assert session.design == session.level.starting_design()


def test_a_win_that_cannot_be_kept_is_said(tmp_path: Path, night_levels: Path) -> None:
    (tmp_path / "held").write_text("a file where the folder should be")
    session = winner(tmp_path)
    assert "could not be saved" in session.problem
    (tmp_path / "held").unlink()
    attempt(session)
    assert session.problem == ""
    assert session.night == NIGHT


def test_only_a_run_that_held_is_kept(tmp_path: Path, night_levels: Path) -> None:
    attempt(player(tmp_path, "pizza-shop"))
    assert not (tmp_path / "held").exists()


def test_tries_stars_and_cards_are_its_own(tmp_path: Path, night_levels: Path) -> None:
    session = winner(tmp_path)
    session.open(NIGHT)
    assert session.reached.tries == 0
    lost = attempt(session)
    assert (lost.report.passed, lost.comparison, lost.new_cards) == (False, None, ())
    mend_the_night(session)
    won = attempt(session)
    assert won.report.passed
    assert won.comparison is not None
    assert won.new_cards == ()  # met on the first night
    session.rate(won, robust=True)
    best = player(tmp_path).progress.value.level(NIGHT).best
    first = player(tmp_path).progress.value.level("pizza-shop").best
    assert best is not None
    assert first is not None
    assert (best.stars, first.stars) == (3, 2)
    assert best.cost == won.report.cost


def test_a_challenge_begins_on_its_own_board(tmp_path: Path, night_levels: Path) -> None:
    session = winner(tmp_path)
    session.do(SetCount("cooks", 5))
    attempt(session)
    session.take_challenge(NIGHT)
    assert session.challenge is not None
    assert session.design == session.level.starting_design()
    assert session.starting_board() == session.level.starting_design()
    session.do(RemoveNode("rail"))
    assert [part.label for part in charges(session.level, session.design)] == ["rail: taken out"]
    attempt(session)
    assert session.reached.tries == 0
    again = player(tmp_path, "pizza-shop")
    assert again.offer is not None
    assert again.offer.source == NIGHT
    again.take_challenge(NIGHT)
    assert again.design == session.design


def test_a_challenge_on_a_night_that_is_closed_again_is_not_offered(
    tmp_path: Path, night_levels: Path
) -> None:
    winner(tmp_path).take_challenge(NIGHT)
    (tmp_path / "progress.json").unlink()
    (tmp_path / "progress.json.bak").unlink()
    assert player(tmp_path).offer is None


def test_the_level_may_be_a_file_of_ones_own(tmp_path: Path, night_levels: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(night_levels.read_text(encoding="utf-8"), encoding="utf-8")
    session = winner(tmp_path, mine)
    assert session.night == str(tmp_path / "mine-night-2.yaml")
    play = session.open(session.night)
    assert (play.level.id, play.source) == (NIGHT, str(tmp_path / "mine-night-2.yaml"))
    assert session.design.was == session.design.nodes
