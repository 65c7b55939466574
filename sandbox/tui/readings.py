"""What the instruments show at one moment of a recording: nodes, service levels, totals.

Pure: numbers in, numbers out. In slow levels one frame holds hardly a request, so rates and loads
are taken over the shortest time in which enough of them can be expected.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from sandbox.documents.catalogue import Catalogue, Kind
from sandbox.documents.design import Design
from sandbox.documents.level import GoodSlo, Level, Slo, Stream, WithinSlo
from sandbox.judgement.report import Report
from sandbox.simulation.trace import Frame, NodeFrame, OperationFrame, Trace
from sandbox.tui import look
from sandbox.tui.look import Status
from sandbox.tui.wording import Unit

BUSY_FROM = 0.7
FULL_FROM = 0.97
_ENOUGH = 8
"""Requests expected in the time that a rate is taken over."""
_LONG_SHARE = 0.25
"""A line is long when the wait in it takes this share of the time allowed."""


@dataclass(frozen=True)
class NodeReading:
    """One node at one moment. `rate` is per second, `wait` in seconds, `lost` the total so far."""

    node: str
    behaviour: str
    load: float | None
    queue: int
    wait: float | None
    rate: float
    lost: int | None
    status: Status


@dataclass(frozen=True)
class Curve:
    """One value a frame; `top` is the value at the upper edge, by default the highest."""

    label: str
    values: Sequence[float]
    unit: Unit = "count"
    top: float | None = None


@dataclass(frozen=True)
class SloReading:
    """One service level at one moment; `measured` is None before anything was decided."""

    slo: Slo
    measured: float | None
    status: Status
    broke_at: float | None


class Readings:
    """A recording as instruments read it. Follows a trace that still grows."""

    def __init__(self, level: Level, design: Design, catalogue: Catalogue, trace: Trace) -> None:
        self.level = level
        self.trace = trace
        self.nodes = {node.id: node for node in (*level.nodes, *design.nodes)}
        self._catalogue = catalogue
        self._wide = _frames_for(level, trace)
        self._narrow = max(self._wide // 4, 1)
        self._sums = [[list(_counts(OperationFrame())) for _ in trace.header.operations]]

    def node(self, node_id: str, shown: int) -> NodeReading:
        """Read one node after `shown` frames."""
        behaviour = self.behaviour(node_id)
        frames = self.node_frames(node_id)[:shown]
        recent = frames[-self._wide :]
        seconds = max(len(recent) * self.trace.header.frame, 1e-9)
        rate = sum(frame.arrivals for frame in recent) / seconds
        if behaviour == "clients":
            return self._clients(node_id, shown, rate)
        narrow = frames[-self._narrow :]
        waits = [frame.wait for frame in recent if frame.wait is not None]
        reading = NodeReading(
            node_id,
            behaviour,
            None if behaviour in ("line", "router") else _mean([f.utilisation for f in narrow]),
            frames[-1].queue if frames else 0,
            waits[-1] if waits else None,
            rate,
            sum(frame.rejected for frame in frames),
            look.OK,
        )
        refused = any(frame.rejected for frame in narrow)
        return replace(reading, status=self._status(reading, refused, shown))

    def kind(self, node_id: str) -> Kind:
        """What the catalogue says of a node's kind."""
        return self._catalogue.kinds[self.nodes[node_id].kind]

    def behaviour(self, node_id: str) -> str:
        """What sort of node this is."""
        return self.kind(node_id).behaviour

    def node_frames(self, node_id: str) -> list[NodeFrame]:
        """Everything recorded of one node, frame by frame."""
        if node_id not in self.trace.header.nodes:
            return []
        index = self.trace.header.nodes.index(node_id)
        return [frame.nodes[index] for frame in self.trace.frames]

    def slos(self, shown: int, report: Report | None) -> list[SloReading]:
        """Read every service level after `shown` frames; the report knows when one broke."""
        broke = {slo.id: slo.broke_at for slo in report.slos} if report else {}
        final = {slo.id: slo.measured for slo in report.slos} if report else {}
        over = report is not None and shown == len(self.trace.frames)
        time = self.trace.frames[shown - 1].time if shown else 0.0
        readings = []
        for slo in self.level.slos:
            # What is in flight at the very end is late, which no frame counts.
            live = None if over else self._measured(slo, self.trace.frames[:shown])
            measured = final.get(slo.id) if over else live
            at = broke.get(slo.id)
            at = at if at is not None and at <= time else None
            readings.append(SloReading(slo, measured, _slo_status(slo, measured, at), at))
        return readings

    def curves(self, node_id: str) -> tuple[Curve, Curve]:
        """The two curves that tell most about a node, over all frames known."""
        frames = self.node_frames(node_id)
        behaviour = self.behaviour(node_id)
        if behaviour == "clients":
            lost = [sum(o.lost for o in frame.operations) for frame in self.trace.frames]
            return Curve("lost so far", [*accumulate(lost)]), Curve(
                "coming in", self._rates(frames), "rate"
            )
        waiting = Curve("in front", [frame.queue for frame in frames])
        if behaviour in ("line", "router"):
            return waiting, Curve("coming in", self._rates(frames), "rate")
        return waiting, Curve("busy", [frame.utilisation for frame in frames], "share", 1.0)

    def _rates(self, frames: Sequence[NodeFrame]) -> list[float]:
        """Arrivals per second, over the stretch in which enough can be expected."""
        sums = [0, *accumulate(frame.arrivals for frame in frames)]
        seconds = self._wide * self.trace.header.frame
        ends = range(1, len(sums))
        return [(sums[end] - sums[max(end - self._wide, 0)]) / seconds for end in ends]

    def sent_lately(self, shown: int) -> dict[tuple[str, str], int]:
        """How many requests set out on each link in the last few frames."""
        recent = [frame.links for frame in self.trace.frames[max(shown - self._narrow, 0) : shown]]
        totals = [sum(column) for column in zip(*recent, strict=True)]
        return dict(zip(self.trace.header.links, totals, strict=False))

    def longest_line(self, shown: int) -> str:
        """The node that most have waited in front of so far; the first to work before that."""
        longest = {
            node_id: max((frame.queue for frame in self.node_frames(node_id)[:shown]), default=0)
            for node_id in self.nodes
            if self.behaviour(node_id) != "clients"
        }
        return max(longest, key=lambda node_id: longest[node_id], default=next(iter(self.nodes)))

    def longest_queue(self, shown: int) -> int:
        """The longest line seen so far in front of any node: the scale of the bars."""
        return max((n.queue for frame in self.trace.frames[:shown] for n in frame.nodes), default=0)

    def _clients(self, node_id: str, shown: int, rate: float) -> NodeReading:
        operations = {name for s in self.level.traffic if s.source == node_id for name in s.mix}
        indexes = [i for i, name in enumerate(self.trace.header.operations) if name in operations]
        frames = self.trace.frames[:shown]
        lost = [sum(frame.operations[i].lost for i in indexes) for frame in frames]
        status = look.LEAVING if any(lost[-self._wide :]) else look.OK
        return NodeReading(node_id, "clients", None, 0, None, rate, sum(lost), status)

    def _status(self, reading: NodeReading, refused: bool, shown: int) -> Status:
        if refused:
            return look.REFUSES
        if reading.load is None:
            allowed = min(o.deadline or math.inf for o in self.level.operations.values())
            return look.LONG if (reading.wait or 0.0) >= allowed * _LONG_SHARE else look.OK
        if reading.load >= FULL_FROM and (reading.queue or self._waits_before(reading.node, shown)):
            return look.FULL
        if reading.load >= BUSY_FROM:
            return look.BUSY
        return look.OK

    def _waits_before(self, node_id: str, shown: int) -> bool:
        """Whether something waits in a line (such as a ticket rail) that leads to this node."""
        before = (start for start, end in self.trace.header.links if end == node_id)
        lines = (node for node in before if self.behaviour(node) == "line")
        return any(frame.queue for line in lines for frame in self.node_frames(line)[:shown][-1:])

    def _measured(self, slo: Slo, frames: Sequence[Frame]) -> float | None:
        totals = self._totals(slo, frames)
        decided = totals.good + totals.late + totals.lost
        if slo.metric == "latency":
            return self._percentile(slo.percentile, slo.operation, frames)
        if not decided:
            return None
        if slo.metric == "lost":
            return totals.lost / decided
        if slo.metric == "within" and not self._is_deadline(slo.within, slo.operation):
            return None  # frames only count against the deadline; the report will know
        return totals.good / decided

    def _totals(self, slo: Slo, frames: Sequence[Frame]) -> OperationFrame:
        """What was decided in the level's window of these frames, counts only."""
        times = [frame.time for frame in frames]
        window = slo.window
        start = bisect_right(times, window.start) if window else 0
        end = bisect_right(times, window.end) if window and window.end is not None else len(times)
        sums = self._sums_so_far()
        rows = [
            [after - before for after, before in zip(sums[end][i], sums[start][i], strict=True)]
            for i in self._operations(slo.operation)
        ]
        return OperationFrame(*(sum(column) for column in zip(*rows, strict=True)))

    def _sums_so_far(self) -> list[list[list[int]]]:
        """Counts of every operation before each frame, so that no screen adds them up again."""
        for frame in self.trace.frames[len(self._sums) - 1 :]:
            self._sums.append(
                [
                    [total + now for total, now in zip(totals, _counts(operation), strict=True)]
                    for totals, operation in zip(self._sums[-1], frame.operations, strict=True)
                ]
            )
        return self._sums

    def _operations(self, operation: str | None) -> list[int]:
        names = self.trace.header.operations
        return [i for i, name in enumerate(names) if operation in (None, name)]

    def _is_deadline(self, within: float, operation: str | None) -> bool:
        asked = [o for name, o in self.level.operations.items() if operation in (None, name)]
        return all(o.deadline == within for o in asked)

    def _percentile(self, wanted: float, name: str | None, frames: Sequence[Frame]) -> float | None:
        """The frame's own percentile, where it has this one: what it is like now."""
        known = {50.0: "p50", 95.0: "p95"}.get(wanted)
        chosen = self._operations(name)
        if known is None or not frames or not chosen:
            return None
        values = [getattr(frames[-1].operations[i], known) for i in chosen]
        return max((value for value in values if value is not None), default=None)


