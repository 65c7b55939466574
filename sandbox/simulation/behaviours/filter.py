"""A filter: looks at each request, and refuses what it takes for a bot's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.simulation.arithmetic import false_positives
from sandbox.simulation.behaviours.base import Place, Visit
from sandbox.simulation.behaviours.bots import Bots
from sandbox.simulation.behaviours.passing import Passing
from sandbox.simulation.draws import uniform
from sandbox.simulation.lines import FifoLine, PacedLine
from sandbox.simulation.requests import Request

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.clients import Clients
    from sandbox.simulation.wiring import Wiring


class Filter(Passing):
    """Catches a share of the bots, at the price of some people. A look costs it a little work.

    How a request looks belongs to the request: a stricter filter refuses whom a milder one does,
    and more; who tries again looks the same.

    Fails by taking people for bots, and by standing behind the work that it was to spare.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.servers = place.size.vcpu
        self.catches: float = place.settings["catches"]
        self.mistakes = false_positives(self.catches, place.settings["skill"])
        self.looks = uniform(place.seed, f"looks at {place.node.id}")
        self.look = max(ability.time.mean for ability in place.kind.does.values())
        """Seconds of work that a request costs it."""
        self.cpu = place.line(self.servers, None)
        self._shown = (0, 0)
        self.clients: dict[int, Clients] = {}
        """Who sends each stream."""

    def prepare(self, wiring: Wiring) -> None:
        """Have requests of bots and of people told apart, for the ledger and for the draws."""
        self.clients = wiring.world.clients

    def slowed(self, factor: float) -> None:
        """Take so many times as long for every look that begins, from now on."""
        if isinstance(self.cpu, PacedLine):
            self.cpu.pace = factor

    def visit(self, request: Request) -> Visit:
        """Be looked at; be refused, or pass."""
        meter, arrived = self.meter, self.lane.now
        meter.arrivals += 1
        if isinstance(self.cpu, FifoLine):
            begin = self.cpu.book(self.look)
            meter.settle(begin - arrived, self.look)
            yield begin + self.look
        else:
            begin = yield from self.cpu.serve(self.look)
            meter.settle(begin - arrived, self.lane.now - begin)
        request.stayed(self.index, arrived, begin, self.lane.now)
        is_bot = isinstance(self.clients[request.origin], Bots)
        if self.looks.at(request.origin, request.number) < (
            self.catches if is_bot else self.mistakes
        ):
            if not is_bot:
                self.ledger.wrongs["humans-refused"] += 1
            raise self.refuse(f"{self.name} took it for a bot's")
        return (yield from self.pass_on(request))

    def state(self, now: float) -> tuple[int, int, float]:
        """Those who wait for a look, those looked at, and the seconds worked."""
        return self.cpu.state(now)

    def conserved(self, now: float) -> bool:
        """Who has been looked at this very moment is neither there nor past it."""
        meter = self.meter
        under_way = meter.arrivals - meter.served - meter.rejected - meter.failed
        return under_way >= self.passing + sum(self.cpu.state(now)[:2])

    @property
    def gauge(self) -> float | None:
        """The share that it has refused since it was last asked, 0 to 1."""
        came, refused = self.meter.arrivals - self._shown[0], self.meter.rejected - self._shown[1]
        self._shown = (self.meter.arrivals, self.meter.rejected)
        return refused / came if came else None

    @property
    def queue_max(self) -> int:
        """The longest line in front of it."""
        return self.cpu.queue_max
