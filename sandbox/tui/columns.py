"""A trace turned on its side: everything recorded of one node, or of one of its instances.

Read once and kept, so that drawing the thousandth frame costs no more than drawing the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.simulation.trace import NodeFrame, Trace


class Column:
    """One node or instance, frame by frame. Sums and maxima have one value more than frames."""

    def __init__(self, members: Sequence[int]) -> None:
        self._members = members
        """Places in the header of the instances that are taken together."""
        self.frames: list[NodeFrame] = []
        self.rejected = [0]
        """How many were turned away before each frame."""
        self.failed = [0]
        """How many had failed before each frame, here or because of somebody further on."""
        self.died = [0]
        """How many were inside when it died, before each frame."""
        self.down = [0]
        """How many of its instances were dead before each frame."""
        self.off = [0]
        """How many of its instances were out of service before each frame."""
        self.longest = [0]
        """The longest line before each frame."""

    def follow(self, trace: Trace) -> Column:
        """Take in the frames that have come since."""
        for frame in trace.frames[len(self.frames) :]:
            members = [frame.nodes[index] for index in self._members]
            own = _together(members)
            down = sum(each.down for each in members)
            dying = own.failed if down > self.down[-1] else 0
            self.frames.append(own)
            self.rejected.append(self.rejected[-1] + own.rejected)
            self.failed.append(self.failed[-1] + own.failed)
            self.died.append(self.died[-1] + dying)
            self.down.append(down)
            self.off.append(sum(each.off for each in members))
            self.longest.append(max(self.longest[-1], own.queue))
        return self

    def down_since(self, shown: int) -> int | None:
        """The frame in which the present absence began; None if it is there after `shown`."""
        if not self.down[shown]:
            return None
        while shown > 1 and self.down[shown - 1]:
            shown -= 1
        return shown - 1

    def gauge_after(self, shown: int, frames: int) -> float | None:
        """What its behaviour shows besides, as last seen within some frames."""
        recent = self.frames[max(shown - frames, 0) : shown]
        return next((f.gauge for f in reversed(recent) if f.gauge is not None), None)


class Columns:
    """All columns of a trace, by the name of a node (`app`) or of an instance (`app.2`)."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._known: dict[str, Column] = {}

    def instances(self, node_id: str) -> list[str]:
        """The names under which the trace has recorded a node."""
        return [name for name in self._trace.header.nodes if node_of(name) == node_id]

    def __getitem__(self, row: str) -> Column:
        if row not in self._known:
            names = self._trace.header.nodes
            members = [at for at, name in enumerate(names) if row in (name, node_of(name))]
            self._known[row] = Column(members)
        return self._known[row].follow(self._trace)


def node_of(row: str) -> str:
    """The node that an instance belongs to."""
    return row.partition(".")[0]


def _together(frames: Sequence[NodeFrame]) -> NodeFrame:
    """Take instances together: what can be counted is added up, the rest averaged.

    How busy they are is said of those in service.
    """
    if len(frames) == 1:
        return frames[0]
    serving = [frame for frame in frames if not frame.off] or frames
    return NodeFrame(
        arrivals=sum(frame.arrivals for frame in frames),
        served=sum(frame.served for frame in frames),
        rejected=sum(frame.rejected for frame in frames),
        queue=sum(frame.queue for frame in frames),
        inside=sum(frame.inside for frame in frames),
        utilisation=sum(frame.utilisation for frame in serving) / max(len(serving), 1),
        wait=_mean([frame.wait for frame in frames]),
        failed=sum(frame.failed for frame in frames),
        gauge=_mean([frame.gauge for frame in frames]),
        down=bool(frames) and all(frame.down for frame in frames),
        off=bool(frames) and all(frame.off for frame in frames),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
