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
        timed: bool = False,
    ) -> None:
        """Play `session`, by default the player's own from where it was left.

        `look_of` says what the command line makes of the look that the player prefers; `clock`
        counts the seconds of whoever watches or plans; `timed` offers the open level as a timed
        challenge.
        """
        super().__init__()
        self.look = look or look_of(Look(colour="NO_COLOR" not in os.environ))
        self._given_look = look
        self._look_of = look_of
        self._session = session
        self._simulator = simulator
        self._clock = clock
        self._timed = timed
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
        self._show_first(session)
        self._tell_notice()
        self.call_after_refresh(_collect_garbage_again)

    def _show_first(self, session: Session) -> None:
        offer = session.offer
        if session.is_open and self._timed:
            self._show_challenge()
        elif session.is_open:
            self._show_board()
            if offer and offer.level == session.level.id:
                self.notify("A timed challenge is under way here. M, then t goes on with it.")
        elif offer:
            session.open(offer.source)
            self._show_challenge()
        elif session.first_start:
            self._show_opening()
        else:
            self._show_map()

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

        screen: type[RunScreen] = RunScreen
        if self.session.challenge:
            from sandbox.tui.screens.challenge_play import ChallengeRun

            screen = ChallengeRun
        self.session.begin()
        self.go(screen(self.session, self.simulator, self._clock))

    @on(messages.ShowBoard)
    def _show_board(self) -> None:
        if self.session.challenge:
            from sandbox.tui.screens.challenge_play import ChallengeBoard

            self.go(ChallengeBoard(self.session, self._clock))
        else:
            from sandbox.tui.screens.board import BoardScreen

            self.go(BoardScreen(self.session))
            self._tell_night()
        self._warm_simulator()

    @on(messages.PlayLevel)
    def _play_level(self, message: messages.PlayLevel) -> None:
        if self._open(message.level):
            self._show_board()
            self._tell_notice()

    @on(messages.OfferChallenge)
    def _offer_challenge(self, message: messages.OfferChallenge) -> None:
        if self._open(message.level):
            self._show_challenge()

    @on(messages.TakeChallenge)
    def _take_challenge(self, message: messages.TakeChallenge) -> None:
        self.session.take_challenge(message.level)
        challenge = self.session.challenge
        if challenge and challenge.state.ended != "no":
            self._show_result()
        else:
            self._show_board()
        self._tell_notice()

    @on(messages.HandIn)
    def _hand_in(self, message: messages.HandIn) -> None:
        challenge = self.session.challenge
        if challenge and challenge.state.ended == "no":
            challenge.end(time_up=message.time_up)
            self._show_result()

    @on(messages.ShowMap)
    def _show_map(self) -> None:
        from sandbox.tui.screens.map import MapScreen

        self.go(MapScreen(self.session))

    @on(messages.ShowVerdict)
    def _show_verdict(self) -> None:
        from sandbox.tui.screens.verdict import VerdictScreen

        screen: type[VerdictScreen] = VerdictScreen
        if self.session.challenge:
            from sandbox.tui.screens.challenge_play import ChallengeVerdict

            screen = ChallengeVerdict
        self.go(screen(self.session, self.simulator))

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

    def _open(self, level: str) -> bool:
        """Open a level; what is wrong with it, or with its second night, is told."""
        from sandbox.documents.problems import DocumentError

        try:
            self.session.open(level)
        except DocumentError as error:
            self.notify(str(error.problems[0]), severity="error", timeout=20)
            return False
        return True

    def _tell_night(self) -> None:
        """Show the brief over the board of a second night that is still to be begun."""
        play = self.session.play
        if play.untold:
            from sandbox.tui.screens.brief import BriefScreen

            play.untold = False
            self.push_screen(BriefScreen(self.session))

    def _tell_notice(self) -> None:
        """Say once what the player should know, such as a file that could not be read."""
        said, self.session.notice = self.session.notice, ""
        if said:
            self.notify(said, timeout=20)

    def _show_challenge(self) -> None:
        from sandbox.tui.screens.challenge import ChallengeSheet

        self.go(ChallengeSheet(self.session))
        self._warm_simulator()

    def _show_result(self) -> None:
        from sandbox.tui.screens.challenge_result import ChallengeResult

        self.go(ChallengeResult(self.session, self.simulator))

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
