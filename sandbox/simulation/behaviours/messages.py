"""What queues, logs and topics have in common: messages, who takes them, and those put aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Visit, Visited, travel
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.behaviours.dead_letters import DeadLetters
from sandbox.simulation.behaviours.function import Function
from sandbox.simulation.behaviours.gate import Gate
from sandbox.simulation.behaviours.router import Router
from sandbox.simulation.calls import Guard
from sandbox.simulation.draws import Constant, Draws
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

    A message that takes too long is given up by whoever handed it out, and not by the worker: its
    slot is free when the work is done, or when the worker is back after having died.

    Behind a router or a gate stands more than one worker: then they are taken together, and who of
    them works on a message is the router's affair. So one may wait at a worker that is busy while
    another one is free, which cannot happen where workers take their messages themselves.
    """

    guard: Guard

    def __init__(self, way: SimLink, keeper: Keeper, hand_out: Callable[[], None]) -> None:
        self.way = way
        """The wire, for counting what sets out on it."""
        assert isinstance(way.target, SimNode)
        self.worker = worker = way.target
        self.link = SimLink(worker, way.weight, way.latency)
        self.keeper = keeper
        self.index = worker.index
        self.calls = worker.calls
        self.slots = self.free = 1
        self._hand_out = hand_out
        worker.waited_for.append(self._is_back)
        worker.watched_by.append(hand_out)

    def know(self, step: int) -> None:
        """Count the slots, once it is known who stands behind the worker."""
        self.slots = self.free = max(1, _room(self.worker, step))

    @property
    def can_take(self) -> bool:
        """Whether it is there, takes messages, and has a slot free."""
        return self.free > 0 and self.worker.is_up and self.worker.in_service

    def visit(self, request: Request) -> Visit:
        """Pass a message on to the worker, and wait until it is done with it."""
        epoch = self.worker.epoch
        spoilt = self.keeper.spoilt
        try:
            if spoilt and request.order in spoilt:
                yield from self.worker.choke(spoilt[request.order])
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


def _room(node: Visited, step: int) -> int:
    """How many messages a node, or those behind it, can work on at once."""
    if isinstance(node, Router):
        pool = node.pools.get(step)
        return sum(_room(link.target, step) for link in pool.links) if pool else 0
    if isinstance(node, Gate):
        link = node.onward.get(step)
        return _room(link.target, step) if link else 0
    assert isinstance(node, SimNode)
    if isinstance(node, Function):
        return node.servers
    slots = node.room if isinstance(node, Compute) else node.place.size.slots
    return slots or node.place.size.vcpu


class Keeper(SimNode):
    """Takes messages in, so that the client need not wait; what nobody can do is put aside.

    What is put aside goes to the dead letters wired behind it; where there are none, it is lost.
    """

    answers = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.attempts = attempts(f"delivery from {place.node.id}")
        self.put: Draws | Constant = Constant(0.0)
        self.lost: dict[int, str] = {}
        """Needs that nobody behind can do, by the step at which they would be taken in."""
        self.dead_letters: DeadLetters | None = None
        self.dropped = 0
        """Messages that were given up, kept as dead letters or not."""
        self.spoilt: dict[int, float] = {}
        """Orders whose messages nobody can work on, and how many seconds each try takes."""
        self._to_spoil = 0
        self._chokes = 0.0
        self._putting = 0

    def feeds(self, target: SimNode) -> None:
        """Dead letters go to whoever keeps them."""
        if isinstance(target, DeadLetters):
            self.dead_letters = target

    def prepare(self, wiring: Wiring) -> None:
        """Know how long it takes to take a message in."""
        does = self.place.kind.does
        if PUT in does:
            self.put = wiring.durations(PUT, does[PUT].time, self)

    def spoil(self, messages: int, seconds: float) -> None:
        """Let nobody be able to work on the next so many that come; each try takes so long."""
        self._to_spoil, self._chokes = messages, seconds

    def knows_way(self, step: int, wiring: Wiring) -> None:
        """Remember what nobody behind could do of what begins with this step."""
        lost = wiring.plan.unrouted.get(wiring.plan.steps[step].operation)
        if lost is not None:
            self.lost[step] = lost

    def check_way(self, request: Request) -> None:
        """Refuse what nobody could ever finish."""
        if request.step in self.lost:
            self.meter.failed += 1
            raise Refused(FAILED, self.index, f"nobody can `{self.lost[request.step]}`")

    def taken_in(self, request: Request) -> Message:
        """Keep what is left to do of a request; for its client it is done."""
        message = self.copied(request, request.step)
        request.step, request.answer = END, PENDING
        if self._to_spoil:
            self._to_spoil -= 1
            self.spoilt[request.order] = self._chokes
        return message

    def copied(self, request: Request, step: int) -> Message:
        """A message of what is done later of a request, from a step on."""
        job = request.branch(step)
        job.deferred = True
        self.ledger.put_off(job)
        return Message(job, self.lane.now)

    def put_aside(self, message: Message) -> None:
        """Give a message up: nobody will ever do what it asks for."""
        if self.dead_letters is None:
            self.lose()
        else:
            self.dropped += 1
            self.dead_letters.keep(message.job)

    def lose(self) -> None:
        """Forget a message that has not been worked on."""
        self.dropped += 1
        self.ledger.wrongs["lost-messages"] += 1
