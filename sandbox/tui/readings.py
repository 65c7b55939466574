"""What the instruments show of nodes at one moment of a recording.

Pure: numbers in, numbers out. In slow levels one frame holds hardly a request, so rates and loads
are taken over the shortest time in which enough of them can be expected.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from sandbox.documents.catalogue import Catalogue, Kind
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.traffic import Stream
from sandbox.simulation.trace import NodeFrame, Trace
from sandbox.tui import look
from sandbox.tui.columns import Columns, node_of
from sandbox.tui.look import Status
from sandbox.tui.wording import Unit

BUSY_FROM = 0.7
FULL_FROM = 0.97
MOST_ROWS = 12
"""Up to this many rows every instance has its own; beyond, those of a node are taken together."""
_ENOUGH = 8
"""Requests expected in the time that a rate is taken over."""
_LONG_SHARE = 0.25
"""A line is long when the wait in it takes this share of the time allowed."""


@dataclass(frozen=True)
class NodeReading:
    """One node or instance at one moment.

    `load` is None where nothing is worked on, `rate` is per second, `wait` in seconds, `lost`
    the total so far.
    """

    behaviour: str
    load: float | None
    queue: int
    wait: float | None
    rate: float
    lost: int
    status: Status


@dataclass(frozen=True)
class Curve:
    """One value a frame; `top` is the value at the upper edge, by default the highest."""

    label: str
    values: Sequence[float]
    unit: Unit = "count"
    top: float | None = None


class Readings:
    """A recording as instruments read it. Follows a trace that still grows.

    A row is a node (`app`) or, where there is room for all, one of its instances (`app.2`).
    """

    def __init__(self, level: Level, design: Design, catalogue: Catalogue, trace: Trace) -> None:
        self.level = level
        self.trace = trace
        self.nodes = {node.id: node for node in (*level.nodes, *design.nodes)}
        self._catalogue = catalogue
        self._columns = Columns(trace)
        self._wide = _frames_for(level, trace)
        self._narrow = max(self._wide // 4, 1)
        every = [name for node_id in self.nodes for name in self._columns.instances(node_id)]
        self.rows = every if len(every) <= MOST_ROWS else list(self.nodes)

    def node(self, row: str, shown: int) -> NodeReading:
        """Read one row after `shown` frames."""
        behaviour = self.kind(row).behaviour
        column = self._columns[row]
        recent = column.frames[max(shown - self._wide, 0) : shown]
        rate = sum(f.arrivals for f in recent) / max(len(recent) * self.trace.header.frame, 1e-9)
        if behaviour == "clients":
            return self._clients(row, shown, rate)
        narrow = recent[-self._narrow :]
        waits = [frame.wait for frame in recent if frame.wait is not None]
        reading = NodeReading(
            behaviour=behaviour,
            load=_mean([f.utilisation for f in narrow]) if self._works(row) else None,
            queue=recent[-1].queue if recent else 0,
            wait=waits[-1] if waits else None,
            rate=rate,
            lost=column.rejected[shown],
            status=look.OK,
        )
        refused = any(frame.rejected for frame in narrow)
        return replace(reading, status=self._status(row, reading, refused, shown))

    def knows(self, row: str) -> bool:
        """Whether this run had such a row."""
        return bool(self._columns.instances(node_of(row)))

    def kind(self, row: str) -> Kind:
        """What the catalogue says of a row's kind."""
        return self._catalogue.kinds[self.nodes[node_of(row)].kind]

    def curves(self, row: str) -> tuple[Curve, Curve]:
        """The two curves that tell most about a row, over all frames known."""
        frames = self._columns[row].frames
        coming = Curve("coming in", self._rates(frames), "rate")
        if self.kind(row).behaviour == "clients":
            return Curve("lost so far", [*accumulate(self._lost(row))]), coming
        waiting = Curve("in front", [frame.queue for frame in frames])
        busy = Curve("busy", [frame.utilisation for frame in frames], "share", 1.0)
        return waiting, busy if self._works(row) else coming

    def sent_lately(self, shown: int) -> dict[tuple[str, str], int]:
        """How many requests set out on each link in the last few frames."""
        recent = [frame.links for frame in self.trace.frames[max(shown - self._narrow, 0) : shown]]
        totals = [sum(column) for column in zip(*recent, strict=True)]
        return dict(zip(self.trace.header.links, totals, strict=False))

    def longest_line(self, shown: int) -> str:
        """The row that most have waited in front of so far; the first to work before that."""
        rows = [row for row in self.rows if self.kind(row).behaviour != "clients"]
        return max(rows or self.rows, key=lambda row: self._columns[row].longest[shown])

    def longest_queue(self, shown: int) -> int:
        """The longest line so far in front of any row: the scale of the bars."""
        return max((self._columns[row].longest[shown] for row in self.rows), default=0)

    def _works(self, row: str) -> bool:
        return self.kind(row).behaviour not in ("line", "router")

    def _rates(self, frames: Sequence[NodeFrame]) -> list[float]:
        """Arrivals per second, over the stretch in which enough can be expected."""
        sums = [0, *accumulate(frame.arrivals for frame in frames)]
        seconds = self._wide * self.trace.header.frame
        ends = range(1, len(sums))
        return [(sums[end] - sums[max(end - self._wide, 0)]) / seconds for end in ends]

    def _lost(self, row: str) -> list[int]:
        """How many of a clients node's requests were lost in each frame."""
        mine = {name for s in self.level.traffic if s.source == node_of(row) for name in s.mix}
        places = [at for at, name in enumerate(self.trace.header.operations) if name in mine]
        return [sum(frame.operations[at].lost for at in places) for frame in self.trace.frames]

    def _clients(self, row: str, shown: int, rate: float) -> NodeReading:
        lost = self._lost(row)[:shown]
        status = look.LEAVING if any(lost[-self._wide :]) else look.OK
        return NodeReading("clients", None, 0, None, rate, sum(lost), status)

    def _status(self, row: str, reading: NodeReading, refused: bool, shown: int) -> Status:
        if refused:
            return look.REFUSES
        if reading.load is None:
            allowed = min(o.deadline or math.inf for o in self.level.operations.values())
            return look.LONG if (reading.wait or 0.0) >= allowed * _LONG_SHARE else look.OK
        if reading.load >= FULL_FROM and (reading.queue or self._waits_before(row, shown)):
            return look.FULL
        return look.BUSY if reading.load >= BUSY_FROM else look.OK

    def _waits_before(self, row: str, shown: int) -> bool:
        """Whether something waits in a line (such as a ticket rail) that leads to this node."""
        before = (start for start, end in self.trace.header.links if end == node_of(row))
        lines = (node_id for node_id in before if self.kind(node_id).behaviour == "line")
        return any(self._columns[line].frames[shown - 1].queue for line in lines if shown)


def harm(trace: Trace) -> Curve:
    """How many were late or lost in each frame."""
    counts = [sum(o.late + o.lost for o in frame.operations) for frame in trace.frames]
    return Curve("late, lost", counts)


def slowest(trace: Trace) -> Curve:
    """The 95th percentile of what was completed in each frame, of the slowest operation."""
    values = [max(o.p95 or 0.0 for o in frame.operations) for frame in trace.frames]
    return Curve("p95", values, "seconds")


def _frames_for(level: Level, trace: Trace) -> int:
    """How many frames it takes until enough requests can be expected."""
    length = level.clock.length
    expected = sum(_mean_rate(stream, length) for stream in level.traffic) * trace.header.frame
    most = max(int(length / trace.header.frame / 8), 1)
    return min(max(math.ceil(_ENOUGH / expected), 1), most) if expected > 0 else most


def _mean_rate(stream: Stream, length: float) -> float:
    if stream.rate is not None:
        return stream.rate
    if stream.counts is not None:
        return stream.counts.peak / 2
    ends = [*(phase.at for phase in stream.phases[1:]), length]
    spans = zip(stream.phases, ends, strict=True)
    return sum(phase.rate * max(end - phase.at, 0.0) for phase, end in spans) / length


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
