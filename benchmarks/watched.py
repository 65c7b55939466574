"""One node of the path in SimPy's plain style, with its meters."""

from __future__ import annotations

import math

import simpy

from sandbox.simulation.behaviours.base import SimNode
from sandbox.simulation.behaviours.clients import Clients
from sandbox.simulation.meters import Reading, node_frame
from sandbox.simulation.requests import Request
from sandbox.simulation.trace import NodeFrame


class Busy:
    """How long a node's processors have worked: a sum of ends less a sum of begins."""

    __slots__ = ("frozen", "inside", "total")

    def __init__(self) -> None:
        self.total = 0.0
        self.inside = 0
        self.frozen: float | None = None
        """What it was at the node's death."""

    def begin(self, now: float) -> None:
        """A processor has begun."""
        self.inside += 1
        self.total -= now

    def end(self, now: float) -> None:
        """A processor is done."""
        self.inside -= 1
        self.total += now

    def until(self, now: float) -> float:
        """Processor-seconds worked so far."""
        return self.total + self.inside * now if self.frozen is None else self.frozen


class Watched:
    """One node: its meters, and the lines in front of it."""

    def __init__(self, node: SimNode, *held: simpy.Resource) -> None:
        self.node = node
        self.meter = node.meter
        self.held = held
        """What its visitors wait for: processors, and what is held for the whole visit."""
        self.busy = Busy()
        self.open: dict[Request, None] = {}
        """Those inside."""
        self.before = Reading()
        self.gauge: float | None = None

    def reading(self, now: float) -> Reading:
        """All counters at this moment."""
        meter, is_up = self.meter, self.busy.frozen is None
        return Reading(
            arrivals=meter.arrivals,
            served=meter.served,
            rejected=meter.rejected,
            queue=sum(len(held.queue) for held in self.held) if is_up else 0,
            inside=self.held[0].count if is_up and self.held else 0,
            busy=self.busy.until(now),
            waits=meter.waits.count,
            waited=meter.waits.total,
            failed=meter.failed,
        )

    def frame(self, now: float, seconds: float) -> NodeFrame:
        """What happened since the last one."""
        reading, is_down = self.reading(now), self.busy.frozen is not None
        shown = node_frame(
            self.before, reading, self.node.servers, seconds, self.gauge, down=is_down
        )
        self.before = reading
        return shown


class Asking(Watched):
    """Clients: how long they waited lately."""

    def __init__(self, clients: Clients) -> None:
        super().__init__(clients)
        self.sent = 0
        self.recent: list[float] = []
        self.some_lost = False

    def look(self) -> None:
        """Show the 95th percentile since the last look."""
        recent, self.recent = sorted(self.recent), []
        self.gauge = recent[math.ceil(0.95 * len(recent)) - 1] if recent else None
