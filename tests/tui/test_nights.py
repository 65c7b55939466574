"""Second nights by the keyboard: from the win to the night, and what is said on the way."""

from __future__ import annotations

from pathlib import Path

from sandbox.documents import library
from sandbox.player.edits import SetCount
from sandbox.tui.app import SandboxApp
from sandbox.tui.board.in_words import InWords
from sandbox.tui.look import Look
from sandbox.tui.screens.board import BoardScreen
from sandbox.tui.screens.brief import BriefScreen
from sandbox.tui.screens.card import CardScreen
from sandbox.tui.screens.challenge import ChallengeSheet
from sandbox.tui.screens.challenge_play import ChallengeBoard, ChallengeVerdict
from sandbox.tui.screens.help import HelpScreen
from sandbox.tui.screens.map import MapScreen
from sandbox.tui.screens.run import RunScreen
from sandbox.tui.screens.verdict import VerdictScreen
from tests.tui.fakes import InstantSimulator, arrive, game, mend, player, screen_text
from tests.tui.nights import NIGHT, TITLE, mend_the_night, winner

ROBUST = {"held": True, "robust": True, "par": True, "count": 3}
SMALL = (80, 24)


async def test_from_a_win_to_the_night_and_back_to_the_map(
    tmp_path: Path, night_levels: Path
) -> None:
    session = player(tmp_path, "pizza-shop")
    mend(session)
    app = game(session, simulator=InstantSimulator(ROBUST))
    async with app.run_test(size=SMALL) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        await pilot.pause()
        text = screen_text(pilot)
        assert f"open, z goes there: {TITLE}" in text
        assert "z night 2" in text
        await pilot.press("z")
        await arrive(pilot, BriefScreen)
        assert TITLE in screen_text(pilot)
        await pilot.press("escape")
        await arrive(pilot, BoardScreen)
        assert "$590 of $800/night" in screen_text(pilot)
        mend_the_night(session)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        assert TITLE in screen_text(pilot)
        await pilot.press("f")
        verdict = await arrive(pilot, VerdictScreen)
        await pilot.pause()
        text = screen_text(pilot)
        assert "it held  ★★★" in text
        assert "night 2" not in text
        assert not verdict.check_action("night", ())
        await pilot.press("enter")
        await arrive(pilot, CardScreen)
        await pilot.press("escape", "M")
        await arrive(pilot, MapScreen)
        lines = screen_text(pilot).splitlines()
        night = next(line for line in lines if "night 2" in line)
        assert "▸   night 2" in night
        assert "★★★  best $713.70, par $715" in night
        assert "6 of 6 stars" in lines[0]


async def test_before_the_first_win_nothing_shows_it(tmp_path: Path, night_levels: Path) -> None:
    async with game(player(tmp_path, "pizza-shop")).run_test(size=SMALL) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        assert "night 2" not in screen_text(pilot)
        await pilot.press("z")
        await pilot.press("e")
        await arrive(pilot, BoardScreen)
        await pilot.press("M")
        chart = await arrive(pilot, MapScreen)
        assert "night 2" not in screen_text(pilot)
        assert "0 of 3 stars" in screen_text(pilot)
        await pilot.press("z")
        await pilot.pause()
        assert pilot.app.screen is chart


async def test_the_map_leads_there_by_z_and_by_enter(tmp_path: Path, night_levels: Path) -> None:
    winner(tmp_path)
    async with game(player(tmp_path)).run_test(size=SMALL) as pilot:
        await arrive(pilot, MapScreen)
        text = screen_text(pilot)
        assert "  night 2                ☆☆☆  open" in text
        assert "z night 2" in text
        await pilot.press("question_mark")
        await arrive(pilot, HelpScreen)
        assert "the second night of this level" in screen_text(pilot)
        await pilot.press("escape", "z")
        await arrive(pilot, BriefScreen)
        await pilot.press("escape", "M")
        await arrive(pilot, MapScreen)
        text = screen_text(pilot)
        assert "z night 2" not in text  # the chosen one is the night itself
        assert TITLE in text
        assert "at nine a coach stops" in text
        await pilot.press("enter")
        await arrive(pilot, BoardScreen)  # the brief has been shown
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        await pilot.press("i")
        await pilot.pause()
        assert "Hint 1 of 1" in screen_text(pilot)
        await pilot.press("escape")
        await arrive(pilot, BoardScreen)
        await pilot.press("M")
        await arrive(pilot, MapScreen)
        assert "☆☆☆  1 try" in screen_text(pilot)
        await pilot.press("enter")
        await arrive(pilot, BoardScreen)


