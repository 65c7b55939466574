"""What was used up in a run and where lines were: from the run's own records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sandbox.documents.catalogue import Behaviour
from sandbox.documents.kinds import catalogue
from sandbox.documents.level import Level
from sandbox.judgement.report import Event
from sandbox.simulation.behaviours.base import SimNode
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.behaviours.line import Line
from sandbox.simulation.run import Run
from sandbox.simulation.trace import Frame

_SATURATED_FRAMES = 3
"""A node is full, not just busy, when it is so for this many frames in a row."""
_MANY = 10
"""So many must wait for one row to be worth a word."""


def saturation(run: Run) -> Iterator[Event]:
    """The first time each node had all hands full and a line for some time.

    Instances of one node are told together: the first one, and how many followed.
    """
    for name, instances in run.world.instances.items():
        times = [(at, node) for node in instances if (at := _saturated(run, node)) is not None]
        if not times:
            continue
        first, node = min(times, key=lambda each: each[0])
        says = f"{node.name}: {_used_up(run, node, first)}, and a line began to grow"
        if len(times) > 1:
            together = max(at for at, _ in times) == first
            others = f"{len(times) - 1} more" if len(times) < len(instances) else "all the others"
            says += f"; {others} {'too' if together else 'followed'}"
        yield Event(time=first, says=says, node=name)


def rows(run: Run) -> Iterator[Event]:
    """Stores in which many waited for a row that somebody else was changing."""
    for node in run.world.nodes:
        gauge = _behaves(node).gauge
        if gauge is None or not gauge.waits:
            continue
        waiting = [frame.nodes[node.index].gauge or 0.0 for frame in run.trace.frames]
        first = _in_a_row(run, [count >= _MANY for count in waiting])
        if first is not None:
            says = f"{node.name}: many waited for one row, up to {max(waiting):,.0f} at once"
            yield Event(time=first, says=says, node=node.place.node.id)


def longest_line(level: Level, run: Run) -> Iterator[Event]:
    """The longest line of the run, where it was at its longest."""
    longest, at, where = 0, 0.0, None
    for node in run.world.nodes:
        for frame in run.trace.frames:
            if frame.nodes[node.index].queue > longest:
                longest, at, where = frame.nodes[node.index].queue, frame.time, node
    if where is not None and longest > 1:
        longest = max(longest, where.queue_max)  # it may have been longer between two frames
        says = f"{longest:,} waited {_place(level, where)}, the longest line of the run"
        yield Event(time=at, says=says, node=where.place.node.id)


def _place(level: Level, node: SimNode) -> str:
    known = _behaves(node)
    if known.defers or known.puts_aside or (known.admits and not known.works):
        return f"in {node.name}"
    article = "the " if level.clock.unit == "min" else ""
    return f"{'on' if isinstance(node, Line) else 'in front of'} {article}{node.name}"


def _saturated(run: Run, node: SimNode) -> float | None:
    """When it began that everything a node has was in use and more waited."""
    if not node.servers:
        return None
    return _in_a_row(run, [_is_full(run, node, frame) for frame in run.trace.frames])


def _in_a_row(run: Run, is_so: Iterable[bool]) -> float | None:
    """When it began that something was so in several frames, one after the other."""
    in_a_row = 0
    for frame, so in zip(run.trace.frames, is_so, strict=True):
        in_a_row = in_a_row + 1 if so else 0
        if in_a_row == _SATURATED_FRAMES:
            return frame.time - (_SATURATED_FRAMES - 1) * run.trace.header.frame
    return None


def _is_full(run: Run, node: SimNode, frame: Frame) -> bool:
    queue = frame.nodes[node.index].queue
    line = _line_before(run, node)
    if line is not None:
        queue += frame.nodes[line.index].queue
    return queue > 0 and (frame.nodes[node.index].inside >= node.servers or _has_slots(node))


def _line_before(run: Run, node: SimNode) -> SimNode | None:
    """The line node in which this node's work waits, if there is one."""
    for line in run.world.nodes:
        if isinstance(line, Line) and any(x.target is node for x in line.onward.values()):
            return line
    return None


def _used_up(run: Run, node: SimNode, first: float) -> str:
    """What there was no more of: processors, or slots that are held while others work."""
    several = node.servers > 1
    if not _has_processors(node):
        noun = node.place.kind.noun
        return f"all {node.servers} {noun}s busy" if several else f"its one {noun} busy"
    last = first + (_SATURATED_FRAMES - 1) * run.trace.header.frame
    frames = [frame for frame in run.trace.frames if first <= frame.time <= last]
    idle = any(frame.nodes[node.index].inside < node.servers for frame in frames)
    if idle and _has_slots(node):  # somebody waits, though a processor is free
        slots = _slots(node)
        if _behaves(node).runs_code:
            return f"all {slots} slots held by requests that waited for others"
        return f"all {slots} connections taken"
    return f"all {node.servers} processors busy" if several else "its one processor busy"


def _has_slots(node: SimNode) -> bool:
    return _has_processors(node) and _slots(node) is not None


def _slots(node: SimNode) -> int | None:
    return node.room if isinstance(node, Compute) else node.place.size.slots


def _has_processors(node: SimNode) -> bool:
    """Whether its servers are processors, with slots or connections in front of them."""
    return "slots" in _behaves(node).bounds


def _behaves(node: SimNode) -> Behaviour:
    """What the catalogue says of how a node behaves."""
    return catalogue().behaviours[node.place.kind.behaviour]
