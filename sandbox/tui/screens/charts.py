"""Charts of a finished run: what was late, and for every node what waited and how busy it was."""

from __future__ import annotations

from textual.app import ComposeResult, RenderResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from sandbox.documents.level import Clock
from sandbox.judgement.telling import time_of
from sandbox.tui import wording
from sandbox.tui.curves import Curve, curves, harm, slowest
from sandbox.tui.keys import bind
from sandbox.tui.look import QUIET
from sandbox.tui.readings import Readings
from sandbox.tui.session import Attempt, Session
from sandbox.tui.widgets.chart import MARGIN, TAIL, buckets, chart
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.panel import top_of
from sandbox.tui.widgets.strips import TitleLine

_HEIGHT = 3


class ChartsScreen(Screen[None]):
    """One chart under the other on one axis of time; scrolls."""

    CSS_PATH = "../styles/charts.tcss"
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS = [
        bind("up", "scroll(-1)", "scroll"),
        bind("down", "scroll(1)", "scroll"),
        bind("back", "close", "back"),
        bind("charts", "close"),
    ]

    def __init__(self, session: Session, attempt: Attempt, past: Attempt | None) -> None:
        """Show an attempt, with another one drawn behind it."""
        super().__init__()
        self._session = session
        self._attempt = attempt
        self._past = past

    def compose(self) -> ComposeResult:
        clock, trace = self._session.level.clock, self._attempt.trace
        readings = self._readings(self._attempt)
        past = self._past
        ghosts = self._readings(past) if past else None
        end = time_of(clock, len(trace.frames) * trace.header.frame)
        yield TitleLine(self._session.level.title, f"{time_of(clock, 0)} – {end}")
        with VerticalScroll():
            yield CurveChart(clock, "all requests", harm(trace), harm(past.trace) if past else None)
            yield CurveChart(clock, "", slowest(trace), slowest(past.trace) if past else None)
            for row in readings.rows:
                first, *others = curves(readings, row, len(trace.frames))
                ghost = curves(ghosts, row, 0)[0] if ghosts and ghosts.knows(row) else None
                yield CurveChart(clock, row, first, ghost)
                for curve in others:
                    yield CurveChart(clock, "", curve, None, height=1)
        yield KeyBar()

    def on_mount(self) -> None:
        ghost = "  ·· the try before" if self._past else ""
        self.query_one(TitleLine).show(Content.styled(f"charts{ghost}", QUIET))

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        self.app.pop_screen()

    def _readings(self, attempt: Attempt) -> Readings:
        session = self._session
        return Readings(session.level, attempt.design, session.catalogue, attempt.trace)


class CurveChart(Widget):
    """A heading if it has one, and a curve over the whole run."""

    DEFAULT_CSS = "CurveChart { height: auto; }"

    def __init__(
        self, clock: Clock, heading: str, curve: Curve, ghost: Curve | None, height: int = _HEIGHT
    ) -> None:
        super().__init__()
        self._clock = clock
        self._heading = heading
        self._curve = curve
        self._ghost = ghost
        self._lines = height

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._lines + bool(self._heading)

    def render(self) -> RenderResult:
        width = max(self.size.width - MARGIN - TAIL, 1)
        values = self._curve.values
        past = self._ghost.values if self._ghost else ()
        top = top_of(self._curve, values, past)
        total = max(len(values), len(past))
        known, ghost = buckets(values, total, width), buckets(past, total, width)
        rows = chart(known, ghost, width, self._lines, top, self._curve.limit)
        drawn = [
            Content.assemble((f"{label:>{MARGIN - 1}} ", QUIET), row)
            for label, row in zip(self._labels(top), rows, strict=True)
        ]
        heading = [Content.styled(f" {self._heading}", "bold")] if self._heading else []
        return Content("\n").join(heading + drawn)

    def _labels(self, top: float) -> list[str]:
        labels = [""] * self._lines
        labels[0] = self._curve.label
        if self._lines > 1:
            labels[-1] = f"to {wording.value(self._clock, self._curve.unit, top)}"
        return labels
