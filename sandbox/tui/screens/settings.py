"""What the player prefers: characters, colours, motion. Saved with every change."""

from __future__ import annotations

from typing import get_args

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from sandbox.player.preferences import Choice
from sandbox.tui import messages
from sandbox.tui.keys import bind
from sandbox.tui.look import ACCENT, QUIET
from sandbox.tui.screens.place import Place
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.sheet import Row, Sheet
from sandbox.tui.widgets.strips import TitleLine

CHOICES: tuple[Choice, ...] = get_args(Choice)

SETTINGS: dict[str, tuple[str, str]] = {
    "ascii": ("plain characters", "ASCII only, for terminals and fonts that lack the others"),
    "colour": ("colours", "without them every state still has its sign and its word"),
    "motion": ("motion", "without it runs are shown three times a second, and nothing slides"),
}
"""Preferences by name: what they are called, and one line of help."""


class SettingsScreen(Place):
    """Three settings, each on, off, or as the terminal says."""

    CSS_PATH = "../styles/help.tcss"
    BINDINGS = [
        bind("up", "move(-1)", "choose"),
        bind("down", "move(1)", "choose"),
        bind("left", "change(-1)", "change"),
        bind("right", "change(1)", "change"),
        bind("enter", "change(1)"),
        bind("back", "close", "back"),
    ]
    _chosen = 0

    def compose(self) -> ComposeResult:
        yield TitleLine("Settings", "saved at once")
        yield Sheet(20, id="settings")
        yield Static(id="note")
        yield KeyBar()

    def on_mount(self) -> None:
        self._show()

    def action_move(self, direction: int) -> None:
        self._chosen = (self._chosen + direction) % len(SETTINGS)
        self._show()

    def action_change(self, direction: int) -> None:
        name = list(SETTINGS)[self._chosen]
        preferences = self.session.preferences.value
        at = CHOICES.index(getattr(preferences, name))
        chosen = CHOICES[(at + direction) % len(CHOICES)]
        self.session.prefer(preferences.model_copy(update={name: chosen}))
        self.post_message(messages.LookChanged(self.session.look()))
        self._show()

    def action_close(self) -> None:
        self.app.pop_screen()

    def _show(self) -> None:
        rows: list[Row] = []
        for index, (name, (label, help_line)) in enumerate(SETTINGS.items()):
            rows.append(self._row(name, label, index == self._chosen))
            rows += [("", Content.styled(help_line, QUIET)), ("", "")]
        rows.append(("keys", f"can be changed under `keys` in {self.session.preferences.path}"))
        self.query_one("#settings", Sheet).show(rows)
        self.query_one("#note", Static).update(self.session.problem)

    def _row(self, name: str, label: str, chosen: bool) -> Row:
        now = getattr(self.session.preferences.value, name)
        parts: list[str | tuple[str, str]] = []
        for choice in CHOICES:
            said = "as the terminal says" if choice == "auto" else choice
            style = f"bold {ACCENT}" if choice == now else QUIET
            parts.append((f"[{said}]" if choice == now else f" {said} ", style))
        mark = ("▸ " if chosen else "  ", f"bold {ACCENT}")
        return Content.assemble(mark, (label, "bold" if chosen else "")), Content.assemble(*parts)
