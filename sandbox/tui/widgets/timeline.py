"""The timeline of a run: how far it is, and the moments that mattered so far."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from sandbox.documents.level import Clock
from sandbox.judgement.telling import time_of
from sandbox.tui.look import ACCENT, BAD, QUIET, WARN
from sandbox.tui.playback import Moment, MomentKind
from sandbox.tui.widgets.chart import MARGIN, TAIL, joined

MARKS: dict[MomentKind, tuple[str, str]] = {
    "foreseen": ("¡", QUIET),
    "traffic": ("△", WARN),
    "first-late": ("◇", WARN),
    "first-loss": ("◆", BAD),
    "incident": ("!", BAD),
    "broke": ("✗", BAD),
}
"""How each kind of moment stands on the timeline."""
WORDS: dict[MomentKind, str] = {
    "foreseen": "what struck in the run before will strike again",
    "traffic": "traffic changes",
    "first-late": "the first one late",
    "first-loss": "the first one lost",
    "incident": "something struck: a server died, a quota came",
    "broke": "a goal can no longer be kept",
}


class Timeline(Widget):
    """One line under the charts, with the same axis. A click goes to that moment."""

    DEFAULT_CSS = "Timeline { height: 1; }"

    class Sought(Message):
        """A place on the line was clicked; `share` of the run, 0 to 1."""

        def __init__(self, share: float) -> None:
            super().__init__()
            self.share = share

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._now = 0.0
        self._end = 1.0
        self._moments: Sequence[Moment] = ()
        self._foreseen: Sequence[Moment] = ()

    def show(
        self, now: float, end: float, moments: Sequence[Moment], foreseen: Sequence[Moment] = ()
    ) -> None:
        """Show the moment `now` of a run that ends at `end` (seconds), with these marks.

        What is foreseen is shown as long as it is still to come.
        """
        self._now, self._end, self._moments = now, max(end, 1e-9), moments
        self._foreseen = foreseen
        self.refresh()

    @property
    def _width(self) -> int:
        return max(self.size.width - MARGIN - TAIL, 1)

    def on_click(self, event: events.Click) -> None:
        place = (event.x - MARGIN) / max(self._width - 1, 1)
        self.post_message(self.Sought(min(max(place, 0.0), 1.0)))

    def render(self) -> RenderResult:
        cells = [("━", "") if at <= self._column(self._now) else ("─", QUIET) for at in self._all()]
        for moment in self._foreseen:
            if moment.time > self._now:
                cells[self._column(moment.time)] = MARKS[moment.kind]
        for column, mark in self._placed().items():
            cells[column] = mark
        cells[self._column(self._now)] = ("┃", f"bold {ACCENT}")
        start, end = (time_of(self._clock, time) for time in (0.0, self._end))
        label = f"{start:>{MARGIN - 1}} "
        return Content.assemble((label, QUIET), joined(cells), (f" {end}", QUIET))

    def _placed(self) -> dict[int, tuple[str, str]]:
        """The column of each mark; one that is taken is left for a free one beside it.

        The most telling get their own place first, and there may be no room for the others.
        """
        telling = list(MARKS)
        placed: dict[int, tuple[str, str]] = {}
        marks = {(self._column(moment.time), moment.kind) for moment in self._moments}
        for at, kind in sorted(marks, key=lambda each: (-telling.index(each[1]), each[0])):
            around = (at, at + 1, at + 2, at - 1)
            free = [each for each in around if 0 <= each < self._width and each not in placed]
            if free:
                placed[free[0]] = MARKS[kind]
        return placed

    def _all(self) -> range:
        return range(self._width)

    def _column(self, time: float) -> int:
        return min(int(time / self._end * self._width), self._width - 1)
