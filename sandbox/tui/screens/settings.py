"""What the player prefers: characters, colours, motion, the clock. Saved with every change."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from sandbox.tui import messages
from sandbox.tui.keys import bind
from sandbox.tui.look import ACCENT, QUIET
from sandbox.tui.screens.place import Place
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.sheet import Row, Sheet
from sandbox.tui.widgets.strips import TitleLine

_LOOK = {"auto": "as the terminal says", "on": "on", "off": "off"}
_CLOCK = {"normal": "as the level says", "tenfold": "ten times as long", "off": "off"}


class Setting(NamedTuple):
    """One preference: what it is called, one line of help, and what may be chosen."""

    label: str
    help: str
    choices: dict[str, str]
    """By the value that is saved: how it is said."""


SETTINGS: dict[str, Setting] = {
    "ascii": Setting(
        "plain characters", "ASCII only, for terminals and fonts that lack the others", _LOOK
    ),
    "colour": Setting("colours", "without them every state still has its sign and its word", _LOOK),
    "motion": Setting(
        "motion", "without it runs are shown three times a second, and nothing slides", _LOOK
    ),
    "clock": Setting(
        "challenge clock",
        "time to plan in a timed challenge; no points hang on it",
        _CLOCK,
    ),
}
"""Preferences by name."""


class SettingsScreen(Place):
    """A few settings, each one of three."""

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
        choices = list(SETTINGS[name].choices)
        at = choices.index(getattr(preferences, name))
        chosen = choices[(at + direction) % len(choices)]
        self.session.prefer(preferences.model_copy(update={name: chosen}))
        self.post_message(messages.LookChanged(self.session.look()))
        self._show()

    def action_close(self) -> None:
        self.app.pop_screen()

    def _show(self) -> None:
        rows: list[Row] = []
        for index, (name, setting) in enumerate(SETTINGS.items()):
            rows.append(self._row(name, setting, index == self._chosen))
            rows += [("", Content.styled(setting.help, QUIET)), ("", "")]
        rows.append(("keys", f"can be changed under `keys` in {self.session.preferences.path}"))
        self.query_one("#settings", Sheet).show(rows)
        self.query_one("#note", Static).update(self.session.problem)

    def _row(self, name: str, setting: Setting, chosen: bool) -> Row:
        now = getattr(self.session.preferences.value, name)
        parts: list[str | tuple[str, str]] = []
        for choice, said in setting.choices.items():
            style = f"bold {ACCENT}" if choice == now else QUIET
            parts.append((f"[{said}]" if choice == now else f" {said} ", style))
        mark = ("▸ " if chosen else "  ", f"bold {ACCENT}")
        return Content.assemble(mark, (setting.label, "bold" if chosen else "")), Content.assemble(
            *parts
        )
