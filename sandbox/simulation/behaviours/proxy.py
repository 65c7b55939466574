"""A proxy: a router that reads each request, and has processors to do so."""

from __future__ import annotations

from collections.abc import Generator

from sandbox.documents.catalogue import FORWARD
from sandbox.simulation.behaviours.base import Place
from sandbox.simulation.behaviours.router import Router
from sandbox.simulation.lines import FifoLine, Full
from sandbox.simulation.requests import Request


class Proxy(Router):
    """Chooses for each request, after some work for it.

    Fails by being too small: all that comes passes through it.
    """

    full = "its line was full"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.servers = place.size.vcpu
        self.cpu = FifoLine(self.lane, self.servers, place.settings["queue"])
        self.forward = self.takes(FORWARD)
        self.slowness = 1.0
        """How many times as long as usual its work takes."""
        self.receives = True

    def slowed(self, factor: float) -> None:
        """Take so many times as long for every request, from now on."""
        self.slowness = factor

    def receive(self, request: Request) -> Generator[float | None, None, None]:
        """Work on it, when it is its turn. Raises Refused where the line is full."""
        arrived = self.lane.now
        work = self.forward.at(request.stream, request.number) * self.slowness
        try:
            begin = self.cpu.book(work)
        except Full:
            raise self.refuse(self.full) from None
        self.meter.settle(begin - arrived, work)
        request.stayed(self.index, arrived, begin, begin + work)
        yield from self.under_way(begin + work - arrived)
        yield from super().receive(request)

    def state(self, now: float) -> tuple[int, int, float]:
        """Those who wait for a processor, those on one, and the seconds worked."""
        return self.cpu.state(now)

    @property
    def queue_max(self) -> int:
        """The longest its line has been."""
        return self.cpu.queue_max
