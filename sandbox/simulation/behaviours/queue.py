"""A queue: takes work in at once, and hands it to whoever behind it is free."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from sandbox.documents.design import Link
from sandbox.documents.problems import DocumentError
from sandbox.simulation.behaviours.base import Place, SimLink, Visit
from sandbox.simulation.behaviours.messages import Consumer, Keeper, Message
from sandbox.simulation.lane import Journeying
from sandbox.simulation.requests import END, Refused, Request

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring


class Queue(Keeper):
    """First in, first out. A message that is not done within `visibility` is handed out again.

    What comes back stands at the end of the line. At least once: whatever failed comes back, up
    to `receives` times, then it is put aside. At most once: a message is forgotten as soon as
    somebody has it. What is older than `keeps` when its turn comes is dropped.

    Fails by growing old: a backlog takes as long as it takes to work it off.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        settings = place.settings
        self.limit: int | None = settings["queue"]
        self.at_least_once: bool = settings["delivery"] == "at-least-once"
        self.visibility: float = settings["visibility"]
        self.receives: int = settings["receives"]
        self.keeps: float = settings["keeps"]
        self.messages: deque[Message] = deque()
        self.consumers: list[Consumer] = []
        self.out = 0
        """Messages that somebody works on, or that wait to be seen again."""
        self.expired = 0
        """Messages dropped because they were too old."""
        self._first = END
        """The first step that it was told a way for."""
        self._longest = 0
        self._turn = 0
        self._handing_out = False

    def ways(self, step: int, links: list[Link], wiring: Wiring) -> None:
        """Whoever is behind takes as many messages as it has slots, one like the other."""
        self.knows_way(step, wiring)
        ways = [(link, way) for link in links for way in wiring.sim_links[link.ends]]
        if self.consumers:
            if [way for _, way in ways] != [consumer.way for consumer in self.consumers]:
                raise DocumentError.single(
                    f"`{self.name}` hands a message to whoever is free, and not everybody behind "
                    f"it can do `{wiring.plan.steps[step].need}`",
                    hint="put a queue of its own in front of each of them",
                )
            return
        self._first = step
        for link, way in ways:
            times = [link.timeout, self.visibility if self.at_least_once else None]
            patience = min((time for time in times if time is not None), default=None)
            consumer = Consumer(way, self, self._hand_out)
            consumer.guard = wiring.guard(link, SimLink(consumer, 1.0, None), patience)
            self.consumers.append(consumer)

    def wired(self) -> None:
        """Know how many messages each can take."""
        for consumer in self.consumers:
            consumer.know(self._first)

    def visit(self, request: Request) -> Visit:
        """Take a message in; from then on the client need not wait."""
        arrived = self.lane.now
        self.meter.arrivals += 1
        if self.limit is not None and len(self.messages) >= self.limit:
            raise self.refuse("the queue was full")
        self.check_way(request)
        self._putting += 1
        yield arrived + self.put.at(request.stream, request.number)
        self._putting -= 1
        self.messages.append(self.taken_in(request))
        self._longest = max(self._longest, len(self.messages))
        self._hand_out()
        return None

    def _hand_out(self) -> None:
        """Give messages to whoever is free, in turn."""
        if self._handing_out:
            return  # whoever is at it goes on
        self._handing_out = True
        while self.messages and (consumer := self._free_one()) is not None:
            message = self.messages.popleft()
            if self.lane.now - message.since > self.keeps:
                self._expire()
                continue
            consumer.free -= 1
            self.meter.settle(self.lane.now - message.since, 0.0)
            self.out += 1
            self.lane.start(self._deliver(message, consumer))
        self._handing_out = False

    def _expire(self) -> None:
        """Drop what nobody has any use for by now."""
        self.expired += 1
        self.meter.failed += 1
        self.ledger.wrongs["expired-messages"] += 1

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
        if not failed:
            self.out -= 1
            self.meter.served += 1
            self.ledger.done_later(job, self.lane.now)
            return
        if not self.at_least_once or message.receives >= self.receives:
            self.out -= 1
            self.meter.failed += 1
            if self.at_least_once:
                self.put_aside(message)
            else:  # nobody has it any more
                self.lose()
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
