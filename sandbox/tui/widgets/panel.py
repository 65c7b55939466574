"""The chosen node over the time of the run, with the run before it as a ghost behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from sandbox.documents.level import Clock
from sandbox.tui import wording
from sandbox.tui.curves import Curve
from sandbox.tui.look import QUIET
from sandbox.tui.widgets.chart import MARGIN, TAIL, buckets, chart, sparkline

_LEAST_TOP = 4.0
"""A line of one or two is no mountain: the scale of a queue starts here."""
_FAR = 10
"""A limit that many times above everything is left out: it would make all else invisible."""
_LEAST_MAIN = 2
"""Lines of the main curve, at least."""


@dataclass(frozen=True)
class PanelReading:
    """Curves up to frame `shown` of `total`, and the first one of the run before."""

    curves: tuple[Curve, ...]
    ghost: Curve | None
    shown: int
    total: int


class NodePanel(Widget):
    """A chart of what tells most about one node, and a line for each of the others."""

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
        others = _worth_showing(reading)[: max(self.size.height - _LEAST_MAIN, 1)]
        height = max(self.size.height - len(others), 1)
        lines = self._main(reading, width, height)
        return Content("\n").join([*lines, *(self._other(each, reading, width) for each in others)])

    def _main(self, reading: PanelReading, width: int, height: int) -> list[Content]:
        curve, shown = reading.curves[0], reading.shown
        known = curve.values[:shown]
        past = reading.ghost.values if reading.ghost else ()
        top = top_of(curve, known, past)
        lines = chart(
            buckets(known, reading.total, width),
            buckets(past, reading.total, width),
            width,
            height,
            top,
            curve.limit,
        )
        now = known[-1] if known else 0
        labels = self._labels(curve, top, now, height)
        return [_row(label, line) for label, line in zip(labels, lines, strict=True)]

    def _other(self, curve: Curve, reading: PanelReading, width: int) -> Content:
        known = curve.values[: reading.shown]
        top = curve.top or max(curve.values, default=1.0)
        line = sparkline(buckets(known, reading.total, width), width, top)
        said = wording.value(self._clock, curve.unit, known[-1] if known else 0.0)
        return Content.assemble(_row(curve.label, line), f" {said}")

    def _labels(self, curve: Curve, top: float, now: float, height: int) -> list[str]:
        """The scale above, the name and what it is now below it."""
        labels = [""] * height
        labels[-1] = f"now {wording.value(self._clock, curve.unit, now)}"
        if height > 1:
            labels[0] = wording.value(self._clock, curve.unit, top)
        if height > 2:
            labels[-2] = curve.label
        return labels


def top_of(curve: Curve, known: Sequence[float], past: Sequence[float]) -> float:
    """The value at the upper edge: the highest one, or a limit that is not far from it."""
    if curve.top is not None:
        return curve.top
    least = _LEAST_TOP if curve.unit == "count" else 1e-9
    highest = max(max(known, default=0.0), max(past, default=0.0), least)
    near = curve.limit is not None and curve.limit <= highest * _FAR
    return max(highest, curve.limit or 0.0) if near else highest


def _worth_showing(reading: PanelReading) -> list[Curve]:
    """The curves besides the main one: the first, and those that have shown anything yet."""
    first, *others = reading.curves[1:]
    return [first, *(each for each in others if any(each.values[: reading.shown]))]


def _row(label: str, line: Content) -> Content:
    return Content.assemble((f"{label:>{MARGIN - 1}} ", QUIET), line)
