"""What has happened in a run so far, in words; the newest stands last."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from sandbox.documents.level import Clock
from sandbox.judgement.report import Report
from sandbox.judgement.telling import time_of
from sandbox.tui.look import BAD, QUIET
from sandbox.tui.moments import story
from sandbox.tui.widgets.chart import MARGIN


class Story(Widget):
    """The last lines of the story, and under them what the screen itself has to say."""

    DEFAULT_CSS = "Story { height: 4; }"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._report: Report | None = None
        self._now = 0.0
        self._remarks: Sequence[tuple[str, str]] = ()

    def show(self, report: Report | None, now: float, remarks: Sequence[tuple[str, str]]) -> None:
        """Tell the story up to `now` (seconds), then these remarks with their styles."""
        self._report, self._now, self._remarks = report, now, remarks
        self.refresh()

    def render(self) -> RenderResult:
        report = self._report
        lost = report.first_loss.says if report and report.first_loss else None
        lines = [
            self._line(
                time_of(self._clock, event.time),
                event.says,
                f"bold {BAD}" if event.says == lost else "",
            )
            for event in story(report, self._now)
        ]
        lines += [self._line("", says, style) for says, style in self._remarks]
        return Content("\n").join(lines[-max(self.size.height, 1) :])

    def _line(self, time: str, says: str, style: str) -> Content:
        line = Content.assemble((f"{time:>{MARGIN - 1}} ", QUIET), (says, style))
        return line.truncate(max(self.size.width, 1), ellipsis=True)