async def test_a_later_start_of_the_game_goes_straight_to_a_night_that_was_tried(
    tmp_path: Path, night_levels: Path
) -> None:
    winner(tmp_path)
    async with game(player(tmp_path, NIGHT)).run_test(size=SMALL) as pilot:
        await arrive(pilot, BriefScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
    async with game(player(tmp_path, NIGHT)).run_test(size=SMALL) as pilot:
        await arrive(pilot, BoardScreen)
        assert TITLE in screen_text(pilot)


async def test_the_brief_says_first_what_changed_and_what_changes_cost(
    tmp_path: Path, night_levels: Path
) -> None:
    winner(tmp_path)
    async with game(player(tmp_path, NIGHT)).run_test(size=(80, 40)) as pilot:
        await arrive(pilot, BriefScreen)
        text = screen_text(pilot)
        parts = [
            TITLE,
            "at nine a coach stops",
            "Changing the board",
            "your own board of the first night; R goes back to it.",
            "$40 for each part that is taken out, replaced or resized.",
            "Goals",
            "guests lost ≤ 4%   ◆ changed, was: guests lost ≤ 5%",
            "Budget",
            "$800 a night   ◆ changed, was: $620 a night",
            "Traffic",
        ]
        found = [text.index(part) for part in parts]
        assert found == sorted(found)
        assert text.count("◆") == 2
        await pilot.press("escape", "right", "right", "x", "b")
        await arrive(pilot, BriefScreen)
        assert "So far $40: cooks taken out." in screen_text(pilot)


async def test_the_mark_is_there_without_glyphs_and_colours(
    tmp_path: Path, night_levels: Path
) -> None:
    winner(tmp_path)
    look = Look(ascii=True, colour=False, motion=False)
    async with game(player(tmp_path, NIGHT), look).run_test(size=(80, 40)) as pilot:
        await arrive(pilot, BriefScreen)
        text = screen_text(pilot)
        assert text.isascii()
        assert "$800 a night   * changed, was: $620 a night" in text


async def test_charges_are_shown_as_they_arise_and_undone(
    tmp_path: Path, night_levels: Path
) -> None:
    winner(tmp_path)
    session = player(tmp_path, NIGHT)
    async with game(session).run_test(size=SMALL) as pilot:
        await arrive(pilot, BriefScreen)
        await pilot.press("escape")
        await arrive(pilot, BoardScreen)
        assert "changes" not in screen_text(pilot)
        await pilot.press("right", "plus")  # of what bends, nothing is charged
        await pilot.press("x")
        await pilot.pause()
        text = screen_text(pilot)
        assert "$630 of $800/night (changes $40)" in text
        assert "delete rail   charged $40: rail taken out" in text
        await pilot.press("D")
        await arrive(pilot, InWords)
        text = screen_text(pilot)
        assert "Charged: $40: rail taken out." in text
        assert "Changing it: $40 for each part" in text
        await pilot.press("escape", "u")
        await pilot.pause()
        text = screen_text(pilot)
        assert "undone: delete rail   no charge for rail any more" in text
        assert "changes" not in text
        await pilot.press("r")
        await pilot.press("R")
        await pilot.pause()
        assert "back to the starting board   no charge for rail any more" in screen_text(pilot)
        assert session.design == session.starting_board()


async def test_a_verdict_says_what_of_the_cost_was_for_changes(
    tmp_path: Path, night_levels: Path
) -> None:
    winner(tmp_path)
    async with game(player(tmp_path, NIGHT)).run_test(size=SMALL) as pilot:
        await arrive(pilot, BriefScreen)
        await pilot.press("escape", "right", "right", "right", "x")
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        text = screen_text(pilot)
        assert "$390 of $800/night" in text
        assert "of it for changes $40: oven taken out" in " ".join(text.split())


async def test_a_challenge_on_a_night(tmp_path: Path, night_levels: Path) -> None:
    session = winner(tmp_path)
    session.do(SetCount("oven", 9))
    async with game(player(tmp_path)).run_test(size=SMALL) as pilot:
        await arrive(pilot, MapScreen)
        await pilot.press("down", "t")
        await arrive(pilot, ChallengeSheet)
        assert TITLE in screen_text(pilot)
        await pilot.press("enter")
        board = await arrive(pilot, ChallengeBoard)
        assert board.session.design == library.load_level(NIGHT).starting_design()
        await pilot.press("b")
        await arrive(pilot, BriefScreen)
        assert "You began on a board that held on the first night." in screen_text(pilot)
        await pilot.press("escape")
        await arrive(pilot, ChallengeBoard)
        mend_the_night(board.session)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, ChallengeVerdict)
        await pilot.press("M")
        await arrive(pilot, MapScreen)
        assert "under way" in screen_text(pilot)


async def test_a_win_in_a_challenge_opens_nothing(tmp_path: Path, night_levels: Path) -> None:
    session = player(tmp_path)
    session.take_challenge("pizza-shop")
    mend(session)
    async with game(session).run_test(size=SMALL) as pilot:
        await arrive(pilot, ChallengeBoard)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        verdict = await arrive(pilot, ChallengeVerdict)
        assert "it held" in screen_text(pilot)
        assert not verdict.check_action("night", ())
        await pilot.press("M")
        await arrive(pilot, MapScreen)
        assert "night 2" not in screen_text(pilot)
    assert not (tmp_path / "held").exists()


async def test_a_night_that_cannot_be_played_is_told(tmp_path: Path, night_levels: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        night_levels.read_text(encoding="utf-8").replace("{from: guests, req", "{from: nobody, req")
    )
    session = player(tmp_path)
    session.open(mine)
    mend(session)
    app: SandboxApp = game(session)
    async with app.run_test(size=SMALL) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        verdict = await arrive(pilot, VerdictScreen)
        await pilot.press("z")
        await pilot.pause()
        await pilot.pause()
        assert app.screen is verdict
        assert any("nobody" in note.message for note in app._notifications)
    assert session.level.id == "pizza-shop"
