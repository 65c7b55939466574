"""Timed challenges by the keyboard: when the clock runs, what is handed in, what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from sandbox.player.challenges import Challenge, challenges_file, seed_of
from sandbox.player.edits import AddLink, AddNode, RemoveNode, SetCount
from sandbox.player.preferences import ClockChoice
from sandbox.tui.app import SandboxApp
from sandbox.tui.board.in_words import InWords
from sandbox.tui.board.node_settings import NodeSettings
from sandbox.tui.board.palette import PaletteDialog
from sandbox.tui.look import Look
from sandbox.tui.screens.board import BoardScreen
from sandbox.tui.screens.brief import BriefScreen
from sandbox.tui.screens.card import LibraryScreen
from sandbox.tui.screens.challenge import ChallengeSheet, HandInDialog
from sandbox.tui.screens.challenge_play import ChallengeBoard, ChallengeRun, ChallengeVerdict
from sandbox.tui.screens.challenge_result import ChallengeResult
from sandbox.tui.screens.charts import ChartsScreen
from sandbox.tui.screens.help import HelpScreen
from sandbox.tui.screens.history import HistoryScreen
from sandbox.tui.screens.map import MapScreen
from sandbox.tui.screens.settings import SettingsScreen
from sandbox.tui.session import Session
from sandbox.tui.widgets.keybar import KeyBar
from tests.tui.fakes import (
    SHOP,
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
SMALL = (80, 24)


class Watch:
    """The clock of whoever plans: it goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Player:
    """Somebody who plays a challenge on the pizza shop."""

    def __init__(self, folder: Path, clock: ClockChoice = "normal") -> None:
        self.folder = folder
        self.watch = Watch()
        self.simulator = InstantSimulator(ROBUST)
        self.session = player(folder, "pizza-shop")
        self.session.prefer(self.session.preferences.value.model_copy(update={"clock": clock}))

    def app(self, look: Look | None = None, *, timed: bool = True) -> SandboxApp:
        return SandboxApp(
            self.session, look or Look(motion=False), self.simulator, clock=self.watch, timed=timed
        )

    @property
    def challenge(self) -> Challenge:
        assert self.session.challenge is not None
        return self.session.challenge

    def plan(self, pilot: Pilot[Any], seconds: int) -> float:
        """Let so many seconds pass, whatever is seen; gives how many of them counted."""
        used = self.challenge.state.used
        board = next(each for each in pilot.app.screen_stack if isinstance(each, ChallengeBoard))
        for _ in range(seconds):
            self.watch.now += 1.0
            board.tick()
        return self.challenge.state.used - used


async def begin(pilot: Pilot[Any]) -> ChallengeBoard:
    await arrive(pilot, ChallengeSheet)
    await pilot.press("enter")
    return await arrive(pilot, ChallengeBoard)


async def hand_in(pilot: Pilot[Any]) -> ChallengeResult:
    await pilot.press("s")
    await arrive(pilot, HandInDialog)
    await pilot.press("enter")
    return await scored(pilot)


async def scored(pilot: Pilot[Any]) -> ChallengeResult:
    screen = await arrive(pilot, ChallengeResult)
    for _ in range(100):
        if screen.score is not None:
            break
        await pilot.pause()
    await pilot.pause()
    assert screen.score is not None
    return screen


