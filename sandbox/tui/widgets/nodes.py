"""The table of a run: a line for every node, with what waits in front of it as a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from sandbox.documents.level import Clock
from sandbox.tui import wording
from sandbox.tui.look import ACCENT, BAD, QUIET, WARN
from sandbox.tui.readings import BUSY_FROM, FULL_FROM, NodeReading

_LOAD = 8
_FIXED = 60
"""Cells of a line without its name and its bar of waiting requests."""


@dataclass(frozen=True)
class NodeLine:
    """One line: what the node is called, and what is read from it."""

    glyph: str
    label: str
    reading: NodeReading


class NodeTable(Widget):
    """A line a node, under a heading; the chosen one is marked. Scrolls with the chosen one."""

    DEFAULT_CSS = "NodeTable { height: auto; max-height: 14; }"

    class Chosen(Message):
        """A line was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._lines: Sequence[NodeLine] = ()
        self._chosen = 0
        self._longest = 0

    def show(self, lines: Sequence[NodeLine], chosen: int, longest: int) -> None:
        """Show these lines; `longest` is the queue that fills a bar."""
        grown = len(lines) != len(self._lines)
        self._lines, self._chosen, self._longest = lines, chosen, longest
        self.refresh(layout=grown)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines) + 1

    def on_click(self, event: events.Click) -> None:
        index = self._first() + event.y - 1
        if event.y - 1 >= 0 and index < len(self._lines):
            self.post_message(self.Chosen(index))

    def render(self) -> RenderResult:
        name, bar = self._widths()
        first = self._first()
        shown = list(enumerate(self._lines))[first : first + max(self.size.height - 1, 1)]
        lines = [self._line(line, index == self._chosen, name, bar) for index, line in shown]
        return Content("\n").join([self._heading(name, bar), *lines])

    def _first(self) -> int:
        room = max(self.size.height - 1, 1)
        return max(min(self._chosen - room + 1, len(self._lines) - room), 0)

    def _widths(self) -> tuple[int, int]:
        spare = max(self.size.width - _FIXED, 10)
        name = min(max((len(line.label) for line in self._lines), default=4), max(spare - 8, 8), 24)
        return name, min(spare - name, 40)

    def _heading(self, name: int, bar: int) -> Content:
        heads = (
            f"   {'node':<{name + 2}} {'load':<{_LOAD + 5}}  {'waiting in front':<{bar + 5}}"
            f"{'wait':>8}{'in':>9}{'lost':>6}  state"
        )
        return Content.styled(heads[: self.size.width], QUIET)

    def _line(self, line: NodeLine, chosen: bool, name: int, bar: int) -> Content:
        reading = line.reading
        status = reading.status
        label = line.label if len(line.label) <= name else line.label[: name - 1] + "…"
        return Content.assemble(
            ("▸ " if chosen else "  ", f"bold {ACCENT}"),
            (f"{line.glyph} {label:<{name}}  ", "bold" if chosen else ""),
            *_load(reading.load),
            "  ",
            *self._waiting(reading, bar),
            f"{wording.duration(self._clock, reading.wait):>8}",
            f"{wording.rate(self._clock, reading.rate):>9}",
            (f"{wording.number(reading.lost):>6}", BAD if reading.lost else ""),
            "  ",
            (f"{status.glyph} {status.word}", status.style),
        )

    def _waiting(self, reading: NodeReading, width: int) -> list[tuple[str, str]]:
        """One mark for each that waits, as long as they fit; else in proportion."""
        if reading.behaviour == "clients":
            return [(" " * (width + 5), "")]
        scale = max(self._longest / max(width, 1), 1.0)
        marks = min(-int(-reading.queue // scale), width)
        style = BAD if reading.status.style == BAD else WARN
        count = wording.number(reading.queue) if reading.queue else wording.NOTHING
        text = f"{'▪' * marks} {count}" if marks else count
        return [(f"{text:<{width + 5}}", style if reading.queue else QUIET)]


def _load(load: float | None) -> list[tuple[str, str]]:
    if load is None:
        return [(" " * (_LOAD + 5), "")]
    full = min(round(load * _LOAD), _LOAD)
    style = BAD if load >= FULL_FROM else WARN if load >= BUSY_FROM else ""
    return [("▓" * full, style), ("░" * (_LOAD - full), QUIET), (f"{load * 100:4.0f}%", style)]
