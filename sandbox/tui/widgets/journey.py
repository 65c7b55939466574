"""One request followed hop by hop: where it waited, where it was worked on, how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from sandbox.documents.level import Clock
from sandbox.judgement.telling import client_name, time_of
from sandbox.simulation.trace import Journey, Trace, Visit
from sandbox.tui import wording
from sandbox.tui.look import BAD, GOOD, QUIET, WARN
from sandbox.tui.widgets.chart import MARGIN, TAIL

ENDINGS = {
    "good": ("done in time", GOOD),
    "late": ("done, but too late", WARN),
    "rejected": ("turned away", BAD),
    "failed": ("failed", BAD),
    "abandoned": ("waited too long and left", BAD),
    "in-flight": ("not done when the run was over", BAD),
}


_WORTH_A_WORD = 0.0015
"""Seconds on the way between nodes that are told."""


def _covered(visits: Sequence[Visit]) -> float:
    """The time during which a request was at some node; stays of callers hold those of others."""
    covered, until = 0.0, float("-inf")
    for visit in sorted(visits, key=lambda each: each.arrived):
        covered += max(visit.ended - max(visit.arrived, until), 0.0)
        until = max(until, visit.ended)
    return covered


class OneRequest(Widget):
    """The way of one request on an axis of its own time: waits as blocks, work as bars."""

    DEFAULT_CSS = "OneRequest { height: 1fr; min-height: 3; display: none; }"

    def __init__(self, clock: Clock, names: Sequence[str]) -> None:
        super().__init__()
        self._clock = clock
        self._names = names
        self._ids: Sequence[str] = ()
        self._known: list[Journey] = []
        self._chosen = 0

    def follow(self, trace: Trace, now: float) -> None:
        """Know these requests; choose the last one that had come by `now`."""
        self._ids = trace.header.nodes
        self._known = sorted(trace.journeys, key=lambda journey: journey.start)
        came = [index for index, journey in enumerate(self._known) if journey.start <= now]
        self._chosen = came[-1] if came else 0
        self.refresh()

    def step(self, direction: int) -> None:
        """Follow the next request, or the one before."""
        if self._known:
            self._chosen = (self._chosen + direction) % len(self._known)
            self.refresh()

    @property
    def heading(self) -> Content:
        """Who this is, and how it ended."""
        if not self._known:
            return Content("one request: none was recorded yet")
        journey = self._known[self._chosen]
        words, style = ENDINGS.get(journey.outcome, (journey.outcome, ""))
        name = client_name(self._names, journey.number)
        came = time_of(self._clock, journey.start)
        end = "" if journey.end is None else f" at {time_of(self._clock, journey.end)}"
        return Content.assemble(f"{name}, came {came}: ", (f"{words}{end}", style))

    def render(self) -> RenderResult:
        if not self._known:
            return ""
        journey = self._known[self._chosen]
        ends = [journey.end or 0.0, *(visit.ended for visit in journey.visits)]
        start, length = journey.start, max(max(ends) - journey.start, 1e-9)
        # A caller's stay is over last; the way is read from where the request came in.
        visits = sorted(journey.visits, key=lambda visit: (visit.arrived, -visit.ended))
        lines = [self._hop(visit, start, length) for visit in visits]
        lines.append(self._total(journey, length))
        if journey.why:
            lines.append(Content(f"{'':>{MARGIN}}because {journey.why}"))
        lines.append(Content.styled(f"{'':>{MARGIN}}▒ waiting  ▓ being worked on", QUIET))
        return Content("\n").join(lines[: self.size.height])

    def _hop(self, visit: Visit, start: float, length: float) -> Content:
        width = max(self.size.width - MARGIN - TAIL - 22, 8)
        arrived, began, ended = (
            round((moment - start) / length * width)
            for moment in (visit.arrived, visit.began, visit.ended)
        )
        waited = wording.duration(self._clock, visit.began - visit.arrived)
        worked = wording.duration(self._clock, visit.ended - visit.began)
        return Content.assemble(
            (f"{self._ids[visit.node][: MARGIN - 2]:>{MARGIN - 1}} ", QUIET),
            " " * arrived,
            ("▒" * (began - arrived), WARN),
            ("▓" * (ended - began), GOOD),
            " " * (width - ended),
            f"  waited {waited:>6}",
            (f"  work {worked:>6}", QUIET),
        )

    def _total(self, journey: Journey, length: float) -> Content:
        waited = sum(visit.began - visit.arrived for visit in journey.visits)
        under_way = length - _covered(journey.visits)
        way = f", {wording.duration(self._clock, under_way)} on the way"
        return Content.assemble(
            (f"{'':>{MARGIN}}", ""),
            f"{wording.duration(self._clock, length)} in all, ",
            (f"{wording.duration(self._clock, waited)} of it waiting", WARN),
            way if under_way >= _WORTH_A_WORD else "",
        )
