"""The very first screen."""

from __future__ import annotations

from pathlib import Path

from sandbox.tui import messages
from sandbox.tui.look import Look
from sandbox.tui.screens.opening import OpeningScreen
from sandbox.tui.session import Session
from tests.tui.board.host import Host, running


async def test_the_first_start_goes_straight_into_the_pizza_shop(tmp_path: Path) -> None:
    app = Host(Session(tmp_path))
    async with running(app) as pilot:
        assert isinstance(app.screen, OpeningScreen)
        text = app.shown()
        assert "FRIDAY NIGHT PIZZA" in text
        assert "├──▸ eaten" in text
        assert "guests ─" not in text, "only the shop is shown"
        assert "Space  open the doors" in text
        await pilot.press("space")
    assert app.heard == [messages.StartRun]


async def test_the_doors_open_by_mouse_too(tmp_path: Path) -> None:
    app = Host(Session(tmp_path))
    async with running(app) as pilot:
        await pilot.click("#key", offset=(10, 0))
    assert app.heard == [messages.StartRun]


async def test_in_ascii(tmp_path: Path) -> None:
    app = Host(Session(tmp_path), Look(ascii=True, colour=False))
    async with running(app):
        assert app.shown().isascii()
        assert "|--> eaten" in app.shown()
