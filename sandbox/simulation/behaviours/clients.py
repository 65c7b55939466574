"""Clients: who asks, how long they wait, and what becomes of what they asked for."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import Place, SimNode, travel
from sandbox.simulation.draws import Concentrated, Constant, Draws, durations
from sandbox.simulation.effects.keys import CLICKS
from sandbox.simulation.lane import Journeying
from sandbox.simulation.meters import OperationMeter
from sandbox.simulation.requests import (
    ABANDONED,
    END,
    FAILED,
    IN_FLIGHT,
    LATE,
    LOST,
    Refused,
    Request,
    attempts,
)
from sandbox.simulation.trace import Journey
from sandbox.simulation.users import Users

if TYPE_CHECKING:
    from sandbox.simulation.oracles.oracle import Oracle
    from sandbox.simulation.wiring import Wiring

_ATTEMPTS = attempts("clients")


@dataclass(slots=True)
class Asking:
    """One stream of requests: its moments and everything drawn for each of them."""

    index: int
    times: Iterator[float]
    operations: list[int]
    mix: list[float]
    which: Draws
    patience: Draws | Constant | None
    retries: int
    after: float
    """Seconds before the first retry."""
    jitter: Draws | Constant


@dataclass(frozen=True, slots=True)
class Sampling:
    """Only one request in `one_in` does all needs, and counts for all; the rest begin elsewhere."""

    one_in: int
    spared: int
    """The first step of those who are spared what only some do."""
    draws: Draws

    def decide(self, request: Request) -> None:
        """Whether this is the one."""
        if self.draws.at(request.stream, request.number) * self.one_in < 1.0:
            request.note(CLICKS + request.item, self.one_in)
        else:
            request.step = self.spared


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What a user does again before `every` seconds are over never sets out by itself."""

    every: float
    users: Users
    sent: dict[tuple[int, int], float] = field(default_factory=dict)
    """When each user has last sent something about each item."""

    def decide(self, request: Request) -> None:
        """Whether it sets out, with all that was kept back."""
        whose = self.users.of(request), request.item
        if request.start - self.sent.get(whose, -math.inf) < self.every:
            request.step = END
        else:
            self.sent[whose] = request.start


@dataclass(slots=True)
class SimOperation:
    """An operation of the running world."""

    index: int
    name: str
    first: int
    meter: OperationMeter
    items: list[float]
    """Cumulated popularity of the items it is about."""
    item: Draws | Concentrated
    key: int
    """The key of the first item; those of others follow."""
    writes: bool
    """Whether it changes what others read."""
    sells: bool
    """Whether it is about a unit of the stock."""
    defers: bool
    """Whether some of it may be done later."""
    is_needed: dict[int, str]
    """The need of each step, for telling what nobody can do."""
    oracles: tuple[Oracle, ...] = ()
    """Who wants to hear how its requests end."""
    sampling: Sampling | KeptBack | None = None
    """Where not all of its requests do all of its needs."""


