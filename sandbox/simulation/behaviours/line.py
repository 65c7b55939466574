"""A line: the place where work waits for the station behind it."""

from __future__ import annotations

from sandbox.documents.problems import DocumentError
from sandbox.simulation.behaviours.base import Place, SimNode, Visit
from sandbox.simulation.behaviours.station import Station
from sandbox.simulation.lines import Full
from sandbox.simulation.requests import Request


class Line(SimNode):
    """Holds work until somebody behind it is free; turns it away beyond its limit.

    It keeps the line of the station behind it: the work is booked there, and waits here.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.limit: int | None = place.settings["queue"]
        self.waiting = 0
        self._longest = 0

    def wired(self) -> None:
        """A line must stand directly in front of a station that takes one after another."""
        for link in self.onward.values():
            station = link.target
            if not isinstance(station, Station) or not station.books or link.latency is not None:
                raise DocumentError.single(
                    f"`{self.name}` is a line, and nobody takes work from it one by one",
                    hint="link it directly, without latency, to a station that works first "
                    "come first served and has no batches",
                )

    def visit(self, request: Request) -> Visit:
        """Wait here until the station behind can begin."""
        self.meter.arrivals += 1
        link = self.onward.get(request.step)
        station = link.target if link is not None else None
        work = station.work.get(request.step) if isinstance(station, Station) else None
        if work is None:  # nobody behind works on it: it is only passed on
            self.meter.served += 1
            return link
        assert isinstance(station, Station)
        now = self.lane.now
        if self.limit is not None and self.waiting >= self.limit and station.fifo.all_busy(now):
            raise self.refuse("the line was full")
        service = work.duration(request.stream, request.number)
        try:
            begin = station.fifo.book(service)
        except Full:
            raise self.refuse("the line was full") from None
        station.reserved[request] = begin
        self.meter.settle(begin - now, 0.0)
        request.stayed(self.index, now, begin, begin, blame=station.index)
        if begin > now:
            self.waiting += 1
            self._longest = max(self._longest, self.waiting)
            yield begin
            self.waiting -= 1
        self.meter.served += 1
        return link

    def state(self, now: float) -> tuple[int, int, float]:
        """Those who wait; nobody is worked on here."""
        return self.waiting, 0, 0.0

    @property
    def queue_max(self) -> int:
        """The longest it has been."""
        return self._longest
