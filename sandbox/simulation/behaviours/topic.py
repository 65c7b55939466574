"""A topic: every subscriber gets a copy of each message, and none of them waits for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.documents.design import Link
from sandbox.simulation.behaviours.base import Place, SimLink, Visit, travel
from sandbox.simulation.behaviours.fork import Fork
from sandbox.simulation.behaviours.messages import Keeper, Message
from sandbox.simulation.lane import Journeying
from sandbox.simulation.requests import END, PENDING, Refused, Request

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring


class Topic(Keeper):
    """Whoever publishes calls once, and is answered at once; each branch is a message of its own.

    A subscriber that refuses its copy is offered it again after a `pause`, up to `tries` times;
    then the copy is put aside. A queue refuses little; a worker that is down refuses all.

    Fails by keeping nothing: a subscriber that is away for longer than the tries take has lost
    its copies, unless it has a queue of its own.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.tries: int = place.settings["tries"]
        self.pause: float = place.settings["pause"]

    def ways(self, step: int, links: list[Link], wiring: Wiring) -> None:
        """Each branch has a way of its own."""
        super().ways(step, links, wiring)
        self.knows_way(step, wiring)

    def visit(self, request: Request) -> Visit:
        """Take a message in, answer, and send copies to all subscribers."""
        arrived = self.lane.now
        self.meter.arrivals += 1
        self.check_way(request)
        self._putting += 1
        yield arrived + self.put.at(request.stream, request.number)
        self._putting -= 1
        link, after = self.onward[request.step], END
        branches = [(request.step, link)]
        if isinstance(link.target, Fork):
            branches, after = link.target.branches, link.target.after
        for step, way in branches:
            message = self.copied(request, step)
            self.lane.start(self._deliver(message, way))
        request.step, request.answer = after, PENDING
        self.meter.served += 1
        return None

    def _deliver(self, message: Message, way: SimLink) -> Journeying:
        """Offer a subscriber its copy, until it has it or is given up."""
        job, lane = message.job, self.lane
        while True:
            message.receives += 1
            self.ledger.deliveries += 1
            try:
                yield from travel(lane, way, job)
                break
            except Refused:
                if message.receives == self.tries:
                    self.put_aside(message)
                    return
            yield lane.now + self.pause
            job = message.job.again(message.job.step, message.receives * self.attempts)
        self.ledger.done_later(job, lane.now)

    def state(self, now: float) -> tuple[int, int, float]:
        """Nothing waits here; what is being taken in."""
        return 0, self._putting, 0.0