class Clients(SimNode):
    """Sends requests off and waits for each, no longer than the client's patience.

    Work done for a client who has left goes on: nobody told the kitchen.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.operations: list[SimOperation] = []
        self.journeys: list[Journey] = []
        self.first_loss: Journey | None = None
        self.keep_one_in = 1
        self.names: list[str] = []
        self._recent: list[float] = []
        """Latencies of what was completed since they were last looked at."""
        distance = place.kind.distance
        purpose = f"distance of {place.node.id}"
        self.distance = durations(place.seed, purpose, distance) if distance else None
        self.before: float = 1.0
        """The part of the distance that lies before what they are wired to."""

    def prepare(self, wiring: Wiring) -> None:
        """Know whether what they ask stands near them."""
        shares = [
            link.target.place.kind.near
            for link in self.onward.values()
            if isinstance(link.target, SimNode) and link.target.place.kind.near is not None
        ]
        self.before = min(shares, default=1.0)

    def rest_of_the_way(self, request: Request) -> float:
        """How many seconds lie behind what stands near them."""
        if self.distance is None:
            return 0.0
        return (1.0 - self.before) * self.distance.at(request.stream, request.number)

    def arrive(self, asking: Asking) -> Journeying:
        """Let the requests of a stream come, one after the other."""
        for number, time in enumerate(asking.times):
            yield time
            request = self._request(asking, number, time)
            if asking.patience is not None:
                leaves = time + asking.patience.at(asking.index, number)
                self.lane.start(self.wait(request, leaves))
            insists = asking.retries > 0
            self.lane.start(self.insist(asking, request) if insists else self.ask(request))

    def _request(self, asking: Asking, number: int, time: float) -> Request:
        which = 0
        if len(asking.operations) > 1:
            which = bisect_right(asking.mix, asking.which.at(asking.index, number))
        operation = self.operations[asking.operations[which]]
        item = operation.key
        if len(operation.items) > 1:
            item += bisect_right(operation.items, operation.item.at(asking.index, number))
        request = Request(asking.index, number, operation.index, operation.first, time, item)
        request.known = self.ledger.acknowledged.get(item, 0)
        if operation.sampling is not None:
            operation.sampling.decide(request)
        if number % self.keep_one_in == 0:
            request.visits = []
        self.meter.arrivals += 1
        operation.meter.came(request)
        return request

    def ask(self, request: Request) -> Journeying:
        """Go all the way, and note how it ended if the client is still there."""
        try:
            if self.distance is not None and request.step != END:
                yield self.lane.now + self._way(request)
            link = self.onward.get(request.step)
            if link is not None:
                yield from travel(self.lane, link, request)
            if request.step >= 0:
                raise self._nobody_can(request)
        except Refused as refusal:
            self._lose(request, refusal)
        else:
            self._done(request)
        if request.held is not None:  # nobody else would end what this client itself began
            request.held.roll_back()
        self.meter.served += 1

    def insist(self, asking: Asking, request: Request) -> Journeying:
        """Ask, and again as often as this client does, while there is still somebody waiting."""
        attempt, pause = request.branch(request.step), asking.after
        still_open = self.operations[request.operation].meter.open
        for tried in range(1, asking.retries + 2):
            try:
                if self.distance is not None and attempt.step != END:
                    yield self.lane.now + self._way(attempt)
                link = self.onward.get(attempt.step)
                if link is not None:
                    yield from travel(self.lane, link, attempt)
                if attempt.step >= 0:
                    raise self._nobody_can(attempt)
            except Refused as refusal:
                if attempt.held is not None:
                    attempt.held.roll_back()
                if tried > asking.retries or request not in still_open:
                    self._lose(request, refusal)
                    break
            else:
                request.absorb(attempt)
                self._done(request)
                break
            attempt = request.again(request.step, tried * _ATTEMPTS)
            yield self.lane.now + pause * (0.5 + asking.jitter.at(attempt.stream, attempt.number))
            pause *= 2.0
            if request not in still_open:  # left in the meantime
                break
            self.ledger.attempts += 1
        if request.held is not None:  # nobody else would end what this client itself began
            request.held.roll_back()
        self.meter.served += 1

    def _way(self, request: Request) -> float:
        """How long a request and its answer are under way, in seconds; nobody else is to blame."""
        assert self.distance is not None
        seconds = self.before * self.distance.at(request.stream, request.number)
        request.worst, request.worst_at = seconds, self.index
        return seconds

    def _nobody_can(self, request: Request) -> Refused:
        need = self.operations[request.operation].is_needed[request.step]
        return Refused(FAILED, self.index, f"nobody can `{need}`")

    def _lose(self, request: Request, refusal: Refused) -> None:
        meter = self.operations[request.operation].meter
        if request in meter.open:
            self._tell_of_loss(request)
            request.worst_at = refusal.node if refusal.node >= 0 else self.index
            meter.lost(request, refusal.outcome, self.lane.now)
            self.meter.failed += 1
            self._keep(request, refusal.outcome, refusal.why)

    def _tell_of_loss(self, request: Request) -> None:
        for oracle in self.operations[request.operation].oracles:
            oracle.lost(request)

    def _done(self, request: Request) -> None:
        operation = self.operations[request.operation]
        if request not in operation.meter.open:
            return
        outcome = operation.meter.done(request, self.lane.now)
        self._recent.append(self.lane.now - request.start)
        self.ledger.answered(request, operation.writes)
        if operation.sells:
            self.ledger.tells(request)
        for oracle in operation.oracles:
            oracle.answered(request, self.lane.now)
        if operation.defers and (later := self.ledger.later.get(request.order)) is not None:
            operation.meter.put_off(request, later)
        if request.visits is not None:
            self._keep(request, outcome, "")

    def wait(self, request: Request, leaves: float) -> Journeying:
        """Leave when it takes too long."""
        yield leaves
        meter = self.operations[request.operation].meter
        if request in meter.open:
            self._tell_of_loss(request)
            meter.lost(request, ABANDONED, leaves)
            self.meter.failed += 1
            self._keep(request, ABANDONED, "waited too long and left")

    def still_waits(self, request: Request) -> None:
        """The run ends, and this request has neither a deadline nor an end."""
        self._keep(request, IN_FLIGHT, "")

    def _keep(self, request: Request, outcome: str, why: str) -> None:
        """Keep the journey for the trace: of the sample, and of the first one lost."""
        first_loss = self.first_loss is None and outcome in LOST
        if request.visits is None and not first_loss:
            return
        charged = self.names[request.worst_at] if request.worst_at >= 0 else ""
        journey = Journey(
            request.stream,
            request.number,
            self.operations[request.operation].name,
            request.start,
            None if outcome == IN_FLIGHT else self.lane.now,
            outcome,
            charged,
            why,
            [] if request.visits is None else request.visits,
        )
        self.journeys.append(journey)
        if first_loss:
            self.first_loss = journey

    @property
    def gauge(self) -> float | None:
        """The 95th percentile of what these clients waited since it was last asked, in seconds."""
        recent, self._recent = sorted(self._recent), []
        return recent[math.ceil(0.95 * len(recent)) - 1] if recent else None

    def conserved(self, now: float) -> bool:
        """Whoever is not back yet is on the way (the operations' meters count how it ends)."""
        return self.meter.arrivals >= self.meter.served

    def give_up(self, request: Request) -> None:
        """The run ends: what is overdue and still not done is late for good."""
        self.operations[request.operation].meter.lost(request, LATE, self.lane.now)
        self._keep(request, LATE, "not done when the run ended")
