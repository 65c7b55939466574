"""A station: people or machines with one common line, who hand on what they finish."""

from __future__ import annotations

from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Visit
from sandbox.simulation.lines import FifoLine, Full, SharedLine
from sandbox.simulation.requests import Request


class Station(SimNode):
    """`count` servers, first come first served or sharing. Fails by a line that grows."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.servers = place.node.count
        limit = place.settings["queue"]
        self.fifo = FifoLine(self.lane, self.servers, limit)
        self.shared: SharedLine | None = None
        if place.settings.get("discipline") == "sharing":
            self.shared = SharedLine(self.lane, self.servers, limit)
        self.books = self.shared is None
        self.reserved: dict[Request, float] = {}
        """When work begins for those who wait, or waited, in a line node before."""

    def book(self, request: Request) -> float:
        """First come first served: when work will begin and end is known on arrival."""
        now = self.lane.now
        work = self.work.get(request.step)
        if work is None:
            return now
        meter = self.meter
        meter.arrivals += 1
        service = work.duration(request.stream, request.number)
        try:
            reserved = self.reserved
            begin = reserved.pop(request) if request in reserved else self.fifo.book(service)
        except Full:
            raise self.refuse("the line was full") from None
        end = begin + service
        meter.waits.add(begin - now)
        meter.service += service
        if begin - now > request.worst or request.visits is not None:
            request.stayed(self.index, now, begin, end)
        return end

    def hand_on(self, request: Request) -> SimLink | None:
        """Count what is finished, and pass it on."""
        work = self.work.get(request.step)
        if work is not None:
            self.meter.served += 1
            request.step = work.after
        return self.onward.get(request.step)

    def visit(self, request: Request) -> Visit:
        """Wait, be served, be handed on. Sharing: how long it takes shows only in the end."""
        work = self.work.get(request.step)
        if work is None or self.books:
            return (yield from super().visit(request))
        assert self.shared is not None
        now = self.lane.now
        self.meter.arrivals += 1
        service = work.duration(request.stream, request.number)
        try:
            yield from self.shared.serve(service)
        except Full:
            raise self.refuse("there was no room") from None
        wait = max(0.0, self.lane.now - now - service)
        self.meter.settle(wait, service)
        request.stayed(self.index, now, now + wait, self.lane.now)
        return self.hand_on(request)

    def state(self, now: float) -> tuple[int, int, float]:
        """Those who wait in a `line` node in front of it are shown there."""
        queue, inside, busy = (self.shared or self.fifo).state(now)
        return max(0, queue - len(self.reserved)), inside, busy

    @property
    def queue_max(self) -> int:
        """The longest its own line has been."""
        return (self.shared or self.fifo).queue_max