async def test_the_rules_come_first_and_esc_begins_nothing(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await arrive(pilot, ChallengeSheet)
        text = screen_text(pilot)
        for said in ("10 minutes", "s hands the board in", "0 to 1000", "orders equal scores"):
            assert said in text
        assert "Enter start" in text
        await pilot.press("escape")
        await arrive(pilot, MapScreen)
    assert challenges_file(tmp_path).value.under_way == {}


async def test_t_on_the_map_is_for_the_chosen_level(tmp_path: Path) -> None:
    async with game(player(tmp_path)).run_test(size=SMALL) as pilot:
        await arrive(pilot, MapScreen)
        await pilot.press("t")
        await arrive(pilot, ChallengeSheet)
        assert "Friday night pizza" in screen_text(pilot)
        await pilot.press("enter")
        await arrive(pilot, ChallengeBoard)
        assert "10:00 left" in screen_text(pilot)


async def test_the_clock_runs_on_the_board_and_is_in_sight(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        assert someone.plan(pilot, 28) == 28.0
        await pilot.pause()
        assert "▷ 09:32 left" in screen_text(pilot)
        await pilot.press("plus")
        await pilot.pause()
        assert "▷ 09:32 left" in screen_text(pilot)


@pytest.mark.parametrize(
    ("key", "screen"), [("a", PaletteDialog), ("enter", NodeSettings), ("s", HandInDialog)]
)
async def test_what_belongs_to_planning_does_not_stop_it(
    tmp_path: Path, key: str, screen: type[Screen[Any]]
) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        await pilot.press(key)
        await arrive(pilot, screen)
        assert someone.plan(pilot, 5) == 5.0
        await pilot.press("question_mark" if key == "enter" else "escape")
        await pilot.pause()
        stands = isinstance(pilot.app.screen, HelpScreen)
        assert someone.plan(pilot, 5) == (0.0 if stands else 5.0)


@pytest.mark.parametrize(
    ("key", "screen"),
    [
        ("b", BriefScreen),
        ("question_mark", HelpScreen),
        ("D", InWords),
        ("S", SettingsScreen),
        ("C", LibraryScreen),
    ],
)
async def test_what_is_read_stops_it(tmp_path: Path, key: str, screen: type[Screen[Any]]) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        assert someone.plan(pilot, 3) == 3.0
        await pilot.press(key)
        await arrive(pilot, screen)
        assert someone.plan(pilot, 60) == 0.0
        kept = challenges_file(tmp_path).value.under_way["pizza-shop"]
        assert kept.used == 3.0
        await pilot.press("escape")
        await arrive(pilot, ChallengeBoard)
        assert someone.plan(pilot, 2) == 2.0


async def test_runs_and_verdicts_and_the_map_cost_no_time(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        someone.plan(pilot, 10)
        await pilot.press("space")
        await arrive(pilot, ChallengeRun)
        someone.watch.now += 100
        assert "║ 09:50 left" in screen_text(pilot)
        await pilot.press("f")
        await arrive(pilot, ChallengeVerdict)
        someone.watch.now += 100
        assert "║ 09:50 left" in screen_text(pilot)
        await pilot.press("v")
        await arrive(pilot, ChartsScreen)
        someone.watch.now += 100
        await pilot.press("escape", "i")
        await arrive(pilot, ChallengeVerdict)
        assert "Hint 1 of" in screen_text(pilot)
        await pilot.press("e")
        await arrive(pilot, ChallengeBoard)
        assert someone.challenge.state.used == 10.0
        await pilot.press("escape")
        await arrive(pilot, MapScreen)
        someone.watch.now += 100
        await pilot.pause()
        assert "under way, 09:50 left" in screen_text(pilot)
        await pilot.press("t")
        await arrive(pilot, ChallengeSheet)
        assert "Under way: ║ 09:50 left" in screen_text(pilot)
        assert "Enter go on" in screen_text(pilot)
        await pilot.press("enter")
        await arrive(pilot, ChallengeBoard)
        assert someone.plan(pilot, 4) == 4.0
        assert someone.challenge.state.used == 14.0


async def test_a_terminal_that_was_asleep_costs_a_second_at_most(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        board = await begin(pilot)
        someone.watch.now += 3600.0
        board.tick()
        assert someone.challenge.state.used == 1.0


async def test_the_last_minute_is_said_in_words(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        someone.plan(pilot, 539)
        await pilot.pause()
        assert "last minute" not in screen_text(pilot)
        someone.plan(pilot, 18)
        await pilot.pause()
        assert "▲ 00:43 left, the last minute" in screen_text(pilot)


async def test_tenfold(tmp_path: Path) -> None:
    someone = Player(tmp_path, "tenfold")
    async with someone.app().run_test(size=SMALL) as pilot:
        await arrive(pilot, ChallengeSheet)
        assert "100 minutes, ten times what the level gives" in screen_text(pilot)
        await begin(pilot)
        assert "100:00 left" in screen_text(pilot)
        someone.plan(pilot, 601)
        await pilot.pause()
        assert "89:59 left" in screen_text(pilot)
        await hand_in(pilot)
        assert "10:01 of 100:00" in screen_text(pilot)


async def test_without_a_clock_it_is_played_and_scored_and_shown_as_such(tmp_path: Path) -> None:
    someone = Player(tmp_path, "off")
    async with someone.app().run_test(size=SMALL) as pilot:
        await arrive(pilot, ChallengeSheet)
        assert "No clock" in screen_text(pilot)
        await begin(pilot)
        assert "○ no clock" in screen_text(pilot)
        assert someone.plan(pilot, 10_000) == 0.0
        mend(someone.session)
        result = await hand_in(pilot)
        assert result.score is not None
        assert result.score.total > 500
        assert "no clock" in screen_text(pilot)
        await pilot.press("H")
        await arrive(pilot, HistoryScreen)
        assert "no clock" in screen_text(pilot)


async def test_the_clock_can_be_lengthened_in_the_middle(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        someone.plan(pilot, 60)
        await pilot.press("S")
        await arrive(pilot, SettingsScreen)
        await pilot.press("down", "down", "down", "right")
        await pilot.pause()
        assert "[ten times as long]" in screen_text(pilot)
        await pilot.press("escape")
        await arrive(pilot, ChallengeBoard)
        await pilot.pause()
        assert "99:00 left" in screen_text(pilot)
    assert player(tmp_path).preferences.value.clock == "tenfold"


@pytest.mark.parametrize("keys", [(), ("enter",), ("a",), ("s",), ("w",)])
async def test_when_the_time_is_up_the_board_is_handed_in_as_it_stands(
    tmp_path: Path, keys: tuple[str, ...]
) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        mend(someone.session)
        board = someone.session.design
        await pilot.press(*keys)
        await pilot.pause()
        someone.plan(pilot, 600)
        result = await scored(pilot)
        assert "The time was up" in screen_text(pilot)
        assert "10:00 of 10:00" in screen_text(pilot)
        assert result.score is not None
        assert result.score.held
    [recording] = someone.simulator.asked
    assert recording.design == board
    assert recording.seed == seed_of(someone.session.level) != someone.session.seed
    [one] = challenges_file(tmp_path).value.tries
    assert one.used == 600.0


async def test_a_board_that_cannot_run_counts_as_not_held_and_is_kept(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        someone.session.do(AddNode("second", "clerk", (1, 2), None))
        someone.session.do(AddLink("guests", "second"))
        board = someone.session.design
        result = await hand_in(pilot)
        text = screen_text(pilot)
        assert "It cannot be run, and counts as not held" in text
        assert "✗ did not hold   0 of 1000" in text
        assert result.one is not None
    assert someone.simulator.asked == []
    kept = player(tmp_path).saves.load_named(someone.session.level, result.one.board)
    assert kept.nodes == board.nodes


async def test_what_the_simulator_refuses_counts_as_not_held(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    someone.simulator = SilentSimulator()
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        await pilot.press("s", "enter")
        await arrive(pilot, ChallengeResult)
        someone.simulator.asked[0].take({"error": ["unthinkable"]})
        await scored(pilot)
        assert "counts as not held" in screen_text(pilot)
        assert "unthinkable" in screen_text(pilot)


async def test_handing_in_is_asked_for_twice(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        await pilot.press("s")
        await arrive(pilot, HandInDialog)
        await pilot.press("escape")
        await arrive(pilot, ChallengeBoard)
        assert someone.challenge.state.ended == "no"
        await hand_in(pilot)
    assert challenges_file(tmp_path).value.under_way == {}


async def test_a_kill_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        someone.plan(pilot, 58)
        await pilot.press("plus", "right", "right", "plus")
        await pilot.pause()
        board = someone.session.design
        # Another game in the same folder finds what a killed one would have left behind.
        later = Session(tmp_path)
    assert later.offer is not None
    assert (later.offer.level, later.offer.left) == ("pizza-shop", 542.0)
    async with game(later).run_test(size=SMALL) as pilot:
        await arrive(pilot, ChallengeSheet)
        assert "Under way: ║ 09:02 left" in screen_text(pilot)
        await pilot.press("enter")
        await arrive(pilot, ChallengeBoard)
        assert later.design == board
        assert "▷ 09:02 left" in screen_text(pilot)


async def test_quitting_keeps_the_time_to_the_last_second(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    app = someone.app()
    async with app.run_test(size=SMALL) as pilot:
        await begin(pilot)
        someone.plan(pilot, 3)
        await pilot.press("q")
        await pilot.pause()
    assert app.return_code == 0
    assert challenges_file(tmp_path).value.under_way["pizza-shop"].used == 3.0


async def test_a_kill_while_it_is_judged_only_delays_the_score(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    someone.simulator = SilentSimulator()
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        mend(someone.session)
        await pilot.press("s", "enter")
        await arrive(pilot, ChallengeResult)
        assert "seed of the challenge" in screen_text(pilot)
        await pilot.press("escape")
        await arrive(pilot, MapScreen)
        assert "handed in, not scored yet" in screen_text(pilot)
    assert someone.simulator.cancelled == someone.simulator.asked
    later = Session(tmp_path)
    async with game(later, simulator=InstantSimulator(ROBUST)).run_test(size=SMALL) as pilot:
        await arrive(pilot, ChallengeSheet)
        assert "s hand in" not in screen_text(pilot)
        await pilot.press("enter")
        result = await scored(pilot)
        assert result.score is not None
        assert result.score.held
    assert len(challenges_file(tmp_path).value.tries) == 1


async def test_a_simulator_that_dies_while_judging_can_be_asked_again(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    someone.simulator = SilentSimulator(ROBUST)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        mend(someone.session)
        await pilot.press("s", "enter")
        await arrive(pilot, ChallengeResult)
        someone.simulator.asked[0].fail(["The simulator stopped unexpectedly."])
        await pilot.pause()
        await pilot.pause()
        text = screen_text(pilot)
        assert "stopped unexpectedly" in text
        assert "Enter try again" in text
        await pilot.press("enter")
        await pilot.pause()
        InstantSimulator().answer(someone.simulator.asked[1])
        await scored(pilot)
        assert "✓ held" in screen_text(pilot)


async def test_the_points_are_shown_one_by_one(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        mend(someone.session)
        someone.plan(pilot, 168)
        result = await hand_in(pilot)
        score, text = result.score, screen_text(pilot)
        assert score is not None
        assert f"{score.total} of 1000" in text
        assert "400 of 400   2 of 2 kept" in text
        assert "held on 20 of 20 other seeds" in text
        assert "02:48 of 10:00" in text
        assert "a personal best, the first on this level" in text
    assert score.seeds == 150
    [search] = someone.simulator.searches
    assert search.passed == (20, 20)


async def test_personal_best_place_and_history(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        mend(someone.session)
        first = await hand_in(pilot)
        await pilot.press("enter")
        await arrive(pilot, ChallengeSheet)
        assert f"{first.score.total if first.score else 0} points" in screen_text(pilot)
        await begin(pilot)
        assert someone.session.design == someone.session.level.starting_design()
        await hand_in(pilot)
        assert "place 2 of 2; your best is" in screen_text(pilot)
        await pilot.press("H")
        await arrive(pilot, HistoryScreen)
        lines = screen_text(pilot).splitlines()
        assert "2 tries" in lines[0]
        assert "✗ not held" in lines[3]
        assert "★ ✓ held" in lines[4]
        await pilot.press("escape", "M")
        await arrive(pilot, MapScreen)
        assert first.score is not None
        assert f"timed {first.score.total}" in screen_text(pilot)
        assert f"{first.score.total} points, the best of 2 tries" in screen_text(pilot)


async def test_the_date_is_that_of_the_clock_of_the_session(tmp_path: Path) -> None:
    session = Session(tmp_path, now=lambda: datetime(2025, 3, 1, 18, 30, tzinfo=UTC))
    session.begin()
    session.open("pizza-shop")
    app = SandboxApp(session, Look(), InstantSimulator(ROBUST), clock=lambda: 0.0, timed=True)
    async with app.run_test(size=SMALL) as pilot:
        await begin(pilot)
        await hand_in(pilot)
    [one] = challenges_file(tmp_path).value.tries
    assert one.when == datetime(2025, 3, 1, 18, 30, tzinfo=UTC)
    assert one.board.startswith("challenge-2025-03-0")


async def test_no_history_is_said_in_words(tmp_path: Path) -> None:
    async with game(player(tmp_path)).run_test(size=SMALL) as pilot:
        await arrive(pilot, MapScreen)
        await pilot.press("H")
        await arrive(pilot, HistoryScreen)
        assert "No challenge has been handed in yet" in screen_text(pilot)
        await pilot.press("H")
        await arrive(pilot, MapScreen)


async def test_the_players_own_board_and_progress_are_left_alone(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    someone.session.do(SetCount("cooks", 5))
    mine = someone.session.design
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        mend(someone.session)
        someone.session.do(RemoveNode("rail"))
        someone.session.undo()
        await pilot.press("space")
        await arrive(pilot, ChallengeRun)
        await pilot.press("f")
        await arrive(pilot, ChallengeVerdict)
        await pilot.press("s", "enter")
        await scored(pilot)
        await pilot.press("e")
        board = await arrive(pilot, BoardScreen)
        assert not isinstance(board, ChallengeBoard)
        assert someone.session.design == mine
    again = player(tmp_path, "pizza-shop")
    assert again.design == mine
    assert (again.reached.tries, again.reached.passed) == (0, False)
    assert again.progress.value.cards == ()


async def test_nothing_can_be_planned_while_a_run_is_watched(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        board = someone.session.design
        await pilot.press("space")
        run = await arrive(pilot, ChallengeRun)
        run.show_frame(10)
        await pilot.press("plus", "minus", "plus")
        await pilot.pause()
        assert "count" not in screen_text(pilot).splitlines()[-1]
        assert someone.session.design is board


async def test_a_run_that_holds_gives_no_ways_away(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=(80, 60)) as pilot:
        await begin(pilot)
        mend(someone.session)
        await pilot.press("space")
        await arrive(pilot, ChallengeRun)
        await pilot.press("f")
        await arrive(pilot, ChallengeVerdict)
        text = screen_text(pilot)
        assert "it held" in text
        for secret in ("Ways that hold", "par", "New cards", "Hint"):
            assert secret not in text
        await pilot.press("C", "enter")
        await arrive(pilot, ChallengeRun)
    assert someone.simulator.searches == []


async def test_two_runs_in_a_challenge_are_compared(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=SMALL) as pilot:
        await begin(pilot)
        for _ in range(2):
            await pilot.press("space")
            await arrive(pilot, ChallengeRun)
            await pilot.press("f")
            await arrive(pilot, ChallengeVerdict)
        assert "the same as the last time" in screen_text(pilot)


async def test_playing_the_level_itself_tells_of_the_challenge(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    someone.session.take_challenge("pizza-shop")
    later = player(tmp_path, "pizza-shop")
    async with game(later).run_test(size=SMALL, notifications=True) as pilot:
        board = await arrive(pilot, BoardScreen)
        assert not isinstance(board, ChallengeBoard)
        await pilot.pause()
        assert "A timed challenge is under way here" in screen_text(pilot)


async def test_a_challenge_of_a_level_that_is_gone_is_not_offered(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    state = someone.session.take_challenge("pizza-shop").challenge
    assert state is not None
    gone = state.state.model_copy(update={"level": "gone", "source": "gone"})
    challenges_file(tmp_path).update(lambda known: known.keep(gone))
    offer = Session(tmp_path).offer
    assert offer is not None
    assert offer.level == "pizza-shop"


async def test_a_level_of_ones_own_is_offered_again_by_its_file(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(SHOP.read_text(encoding="utf-8").replace("id: pizza-shop", "id: mine", 1))
    session = player(tmp_path, str(own))
    session.take_challenge(own)
    session.do(SetCount("cooks", 5))
    async with game(player(tmp_path)).run_test(size=SMALL) as pilot:
        await begin(pilot)
        assert "cooks ×5" in screen_text(pilot)
    own.unlink()
    assert Session(tmp_path).offer is None


async def test_a_board_of_a_challenge_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    Player(tmp_path).session.take_challenge("pizza-shop")
    for name in ("pizza-shop.yaml", "pizza-shop.yaml.bak"):
        (tmp_path / "challenge" / "designs" / name).write_text("nodes: [")
    async with game(player(tmp_path)).run_test(size=SMALL, notifications=True) as pilot:
        await begin(pilot)
        await pilot.pause()
        assert "cannot be read" in screen_text(pilot)


async def test_by_the_mouse_alone(tmp_path: Path) -> None:
    someone = Player(tmp_path)

    async def click(label: str) -> None:
        await pilot.pause()
        line = screen_text(pilot).splitlines()[-1]
        await pilot.click(KeyBar, offset=(line.index(label), 0))

    async with someone.app().run_test(size=SMALL) as pilot:
        await arrive(pilot, ChallengeSheet)
        await click("start")
        await arrive(pilot, ChallengeBoard)
        await click("hand in")
        await arrive(pilot, HandInDialog)
        await click("not yet")
        await arrive(pilot, ChallengeBoard)
        await click("hand in")
        await arrive(pilot, HandInDialog)
        await click("hand in")
        await scored(pilot)
        await click("again")
        await arrive(pilot, ChallengeSheet)


async def test_the_help_has_the_keys_of_a_challenge(tmp_path: Path) -> None:
    someone = Player(tmp_path)
    async with someone.app().run_test(size=(80, 60)) as pilot:
        await begin(pilot)
        await pilot.press("question_mark")
        await arrive(pilot, HelpScreen)
        text = screen_text(pilot)
        assert "hand in the board of a timed challenge as it stands" in text
        assert "time to plan in a timed challenge" in text


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
async def test_it_is_all_there_in_ascii(tmp_path: Path, size: tuple[int, int]) -> None:
    someone = Player(tmp_path)
    async with someone.app(Look(ascii=True, colour=False)).run_test(size=size) as pilot:
        await arrive(pilot, ChallengeSheet)
        assert screen_text(pilot).isascii()
        await begin(pilot)
        assert "> 10:00 left" in screen_text(pilot)
        someone.plan(pilot, 550)
        await pilot.pause()
        assert "! 00:50 left, the last minute" in screen_text(pilot)
        mend(someone.session)
        await hand_in(pilot)
        assert "+ held" in screen_text(pilot)
        assert screen_text(pilot).isascii()
        await pilot.press("H")
        await arrive(pilot, HistoryScreen)
        assert "* + held" in screen_text(pilot)
        assert screen_text(pilot).isascii()
