"""What the instruments show of nodes at one moment of a recording.

Pure: numbers in, numbers out. In slow levels one frame holds hardly a request, so rates and loads
are taken over the shortest time in which enough of them can be expected.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from sandbox.documents.catalogue import Behaviour, Catalogue, Kind
from sandbox.documents.decisions import decided
from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.settings import setting_specs, setting_value
from sandbox.documents.traffic import Stream
from sandbox.simulation.trace import NodeFrame, Trace
from sandbox.tui import look, wording
from sandbox.tui.columns import Columns, node_of
from sandbox.tui.states import SOME_LATE, SOME_LOST, NodeReading, state_of
from sandbox.tui.struck import Struck

MOST_INSTANCES = 12
"""Up to this many instances of a node have a row each; more are taken together."""
_ENOUGH = 8
"""Requests expected in the time that a rate is taken over."""


class Readings:
    """A recording as instruments read it. Follows a trace that still grows.

    A row is an instance of a node (`app.2`), or a node with more of them than can be told apart.
    """

    def __init__(self, level: Level, design: Design, catalogue: Catalogue, trace: Trace) -> None:
        self.level = level = decided(level, design)
        self.trace = trace
        self.nodes: dict[str, Node] = {node.id: node for node in (*level.nodes, *design.nodes)}
        self.columns = Columns(trace)
        self.struck = Struck(trace)
        self.slow = level.clock.unit == "min"
        """Whether a request is a person whom one can see wait."""
        self._catalogue = catalogue
        self.wide = _frames_for(level, trace)
        """How many frames rates are taken over."""
        self.narrow = max(self.wide // 4, 1)
        """How many frames states and loads are taken over."""
        self.rows: list[str] = []
        for node_id in self.nodes:
            instances = self.columns.instances(node_id)
            self.rows += instances if len(instances) <= MOST_INSTANCES else [node_id]

    def node(self, row: str, shown: int) -> NodeReading:
        """Read one row after `shown` frames."""
        behaviour, behaves = self.kind(row).behaviour, self.behaves(row)
        column = self.columns[row]
        recent = column.frames[max(shown - self.wide, 0) : shown]
        rate = self._a_second(sum(frame.arrivals for frame in recent), len(recent))
        if behaviour == "clients":
            return self._clients(row, shown, rate)
        narrow = recent[-self.narrow :]
        waits = [frame.wait for frame in recent if frame.wait is not None]
        if behaves.is_foreign:
            waits = []  # whatever it does inside is its own affair
        lost = self.lost(row)
        reading = NodeReading(
            behaviour=behaviour,
            works=behaves.works,
            load=self._load(row, narrow, shown),
            queue=recent[-1].queue if recent else 0,
            wait=waits[-1] if waits else None,
            rate=rate,
            lost=lost[shown],
            status=look.OK,
            losing=self._a_second(lost[shown] - lost[max(shown - self.wide, 0)], len(recent)),
        )
        refused = any(frame.rejected for frame in narrow)
        status, detail = state_of(self, row, reading, shown, refused)
        return replace(reading, status=status, detail=detail)

    def knows(self, row: str) -> bool:
        """Whether this run had such a row."""
        return bool(self.columns.instances(node_of(row)))

    def kind(self, row: str) -> Kind:
        """What the catalogue says of a row's kind."""
        return self._catalogue.kinds[self.nodes[node_of(row)].kind]

    def behaves(self, row: str) -> Behaviour:
        """What the catalogue says of how a row behaves."""
        return self._catalogue.behaviours[self.kind(row).behaviour]

    def has_slots(self, row: str) -> bool:
        """Whether whoever is inside a row holds one of its slots."""
        return "slots" in self.behaves(row).bounds

    def setting(self, row: str, name: str) -> float | None:
        """A setting of a row's node that is a number; None for one that it does not have."""
        node = self.nodes[node_of(row)]
        if name not in setting_specs(self._catalogue, node.kind):
            return None
        value = setting_value(self._catalogue, node, name)
        return float(value) if isinstance(value, int | float) else None

    def admits(self, row: str) -> float | None:
        """How many a second a row lets through; None where it is not told by that."""
        behaves = self.behaves(row)
        spec = behaves.settings.get(behaves.told_by or "")
        if spec is None or behaves.told_by is None or spec.type != "rate":
            return None
        return self.setting(row, behaves.told_by)

    def quota(self, row: str, shown: int) -> float | None:
        """How many calls a second an external takes after `shown` frames."""
        node = self.nodes[node_of(row)]
        size = self.kind(row).sizes[node.size or self.kind(row).first_size]
        last = self.struck.last_of(row, shown, ("quota", "no-quota"))
        if last is None or last.what == "no-quota":
            return size.quota
        began = [each for each in self.level.incidents if each.quota and each.at <= last.time]
        of_kind = [each for each in began if each.quota and each.quota.kind == node.kind]
        quota = of_kind[-1].quota if of_kind else None
        return quota.rate if quota else size.quota

    def operations(self, row: str) -> list[int]:
        """The places in frames of the operations that a clients node asks for."""
        mine = {name for s in self.level.traffic if s.source == node_of(row) for name in s.mix}
        return [at for at, name in enumerate(self.trace.header.operations) if name in mine]

    def lost(self, row: str) -> Sequence[int]:
        """What a row has lost before each frame: turned away here, or failed by its own fault."""
        column, behaves = self.columns[row], self.behaves(row)
        if behaves.is_foreign or behaves.defers:
            return _sums(column.rejected, column.failed)
        return _sums(column.rejected, column.died)

    def sent_lately(self, shown: int) -> dict[tuple[str, str], int]:
        """How many requests set out on each link in the last few frames."""
        recent = [frame.links for frame in self.trace.frames[max(shown - self.narrow, 0) : shown]]
        totals = [sum(column) for column in zip(*recent, strict=True)]
        return dict(zip(self.trace.header.links, totals, strict=False))

    def longest_line(self, shown: int) -> str:
        """The row that most have waited in front of so far; the first to work before that."""
        rows = [row for row in self.rows if self.kind(row).behaviour != "clients"]
        return max(rows or self.rows, key=lambda row: self.columns[row].longest[shown])

    def most_telling(self, shown: int) -> str:
        """The row to look at: one that is dead, else the one with the longest line so far."""
        dead = (row for row in self.rows if self.columns[row].down[shown])
        return next(dead, self.longest_line(shown))

    def longest_queue(self, shown: int) -> int:
        """The longest line so far in front of any row: the scale of the bars."""
        return max((self.columns[row].longest[shown] for row in self.rows), default=0)

    def _a_second(self, count: int, frames: int) -> float:
        return count / max(frames * self.trace.header.frame, 1e-9)

    def _load(self, row: str, narrow: Sequence[NodeFrame], shown: int) -> float | None:
        """The busy share; of an external the share of its quota that is used."""
        if self.behaves(row).works:
            return _mean([frame.utilisation for frame in narrow])
        quota = self.quota(row, shown) if self.behaves(row).is_foreign else None
        if quota is None:
            return None
        taken = self._a_second(sum(f.arrivals - f.rejected for f in narrow), len(narrow))
        return min(taken / quota, 1.0)

    def _clients(self, row: str, shown: int, rate: float) -> NodeReading:
        """What clients get. Lost is what they lost themselves; late is told of what they ask."""
        places, first = self.operations(row), max(shown - self.wide, 0)
        frames = self.trace.frames[first:shown]
        recent = [frame.operations[at] for frame in frames for at in places]
        lost = self.columns[row].failed
        losing = lost[shown] - lost[first]
        late = sum(each.late for each in recent)
        done = sum(each.good for each in recent) + late
        came = sum(frame.arrivals for frame in self.columns[row].frames[first:shown])
        status = look.OK
        if losing and (self.slow or losing >= SOME_LOST * came):
            left = sum(each.abandoned for each in recent)
            others = sum(each.rejected + each.failed for each in recent)
            status = look.LEAVING if left >= others else look.ERRORS
        elif late and (self.slow or late >= SOME_LATE * done):
            status = look.LATE
        p95 = self.columns[row].gauge_after(shown, self.narrow)
        detail = f"p95 {wording.duration(self.level.clock, p95)}" if p95 is not None else ""
        return NodeReading(
            behaviour="clients",
            works=False,
            load=None,
            queue=0,
            wait=None,
            rate=rate,
            lost=lost[shown],
            status=status,
            losing=self._a_second(losing, len(frames)),
            detail="" if self.slow else detail,
        )

    def waits_before(self, row: str, shown: int) -> bool:
        """Whether something waits in a line (such as a ticket rail) that leads to this node."""
        before = (start for start, end in self.trace.header.links if end == node_of(row))
        lines = (node_id for node_id in before if self.behaves(node_id).is_line)
        return any(self.columns[line].frames[shown - 1].queue for line in lines if shown)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _sums(first: Sequence[int], second: Sequence[int]) -> Sequence[int]:
    return first if not second[-1] else [a + b for a, b in zip(first, second, strict=True)]


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
