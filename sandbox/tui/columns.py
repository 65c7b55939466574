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
        self.longest = [0]
        """The longest line before each frame."""

    def follow(self, trace: Trace) -> Column:
        """Take in the frames that have come since."""
        for frame in trace.frames[len(self.frames) :]:
            own = _together([frame.nodes[index] for index in self._members])
            self.frames.append(own)
            self.rejected.append(self.rejected[-1] + own.rejected)
            self.longest.append(max(self.longest[-1], own.queue))
        return self


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
    """Take instances together: what can be counted is added up, the rest averaged."""
    if len(frames) == 1:
        return frames[0]
    waits = [frame.wait for frame in frames if frame.wait is not None]
    return NodeFrame(
        arrivals=sum(frame.arrivals for frame in frames),
        served=sum(frame.served for frame in frames),
        rejected=sum(frame.rejected for frame in frames),
        queue=sum(frame.queue for frame in frames),
        inside=sum(frame.inside for frame in frames),
        utilisation=sum(frame.utilisation for frame in frames) / max(len(frames), 1),
        wait=sum(waits) / len(waits) if waits else None,
    )
