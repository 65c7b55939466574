"""What all behaviours share: a place in the network, its work, and the way onward."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

from sandbox.documents.catalogue import Kind, Size
from sandbox.documents.design import Node
from sandbox.simulation.draws import Constant, Draws
from sandbox.simulation.lane import Lane
from sandbox.simulation.meters import NodeMeter, Reading
from sandbox.simulation.requests import REJECTED, Refused, Request


class SimLink:
    """A wire of the running world. Counts what sets out on it; `latency` is in seconds."""

    __slots__ = ("latency", "sent", "target", "weight")

    def __init__(self, target: Visited, weight: float, latency: Draws | Constant | None) -> None:
        self.target = target
        self.weight = weight
        self.latency = latency
        self.sent = 0


Visit: TypeAlias = Generator[float | None, None, SimLink | None]
"""One stay at a node; what it returns is where the request is handed on to (None: nowhere)."""


class Visited:
    """Anything a link can lead to."""

    books = False
    """Whether a whole stay is known on arrival: then `book` and `hand_on` stand for `visit`."""

    def visit(self, request: Request) -> Visit:
        """Do for the request, in order, what this node does of it."""
        yield self.book(request)
        return self.hand_on(request)

    def book(self, request: Request) -> float:
        """Take the request in; the moment at which it will be done here. Raises Refused."""
        raise NotImplementedError

    def hand_on(self, request: Request) -> SimLink | None:
        """Let go of a request that is done here; where it goes next."""
        raise NotImplementedError


class Work:
    """The consecutive needs a node does in one go, from one step on; `after` is the next one.

    `duration(stream, number)` gives the seconds of work a request needs here.
    """

    __slots__ = ("after", "duration", "times")

    def __init__(self, times: tuple[Draws | Constant, ...], after: int) -> None:
        self.times = times
        self.after = after
        self.duration = times[0].at if len(times) == 1 else self._sum

    def _sum(self, stream: int, number: int) -> float:
        return sum(time.at(stream, number) for time in self.times)


@dataclass(frozen=True, slots=True)
class Place:
    """What a node is built from: its documents and where it stands in the running world."""

    lane: Lane
    seed: int
    index: int
    """Its number in the trace's header."""
    name: str
    node: Node
    kind: Kind
    size: Size
    settings: dict[str, Any]


class SimNode(Visited):
    """One running node, or one instance of it.

    `work` and `onward` are by step; both are filled when the world is wired, before the run.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.lane = place.lane
        self.index = place.index
        self.name = place.name
        self.servers = 0
        self.meter = NodeMeter()
        self.work: dict[int, Work] = {}
        self.onward: dict[int, SimLink] = {}

    def setting(self, name: str) -> Any:
        """The value of a setting, read from the design or the catalogue."""
        return self.place.settings[name]

    def wired(self) -> None:
        """Called once when all links are in place, before anything happens."""

    def refuse(self, why: str) -> Refused:
        """Count a request turned away here; raise what this returns."""
        self.meter.rejected += 1
        return Refused(REJECTED, self.index, why)

    def state(self, now: float) -> tuple[int, int, float]:
        """Those waiting, those being worked on, and the server-seconds worked until `now`."""
        return 0, 0, 0.0

    def conserved(self, now: float) -> bool:
        """Whether everything that came was served, refused, or is still here."""
        queue, inside, _ = self.state(now)
        meter = self.meter
        return meter.arrivals == meter.served + meter.rejected + meter.failed + queue + inside

    @property
    def queue_max(self) -> int:
        """The longest the line has been."""
        return 0

    def reading(self, now: float) -> Reading:
        """All counters at this moment."""
        queue, inside, busy = self.state(now)
        meter = self.meter
        return Reading(
            arrivals=meter.arrivals,
            served=meter.served,
            rejected=meter.rejected,
            queue=queue,
            inside=inside,
            busy=busy,
            waits=meter.waits.count,
            waited=meter.waits.total,
        )


def travel(lane: Lane, link: SimLink, request: Request) -> Generator[float | None, None, None]:
    """Send a request along a link, and on from node to node as long as they hand it over."""
    following: SimLink | None = link
    while following is not None:
        following.sent += 1
        if following.latency is not None:
            yield lane.now + following.latency.at(request.stream, request.number)
        target = following.target
        if target.books:
            yield target.book(request)
            following = target.hand_on(request)
        else:
            following = yield from target.visit(request)
