"""What all behaviours share: a place in the network, its work, and the way onward."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from sandbox.documents.catalogue import Kind, Size, Warming
from sandbox.documents.design import Link, Node
from sandbox.simulation.calls import Call, Guard, cut_off
from sandbox.simulation.draws import Constant, Draws
from sandbox.simulation.lane import Journeying, Lane
from sandbox.simulation.ledger import Ledger
from sandbox.simulation.lines import FifoLine, PacedLine
from sandbox.simulation.meters import NodeMeter, Reading
from sandbox.simulation.requests import FAILED, REJECTED, Refused, Request
from sandbox.simulation.trace import What

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring


WARMING = "warming up"
"""What slows a fresh instance down."""


class SimLink:
    """A wire of the running world. Counts what sets out on it; `latency` is in seconds.

    `outstanding` are those whom a router has sent on it and who have not come back.

    `guard` is there where the caller may stop waiting for the reply; `is_plain` where all there
    is to do on the way is to visit the target, and `is_call` where nothing comes after that.
    """

    __slots__ = (
        "guard",
        "is_call",
        "is_plain",
        "latency",
        "outstanding",
        "sent",
        "target",
        "weight",
    )

    def __init__(self, target: Visited, weight: float, latency: Draws | Constant | None) -> None:
        self.target = target
        self.weight = weight
        self.latency = latency
        self.guard: Guard | None = None
        self.is_plain = latency is None and not target.books
        self.is_call = self.is_plain and target.answers
        self.sent = 0
        self.outstanding = 0

    def travel(self, lane: Lane, request: Request) -> Generator[float | None, None, object]:
        """Send a request along it; see `travel` below."""
        return travel(lane, self, request)

    def guarded(self, guard: Guard) -> None:
        """Let the caller wait no longer than this says."""
        self.guard, self.is_plain, self.is_call = guard, False, False


Visit: TypeAlias = Generator[float | None, None, SimLink | None]
"""One stay at a node; what it returns is where the request is handed on to (None: nowhere)."""

Duration: TypeAlias = Callable[[int, int], float]
"""How long something takes for a request (its stream and number), in seconds."""


class Visited:
    """Anything a link can lead to."""

    index = -1
    """Its number in the trace's header; -1 for what is no node."""
    calls: dict[Call, Journeying]
    """Guarded calls that it is working on, each with the journey in which it does so."""
    is_up = True
    """Whether it is there at all."""

    behind: SimNode | None = None
    """One of those behind it, where it is the entrance to several that belong together."""

    answers = False
    """Whether it keeps a request until it has an answer, and never hands it on."""
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


def _stretched(usual: Duration, factor: float, stream: int, number: int) -> float:
    """A duration that takes so many times as long."""
    return factor * usual(stream, number)


class Work:
    """The consecutive needs a node does in one go, from one step on; `after` is the next one.

    `duration(stream, number)` gives the seconds of work a request needs here; `need` is the
    first of them.
    """

    __slots__ = ("after", "duration", "need", "times", "usual")

    def __init__(self, times: tuple[Draws | Constant, ...], after: int, need: str = "") -> None:
        self.times = times
        self.after = after
        self.need = need
        self.usual: Duration = times[0].at if len(times) == 1 else self._sum
        """What `duration` is as long as nothing slows the node down."""
        self.duration: Duration = self.usual

    def slowed(self, factor: float) -> None:
        """Take so many times as long as usual from now on."""
        usual = self.usual
        self.duration = usual if factor == 1.0 else partial(_stretched, usual, factor)

    def anew(self) -> Work:
        """The same work for another node, whatever slows this one down."""
        return Work(self.times, self.after, self.need)

    def _sum(self, stream: int, number: int) -> float:
        return sum(time.at(stream, number) for time in self.times)


@dataclass(frozen=True, slots=True)
class Place:
    """What a node is built from: its documents and where it stands in the running world."""

    lane: Lane
    ledger: Ledger
    stock: int | None
    """Units of what is for sale."""
    seed: int
    index: int
    """Its number in the trace's header."""
    name: str
    node: Node
    kind: Kind
    size: Size
    settings: dict[str, Any]
    wired_to: frozenset[str]
    """The nodes of the design that a wire from it leads to."""
    tell: Callable[[int, str, What], None]
    """Say what happened to a node (by index), for the trace."""
    zone: str = ""
    """Where it stands; empty where that is in no zone."""
    may_be_slow: bool = False
    """Whether it may take longer for everything, for a while."""

    def line(self, servers: int, limit: int | None) -> FifoLine | PacedLine:
        """A first-come line: in closed form, where nothing can change the pace of what waits."""
        return (PacedLine if self.may_be_slow else FifoLine)(self.lane, servers, limit)


