"""The line at the bottom that says which key comes next."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from textual import events
from textual.app import RenderResult
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget

_LAST = ("help", "quit")
"""Bindings that end the line whatever else is on it."""
_ARROWS = {"←": "Left", "→": "Right", "↑": "Up", "↓": "Down"}


class Entry(NamedTuple):
    """One thing on the line: keys as they are shown, what they do, and what a click presses."""

    keys: str
    label: str
    presses: tuple[str, ...]
    """The key behind each character of `keys`; a click on the label presses the first."""

    @property
    def width(self) -> int:
        """Cells on the screen."""
        return len(self.keys) + 1 + len(self.label)


class KeyBar(Widget):
    """One line made from the shown bindings of the screen, in their order.

    Neighbours with the same label share it: `←→ scrub`, `1-5 speed`. What does not fit is left
    out, but never the way to the help. Every entry can be clicked.
    """

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 1; padding: 0 1; color: $quiet; }
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> RenderResult:
        parts: list[str | tuple[str, str]] = []
        for entry in self._fitting():
            parts += [(entry.keys, "bold $accent"), f" {entry.label}  "]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        x = 1
        for entry in self._fitting():
            if x <= event.x < x + entry.width:
                at = event.x - x
                self.app.simulate_key(entry.presses[at if at < len(entry.presses) else 0])
                return
            x += entry.width + 2

    def _fitting(self) -> list[Entry]:
        entries = self._entries()
        ends = entries[-1:]
        room = self.size.width - sum(entry.width for entry in ends)
        chosen = []
        for entry in entries[:-1]:
            if entry.width + 2 <= room:
                room -= entry.width + 2
                chosen.append(entry)
        return chosen + ends

    def _entries(self) -> list[Entry]:
        first: dict[str, Binding] = {}
        for _, binding, *_ in self.screen.active_bindings.values():
            if binding.show:
                first.setdefault(binding.id or binding.action, binding)
        groups = groupby(sorted(first.values(), key=self._place), key=lambda each: each.description)
        return [self._entry(label, list(group)) for label, group in groups]

    def _place(self, binding: Binding) -> tuple[bool, int]:
        """As the screen lists them, also those to which the player gave other keys."""
        ids = [each.id for each in self.screen.BINDINGS if isinstance(each, Binding)]
        return binding.id in _LAST, ids.index(binding.id) if binding.id in ids else len(ids)

    def _entry(self, label: str, bindings: list[Binding]) -> Entry:
        keys = [self.app.get_key_display(binding) for binding in bindings]
        plain = getattr(getattr(self.app, "look", None), "ascii", False)
        if plain:
            keys = [_ARROWS.get(key, key) for key in keys]
        if len(keys) > 2:
            keys, bindings = [keys[0], keys[-1]], [bindings[0], bindings[-1]]
            between = "-"
        else:
            between = "/" if plain else ""
        presses: list[str] = []
        for key, binding in zip(keys, bindings, strict=True):
            presses += [binding.key] * len(key + between)
        joined = between.join(keys)
        return Entry(joined, label, tuple(presses[: len(joined)]))
