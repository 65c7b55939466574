"""A proxy: a router that reads each request, and has processors to do so."""

from __future__ import annotations

from collections.abc import Generator

from sandbox.documents.catalogue import FORWARD
from sandbox.simulation.behaviours.base import Place
from sandbox.simulation.behaviours.router import Router
from sandbox.simulation.lines import FifoLine, Full, PacedLine
from sandbox.simulation.requests import Request


class Proxy(Router):
    """Chooses for each request, after some work for it.

    Fails by being too small: all that comes passes through it.
    """

    full = "its line was full"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.servers = place.size.vcpu
        self.cpu = place.line(self.servers, place.settings["queue"])
        self.forward = self.takes(FORWARD)
        self.receives = True

    def slowed(self, factor: float) -> None:
        """Take so many times as long for every request that it begins with, from now on."""
        if isinstance(self.cpu, PacedLine):
            self.cpu.pace = factor

    def receive(self, request: Request) -> Generator[float | None, None, None]:
        """Work on it, when it is its turn. Raises Refused where the line is full."""
        arrived = self.lane.now
        work = self.forward.at(request.stream, request.number)
        try:
            if isinstance(self.cpu, FifoLine):
                begin = self.cpu.book(work)
                self._seen(request, arrived, begin, work)
                yield from self.under_way(begin + work - arrived)
            else:
                begin = yield from self.inside(self.cpu.serve(work))
                self._seen(request, arrived, begin, self.lane.now - begin)
        except Full:
            raise self.refuse(self.full) from None
        yield from super().receive(request)

    def _seen(self, request: Request, arrived: float, begin: float, work: float) -> None:
        self.meter.settle(begin - arrived, work)
        request.stayed(self.index, arrived, begin, begin + work)

    def state(self, now: float) -> tuple[int, int, float]:
        """Those who wait for a processor, those on one, and the seconds worked."""
        return self.cpu.state(now)

    @property
    def queue_max(self) -> int:
        """The longest its line has been."""
        return self.cpu.queue_max
