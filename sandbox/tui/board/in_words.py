"""The board in words, on the screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from sandbox.tui.keys import bind


class InWords(ModalScreen[None]):
    """Shows a text that can be scrolled."""

    CSS_PATH = "../styles/dialog.tcss"
    BINDINGS = [
        bind("back", "dismiss(None)"),
        bind("describe", "dismiss(None)"),
        bind("up", "scroll(-1)"),
        bind("down", "scroll(1)"),
    ]
    AUTO_FOCUS = ""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The text, and how to leave it."""
        with Vertical(classes="dialog"):
            yield Static("The board in words", classes="heading")
            with VerticalScroll():
                yield Static(self._text, markup=False)
            yield Static("↑↓ scroll   Esc back", classes="keys")

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
