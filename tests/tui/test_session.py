from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.judgement.judge import judge
from sandbox.judgement.par import rate
from sandbox.player.edits import RemoveNode, SetCount
from sandbox.player.pieces import EditError
from sandbox.simulation.run import simulate
from sandbox.tui.session import Attempt, Session
from tests.tui.fakes import SHOP, mend, player

pytestmark = pytest.mark.usefixtures("frozen_levels")


def attempt(session: Session, seed: int = 7) -> Attempt:
    run = simulate(session.level, session.design, seed)
    report = judge(session.level, session.design, run)
    stars = rate(session.level, session.design, cost=report.cost, held=report.passed)
    report = report.model_copy(update={"stars": stars})
    return session.finish(session.design, seed, report, run.trace)


def test_every_edit_is_saved_and_found_again(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    assert session.do(SetCount("cooks", 3)) == "count cooks 2 -> 3"
    assert session.do(SetCount("cooks", 3)) is None
    session.do(RemoveNode("rail"))
    assert session.undo() == "delete rail"
    assert session.redo() == "delete rail"
    assert session.undo() == "delete rail"
    again = player(tmp_path, "pizza-shop")
    assert again.design == session.design
    assert [node.count for node in again.design.nodes] == [1, 1, 3, 4]


def test_what_cannot_be_done_changes_nothing(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    before = session.design
    with pytest.raises(EditError):
        session.do(SetCount("cooks", 99))
    assert session.design is before


def test_a_level_keeps_its_board_history_and_attempts_while_another_is_played(
    tmp_path: Path,
) -> None:
    session = player(tmp_path, "pizza-shop")
    session.do(SetCount("cooks", 3))
    play = session.play
    assert session.open(SHOP) is play
    assert session.undo() == "count cooks 2 -> 3"


def test_the_first_start_is_noticed_once(tmp_path: Path) -> None:
    session = player(tmp_path, first=True)
    assert session.first_start
    session.begin()
    assert not player(tmp_path, first=True).first_start


def test_an_unknown_level_is_refused(tmp_path: Path) -> None:
    session = player(tmp_path)
    with pytest.raises(DocumentError):
        session.open("pizza-ship")
    assert not session.is_open
    with pytest.raises(RuntimeError, match="no level is open"):
        session.play.history.undo()


def test_attempts_are_compared_and_counted(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    first = attempt(session)
    assert first.comparison is None
    session.do(SetCount("cooks", 4))
    second = attempt(session)
    assert second.comparison is not None
    assert "the queue is now at the oven" in second.comparison
    assert (session.play.previous, session.play.latest) == (first, second)
    assert session.reached.tries == 2
    again = player(tmp_path, "pizza-shop")
    assert attempt(again).comparison is not None


def test_cards_are_unlocked_by_winning_and_only_once(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    assert attempt(session).new_cards == ()
    mend(session)
    assert attempt(session).new_cards == (2, 3, 4)
    assert attempt(session).new_cards == ()
    assert player(tmp_path).progress.value.cards == (2, 3, 4)


def test_a_star_found_later_raises_the_best(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    mend(session)
    won = attempt(session)
    assert won.report.stars.count == 2
    rated = session.rate(won, robust=True)
    assert rated.report.stars.count == 3
    assert session.play.latest is rated
    best = player(tmp_path, "pizza-shop").reached.best
    assert best is not None
    assert best.stars == 3
    assert session.reached.tries == 1


def test_a_star_found_after_another_attempt_does_not_replace_it(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    mend(session)
    won = attempt(session)
    later = attempt(session, seed=8)
    session.rate(won, robust=True)
    assert session.play.latest is later


def test_a_star_not_reached_is_not_counted(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    mend(session)
    rated = session.rate(attempt(session), robust=False)
    assert (rated.report.stars.count, rated.report.stars.robust) == (2, False)


def test_preferences_decide_the_look(tmp_path: Path) -> None:
    session = player(tmp_path)
    session.prefer(session.preferences.value.model_copy(update={"ascii": "on", "motion": "off"}))
    look = player(tmp_path).look()
    assert (look.ascii, look.motion) == (True, False)


def test_what_cannot_be_saved_is_said_and_stays(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    assert session.problem == ""
    designs = tmp_path / "designs"
    designs.write_text("a file where the folder should be")
    session.do(SetCount("cooks", 3))
    assert "could not be saved" in session.problem
    assert session.design.nodes[2].count == 3
    designs.unlink()
    session.do(SetCount("cooks", 4))
    assert session.problem == ""


def test_a_board_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "designs").mkdir(parents=True)
    (tmp_path / "designs" / "pizza-shop.yaml").write_text("nodes: [")
    session = player(tmp_path, "pizza-shop")
    assert "cannot be read" in session.notice
    assert session.design == session.level.starting_design()
