"""What happened when: marks for the timeline and lines for the story of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sandbox.documents.level import Level
from sandbox.judgement.report import Event, Report
from sandbox.simulation.trace import Frame, Trace
from sandbox.tui.playback import Moment, first_harm
from sandbox.tui.struck import happenings, incidents


def moments_of(level: Level, trace: Trace | None, report: Report | None) -> list[Moment]:
    """Every moment that matters, in the order of time."""
    found = list(_traffic(level))
    if trace is not None:
        harmed = first_harm(trace.frames)
        if harmed is not None:
            found.append(Moment(trace.frames[harmed].time, "first-late", "the first one is late"))
        found += [Moment(each.time, "incident", each.says) for each in incidents(trace)]
    if report is not None:
        found += _of_report(report)
    return sorted(found)


def foreseen(past: Trace | None) -> list[Moment]:
    """What struck in an earlier run, and will again: whoever has suffered it knows of it."""
    if past is None:
        return []
    return [Moment(each.time, "foreseen", each.says) for each in incidents(past)]


def story(report: Report | None, now: float, frames: Sequence[Frame] = ()) -> list[Event]:
    """What has happened by `now`, in the order of time; without a report what frames tell."""
    if report is None:
        told = (each for each in happenings(frames) if each.time <= now)
        return [Event(time=each.time, says=each.says) for each in told]
    return sorted((event for event in report.happened if event.time <= now), key=_when)


def _when(event: Event) -> float:
    return event.time


def _traffic(level: Level) -> Iterator[Moment]:
    for stream in level.traffic:
        for phase in stream.phases[1:]:
            yield Moment(phase.at, "traffic", "the traffic changes")


def _of_report(report: Report) -> Iterator[Moment]:
    for slo in report.slos:
        if slo.broke_at is not None:
            yield Moment(slo.broke_at, "broke", f"{slo.says}: can no longer be kept")
    if report.first_loss is not None:
        yield Moment(report.first_loss.end, "first-loss", report.first_loss.says)
