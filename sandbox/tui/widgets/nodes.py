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
from sandbox.tui.look import ACCENT, BAD, DOWN, OK, QUIET, WARN
from sandbox.tui.states import BUSY_FROM, FULL_FROM, NodeReading

_LOAD = 8
_WITH_BARS = 60
"""Cells of a line without its name and its bar of waiting requests, where it has one."""
_WITHOUT = 45
"""Cells of a line without its name and its state, where it has no such bar."""
_LEAST_STATE = 20
_ROOMY = 110
"""From so many columns on there is room for everything."""


@dataclass(frozen=True)
class NodeLine:
    """One line: what the node is called, and what is read from it."""

    glyph: str
    label: str
    reading: NodeReading


class NodeTable(Widget):
    """A line a node, under a heading; the chosen one is marked. Scrolls with the chosen one.

    Where a request is a person, those who wait are shown one by one; where thousands come a
    second, what counts is a rate, and there is a bar of those who wait only in a wide terminal.
    """

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
        return Content("\n").join([self._heading(name, bar, first, len(shown)), *lines])

    def _first(self) -> int:
        room = max(self.size.height - 1, 1)
        return max(min(self._chosen - room + 1, len(self._lines) - room), 0)

    @property
    def _slow(self) -> bool:
        return self._clock.unit == "min"

    def _widths(self) -> tuple[int, int]:
        """Cells of the names, and of the bar of those who wait (0: there is none)."""
        longest = max((len(line.label) for line in self._lines), default=4)
        if not self._slow and self.size.width < _ROOMY:
            return min(longest, max(self.size.width - _WITHOUT - _LEAST_STATE, 4), 24), 0
        spare = max(self.size.width - _WITH_BARS - (0 if self._slow else _LEAST_STATE), 10)
        name = min(longest, max(spare - 8, 8), 24)
        return name, min(spare - name, 40)

    def _heading(self, name: int, bar: int, first: int, shown: int) -> Content:
        front = f"{'waiting in front':<{bar + 5}}" if bar else ""
        lost = "lost" if self._slow else "lost "
        wait, rate, lose = self._columns
        heads = (
            f"   {'node':<{name + 2}} {'load':<{_LOAD + 5}}  {front}"
            f"{'wait':>{wait}}{'in':>{rate}}{lost:>{lose}}  state"
        )
        above, below = first, len(self._lines) - first - shown
        more = " ".join([*([f"↑{above}"] if above else []), *([f"↓{below}"] if below else [])])
        note = f"{more} more rows" if more else ""
        room = max(self.size.width - len(heads) - len(note) - 1, 1)
        return Content.assemble((heads, QUIET), " " * room, (note, ACCENT)).truncate(
            max(self.size.width, 1)
        )

    @property
    def _columns(self) -> tuple[int, int, int]:
        """Cells of the wait, of what comes in, and of what is lost."""
        return (8, 9, 6) if self._slow else (7, 8, 7)

    def _line(self, line: NodeLine, chosen: bool, name: int, bar: int) -> Content:
        reading = line.reading
        status = reading.status
        label = line.label if len(line.label) <= name else line.label[: name - 1] + "…"
        wait, rate, _ = self._columns
        before = Content.assemble(
            ("▸ " if chosen else "  ", f"bold {ACCENT}"),
            (f"{line.glyph} {label:<{name}}  ", "bold" if chosen else ""),
            *_load(reading.load, gone=status is DOWN),
            "  ",
            *(self._waiting(reading, bar) if bar else ()),
            f"{wording.duration(self._clock, reading.wait):>{wait}}",
            f"{wording.rate(self._clock, reading.rate):>{rate}}",
            self._lost(reading),
            "  ",
            (f"{status.glyph} {status.word}", status.style),
        )
        detail = f" {reading.detail}" if reading.detail else ""
        if before.cell_length + len(detail) > self.size.width:
            detail = detail.replace("since ", "")
        whole = Content.assemble(before, (detail, QUIET if status is OK else ""))
        return whole.truncate(max(self.size.width, 1), ellipsis=True)

    def _lost(self, reading: NodeReading) -> tuple[str, str]:
        """How many were lost so far, or, where things are fast, how many are lost a second."""
        width = self._columns[2]
        if self._slow:
            return f"{wording.number(reading.lost):>{width}}", BAD if reading.lost else ""
        if not reading.losing:
            return f"{wording.NOTHING + ' ':>{width}}", QUIET
        return f"{wording.rate(self._clock, reading.losing):>{width}}", BAD

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


def _load(load: float | None, *, gone: bool) -> list[tuple[str, str]]:
    if gone:
        return [("─" * _LOAD + " " * 5, BAD)]
    if load is None:
        return [(" " * (_LOAD + 5), "")]
    full = min(round(load * _LOAD), _LOAD)
    style = BAD if load >= FULL_FROM else WARN if load >= BUSY_FROM else ""
    return [("▓" * full, style), ("░" * (_LOAD - full), QUIET), (f"{load * 100:4.0f}%", style)]
