"""The history of timed challenges: every try, the latest first."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sandbox.tui import challenge_text
from sandbox.tui.keys import bind
from sandbox.tui.screens.place import Place
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.strips import TitleLine


class HistoryScreen(Place):
    """One line a try; a star marks the best of its level."""

    CSS_PATH = "../styles/challenge.tcss"
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS = [
        bind("up", "scroll(-1)", "scroll"),
        bind("down", "scroll(1)", "scroll"),
        bind("back", "close", "back"),
        bind("history", "close"),
    ]

    def compose(self) -> ComposeResult:
        """The tries, or how to make the first."""
        known = self.session.challenges.value
        tries = known.tries
        many = "" if not tries else "1 try" if len(tries) == 1 else f"{len(tries)} tries"
        yield TitleLine("Timed challenges", many)
        yield Static(challenge_text.HISTORY_HEAD if tries else "", id="head")
        with VerticalScroll():
            lines = [challenge_text.history_line(known, one) for one in reversed(tries)]
            yield Static(Content("\n").join(lines) if lines else challenge_text.NO_HISTORY)
        yield KeyBar()

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        """Back to where it was asked for."""
        self.app.pop_screen()
