"""What has happened in a run so far, in words; the newest stands last."""

from __future__ import annotations

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
        lines = [
            self._line(
                time_of(self._clock, event.time),
                event.says,
                f"bold {BAD}" if event.says == self._first_loss else "",
            )
            for event in self._events
        ]
        lines += [self._line("", says, style) for says, style in self._remarks]
        return Content("\n").join(lines[-max(self.size.height, 1) :])

    def _line(self, time: str, says: str, style: str) -> Content:
        line = Content.assemble((f"{time:>{MARGIN - 1}} ", QUIET), (says, style))
        return line.truncate(max(self.size.width, 1), ellipsis=True)
