"""A queue: takes work in at once, and hands it to whoever behind it is free."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.documents.design import Link
from sandbox.documents.problems import DocumentError
from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Visit, Visited, travel
from sandbox.simulation.calls import Guard
from sandbox.simulation.draws import Constant, Draws
from sandbox.simulation.lane import Journeying
from sandbox.simulation.requests import END, FAILED, PENDING, Refused, Request, attempts

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring

PUT = "put"
"""What it takes to take a message in."""


@dataclass(slots=True)
class Message:
    """One piece of work: what is to be done, since when, and how often it was handed out."""

    job: Request
    since: float
    receives: int = 0


class Consumer(Visited):
    """Stands in front of one running worker, and knows how many more messages it can take.

    A message that takes too long is given up by the queue, and not by the worker: its slot is
    free when the work is done, or when the worker is back after having died.
    """

    guard: Guard

    def __init__(self, way: SimLink, worker: SimNode, hand_out: Callable[[], None]) -> None:
        self.way = way
        """The wire, for counting what sets out on it."""
        self.link = SimLink(worker, way.weight, way.latency)
        self.worker = worker
        self.index = worker.index
        self.calls = worker.calls
        self.slots = worker.place.size.slots or 1
        self.free = self.slots
        self._hand_out = hand_out
        worker.waited_for.append(self._is_back)

    @property
    def can_take(self) -> bool:
        """Whether it is there and has a slot free."""
        return self.free > 0 and self.worker.is_up

    def visit(self, request: Request) -> Visit:
        """Pass a message on to the worker, and wait until it is done with it."""
        epoch = self.worker.epoch
        try:
            yield from travel(self.worker.lane, self.link, request)
        except Refused:
            self._done(epoch)
            raise
        self._done(epoch)
        return None

    def _done(self, epoch: int) -> None:
        if self.worker.epoch == epoch:
            self.free += 1
            self._hand_out()

    def _is_back(self) -> None:
        self.free = self.slots
        self._hand_out()


class Queue(SimNode):
    """First in, first out. A message that is not done within `visibility` is handed out again.

    What comes back stands at the end of the line. At least once: whatever failed comes back, up
    to `receives` times, then it is put aside. At most once: a message is forgotten as soon as
    somebody has it.

    Fails by growing old: a backlog takes as long as it takes to work it off.
    """

    answers = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        settings = place.settings
        self.limit: int | None = settings["queue"]
        self.at_least_once: bool = settings["delivery"] == "at-least-once"
        self.visibility: float = settings["visibility"]
        self.receives: int = settings["receives"]
        self.attempts = attempts(f"delivery from {place.node.id}")
        self.put: Draws | Constant = Constant(0.0)
        self.lost: dict[int, str] = {}
        """Needs that nobody behind can do, by the step at which they would be taken in."""
        self.messages: deque[Message] = deque()
        self.consumers: list[Consumer] = []
        self.out = 0
        """Messages that somebody works on, or that wait to be seen again."""
        self.dropped = 0
        self._putting = 0
        self._longest = 0
        self._turn = 0
        self._handing_out = False

    def ways(self, step: int, links: list[Link], wiring: Wiring) -> None:
        """Whoever is behind takes as many messages as it has slots, one like the other."""
        made = wiring.plan.steps[step]
        lost = wiring.plan.unrouted.get(made.operation)
        if lost is not None:
            self.lost[step] = lost
        ways = [(link, way) for link in links for way in wiring.sim_links[link.ends]]
        if self.consumers:
            if [way for _, way in ways] != [consumer.way for consumer in self.consumers]:
                raise DocumentError.single(
                    f"`{self.name}` hands a message to whoever is free, and not everybody behind "
                    f"it can do `{made.need}`",
                    hint="put a queue of its own in front of each of them",
                )
            return
        for link, way in ways:
            times = [link.timeout, self.visibility if self.at_least_once else None]
            patience = min((time for time in times if time is not None), default=None)
            assert isinstance(way.target, SimNode)
            consumer = Consumer(way, way.target, self._hand_out)
            consumer.guard = wiring.guard(link, SimLink(consumer, 1.0, None), patience)
            self.consumers.append(consumer)

    def prepare(self, wiring: Wiring) -> None:
        """Know how long it takes to take a message in."""
        does = self.place.kind.does
        if PUT in does:
            self.put = wiring.durations(PUT, does[PUT].time, self)

    def visit(self, request: Request) -> Visit:
        """Take a message in; from then on the client need not wait."""
        arrived = self.lane.now
        self.meter.arrivals += 1
        if self.limit is not None and len(self.messages) >= self.limit:
            raise self.refuse("the queue was full")
        if request.step in self.lost:
            self.meter.failed += 1
            raise Refused(FAILED, self.index, f"nobody can `{self.lost[request.step]}`")
        self._putting += 1
        yield arrived + self.put.at(request.stream, request.number)
        self._putting -= 1
        job = request.branch(request.step)
        job.deferred = True
        request.step, request.answer = END, PENDING
        self.messages.append(Message(job, self.lane.now))
        self._longest = max(self._longest, len(self.messages))
        self._hand_out()
        return None

    def _hand_out(self) -> None:
        """Give messages to whoever is free, in turn."""
        if self._handing_out:
            return  # whoever is at it goes on
        self._handing_out = True
        while self.messages and (consumer := self._free_one()) is not None:
            consumer.free -= 1
            message = self.messages.popleft()
            self.meter.settle(self.lane.now - message.since, 0.0)
            self.out += 1
            self.lane.start(self._deliver(message, consumer))
        self._handing_out = False

    def _free_one(self) -> Consumer | None:
        for step in range(len(self.consumers)):
            at = (self._turn + step) % len(self.consumers)
            consumer = self.consumers[at]
            if consumer.can_take:
                self._turn = at + 1
                return consumer
        return None

    def _deliver(self, message: Message, consumer: Consumer) -> Journeying:
        seen_again, job, failed = self.lane.now + self.visibility, message.job, False
        if message.receives:
            job = job.again(job.step, message.receives * self.attempts)
        message.receives += 1
        self.ledger.deliveries += 1
        consumer.way.sent += 1
        try:
            yield from consumer.guard.call(job)
        except Refused:
            failed = True
        if not failed or not self.at_least_once or message.receives >= self.receives:
            self.dropped += failed
            self.out -= 1
            self.meter.served += not failed
            self.meter.failed += failed
            return
        yield max(seen_again, self.lane.now)
        self.out -= 1
        self.messages.append(message)
        self._hand_out()

    def state(self, now: float) -> tuple[int, int, float]:
        """Messages that wait, and messages that somebody has."""
        return len(self.messages), self.out + self._putting, 0.0

    @property
    def gauge(self) -> float | None:
        """The age of the oldest message that waits, in seconds."""
        oldest = min((message.since for message in self.messages), default=self.lane.now)
        return self.lane.now - oldest

    @property
    def queue_max(self) -> int:
        """The most messages that have waited."""
        return self._longest
