"""Before a timed challenge: what it is, and whether to begin or to go on; and handing in."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from sandbox.player.challenges import UnderWay, more_patient
from sandbox.tui import challenge_text, messages
from sandbox.tui.challenge_text import EMPTY
from sandbox.tui.keys import bind
from sandbox.tui.look import QUIET
from sandbox.tui.screens.place import Place
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.sheet import Row, Sheet
from sandbox.tui.widgets.strips import TitleLine


class ChallengeSheet(Place):
    """The rules of a challenge on the session's level. Enter begins it, or goes on with it."""

    CSS_PATH = "../styles/challenge.tcss"
    BINDINGS = [
        bind("enter", "take('new')", "start"),
        bind("enter", "take('under way')", "go on"),
        bind("enter", "take('ended')", "see the score"),
        bind("submit", "submit", "hand in"),
        bind("back", "back", "map"),
        bind("settings", "settings", "settings"),
        bind("history", "history", "history"),
        bind("up", "scroll(-1)"),
        bind("down", "scroll(1)"),
        bind("map", "back"),
    ]

    def compose(self) -> ComposeResult:
        """The rules, and what was reached so far."""
        yield TitleLine(self.session.level.title, "timed challenge")
        with VerticalScroll():
            yield Sheet(challenge_text.COLUMN)
        yield KeyBar()

    def on_screen_resume(self) -> None:
        """Also after the settings, in which the clock may have been changed."""
        self.query_one(Sheet).show(self._rows())

    @property
    def state(self) -> UnderWay | None:
        """The challenge of this level that is under way."""
        return self.session.challenges.value.under_way.get(self.session.level.id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        ended = self.state.ended != "no" if self.state else None
        if action == "take":
            return parameters == ({None: "new", False: "under way", True: "ended"}[ended],)
        return action != "submit" or ended is False

    def action_take(self, _: str) -> None:
        """Begin, or go on."""
        self.post_message(messages.TakeChallenge(self.session.play.source))

    def action_submit(self) -> None:
        """Hand in the board as it was left."""
        self.app.push_screen(HandInDialog(), self._hand_in)

    def action_back(self) -> None:
        """To the map."""
        self.post_message(messages.ShowMap())

    def action_settings(self) -> None:
        """The clock can be lengthened or turned off."""
        from sandbox.tui.screens.settings import SettingsScreen

        self.app.push_screen(SettingsScreen(self.session))

    def action_history(self) -> None:
        """All tries so far."""
        from sandbox.tui.screens.history import HistoryScreen

        self.app.push_screen(HistoryScreen(self.session))

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def _hand_in(self, sure: bool | None) -> None:
        if sure:
            self.session.take_challenge(self.session.play.source)
            self.post_message(messages.HandIn())

    def _rows(self) -> list[Row]:
        session, state = self.session, self.state
        choice = session.preferences.value.clock
        if state is not None:
            choice = more_patient(choice, state.clock)
        best = challenge_text.best_words(session.challenges.value, session.level.id)
        return [
            ("", challenge_text.state_of(state)),
            EMPTY,
            *challenge_text.rules(session.level, choice),
            EMPTY,
            ("Your best", best or "none yet on this level"),
            ("", Content.styled("S lengthens the clock, or turns it off.", QUIET)),
        ]


class HandInDialog(ModalScreen[bool]):
    """Asks once more, for what was handed in cannot be taken back. The clock goes on."""

    CSS_PATH = "../styles/dialog.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [
        bind("enter", "dismiss(True)", "hand in"),
        bind("back", "dismiss(False)", "not yet"),
        bind("submit", "dismiss(True)"),
    ]

    def compose(self) -> ComposeResult:
        """One question."""
        with Vertical(classes="dialog"):
            yield Static("Hand the board in as it stands?", classes="heading")
            yield Static(
                "It is run on a seed you have not met, and scored. That ends the challenge."
            )
        yield KeyBar()
