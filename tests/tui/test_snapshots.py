"""Pictures of every screen at rest: small, large, and plain (ASCII without colours)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from sandbox.tui.look import Look
from sandbox.tui.screens.board import BoardScreen
from sandbox.tui.screens.map import MapScreen
from sandbox.tui.screens.run import RunScreen
from sandbox.tui.screens.verdict import VerdictScreen
from sandbox.tui.session import Session
from tests.tui.fakes import SALE, TODO, InstantSimulator, arrive, game, mend, player, winner

pytestmark = pytest.mark.usefixtures("frozen_levels")

Steps = Callable[[Pilot[Any]], Awaitable[None]]
SIZES = [
    pytest.param((80, 24), Look(motion=False), id="small"),
    pytest.param((120, 40), Look(motion=False), id="large"),
    pytest.param((80, 24), Look(ascii=True, colour=False, motion=False), id="plain"),
]
sizes = pytest.mark.parametrize(("size", "look"), SIZES)


def steps(*keys: str, first: type[Screen[Any]] = MapScreen, frame: int | None = None) -> Steps:
    """Press keys one after the other; `run`, `verdict` wait for that screen."""

    async def take(pilot: Pilot[Any]) -> None:
        await arrive(pilot, first)
        for key in keys:
            if key == "run":
                await pilot.press("space")
                run = await arrive(pilot, RunScreen)
                run.show_frame(0 if frame is None else frame)
            elif key == "verdict":
                await pilot.press("f")
                await arrive(pilot, VerdictScreen)
            else:
                await pilot.press(key)
            await pilot.pause()
        await pilot.pause()

    return take


def won(session: Session) -> Session:
    mend(session)
    return session


@sizes
def test_run(tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look) -> None:
    app = game(player(tmp_path, "pizza-shop"), look)
    take = steps("run", first=BoardScreen, frame=190)
    assert snap_compare(app, terminal_size=size, run_before=take)


@sizes
def test_run_with_a_ghost(
    tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look
) -> None:
    app = game(player(tmp_path, "pizza-shop"), look)
    take = steps("run", "down", "plus", "plus", "verdict", "run", first=BoardScreen, frame=150)
    assert snap_compare(app, terminal_size=size, run_before=take)


@sizes
def test_one_request(tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look) -> None:
    app = game(player(tmp_path, "pizza-shop"), look)
    take = steps("run", "o", first=BoardScreen, frame=190)
    assert snap_compare(app, terminal_size=size, run_before=take)


@sizes
@pytest.mark.parametrize(("level", "frame"), [(TODO, 115), (SALE, 50)], ids=["todo", "sale"])
def test_run_at_scale(
    tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look, level: Path, frame: int
) -> None:
    session = player(tmp_path, str(level))
    if level == TODO:
        winner(session, "cached")
    take = steps("run", first=BoardScreen, frame=frame)
    assert snap_compare(game(session, look), terminal_size=size, run_before=take)


@sizes
@pytest.mark.parametrize("level", [TODO, SALE], ids=["todo", "sale"])
def test_loss_at_scale(
    tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look, level: Path
) -> None:
    app = game(player(tmp_path, str(level)), look)
    take = steps("run", "verdict", first=BoardScreen)
    assert snap_compare(app, terminal_size=size, run_before=take)


def test_board_view_in_a_small_terminal(tmp_path: Path, snap_compare: Any) -> None:
    app = game(player(tmp_path, "pizza-shop"))
    take = steps("run", "g", first=BoardScreen, frame=190)
    assert snap_compare(app, run_before=take)


@sizes
def test_loss(tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look) -> None:
    app = game(player(tmp_path, "pizza-shop"), look)
    take = steps("run", "verdict", "run", "verdict", "i", first=BoardScreen)
    assert snap_compare(app, terminal_size=size, run_before=take)


@sizes
def test_win(tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look) -> None:
    robust = InstantSimulator({"held": True, "robust": True, "par": True, "count": 3})
    app = game(won(player(tmp_path, "pizza-shop")), look, robust)
    take = steps("run", "verdict", first=BoardScreen)
    assert snap_compare(app, terminal_size=size, run_before=take)


@sizes
def test_charts(tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look) -> None:
    app = game(player(tmp_path, "pizza-shop"), look)
    take = steps("run", "verdict", "v", first=BoardScreen)
    assert snap_compare(app, terminal_size=size, run_before=take)


@sizes
def test_map(tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look) -> None:
    app = game(player(tmp_path), look)
    assert snap_compare(app, terminal_size=size, run_before=steps())


@sizes
def test_card(tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look) -> None:
    app = game(won(player(tmp_path, "pizza-shop")), look)
    take = steps("run", "verdict", "enter", first=BoardScreen)
    assert snap_compare(app, terminal_size=size, run_before=take)


def test_library(tmp_path: Path, snap_compare: Any) -> None:
    assert snap_compare(game(player(tmp_path)), run_before=steps("C"))


def test_help(tmp_path: Path, snap_compare: Any) -> None:
    app = game(player(tmp_path, "pizza-shop"))
    assert snap_compare(app, run_before=steps("run", "?", first=BoardScreen))


@sizes
def test_settings(tmp_path: Path, snap_compare: Any, size: tuple[int, int], look: Look) -> None:
    session = player(tmp_path)
    session.preferences.path = Path("preferences.json")  # the test's own folder is no picture
    assert snap_compare(game(session, look), terminal_size=size, run_before=steps("S"))
