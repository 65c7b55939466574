"""The chosen node over the time of the run, with the run before it as a ghost behind."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from sandbox.documents.level import Clock
from sandbox.tui import wording
from sandbox.tui.look import QUIET
from sandbox.tui.readings import Curve
from sandbox.tui.widgets.chart import MARGIN, TAIL, buckets, chart, sparkline

_LEAST_TOP = 4.0
"""A line of one or two is no mountain: the scale of a queue starts here."""


@dataclass(frozen=True)
class PanelReading:
    """Two curves up to frame `shown` of `total`, and the first one of the run before."""

    curves: tuple[Curve, Curve]
    ghost: Curve | None
    shown: int
    total: int


class NodePanel(Widget):
    """A chart of what waited in front of one node, and one line for how busy it was."""

    DEFAULT_CSS = "NodePanel { height: 1fr; min-height: 3; }"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._reading: PanelReading | None = None

    def show(self, reading: PanelReading | None) -> None:
        """Show this reading; None clears the panel."""
        self._reading = reading
        self.refresh()

    def render(self) -> RenderResult:
        reading = self._reading
        width = self.size.width - MARGIN - TAIL
        if reading is None or width < 10:
            return ""
        main, second = reading.curves
        height = max(self.size.height - 1, 1)
        past = reading.ghost.values if reading.ghost else ()
        top = max(max(main.values[: reading.shown], default=0), max(past, default=0), _LEAST_TOP)
        lines = chart(
            buckets(main.values[: reading.shown], reading.total, width),
            buckets(past, reading.total, width),
            width,
            height,
            top,
        )
        now = main.values[reading.shown - 1] if reading.shown else 0
        labels = _labels(main.label, top, now, height)
        drawn = [_row(label, line) for label, line in zip(labels, lines, strict=True)]
        return Content("\n").join([*drawn, self._second(second, reading, width)])

    def _second(self, curve: Curve, reading: PanelReading, width: int) -> Content:
        top = curve.top or max(curve.values, default=1.0)
        known = buckets(curve.values[: reading.shown], reading.total, width)
        line = sparkline(known, width, top)
        now = curve.values[reading.shown - 1] if reading.shown else 0.0
        said = wording.value(self._clock, curve.unit, now)
        return Content.assemble(_row(curve.label, line), f" {said}")


def _labels(label: str, top: float, now: float, height: int) -> list[str]:
    """The scale above, the name and what it is now below it."""
    labels = [""] * height
    labels[-1] = f"now {wording.number(now)}"
    if height > 1:
        labels[0] = wording.number(top)
    if height > 2:
        labels[-2] = label
    return labels


def _row(label: str, line: Content) -> Content:
    return Content.assemble((f"{label:>{MARGIN - 1}} ", QUIET), line)
