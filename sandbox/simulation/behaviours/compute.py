"""Compute: an app server. A request holds a slot while it works and while it waits for others."""

from __future__ import annotations

import math
from collections.abc import Generator

from sandbox.simulation.behaviours.base import Place, SimNode, Visit, travel
from sandbox.simulation.lane import Journeying
from sandbox.simulation.lines import FifoLine, Full, PacedLine, SharedLine, Slots
from sandbox.simulation.requests import DECLINED, END, FAILED, Refused, Request
from sandbox.simulation.restraint import HeldBack
from sandbox.simulation.transactions import Transaction


class Compute(SimNode):
    """One server: `vcpu` processors and `slots` held for the whole visit.

    Fails when all slots are held: by work, or by waiting for something slower. Where each request
    takes memory, and there are more slots than memory for them, the process ends instead, with
    all that was inside, and comes back after `restart`.
    """

    answers = True

    full = "all threads were taken and the line was full"

    opens = False
    """Whether its processors also open messages that come encrypted."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.servers = place.size.vcpu
        self.gives_back: bool = place.settings.get("give-back", False)
        self.room, self.runs_out = _room(place)
        """Requests inside at once (None: any number); whether one more ends the process."""
        self._worked_before = 0.0
        """Server-seconds worked before its last death."""
        self.emptied()

    def emptied(self) -> None:
        """Start with free slots and processors."""
        place = self.place
        if self.epoch:
            self._worked_before += self.cpu.state(self.lane.now)[2]
        limit, slots = place.settings["queue"], self.room
        self.slots = Slots(self.lane, slots, limit) if slots is not None else None
        beyond_slots = limit if slots is None else None
        self.cpu: FifoLine | PacedLine | SharedLine
        if place.settings["discipline"] == "sharing":
            self.cpu = SharedLine(self.lane, self.servers, beyond_slots)
        else:
            self.cpu = place.line(self.servers, beyond_slots)
        self.slowed(math.prod(self.slowed_by.values()))

    def slowed(self, factor: float) -> None:
        """Take so many times as long for whatever it begins, from now on."""
        if isinstance(self.cpu, PacedLine):
            self.cpu.pace = factor
        else:
            super().slowed(factor)

    def visit(self, request: Request) -> Visit:
        """Take a slot; do what it can itself and call others for the rest; answer."""
        arrived = self.lane.now
        self.meter.arrivals += 1
        if not self.is_up:
            raise self.unreachable()
        slots, epoch, held = self.slots, self.epoch, request.held
        if slots is not None and not slots.free:
            if self.runs_out:
                raise self._run_out()
            try:
                yield from slots.take()
            except Full:
                raise self.refuse(self.full) from None
        elif slots is not None:
            slots.free -= 1
        waited, worked, asked = self.lane.now - arrived, 0.0, END
        try:
            while True:
                if self.epoch != epoch:  # it died meanwhile: nobody is here to go on
                    raise Refused(FAILED, self.index, f"{self.name} died")
                if request.step in self.work:
                    wait, service = yield from self.think(request)
                    waited += wait
                    worked += service
                elif request.step == asked or (link := self.onward.get(request.step)) is None:
                    break  # nobody can go on with it
                else:
                    asked = request.step
                    yield from travel(self.lane, link, request)
        except Refused as refusal:
            own = refusal.node == self.index
            self.meter.failed += not own and self.epoch == epoch
            self.meter.rejected += own and isinstance(refusal, HeldBack)
            self._give_back(request, self.epoch == epoch and not request.deferred)
            raise
        finally:
            self._leave(slots, request, held)
        self._give_back(request, request.answer == DECLINED)
        self.meter.settle(waited, worked)
        self.meter.served += 1
        request.stayed(self.index, arrived, arrived + waited, self.lane.now)
        return None

    def choke(self, seconds: float) -> Generator[float | None, None, None]:
        """A message that nobody can work on holds a slot, as any other does."""
        self.meter.arrivals += 1
        if not self.is_up:
            raise self.unreachable()
        slots, epoch = self.slots, self.epoch
        try:
            if slots is not None:
                yield from slots.take()
        except Full:
            raise self.refuse(self.full) from None
        try:
            yield from super().choke(seconds)
        except Refused:
            self.meter.failed += self.epoch == epoch
            raise
        finally:
            if slots is not None:
                slots.give()

    def _run_out(self) -> Refused:
        """One more than there is memory for: the process ends, and is started again."""
        why = f"{self.name} ran out of memory"
        self.place.tell(self.index, f"{why} and ended, with {self.room} inside", "died")
        self.die()
        self.lane.start(self._start_again())
        return Refused(FAILED, self.index, why)

    def _start_again(self) -> Journeying:
        epoch = self.epoch
        yield self.lane.now + self.setting("restart")
        if self.epoch == epoch and not self.is_up:
            self.revive()
            self.place.tell(self.index, f"{self.name} was back, with nothing in memory", "back")

    def _leave(self, slots: Slots | None, request: Request, held: Transaction | None) -> None:
        """Let go of the slot, and end the transaction that was begun here and not committed."""
        if slots is not None:
            slots.give()
        if request.held is not None and request.held is not held:
            request.held.roll_back()

    def _give_back(self, request: Request, came_to_nothing: bool) -> None:
        """Put a unit back that nothing came of, if that is what the code does, and can."""
        if not (came_to_nothing and self.gives_back and request.taken is not None):
            return
        if request.held is not None:  # what is rolled back is back already
            return
        if self.reaches(request.taken):
            request.taken.give_back(request)
            request.taken = None

    def reaches(self, node: SimNode) -> bool:
        """Whether a wire leads from here to a node."""
        return node.place.node.id in self.place.wired_to

    def think(self, request: Request) -> Generator[float | None, None, tuple[float, float]]:
        """Use a processor for the needs at hand; the seconds waited and worked."""
        work = self.work[request.step]
        service = work.duration(request.stream, request.number)
        came = self.lane.now
        try:
            if isinstance(self.cpu, FifoLine):
                begin = self.cpu.book(service)
                yield begin + service
                wait = begin - came
            elif isinstance(self.cpu, PacedLine):
                begin = yield from self.cpu.serve(service)
                wait, service = begin - came, self.lane.now - begin
            else:
                yield from self.cpu.serve(service)
                wait = max(0.0, self.lane.now - came - service)
        except Full:
            raise self.refuse(self.full) from None
        request.step = work.after
        return wait, service

    def answers_check(self, within: float) -> bool:
        """A check waits like any request: for a slot, then for a processor."""
        if not self.is_up:
            return False
        now = self.lane.now
        if self.slots is not None and self.slots.waited(now) > within:
            return False
        return isinstance(self.cpu, SharedLine) or self.cpu.free_at - now <= within

    def state(self, now: float) -> tuple[int, int, float]:
        """Those waiting for a slot or a processor, those on one, and the seconds worked."""
        queue, inside, busy = self.cpu.state(now)
        if self.slots is not None:
            queue += self.slots.waiting
        return queue, inside, busy + self._worked_before

    def conserved(self, now: float) -> bool:
        """Whoever is inside holds a slot or waits for one."""
        meter = self.meter
        inside = meter.arrivals - meter.served - meter.rejected - meter.failed
        if self.slots is None:
            return self.opens or inside >= sum(self.cpu.state(now)[:2])
        return inside == self.slots.size - self.slots.free + self.slots.waiting

    @property
    def queue_max(self) -> int:
        """The longest line for a slot and the longest for a processor, taken together."""
        return self.cpu.queue_max + (self.slots.queue_max if self.slots is not None else 0)


def _room(place: Place) -> tuple[int | None, bool]:
    """How many requests may be inside at once, and whether memory is what bounds them."""
    slots, at_once = place.size.slots, place.settings.get("at-once", 0)
    allowed = [number for number in (slots, at_once) if number]
    room = min(allowed, default=None)
    memory, each = place.size.memory, place.kind.request_memory
    if memory is None or each is None:
        return room, False
    fits = max(1, int(memory / each))
    return (fits, True) if room is None or fits < room else (room, False)
