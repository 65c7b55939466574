"""The two lines that are always in sight: where we are, and whether the goals hold."""

from __future__ import annotations

import math
from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from sandbox.documents.level import Clock
from sandbox.documents.slos import Slo
from sandbox.judgement.telling import time_of
from sandbox.tui import wording
from sandbox.tui.goals import SloReading, goal_of, more_is_better
from sandbox.tui.look import QUIET

NEVER = "never"
"""How a percentile is written that is infinite, because so many got nothing."""
_MOST_LINES = 2


class TitleLine(Widget):
    """The first line: a name on the left, the seed on the right, what is going on between."""

    DEFAULT_CSS = "TitleLine { height: 1; padding: 0 1; }"

    def __init__(self, name: str, right: str = "") -> None:
        super().__init__()
        self._title = name
        self._middle: Content = Content("")
        self._right = right

    def show(self, middle: Content | str, right: str | None = None) -> None:
        """Change what stands in the middle and, if given, on the right."""
        self._middle = Content(middle) if isinstance(middle, str) else middle
        self._right = self._right if right is None else right
        self.refresh()

    def tell(self, right: str) -> None:
        """Change what stands on the right."""
        self._right = right
        self.refresh()

    def render(self) -> RenderResult:
        width = max(self.size.width, 1)
        left = Content.assemble((self._title, "bold"), "   ", self._middle)
        room = width - left.cell_length
        if room <= len(self._right):
            return left.truncate(width, ellipsis=True)
        return Content.assemble(left, (f"{self._right:>{room}}", QUIET))


class GoalStrip(Widget):
    """The service levels with what is measured now; as many lines as they need, at most two."""

    DEFAULT_CSS = "GoalStrip { height: auto; max-height: 2; padding: 0 1; }"

    def __init__(self, clock: Clock, slos: Sequence[Slo]) -> None:
        super().__init__()
        self._clock = clock
        self._slos = slos
        self._readings: Sequence[SloReading] = ()

    def show(self, readings: Sequence[SloReading]) -> None:
        """Show these readings."""
        self._readings = readings
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> RenderResult:
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        """As many words for each as there is room for in two lines."""
        for short in (False, True):
            lines = [Content("")]
            for reading in self._readings:
                entry = goal_entry(self._clock, reading, short=short)
                if lines[-1] and lines[-1].cell_length + 3 + entry.cell_length > width:
                    lines.append(Content(""))
                gap = "   " if lines[-1] else ""
                lines[-1] = Content.assemble(lines[-1], gap, entry)
            if len(lines) <= _MOST_LINES:
                break
        return lines


def goal_entry(clock: Clock, reading: SloReading, *, short: bool = False) -> Content:
    """Write one goal: its state, what is measured, and what is wanted."""
    slo, status = reading.slo, reading.status
    at = "" if reading.broke_at is None else time_of(clock, reading.broke_at)
    broke = at and (f" {at}" if short else f" (broke {at})")
    of = f" of {amount(clock, slo, goal_of(slo))}"
    measured = amount(clock, slo, reading.measured)
    if slo.metric == "scope":
        measured, of = "not as asked" if reading.measured else "as asked", ""
    if reading.measured is None and slo.metric in ("count", "share", "scope", "settled", "seen"):
        measured, of = "at the end", ""
    return Content.assemble(
        (f"{status.glyph} ", status.style),
        f"{slo.says} ",
        (measured, f"bold {status.style}"),
        (of, QUIET),
        (broke, status.style),
    )


def amount(clock: Clock, slo: Slo, value: float | None) -> str:
    """Write a measured value of a service level with its unit."""
    if slo.metric == "latency":
        return NEVER if value == math.inf else wording.duration(clock, value)
    if slo.metric in ("count", "scope"):
        return wording.NOTHING if value is None else f"{value:,.0f}"
    return wording.fine_share(value, goal_of(slo))


def wanted(clock: Clock, slo: Slo) -> str:
    """Write the goal with its direction: `≥ 90%`, `≤ 5%`."""
    sign = "≥" if more_is_better(slo) else "≤"
    return f"{sign} {amount(clock, slo, goal_of(slo))}"
