"""What has happened in a run so far, in words; the newest stands last."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from sandbox.documents.level import Clock
from sandbox.judgement.report import Event
from sandbox.judgement.telling import time_of
from sandbox.tui.look import BAD, QUIET
from sandbox.tui.widgets.chart import MARGIN

Remark = tuple[str, str]
"""Words of the screen itself, and their style."""


class Story(Widget):
    """The last lines of the story, and under them what the screen itself has to say."""

    DEFAULT_CSS = "Story { height: 4; }"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._events: Sequence[Event] = ()
        self._first_loss = ""
        self._remarks: Sequence[Remark] = ()

    def show(self, events: Sequence[Event], first_loss: str, remarks: Sequence[Remark]) -> None:
        """Tell these events, of which one is the first loss, then these remarks."""
        self._events, self._first_loss, self._remarks = events, first_loss, remarks
        self.refresh()

    def render(self) -> RenderResult:
        told = [
            (
                time_of(self._clock, event.time),
                event.says,
                f"bold {BAD}" if event.says == self._first_loss else "",
            )
            for event in self._events
        ]
        told += [("", says, style) for says, style in self._remarks]
        lines: list[Content] = []
        while told and len(lines) < self.size.height:
            lines = self._lines(*told.pop(), self.size.height - len(lines)) + lines
        return Content("\n").join(lines)

    def _lines(self, time: str, says: str, style: str, most: int) -> list[Content]:
        """One sentence beside its time, on as many lines as it needs, but at most so many."""
        width = max(self.size.width - MARGIN, 10)
        wrapped = textwrap.wrap(says, width, max_lines=most, placeholder=" …") or [""]
        times = [time, *[""] * (len(wrapped) - 1)]
        return [
            Content.assemble((f"{at:>{MARGIN - 1}} ", QUIET), (part, style))
            for at, part in zip(times, wrapped, strict=True)
        ]
