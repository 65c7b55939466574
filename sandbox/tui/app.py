"""The app: wiring only. Which screen comes next, and what all screens share."""

from __future__ import annotations

import gc
import os
import time
from typing import TYPE_CHECKING

from textual import on
from textual.app import App, ComposeResult
from textual.css.query import NoMatches
from textual.filter import LineFilter, NoColor
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Static

from sandbox.tui import messages
from sandbox.tui.filters import AsciiOnly
from sandbox.tui.keys import bind
from sandbox.tui.look import Look

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.tui.session import Session
    from sandbox.tui.simulator import Simulator

# Blue for good and orange for bad can be told apart by nearly everybody; red and green cannot.
THEME = Theme(
    name="sandbox",
    primary="#5f87af",
    secondary="#87afd7",
    accent="#c8a2ff",
    success="#6cb6ff",
    warning="#e3c26b",
    error="#ff8c42",
    foreground="#d0d0d0",
    background="#14171c",
    surface="#14171c",
    panel="#20252c",
    variables={"quiet": "#868d98"},
)


_WARM_AFTER = 0.2
"""Seconds after a board has opened."""


class SandboxApp(App[int]):
    """The game in a terminal.

    Something is on the screen before the documents are read: reading them, and what reads them,
    takes longer than starting Textual.
    """

    TITLE = "System Design Sandbox"
    CSS_PATH = "styles/app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [
        bind("help", "show_help", "more"),
        bind("quit", "leave"),
    ]

    def __init__(
        self,
        session: Session | None = None,
        look: Look | None = None,
        simulator: Simulator | None = None,
        look_of: Callable[[Look], Look] = lambda look: look,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Play `session`, by default the player's own from where it was left.

        `look_of` says what the command line makes of the look that the player prefers; `clock`
        counts the seconds of whoever watches.
        """
        super().__init__()
        self.look = look or look_of(Look(colour="NO_COLOR" not in os.environ))
        self._given_look = look
        self._look_of = look_of
        self._session = session
        self._simulator = simulator
        self._clock = clock
        self._no_colour = NoColor()
        self._ascii_only = AsciiOnly()
        self.register_theme(THEME)
        self.theme = "sandbox"

    @property
    def session(self) -> Session:
        """What is being played."""
        if self._session is None:
            from sandbox.tui.session import Session

            self._session = Session()
        return self._session

    @property
    def simulator(self) -> Simulator:
        """The simulator's process, made on first use: most of the game does not need it."""
        if self._simulator is None:
            from sandbox.tui.simulator import Simulator

            self._simulator = Simulator()
        return self._simulator

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = list(super().get_line_filters())
        if not self.look.colour:
            filters.append(self._no_colour)
        if self.look.ascii:
            filters.append(self._ascii_only)
        return filters

    def compose(self) -> ComposeResult:
        yield Static(self.TITLE.upper(), id="splash")

    def on_mount(self) -> None:
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        session = self.session
        self.set_keymap(session.preferences.value.keys)
        if self._given_look is None:
            self.look = self._look_of(session.look())
        if not self.look.motion:
            self.animation_level = "none"
        if session.is_open:
            self._show_board()
        elif session.first_start:
            self._show_opening()
        else:
            self._show_map()
        if session.notice:
            self.notify(session.notice, timeout=20)
        self.call_after_refresh(_collect_garbage_again)

    async def on_unmount(self) -> None:
        if self._simulator is not None:
            await self._simulator.close()

    def _handle_exception(self, error: Exception) -> None:
        """Who quits while a screen is being put together leaves it without its parts."""
        if not (self._exit and isinstance(error, NoMatches)):
            super()._handle_exception(error)

    def go(self, screen: Screen[None]) -> None:
        """Show a screen in place of the one that is there, whatever is open above it."""
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if len(self.screen_stack) > 1:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    @on(messages.StartRun)
    def _start_run(self) -> None:
        from sandbox.tui.screens.run import RunScreen

        self.session.begin()
        self.go(RunScreen(self.session, self.simulator, self._clock))

    @on(messages.ShowBoard)
    def _show_board(self) -> None:
        from sandbox.tui.screens.board import BoardScreen

        self.go(BoardScreen(self.session))
        self._warm_simulator()

    @on(messages.PlayLevel)
    def _play_level(self, message: messages.PlayLevel) -> None:
        self.session.open(message.level)
        self._show_board()

    @on(messages.ShowMap)
    def _show_map(self) -> None:
        from sandbox.tui.screens.map import MapScreen

        self.go(MapScreen(self.session))

    @on(messages.ShowVerdict)
    def _show_verdict(self) -> None:
        from sandbox.tui.screens.verdict import VerdictScreen

        self.go(VerdictScreen(self.session, self.simulator))

    @on(messages.LookChanged)
    def _change_look(self, message: messages.LookChanged) -> None:
        self.look = self._look_of(message.look)
        self.animation_level = "full" if message.look.motion else "none"
        for screen in self.screen_stack:
            screen.refresh(layout=True, recompose=False)
        self.refresh_css(animate=False)

    def action_show_help(self) -> None:
        from sandbox.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_leave(self) -> None:
        self.exit(0)

    def _warm_simulator(self) -> None:
        """Have the process ready for the first Space, but not before there is something to see."""
        self.set_timer(_WARM_AFTER, self._warm)

    def _warm(self) -> None:
        self.simulator.warm()

    def _show_opening(self) -> None:
        from sandbox.tui.screens.opening import OpeningScreen
        from sandbox.tui.session import FIRST_LEVEL

        self.session.open(FIRST_LEVEL)
        self.go(OpeningScreen(self.session))
        self._warm_simulator()


def _collect_garbage_again() -> None:
    """Undo what `main` did for a quick start; what is there by now will stay, so do not look."""
    gc.freeze()
    gc.enable()
