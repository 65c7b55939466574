"""A timed challenge being played: the board with its clock, and runs and verdicts without."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content
from textual.timer import Timer

from sandbox.player.challenges import Challenge
from sandbox.tui import challenge_text, messages, verdict_text
from sandbox.tui.board.node_settings import NodeSettings
from sandbox.tui.board.palette import PaletteDialog
from sandbox.tui.keys import bind
from sandbox.tui.screens.board import BoardScreen
from sandbox.tui.screens.challenge import HandInDialog
from sandbox.tui.screens.run import RunScreen
from sandbox.tui.screens.verdict import VerdictScreen
from sandbox.tui.widgets.sheet import Row
from sandbox.tui.widgets.strips import TitleLine

if TYPE_CHECKING:
    from sandbox.tui.session import Session

_TICK = 0.2
"""Seconds between two looks at who is being watched: the board, or something that stops time."""
_LONGEST_TICK = 1.0
"""A terminal that was asleep costs no time."""
_PLANNING = (PaletteDialog, NodeSettings, HandInDialog)
"""What may lie over the board while the clock goes on."""


class ChallengeBoard(BoardScreen):
    """The board of a challenge. Its clock runs while this is what the player sees."""

    BINDINGS = [
        BoardScreen.BINDINGS[0],
        bind("submit", "submit", "hand in"),
        *BoardScreen.BINDINGS[1:],
        bind("settings", "settings"),
        bind("cards", "cards"),
    ]

    def __init__(self, session: Session, clock: Callable[[], float] = time.monotonic) -> None:
        """Play the session's challenge; `clock` counts the seconds of whoever plans."""
        super().__init__(session)
        if session.challenge is None:
            raise RuntimeError("no challenge is being played")
        self.challenge: Challenge = session.challenge
        self._clock = clock
        self._last = clock()
        self._stands = False
        self._shown = ""
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        self._timer = self.set_interval(_TICK, self.tick)

    def on_unmount(self) -> None:
        self.challenge.keep()

    def on_screen_resume(self) -> None:
        """The settings may have been open."""
        self.challenge.ease(self.session.level, self.session.preferences.value.clock)
        self._show_clock()

    @property
    def planning(self) -> bool:
        """Whether the board, or what belongs to it, is what the player sees."""
        return self.app.screen is self or isinstance(self.app.screen, _PLANNING)

    def tick(self) -> None:
        """Let the clock of the challenge go on by what has passed, if it is to."""
        now = self._clock()
        elapsed, self._last = min(now - self._last, _LONGEST_TICK), now
        if not self.planning:
            if not self._stands:
                self._stands = True
                self.challenge.keep()
            return
        self._stands = False
        self.challenge.tick(elapsed)
        if self.challenge.is_over and self._timer:
            self._timer.stop()
            self.post_message(messages.HandIn(time_up=True))
        if challenge_text.running(self.challenge).plain != self._shown:
            self._show_clock()

    def headline(self) -> Content:
        """The clock first: it is never cut off."""
        clock = challenge_text.running(self.challenge)
        self._shown = clock.plain
        return Content.assemble(clock, "   ", super().headline())

    def action_submit(self) -> None:
        """Hand the board in, if the player means it."""
        self.app.push_screen(HandInDialog(), self._hand_in)

    def action_settings(self) -> None:
        """The settings, in which the clock can be lengthened or turned off."""
        from sandbox.tui.screens.settings import SettingsScreen

        self.app.push_screen(SettingsScreen(self.session))

    def action_cards(self) -> None:
        """The cards met so far."""
        from sandbox.tui.screens.card import LibraryScreen

        self.app.push_screen(LibraryScreen(self.session))

    def _hand_in(self, sure: bool | None) -> None:
        if sure:
            self.post_message(messages.HandIn())

    def _show_clock(self) -> None:
        self.query_one(TitleLine).show(self.headline())


class ChallengeRun(RunScreen):
    """A run in a challenge: it costs no time, so nothing can be changed in it."""

    def on_mount(self) -> None:
        self.query_one(TitleLine).tell(challenge_text.standing(self.session.challenge))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "count" and super().check_action(action, parameters)


class ChallengeVerdict(VerdictScreen):
    """A verdict in a challenge: a win tells no more than a loss while there is time to plan."""

    rates = False
    BINDINGS = [
        bind("enter", "again", "again"),
        bind("edit", "to_board", "board"),
        bind("submit", "submit", "hand in"),
        bind("charts", "charts", "charts"),
        bind("hint", "hint", "hint"),
        bind("map", "to_map"),
    ]

    def on_mount(self) -> None:
        self.query_one(TitleLine).tell(challenge_text.standing(self.session.challenge))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("cards", "to_map", "night"):
            return action == "to_map"
        return super().check_action(action, parameters)

    def action_submit(self) -> None:
        """Hand the board in, if the player means it."""
        self.app.push_screen(HandInDialog(), self._hand_in)

    def headline(self) -> Content:
        """Whether it held, without stars: a challenge has points."""
        return Content("it held" if self.attempt.report.passed else "did not hold")

    def _hand_in(self, sure: bool | None) -> None:
        if sure:
            self.post_message(messages.HandIn())

    def _rows(self) -> list[Row]:
        return verdict_text.loss(self.session.level, self.attempt, self.session.play.hints)