class SimNode(Visited):
    """One running node, or one instance of it.

    `work` and `onward` are by step; both are filled when the world is wired, before the run.
    `epoch` counts its deaths: who was inside in an earlier one is gone.
    """

    # What Python keeps of an object beside its slots is fast only up to thirty names.
    __slots__ = (
        "calls", "epoch", "in_service", "index", "is_up", "lane", "ledger", "meter", "missed_by",
        "name", "onward", "place", "servers", "slowed_by", "starts_with_power", "waited_for",
        "watched_by", "without_power", "work",
    )  # fmt: skip

    def __init__(self, place: Place) -> None:
        self.place = place
        self.lane = place.lane
        self.ledger = place.ledger
        self.is_up = True
        self.epoch = 0
        self.without_power = 0
        """How many incidents keep its zone dark."""
        self.starts_with_power = False
        self.slowed_by: dict[str, float] = {}
        """What slows it down now, and how many times as long everything takes for it."""
        self.calls = {}
        self.waited_for: list[Callable[[], None]] = []
        """Who wants to be told when it is there again."""
        self.missed_by: list[Callable[[], None]] = []
        """Who wants to be told when it has died."""
        self.in_service = True
        """Whether those who choose among several may send it anything."""
        self.watched_by: list[Callable[[], None]] = []
        """Who wants to be told when it goes into service or out of it."""
        self.index = place.index
        self.name = place.name
        self.servers = 0
        self.meter = NodeMeter()
        self.work: dict[int, Work] = {}
        self.onward: dict[int, SimLink] = {}

    def setting(self, name: str) -> Any:
        """The value of a setting, read from the design or the catalogue."""
        return self.place.settings[name]

    def ways(self, step: int, links: list[Link], wiring: Wiring) -> None:
        """Told which of its links may be taken for a step, before anything happens.

        Without a router in front, only the first instance of a target is ever used.
        """
        self.onward[step] = wiring.way(self, links[0])

    def entrances(
        self, instances: Sequence[SimNode], caller: SimNode, wiring: Wiring
    ) -> Sequence[Visited]:
        """What a wire to these instances of its node leads to: to each of them, by default."""
        return instances

    def job(self, step: int, work: Work, first: int, count: int) -> Visited:
        """Take on a need that no operation has, as a step of its own; who has to be asked for it.

        It is about so many keys, from the first one on.
        """
        self.work[step] = work
        self.slowed(math.prod(self.slowed_by.values()))
        return self

    def feeds(self, target: SimNode) -> None:
        """Told that a wire leads to a node, whatever it may be good for."""

    def prepare(self, wiring: Wiring) -> None:
        """Called once when all ways are known; a copy puts itself in the way of others here."""

    def wired(self) -> None:
        """Called once when everybody is prepared, before anything happens."""

    def refuse(self, why: str) -> Refused:
        """Count a request turned away here; raise what this returns."""
        self.meter.rejected += 1
        return Refused(REJECTED, self.index, why)

    def unreachable(self) -> Refused:
        """Count a request that found it dead; raise what this returns."""
        self.meter.rejected += 1
        return Refused(FAILED, self.index, f"{self.name} was down: connection refused")

    def die(self) -> None:
        """Lose all that is inside, and answer nobody until `revive`."""
        self.is_up = False
        self.epoch += 1
        meter = self.meter
        meter.failed = meter.arrivals - meter.served - meter.rejected
        self.emptied()
        cut_off(self.calls, self.lane, Refused(FAILED, self.index, f"{self.name} died"))
        for told in self.missed_by:
            told()

    def revive(self) -> None:
        """Be there again, with nothing inside; in a zone without power, as soon as it has some."""
        if self.without_power:
            self.starts_with_power = True
            return
        self.is_up = True
        self.warm_up()
        for told in self.waited_for:
            told()

    def warm_up(self) -> None:
        """Be slower at first, if that is what its kind is when it is fresh."""
        if self.place.kind.warming is not None:
            self.lane.start(self._warm_up(self.place.kind.warming))

    def _warm_up(self, warming: Warming) -> Journeying:
        epoch = self.epoch
        self.slow(WARMING, warming.times)
        yield self.lane.now + warming.lasts
        if self.epoch == epoch:
            self.slow(WARMING, 1.0)

    def serve(self, in_service: bool) -> None:
        """Be sent requests from now on, or no more; whoever is inside is finished."""
        self.in_service = in_service
        for told in self.watched_by:
            told()

    def emptied(self) -> None:
        """Start afresh: what it held in memory is gone."""

    def choke(self, seconds: float) -> Generator[float | None, None, None]:
        """Try for so long to work on a message that nobody can work on. Raises Refused."""
        yield self.lane.now + seconds
        raise Refused(FAILED, self.index, f"{self.name} could make nothing of it")

    def slow(self, cause: str, factor: float) -> None:
        """Let `cause` make everything take so many times as long from now on; 1: no longer.

        What has been begun is done as fast as it would have been; what waits, as fast as it is
        when its turn comes.
        """
        self.slowed_by[cause] = factor
        if factor == 1.0:
            del self.slowed_by[cause]
        self.slowed(math.prod(self.slowed_by.values()))

    def slowed(self, factor: float) -> None:
        """Take so many times as long as usual for whatever it does, from now on."""
        for work in self.work.values():
            work.slowed(factor)

    def answers_check(self, within: float) -> bool:
        """Whether a health check would be answered within so many seconds."""
        return self.is_up

    @property
    def gauge(self) -> float | None:
        """What its kind shows besides.

        A cache's hit ratio, a replica's lag, the age of a queue's oldest message, how many wait
        for a row of a store, how long clients wait.
        """
        return None

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
            failed=meter.failed,
        )


def travel(lane: Lane, link: SimLink, request: Request) -> Generator[float | None, None, object]:
    """Send a request along a link, and on from node to node as long as they hand it over.

    A way of one visit or one call is that, and no generator around it: most ways are.
    """
    if link.is_call:
        link.sent += 1
        return link.target.visit(request)
    if link.guard is not None:
        link.sent += 1
        return link.guard.call(request)
    return _from_node_to_node(lane, link, request)


def _from_node_to_node(
    lane: Lane, link: SimLink, request: Request
) -> Generator[float | None, None, None]:
    following: SimLink | None = link
    while following is not None:
        following.sent += 1
        if following.guard is not None:
            yield from following.guard.call(request)
            return
        if following.latency is not None:
            yield lane.now + following.latency.at(request.stream, request.number)
        target = following.target
        if target.books:
            yield target.book(request)
            following = target.hand_on(request)
        else:
            following = yield from target.visit(request)
