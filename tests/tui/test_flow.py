"""Whole ways through the game, by the keyboard, with a simulator that answers at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.geometry import Size

from sandbox.player.edits import SetCount
from sandbox.simulation.trace import Trace
from sandbox.tui.app import SandboxApp
from sandbox.tui.look import Look
from sandbox.tui.screens.board import BoardScreen
from sandbox.tui.screens.card import CardScreen, LibraryScreen
from sandbox.tui.screens.charts import ChartsScreen
from sandbox.tui.screens.help import HelpScreen
from sandbox.tui.screens.map import MapScreen
from sandbox.tui.screens.opening import OpeningScreen
from sandbox.tui.screens.run import RunScreen
from sandbox.tui.screens.settings import SettingsScreen
from sandbox.tui.screens.verdict import VerdictScreen
from sandbox.tui.simulator import Recording
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.nodes import NodeTable
from sandbox.tui.widgets.timeline import Timeline
from tests.tui.fakes import (
    InstantSimulator,
    SilentSimulator,
    arrive,
    game,
    mend,
    player,
    screen_text,
)

pytestmark = pytest.mark.usefixtures("frozen_levels")
ROBUST = {"held": True, "robust": True, "par": True, "count": 3}


async def test_from_the_first_start_to_a_verdict_and_round_again(tmp_path: Path) -> None:
    session = player(tmp_path, first=True)
    app = game(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await arrive(pilot, OpeningScreen)
        assert "open the doors" in screen_text(pilot)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        assert not player(tmp_path, first=True).first_start
        run.show_frame(400)
        await pilot.pause()
        assert "Enter: the verdict" in screen_text(pilot)
        await pilot.press("enter")
        await arrive(pilot, VerdictScreen)
        assert "did not hold" in screen_text(pilot)
        await pilot.press("enter")
        again = await arrive(pilot, RunScreen)
        assert again.recording.seed == run.recording.seed
        assert again.recording.design == run.recording.design
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        assert "the same as the last time" in screen_text(pilot)
        await pilot.press("e")
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("escape")
        await arrive(pilot, BoardScreen)
        await pilot.press("escape")
        await arrive(pilot, MapScreen)
    assert session.reached.tries == 2


async def test_the_first_win_needs_only_plus(tmp_path: Path) -> None:
    session = player(tmp_path, first=True)
    simulator = InstantSimulator(ROBUST)
    async with game(session, simulator=simulator).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, OpeningScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        run.show_frame(0)
        await pilot.press("up")  # from the phone to the guests, who are not the player's
        await pilot.press("plus")
        await pilot.pause()
        assert "comes with the level" in screen_text(pilot)
        await pilot.press("down", "plus", "down", "down", "plus", "plus", "down")
        await pilot.press(*["plus"] * 5, "minus")
        await pilot.pause()
        text = screen_text(pilot)
        assert "×1→2" in text
        assert "×4→8" in text
        assert "$295 → $590 of $620/night" in text
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        await pilot.press("enter")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        await pilot.pause()
        text = screen_text(pilot)
        assert "it held  ★★★" in text
        assert "holds on at least 19 of 20 other seeds" in text
    reached = player(tmp_path, "pizza-shop").reached
    assert reached.best is not None
    assert (reached.best.stars, reached.best.cost) == (3, 590.0)


async def test_later_starts_go_to_the_map_and_find_everything_as_it_was(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    session.do(SetCount("cooks", 5))
    board = session.design
    async with game(player(tmp_path)).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, MapScreen)
        await pilot.press("enter")
        await arrive(pilot, BoardScreen)
        app = pilot.app
        assert isinstance(app, SandboxApp)
        assert app.session.design == board
        assert "cooks ×5" in screen_text(pilot)


@pytest.mark.parametrize("level", ["pizza-shop"])
async def test_play_goes_to_the_board(tmp_path: Path, level: str) -> None:
    async with game(player(tmp_path, level, first=True)).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)


@pytest.mark.parametrize(
    "keys", [[], ["space"], ["space", "f"], ["space", "f", "v"], ["space", "?"]]
)
async def test_leaving_at_any_moment_loses_nothing(tmp_path: Path, keys: list[str]) -> None:
    session = player(tmp_path, "pizza-shop")
    session.do(SetCount("oven", 6))
    app = game(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press(*keys)
        await pilot.pause()
        await pilot.press("q")
        await pilot.pause()
    assert app.return_code == 0
    assert player(tmp_path, "pizza-shop").design == session.design


async def test_a_run_that_is_left_counts_for_nothing(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    mend(session)
    async with game(session).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("escape")
        await arrive(pilot, BoardScreen)
    assert session.reached.tries == 0
    assert not session.reached.passed


async def test_a_run_that_is_left_is_not_simulated_to_its_end(tmp_path: Path) -> None:
    simulator = SilentSimulator()
    async with game(player(tmp_path, "pizza-shop"), simulator=simulator).run_test() as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        assert "The simulator starts" in screen_text(pilot)
        for key in ("right", "n", "0", "o", "g", "up", "plus", "4", "space", "space"):
            await pilot.press(key)  # nothing is known yet, and nothing breaks
        await pilot.press("escape")
        await arrive(pilot, BoardScreen)
    assert simulator.cancelled == simulator.asked


async def test_a_simulator_that_dies_is_said_and_space_tries_again(tmp_path: Path) -> None:
    simulator = SilentSimulator()
    async with game(player(tmp_path, "pizza-shop"), simulator=simulator).run_test() as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        await pilot.press("f")
        simulator.asked[0].fail(["The simulator stopped unexpectedly."])
        run.show_frame(0)
        await pilot.pause()
        assert "stopped unexpectedly" in screen_text(pilot)
        assert "Space tries again" in screen_text(pilot)
        await pilot.press("space")
        await pilot.pause()
        assert await arrive(pilot, RunScreen) is not run
        assert len(simulator.asked) == 2


async def test_finishing_early_waits_for_the_report(tmp_path: Path) -> None:
    simulator = SilentSimulator()
    session = player(tmp_path, "pizza-shop")
    async with game(session, simulator=simulator).run_test() as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await pilot.pause()
        assert "Working out the verdict" in screen_text(pilot)
        InstantSimulator().answer(simulator.asked[0])
        await arrive(pilot, VerdictScreen)
    assert session.reached.tries == 1


def half_of(recording: Recording) -> Trace:
    whole = recording.trace
    assert whole is not None
    return Trace(whole.header, whole.frames[:100])


async def test_frames_are_shown_while_more_are_coming(tmp_path: Path) -> None:
    simulator = SilentSimulator()
    session = player(tmp_path, "pizza-shop")
    now = [0.0]
    app = SandboxApp(session, Look(), simulator, clock=lambda: now[0])
    async with app.run_test() as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        InstantSimulator().answer(recording := Recording(session.level, session.design, 7))
        run.recording.trace = half_of(recording)
        for _ in range(200):
            now[0] += 1.0
            run._tick()
        assert run.playback.shown == 100
        assert not run.playback.ended
        assert run.playback.playing


async def test_keys_of_the_run(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    async with game(session).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        run.show_frame(100)
        await pilot.press("right", "right", "left")
        assert run.playback.shown == 101
        await pilot.press("5", "1")
        assert run.playback.speed == 1
        await pilot.press("space")
        assert run.playback.playing
        await pilot.press("right")
        assert run.playback.shown == 101 + 400 // 60
        await pilot.press("0")
        assert run.playback.shown == 0
        await pilot.press("n")
        assert run.playback.passed
        first = run.playback.time
        await pilot.press("n")
        assert run.playback.time > first
        await pilot.press("N")
        assert run.playback.time == first
        chosen = run.view.chosen
        await pilot.press("j", "k", "down")
        assert run.view.chosen == chosen + 1


async def test_one_request_is_followed_hop_by_hop(tmp_path: Path) -> None:
    async with game(player(tmp_path, "pizza-shop")).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        run.show_frame(150)
        await pilot.press("o")
        await pilot.pause()
        first = screen_text(pilot)
        assert "in all" in first
        assert "waited" in first
        await pilot.press("up")
        await pilot.pause()
        assert screen_text(pilot) != first
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, RunScreen)
        assert "in front" in screen_text(pilot)


async def test_the_run_before_is_there_as_a_ghost(tmp_path: Path) -> None:
    async with game(player(tmp_path, "pizza-shop")).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        run.show_frame(0)
        await pilot.pause()
        assert "last run" not in screen_text(pilot)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        run.show_frame(1)
        await pilot.press("down")  # from the phone to the rail
        await pilot.pause()
        text = screen_text(pilot)
        assert "last run" in text
        assert text.count("·") > 20


async def test_the_board_is_shown_beside_the_table_where_there_is_room(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    async with game(session).run_test(size=(120, 40)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        run.show_frame(200)
        await pilot.pause()
        text = screen_text(pilot)
        assert "╭ phone" in text
        assert "now 1" in text
        await pilot.press("g")
        await pilot.pause()
        assert "╭ phone" not in screen_text(pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.press("g")
        await pilot.pause()
        text = screen_text(pilot)
        assert "╭ phone" in text
        assert "now 1" not in text
        assert pilot.app.size == Size(80, 24)


async def test_hints_come_one_at_a_time_and_never_after_a_win(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    async with game(session).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        assert session.level.hints[0] not in screen_text(pilot)
        for number in range(1, len(session.level.hints) + 1):
            await pilot.press("i")
            await pilot.pause()
            assert f"Hint {number} of 4" in screen_text(pilot)
            assert f"Hint {number + 1} of 4" not in screen_text(pilot)
        await pilot.press("i")
        assert session.play.hints == len(session.level.hints)
        mend(session)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        assert "Hint" not in screen_text(pilot)
        await pilot.press("i")
        assert session.play.hints == len(session.level.hints)


async def test_a_loss_does_not_show_the_way_out(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    async with game(session).run_test(size=(80, 60)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        text = screen_text(pilot)
        assert "What happened" in text
        for secret in ("8 slots", "Ways that hold", "$590", "2 clerks", *session.level.hints):
            assert secret not in text
        await pilot.press("M")
        await arrive(pilot, MapScreen)


async def test_a_win_leads_to_its_cards(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    mend(session)
    async with game(session).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        await pilot.press("enter")
        await arrive(pilot, CardScreen)
        assert "Buy capacity" in screen_text(pilot)
        await pilot.press("right")
        await pilot.pause()
        assert "Make to order" in screen_text(pilot)
        await pilot.press("escape")
        await arrive(pilot, VerdictScreen)
        await pilot.press("M")
        await arrive(pilot, MapScreen)
        assert "★★☆" in screen_text(pilot)
        assert "best $590, par $590 and $540" in screen_text(pilot)


async def test_the_robust_star_comes_even_to_one_who_goes_on_playing(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    mend(session)
    simulator = InstantSimulator()
    async with game(session, simulator=simulator).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        simulator.searches[0].take({"progress": [7, 20]})
        assert "☆ robust" in screen_text(pilot)
        await pilot.press("e")
        await arrive(pilot, BoardScreen)
        simulator.searches[0].take({"stars": ROBUST})
        await pilot.pause()
        await pilot.pause()
    best = player(tmp_path, "pizza-shop").reached.best
    assert best is not None
    assert best.stars == 3


async def test_a_win_that_is_not_robust_is_not_mistaken_for_nearly_so(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    mend(session)
    simulator = InstantSimulator({**ROBUST, "robust": False})
    async with game(session, simulator=simulator).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        assert "holds on fewer than 19 of 20 other seeds" in screen_text(pilot)


async def test_a_run_stands_still_behind_the_help(tmp_path: Path) -> None:
    now = [0.0]
    session, simulator = player(tmp_path, "pizza-shop"), InstantSimulator()
    app = SandboxApp(session, Look(motion=False), simulator, clock=lambda: now[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        await pilot.press("question_mark")
        await arrive(pilot, HelpScreen)
        for passed in range(1, 4):
            now[0] = float(passed)
            run._tick()
        assert run.playback.time == 0.0
        await pilot.press("escape")
        await arrive(pilot, RunScreen)
        now[0] = 4.0
        run._tick()
        assert run.playback.time > 0.0


async def test_the_board_opens_on_the_node_that_was_chosen_last(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    async with game(session).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("right", "right", "plus", "space")
        await arrive(pilot, RunScreen)
        await pilot.press("e")
        board = await arrive(pilot, BoardScreen)
        assert board.board.chosen == "cooks"
        await pilot.press("x", "space")
        await arrive(pilot, RunScreen)
        await pilot.press("e")
        board = await arrive(pilot, BoardScreen)
        assert board.board.chosen == "phone", "the chosen one is gone"


async def test_charts_and_help_open_and_close(tmp_path: Path) -> None:
    async with game(player(tmp_path, "pizza-shop")).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        await pilot.press("?")
        await arrive(pilot, HelpScreen)
        text = screen_text(pilot)
        assert "run the board; in a run, pause and go on" in text
        await pilot.press("?")
        await arrive(pilot, RunScreen)
        await pilot.press("f")
        await arrive(pilot, VerdictScreen)
        await pilot.press("v")
        await arrive(pilot, ChartsScreen)
        await pilot.press("down", "escape")
        await arrive(pilot, VerdictScreen)


async def test_a_key_of_the_players_own_replaces_the_table(tmp_path: Path) -> None:
    session = player(tmp_path, "pizza-shop")
    session.prefer(session.preferences.value.model_copy(update={"keys": {"finish": "F"}}))
    async with game(session).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        await arrive(pilot, RunScreen)
        assert "F finish" in screen_text(pilot)
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(pilot.app.screen, RunScreen)
        await pilot.press("F")
        await arrive(pilot, VerdictScreen)


async def test_cards_not_met_are_only_named(tmp_path: Path) -> None:
    async with game(player(tmp_path)).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, MapScreen)
        await pilot.press("C")
        await arrive(pilot, LibraryScreen)
        assert "win pizza-shop to read it" in screen_text(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, LibraryScreen)


async def test_settings_change_the_look_at_once_and_are_kept(tmp_path: Path) -> None:
    session = player(tmp_path)
    app = SandboxApp(session, simulator=InstantSimulator())
    async with app.run_test(size=(80, 24)) as pilot:
        await arrive(pilot, MapScreen)
        assert not screen_text(pilot).isascii()
        await pilot.press("S")
        await arrive(pilot, SettingsScreen)
        await pilot.press("right", "down", "left", "down", "left")
        await pilot.pause()
        assert app.look == Look(ascii=True, colour=False, motion=False)
        await pilot.press("escape")
        await arrive(pilot, MapScreen)
    kept = player(tmp_path).preferences.value
    assert (kept.ascii, kept.colour, kept.motion) == ("on", "off", "off")


async def test_everything_can_be_clicked(tmp_path: Path) -> None:
    async with game(player(tmp_path)).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, MapScreen)
        await pilot.click("LevelLine", times=2)
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        run.show_frame(10)
        await pilot.pause()
        await pilot.click(NodeTable, offset=(5, 4))
        assert run.view.chosen_row == "cooks"
        await pilot.click(Timeline, offset=(12 + 61 // 2, 0))
        assert 180 <= run.playback.shown <= 220
        bar = run.query_one(KeyBar)
        line = screen_text(pilot).splitlines()[-1]
        await pilot.click(bar, offset=(line.index("finish"), 0))
        await arrive(pilot, VerdictScreen)


async def test_timers_run_only_while_something_plays(tmp_path: Path) -> None:
    async with game(player(tmp_path, "pizza-shop")).run_test(size=(80, 24)) as pilot:
        await arrive(pilot, BoardScreen)
        await pilot.press("space")
        run = await arrive(pilot, RunScreen)
        assert run._timer is not None
        active: Callable[[], bool] = run._timer._active.is_set
        seen = [active()]
        await pilot.press("space")
        run._tick()
        seen.append(active())
        await pilot.press("space")
        seen.append(active())
        assert seen == [True, False, True]
