"""A socket gateway: holds a connection with everybody who watches, and tells them of changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import Place, SimNode, Visit, Visited
from sandbox.simulation.draws import Constant, Draws, durations, uniform
from sandbox.simulation.lane import Journeying
from sandbox.simulation.lines import FifoLine
from sandbox.simulation.oracles.watching import Watching
from sandbox.simulation.requests import FAILED, Refused, Request

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring

TELL, CONNECT = "tell", "connect"
"""What it takes to tell one client of changes, and to take a client in (a handshake)."""


class Sockets(SimNode):
    """One gateway: processors that do handshakes and send messages, first come first served.

    Changes are gathered for a while, then everybody who is connected gets one message with all of
    them. When it dies, its clients are cut off, and connect again: at once, or each at a moment of
    his own within `reconnect`; to others of its node, or to itself when it is back. A handshake
    that takes longer than `patience` is given up by the client, and not by the gateway, and the
    client begins another.

    Fails when all come back at the same moment: it works on handshakes that nobody waits for.
    """

    answers = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.servers = place.size.vcpu
        self.gather: float = place.settings["gather"]
        self.crowd = Crowd([self], 0, place)
        self.connected: dict[int, None] = {}
        self.handshakes = 0
        """Handshakes that were done, whether or not anybody still waited for them."""
        self.times: dict[str, Draws | Constant] = {TELL: Constant(0.0), CONNECT: Constant(0.0)}
        self._worked_before = 0.0
        self._died_at = 0.0
        self._flushes = 0
        self.cpu = FifoLine(self.lane, self.servers, None)
        self._is_gathering = False

    def emptied(self) -> None:
        """Start with free processors and nobody connected."""
        self._worked_before += self.cpu.state(self.lane.now)[2]
        self.cpu = FifoLine(self.lane, self.servers, None)
        self._is_gathering = False

    def entrances(
        self, instances: Sequence[SimNode], caller: SimNode, wiring: Wiring
    ) -> Sequence[Visited]:
        """Whoever has a change tells all gateways of it in one go."""
        return [Backplane([each for each in instances if isinstance(each, Sockets)])]

    def prepare(self, wiring: Wiring) -> None:
        """Know how long things take, and who is connected from the start."""
        for need in self.times:
            if need in self.place.kind.does:
                law = self.place.kind.does[need].time
                self.times[need] = wiring.durations(need, law, self)
        world = wiring.world
        mine = world.instances[self.place.node.id]
        if self is mine[0] and world.gateway == self.place.node.id:
            gateways = [each for each in mine if isinstance(each, Sockets)]
            watching = world.ledger.watching
            watch, count, distance = world.level.watch, 0, None
            if watch is not None and watching is not None:
                way, count = world.instances[watch.by][0].place.kind.distance, watching.count
                purpose = f"messages to {watch.by}"
                distance = durations(world.seed, purpose, way) if way is not None else None
            crowd = Crowd(gateways, count, self.place, watching, distance)
            for gateway in gateways:
                gateway.crowd = crowd
            crowd.gather()

    @property
    def room(self) -> int | None:
        """How many connections it can hold."""
        return self.place.size.slots

    @property
    def is_full(self) -> bool:
        """Whether it takes nobody else."""
        return self.room is not None and len(self.connected) >= self.room

    def push(self) -> None:
        """There is a change: tell everybody of it, and of all that come in the next moments."""
        if not self._is_gathering:
            self._is_gathering = True
            self.lane.start(self._tell_all())

    def _tell_all(self) -> Journeying:
        epoch = self.epoch
        yield self.lane.now + self.gather
        if self.epoch != epoch:
            return
        self._is_gathering = False
        self._flushes += 1
        version, told = self.crowd.version, list(self.connected)
        each = self.times[TELL].at(self.index, self._flushes)
        moments: list[tuple[int, float]] = []
        for processor in range(min(self.servers, len(told))):
            part = told[processor :: self.servers]
            begin = self.cpu.book(each * len(part))
            moments += [(who, begin + each * at) for at, who in enumerate(part, start=1)]
        if moments:
            yield max(moment for _, moment in moments)
        for who, moment in moments:
            if self.epoch == epoch or moment <= self._died_at:
                self.crowd.sees(who, version, moment)

    def shake_hands(self, number: int) -> float:
        """Begin to take a client in; when that will be done."""
        took = self.times[CONNECT].at(self.index, number)
        self.handshakes += 1
        return self.cpu.book(took) + took

    def die(self) -> None:
        """All its clients are cut off, and know it at once."""
        self._died_at = self.lane.now
        cut_off, self.connected = list(self.connected), {}
        super().die()
        self.crowd.come_back(cut_off)

    def revive(self) -> None:
        """Whoever found nobody to connect to comes now."""
        super().revive()
        self.crowd.somebody_is_there()

    @property
    def gauge(self) -> float | None:
        """How many are connected."""
        return float(len(self.connected))

    def state(self, now: float) -> tuple[int, int, float]:
        """Handshakes and messages that wait for a processor, those on one, and the time worked."""
        queue, inside, busy = self.cpu.state(now)
        return queue, inside, busy + self._worked_before

    def conserved(self, now: float) -> bool:
        """Changes that came were taken, refused, or are being taken; processors do more besides."""
        meter = self.meter
        return meter.arrivals >= meter.served + meter.rejected + meter.failed

    @property
    def queue_max(self) -> int:
        """The longest line of handshakes and messages."""
        return self.cpu.queue_max


class Backplane(Visited):
    """The one entrance of all gateways of a node."""

    answers = True

    def __init__(self, gateways: list[Sockets]) -> None:
        self.gateways = gateways
        self.index = gateways[0].index
        self.calls = {}

    def visit(self, request: Request) -> Visit:
        """Tell all gateways that are there; each tells its clients, whom nobody waits for."""
        there = [(each, each.epoch) for each in self.gateways if each.is_up]
        first = self.gateways[0]
        if not there:
            first.meter.arrivals += 1
            raise first.unreachable()
        for gateway, _ in there:
            gateway.meter.arrivals += 1
        work = first.work[request.step]
        yield first.lane.now + work.duration(request.stream, request.number)
        told = [gateway for gateway, epoch in there if gateway.epoch == epoch]
        if not told:
            raise Refused(FAILED, self.index, f"{first.name} died")
        first.crowd.version = max(first.crowd.version, request.wrote)
        for gateway in told:
            gateway.meter.served += 1
            gateway.push()
        request.step = work.after
        return None


class Crowd:
    """Everybody who watches through the gateways of a node, connected or not."""

    def __init__(
        self,
        gateways: list[Sockets],
        count: int,
        place: Place,
        watching: Watching | None = None,
        distance: Draws | Constant | None = None,
    ) -> None:
        self.distance = distance
        """How long a message to one of them and back is under way, in seconds."""
        self.gateways = gateways
        self.count = count
        self.watching = watching
        self.version = 0
        """The newest change that the gateways have been told of."""
        self.outside: list[int] = []
        """Those who found no gateway that would take them."""
        self.lane = place.lane
        self._within: float = place.settings["reconnect"]
        self._patience: float = place.settings["patience"]
        self._jitter = uniform(place.seed, f"reconnect to {place.node.id}")
        self._tries = [0] * count

    def gather(self) -> None:
        """At the start all are connected, evenly, as far as there is room."""
        for who in range(self.count):
            gateway = self.gateways[who % len(self.gateways)]
            if gateway.is_full:
                self.outside.append(who)
            else:
                gateway.connected[who] = None

    def sees(self, who: int, version: int, moment: float) -> None:
        """A message is sent to somebody, who gets it half a round trip later."""
        if self.watching is None:
            return
        if self.distance is not None:
            moment += 0.5 * self.distance.at(version, who)
        self.watching.sees(who, version, moment)

    def come_back(self, clients: list[int]) -> None:
        """Let these connect again."""
        for who in clients:
            self.lane.start(self._connect(who))

    def somebody_is_there(self) -> None:
        """Let all come who found nobody."""
        outside, self.outside = self.outside, []
        self.come_back(outside)

    def _connect(self, who: int) -> Journeying:
        """Try until a handshake is done in time; then see what was missed."""
        while True:
            number = self._tries[who] = self._tries[who] + 1
            yield self.lane.now + self._within * self._jitter.at(number, who)
            there = [each for each in self.gateways if each.is_up and not each.is_full]
            if not there:
                self.outside.append(who)
                return
            gateway = there[who % len(there)]
            epoch, gives_up = gateway.epoch, self.lane.now + self._patience
            done = gateway.shake_hands(number * self.count + who)
            yield min(done, gives_up)
            if done > gives_up or gateway.epoch != epoch or gateway.is_full:
                continue
            gateway.connected[who] = None
            self.sees(who, self.version, self.lane.now)
            return
