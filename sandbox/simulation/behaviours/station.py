"""A station: people or machines with one common line, who hand on what they finish."""

from __future__ import annotations

from sandbox.simulation.behaviours.base import Place, SimNode, Visit
from sandbox.simulation.lines import FifoLine, Full, SharedLine
from sandbox.simulation.requests import Request


class Station(SimNode):
    """`count` servers, first come first served or sharing. Fails by a line that grows."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.servers = place.node.count
        limit = place.settings["queue"]
        self.line: FifoLine | SharedLine
        if place.settings.get("discipline") == "sharing":
            self.line = SharedLine(self.lane, self.servers, limit)
        else:
            self.line = FifoLine(self.lane, self.servers, limit)
        self.reserved: dict[Request, float] = {}
        """When work begins for those who wait, or waited, in a line node before."""

    def visit(self, request: Request) -> Visit:
        """Wait, be served, be handed on."""
        work = self.work.get(request.step)
        if work is None:
            return self.onward.get(request.step)
        now = self.lane.now
        self.meter.arrivals += 1
        service = work.duration(request.stream, request.number)
        line = self.line
        if isinstance(line, FifoLine):
            reserved = self.reserved
            try:
                begin = reserved.pop(request) if request in reserved else line.book(service)
            except Full:
                raise self.refuse("the line was full") from None
            self.meter.settle(begin - now, service)
            request.stayed(self.index, now, begin, begin + service)
            yield begin + service
        else:
            try:
                yield from line.serve(service)
            except Full:
                raise self.refuse("there was no room") from None
            wait = max(0.0, self.lane.now - now - service)
            self.meter.settle(wait, service)
            request.stayed(self.index, now, now + wait, self.lane.now)
        self.meter.served += 1
        request.step = work.after
        return self.onward.get(request.step)

    def state(self, now: float) -> tuple[int, int, float]:
        """Those who wait in a `line` node in front of it are shown there."""
        queue, inside, busy = self.line.state(now)
        return max(0, queue - len(self.reserved)), inside, busy

    @property
    def queue_max(self) -> int:
        """The longest its own line has been."""
        return self.line.queue_max