def _counts(operation: OperationFrame) -> tuple[int, int, int, int, int, int]:
    """The fields that can be added up over frames."""
    o = operation
    return (o.arrivals, o.good, o.late, o.rejected, o.failed, o.abandoned)


def harm(trace: Trace) -> Curve:
    """How many were late or lost in each frame."""
    counts = [sum(o.late + o.lost for o in frame.operations) for frame in trace.frames]
    return Curve("late, lost", counts)


def slowest(trace: Trace) -> Curve:
    """The 95th percentile of what was completed in each frame, of the slowest operation."""
    values = [max(o.p95 or 0.0 for o in frame.operations) for frame in trace.frames]
    return Curve("p95", values, "seconds")


def goal_of(slo: Slo) -> float:
    """The number a service level is compared with: a share, or seconds."""
    return slo.at_least if isinstance(slo, WithinSlo | GoodSlo) else slo.at_most


def on_the_right_side(slo: Slo, measured: float) -> bool:
    """Whether a measured value keeps the goal."""
    goal = goal_of(slo)
    return measured >= goal if slo.metric in ("within", "good") else measured <= goal


def _slo_status(slo: Slo, measured: float | None, broke_at: float | None) -> Status:
    if broke_at is not None:
        return look.BROKE
    if measured is None:
        return look.UNKNOWN
    return look.HOLDS if on_the_right_side(slo, measured) else look.NEAR


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
