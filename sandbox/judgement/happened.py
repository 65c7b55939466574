"""What happened in a run, with times: symptoms and first causes, never a fix."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sandbox.documents.level import Level
from sandbox.judgement.report import Event, FirstLoss, SloResult
from sandbox.judgement.telling import client_name, minutes_in_words
from sandbox.simulation.behaviours.base import SimNode
from sandbox.simulation.behaviours.batch_station import BatchStation
from sandbox.simulation.behaviours.line import Line
from sandbox.simulation.requests import ABANDONED, LOST, REJECTED
from sandbox.simulation.run import Run
from sandbox.simulation.trace import Frame, Journey

MOST_EVENTS = 9
_SATURATED_FRAMES = 3
"""A node is full, not just busy, when it is so for this many frames in a row."""


def happened(level: Level, run: Run, slos: list[SloResult]) -> list[Event]:
    """The events worth telling, in order of time."""
    events = [*_traffic(level), *_saturation(run), *_worst_lines(level, run)]
    loss = first_loss(level, run)
    if loss is not None:
        events.append(Event(time=loss.end, says=loss.says, node=loss.node or None))
    for slo in slos:
        if slo.broke_at is not None:
            says = f"`{slo.says}` could no longer hold"
            events.append(Event(time=slo.broke_at, says=says))
    events += _left_over(run)
    return sorted(events, key=lambda event: event.time)[:MOST_EVENTS]


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


def _line_before(run: Run, node: SimNode) -> SimNode | None:
    """The line node in which this node's work waits, if there is one."""
    for line in run.world.nodes:
        if isinstance(line, Line) and any(x.target is node for x in line.onward.values()):
            return line
    return None


def _queue(run: Run, node: SimNode, frame: Frame) -> int:
    line = _line_before(run, node)
    before = frame.nodes[line.index].queue if line is not None else 0
    return frame.nodes[node.index].queue + before


def _saturation(run: Run) -> Iterator[Event]:
    """The first time each node had all hands full and a line for some time."""
    for node in run.world.nodes:
        if not node.servers:
            continue
        in_a_row = 0
        for frame in run.trace.frames:
            full = frame.nodes[node.index].inside >= node.servers and _queue(run, node, frame) > 0
            in_a_row = in_a_row + 1 if full else 0
            if in_a_row == _SATURATED_FRAMES:
                yield Event(
                    time=frame.time - (_SATURATED_FRAMES - 1) * run.trace.header.frame,
                    says=f"{node.name}: {_all_of(node)} busy, and a line began to grow",
                    node=node.place.node.id,
                )
                break


def _all_of(node: SimNode) -> str:
    if node.place.kind.behaviour in ("compute", "store"):
        return f"all {node.servers} processors" if node.servers > 1 else "its one processor"
    noun = node.place.kind.noun
    return f"all {node.servers} {noun}s" if node.servers > 1 else f"its one {noun}"


def _worst_lines(level: Level, run: Run) -> Iterator[Event]:
    """The longest line of the run, where it was at its longest."""
    longest, at, where = 0, 0.0, None
    for node in run.world.nodes:
        for frame in run.trace.frames:
            if frame.nodes[node.index].queue > longest:
                longest, at, where = frame.nodes[node.index].queue, frame.time, node
    if where is not None and longest > 1:
        longest = max(longest, where.queue_max)  # it may have been longer between two frames
        place = "on" if isinstance(where, Line) else "in front of"
        says = f"{longest} waited {place} the {where.name}, the longest line of the run"
        yield Event(time=at, says=says, node=where.place.node.id)


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
