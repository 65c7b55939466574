"""The app: wiring only. Which screen comes next, and what all screens share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import App
from textual.filter import LineFilter, NoColor
from textual.screen import Screen
from textual.theme import Theme

from sandbox.tui import messages
from sandbox.tui.filters import AsciiOnly
from sandbox.tui.keys import bind
from sandbox.tui.look import Look
from sandbox.tui.session import FIRST_LEVEL, Session

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class SandboxApp(App[int]):
    """The game in a terminal."""

    TITLE = "System Design Sandbox"
    CSS_PATH = "styles/app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [
        bind("help", "show_help", "more"),
        bind("quit", "leave"),
    ]

    def __init__(
        self, session: Session, look: Look | None = None, simulator: Simulator | None = None
    ) -> None:
        super().__init__()
        self.session = session
        self.look = look or session.look()
        self._simulator = simulator
        self._no_colour = NoColor()
        self._ascii_only = AsciiOnly()
        self.register_theme(THEME)
        self.theme = "sandbox"
        self.set_keymap(session.preferences.value.keys)

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

    def on_mount(self) -> None:
        if not self.look.motion:
            self.animation_level = "none"
        if self.session.is_open:
            self._show_board()
        elif self.session.first_start:
            self._show_opening()
        else:
            self._show_map()
        if self.session.notice:
            self.notify(self.session.notice, timeout=20)

    async def on_unmount(self) -> None:
        if self._simulator is not None:
            await self._simulator.close()

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
        self.go(RunScreen(self.session, self.simulator))

    @on(messages.ShowBoard)
    def _show_board(self) -> None:
        from sandbox.tui.screens.board import BoardScreen

        self.simulator.warm()
        self.go(BoardScreen(self.session))

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
        self.look = message.look
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

    def _show_opening(self) -> None:
        from sandbox.tui.screens.opening import OpeningScreen

        self.session.open(FIRST_LEVEL)
        self.simulator.warm()
        self.go(OpeningScreen(self.session))
