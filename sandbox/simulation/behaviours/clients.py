"""Clients: who asks, how long they wait, and what becomes of what they asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.simulation.behaviours.base import Place, SimNode, travel
from sandbox.simulation.draws import Constant, Draws
from sandbox.simulation.lane import Journeying
from sandbox.simulation.meters import OperationMeter
from sandbox.simulation.requests import ABANDONED, FAILED, IN_FLIGHT, LATE, LOST, Refused, Request
from sandbox.simulation.trace import Journey


@dataclass(slots=True)
class Asking:
    """One stream of requests: its moments and everything drawn for each of them."""

    index: int
    times: Iterator[float]
    operations: list[int]
    mix: list[float]
    which: Draws
    patience: Draws | Constant | None


@dataclass(slots=True)
class SimOperation:
    """An operation of the running world."""

    index: int
    name: str
    first: int
    meter: OperationMeter
    items: list[float]
    """Cumulated popularity of the items it is about."""
    item: Draws
    is_needed: dict[int, str]
    """The need of each step, for telling what nobody can do."""


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

    def arrive(self, asking: Asking) -> Journeying:
        """Let the requests of a stream come, one after the other."""
        for number, time in enumerate(asking.times):
            yield time
            request = self._request(asking, number, time)
            if asking.patience is not None:
                leaves = time + asking.patience.at(asking.index, number)
                self.lane.start(self.wait(request, leaves))
            self.lane.start(self.ask(request))

    def _request(self, asking: Asking, number: int, time: float) -> Request:
        which = 0
        if len(asking.operations) > 1:
            which = bisect_right(asking.mix, asking.which.at(asking.index, number))
        operation = self.operations[asking.operations[which]]
        item = 0
        if len(operation.items) > 1:
            item = bisect_right(operation.items, operation.item.at(asking.index, number))
        request = Request(asking.index, number, operation.index, operation.first, time, item)
        if number % self.keep_one_in == 0:
            request.visits = []
        self.meter.arrivals += 1
        operation.meter.came(request)
        return request

    def ask(self, request: Request) -> Journeying:
        """Go all the way, and note how it ended if the client is still there."""
        meter = self.operations[request.operation].meter
        try:
            link = self.onward.get(request.step)
            if link is not None:
                yield from travel(self.lane, link, request)
            if request.step >= 0:
                need = self.operations[request.operation].is_needed[request.step]
                raise Refused(FAILED, self.index, f"nobody can `{need}`")
        except Refused as refusal:
            if request in meter.open:
                request.worst_at = refusal.node if refusal.node >= 0 else self.index
                meter.lost(request, refusal.outcome, self.lane.now)
                self._keep(request, refusal.outcome, refusal.why)
        else:
            if request in meter.open:
                outcome = meter.done(request, self.lane.now)
                if request.visits is not None:
                    self._keep(request, outcome, "")
        self.meter.served += 1

    def wait(self, request: Request, leaves: float) -> Journeying:
        """Leave when it takes too long."""
        yield leaves
        meter = self.operations[request.operation].meter
        if request in meter.open:
            meter.lost(request, ABANDONED, leaves)
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
            request.visits or [],
        )
        self.journeys.append(journey)
        if first_loss:
            self.first_loss = journey

    def conserved(self, now: float) -> bool:
        """Whoever is not back yet is on the way (the operations' meters count how it ends)."""
        return self.meter.arrivals >= self.meter.served

    def give_up(self, request: Request) -> None:
        """The run ends: what is overdue and still not done is late for good."""
        self.operations[request.operation].meter.lost(request, LATE, self.lane.now)
        self._keep(request, LATE, "not done when the run ended")
