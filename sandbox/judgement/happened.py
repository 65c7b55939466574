"""What happened in a run, with times: symptoms and first causes, never a fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from sandbox.documents.level import Level
from sandbox.judgement import incidents, saturation
from sandbox.judgement.report import Event, FirstLoss, SloResult
from sandbox.judgement.telling import client_name, minutes_in_words
from sandbox.simulation.behaviours.batch_station import BatchStation
from sandbox.simulation.requests import ABANDONED, LOST, REJECTED
from sandbox.simulation.run import Run
from sandbox.simulation.trace import Journey

MOST_EVENTS = 9


def happened(level: Level, run: Run, slos: list[SloResult]) -> list[Event]:
    """The events worth telling, in order of time; where there are too many, the most telling."""
    events = [event for kind in _most_telling_first(level, run, slos) for event in kind]
    kept = list({event.says: event for event in events}.values())[:MOST_EVENTS]
    return sorted(kept, key=lambda event: event.time)


def _most_telling_first(level: Level, run: Run, slos: list[SloResult]) -> Iterator[Iterable[Event]]:
    loss = first_loss(level, run)
    yield incidents.struck(run)
    yield incidents.wrongs(run)
    yield incidents.sent_to_the_dead(level, run)
    if loss is not None:
        yield [Event(time=loss.end, says=loss.says, node=loss.node or None)]
    yield incidents.refusals(level, run)
    yield incidents.unpaid(run)
    yield _in_time(saturation.saturation(run))
    yield _traffic(run.level)
    yield saturation.longest_line(level, run)
    yield _left_over(run)
    yield incidents.sold_out(run)
    yield saturation.rows(run)
    yield (
        Event(time=slo.broke_at, says=f"`{slo.says}` could no longer hold")
        for slo in slos
        if slo.broke_at is not None
    )
    yield incidents.stale(run)
    yield incidents.noticed(run)
    yield incidents.again(run)


def _in_time(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.time)


def _traffic(level: Level) -> Iterator[Event]:
    """The moments at which the rate jumps up to a stream's peak."""
    for stream in level.traffic:
        peak = max((phase.rate for phase in stream.phases), default=0.0)
        phases = stream.phases if len(stream.phases) <= 12 else ()
        for before, phase in pairwise(phases):
            if phase.rate == peak and before.rate < peak:
                per_hour = phase.rate * 3600
                rate = f"{per_hour:.0f} an hour" if per_hour < 3600 else f"{phase.rate:.0f}/s"
                says = f"{stream.source} came at {rate}, up from {_same(before.rate, per_hour)}"
                yield Event(time=phase.at, says=says, node=stream.source)


def _same(rate: float, per_hour: float) -> str:
    return f"{rate * 3600:.0f}" if per_hour < 3600 else f"{rate:.0f}"


def _left_over(run: Run) -> Iterator[Event]:
    """What was made ahead and not wanted."""
    for node in run.world.nodes:
        if isinstance(node, BatchStation) and node.shelves:
            left = sum(shelf.left for shelf in node.shelves)
            made = sum(shelf.made for shelf in node.shelves)
            says = f"{left} of {made} made ahead were thrown away"
            yield Event(time=run.lane.now, says=says, node=node.name)


def first_loss(level: Level, run: Run) -> FirstLoss | None:
    """The first request that was lost: who, how long, why."""
    lost = [c.first_loss for c in run.world.clients.values() if c.first_loss is not None]
    if not lost:
        return None
    journey = min(lost, key=lambda one: one.end or 0.0)
    end = journey.end or 0.0
    name = client_name(level.names, journey.number)
    return FirstLoss(
        name=name,
        operation=journey.operation,
        start=journey.start,
        end=end,
        outcome=journey.outcome,
        node=journey.charged,
        why=journey.why,
        says=_story(name, journey, end),
    )


def _story(name: str, journey: Journey, end: float) -> str:
    assert journey.outcome in LOST
    if journey.outcome == ABANDONED:
        return f"{name} waited {minutes_in_words(end - journey.start)} and left."
    if journey.outcome == REJECTED:
        return f"{name} was turned away at the {journey.charged}: {journey.why}."
    return f"{name} got nothing: {journey.why}."
