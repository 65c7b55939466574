"""Calls whose caller may stop waiting: because it takes too long, or because the other end dies.

Most calls need nothing of this: the caller's own generator goes through the callee and comes
back. Where a link has a timeout or retries, or its target can be killed, the callee runs as a
journey of its own and the caller is parked: whichever comes first, reply, timeout or death, wakes
it. A timeout frees the caller, not the work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from sandbox.simulation.draws import Draws
from sandbox.simulation.lane import Journeying, Lane
from sandbox.simulation.requests import FAILED, REJECTED, Refused, Request
from sandbox.simulation.restraint import Breaker, Budget, Bulkhead, HeldBack

if TYPE_CHECKING:
    from sandbox.documents.design import Link
    from sandbox.simulation.behaviours.base import SimLink, SimNode, Visited
    from sandbox.simulation.ledger import Ledger


class Call:
    """One call under way. `over` once the caller no longer waits for it.

    `held` is the transaction that its request had before.
    """

    __slots__ = ("caller", "held", "over", "part", "refusal", "target")

    def __init__(self, part: Request, target: Visited) -> None:
        self.part = part
        self.target = target
        """Who is called: a way may lead to somebody else before the call is over."""
        self.held = part.held
        self.caller: Journeying | None = None
        self.over = False
        self.refusal: Refused | None = None

    def undo(self) -> None:
        """Nobody will ever commit what was begun in it."""
        held = self.part.held
        if held is not None and held is not self.held:
            held.roll_back()


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a call that failed is tried again.

    The wait before attempt n+1 is `backoff` x 2^(n-1) seconds; with `jitter`, drawn evenly from
    half to one and a half of that.
    """

    times: int
    backoff: float
    jitter: Draws | None
    attempts: int
    """See `requests.attempts`."""
    budget: Budget | None = None

    def allow(self, tried: int) -> bool:
        """Whether one more is allowed after so many; then it is paid for."""
        return tried < self.times and (self.budget is None or self.budget.pays())

    def pause(self, tried: int, part: Request) -> float:
        """How many seconds to wait before attempt number `tried`."""
        pause = self.backoff * 2.0 ** (tried - 1)
        if self.jitter is None:
            return pause
        return pause * (0.5 + self.jitter.at(part.stream, part.number))


class Guard:
    """What a caller does about a link that may fail it: wait so long (seconds), try again."""

    def __init__(
        self,
        lane: Lane,
        ledger: Ledger,
        link: SimLink,
        timeout: float | None,
        retries: Retries,
    ) -> None:
        self.lane = lane
        self.ledger = ledger
        self.link = link
        """The way itself, without this guard."""
        self.timeout = timeout
        self.retries = retries
        self.breaker: Breaker | None = None
        self.late: list[Callable[[Request, int], None]] = []
        """Who is told of replies (and of the step they are to) for which nobody waits any more."""
        self._running_out: deque[tuple[float, Call]] = deque()
        """Calls by the moment at which their caller gives up: in order, the timeout is fixed.

        The first of them is under way, unless its other end has died.
        """
        self._is_watched = False

    def call(self, request: Request) -> Generator[float | None, None, None]:
        """Call, and again as often as allowed. Raises Refused as the last attempt was."""
        lane, retries, breaker = self.lane, self.retries, self.breaker
        part, tried = request.branch(request.step), 0
        if retries.budget is not None:
            retries.budget.pay_in()
        while True:
            era = 0 if breaker is None else breaker.era
            call, caller = Call(part, self.link.target), lane.current
            served = call.target.calls[call] = self._serve(call)
            lane.start(served)
            if not call.over:
                call.caller = caller
                if self.timeout is not None:
                    self._give_up_later(call, self.timeout)
                yield None
            if breaker is not None and breaker.ended(era, call.refusal is not None, lane.now):
                self.switched()
            if call.refusal is None:
                request.absorb(part)
                return
            if part.worst > request.worst:
                request.worst, request.worst_at = part.worst, part.worst_at
            if not retries.allow(tried):
                _fail(call)
            tried += 1
            part = request.again(request.step, tried * retries.attempts)
            yield lane.now + retries.pause(tried, part)
            if caller in lane.dead:
                raise Refused(FAILED, self.link.target.index, "whoever asked has died")
            if breaker is not None and not breaker.admits(lane.now):
                _fail(call)
            self.ledger.attempts += 1

    def switched(self) -> None:
        """Its breaker has opened or closed."""

    def _serve(self, call: Call) -> Journeying:
        """What happens at the other end, whether or not anybody still waits for it."""
        part, link, step = call.part, self.link, call.part.step
        refusal: Refused | None = None
        try:
            following: SimLink | None = link
            if link.is_plain:
                following = yield from link.target.visit(part)
            if following is not None:
                yield from following.travel(self.lane, part)
        except Refused as refused:
            refusal = refused.with_traceback(None)
        if call.over or refusal is not None:
            call.undo()
        if call.over:
            if refusal is None:
                for tell in self.late:
                    tell(part, step)
            return
        call.refusal = refusal
        self._end(call)

    def _end(self, call: Call) -> None:
        call.over = True
        call.target.calls.pop(call, None)
        waiting = self._running_out
        while waiting and waiting[0][1].over:  # not kept until its time would have come
            waiting.popleft()
        if call.caller is not None:
            self.lane.wake(call.caller)

    def _give_up_later(self, call: Call, timeout: float) -> None:
        self._running_out.append((self.lane.now + timeout, call))
        if not self._is_watched:
            self._is_watched = True
            self.lane.start(self._watch())

    def _watch(self) -> Journeying:
        """Let the callers give up whose time has come; there is one such watch a link."""
        waiting = self._running_out
        while waiting:
            moment, call = waiting[0]
            if call.over:
                waiting.popleft()
                continue
            if moment > self.lane.now:
                yield moment
                continue
            waiting.popleft()
            node = call.target.index
            blame = call.part.worst_at if call.part.worst > 0 else node
            call.refusal = Refused(FAILED, blame, f"no reply within {self.timeout:g} s")
            self._end(call)
        self._is_watched = False


class Restrained(Guard):
    """A guard that may hold a call back. What it refuses is charged to the caller.

    A caller that has died and is back begins anew: nothing is under way, nothing has failed.
    """

    def __init__(self, plain: Guard, settings: Link, caller: SimNode, to: str) -> None:
        super().__init__(plain.lane, plain.ledger, plain.link, plain.timeout, plain.retries)
        self.settings = settings
        self.caller = caller
        self.to = to
        """The name of the target."""
        self._begin()

    def _begin(self) -> None:
        breaker, most = self.settings.breaker, self.settings.bulkhead
        self._epoch = self.caller.epoch
        self.breaker = Breaker(breaker) if breaker is not None else None
        self.bulkhead = Bulkhead(most) if most is not None else None

    def call(self, request: Request) -> Generator[float | None, None, None]:
        """Call, if nothing speaks against it. Raises HeldBack, or Refused as the call was."""
        if self.caller.epoch != self._epoch:
            self._begin()
        bulkhead, breaker = self.bulkhead, self.breaker
        if bulkhead is not None and bulkhead.under_way >= bulkhead.most:
            raise self._held_back(f"had {bulkhead.most} calls to {self.to} under way, and no more")
        if breaker is not None and not breaker.admits(self.lane.now):
            raise self._held_back(f"called {self.to} no more: too much had failed")
        if bulkhead is None:
            yield from super().call(request)
            return
        bulkhead.under_way += 1
        try:
            yield from super().call(request)
        finally:
            bulkhead.under_way -= 1

    def _held_back(self, why: str) -> HeldBack:
        return HeldBack(REJECTED, self.caller.index, f"{self.caller.name} {why}")

    def would_admit(self, now: float) -> bool:
        """Whether its breaker would let a call through."""
        return self.breaker is None or self.breaker.would_admit(now)

    def switched(self) -> None:
        """Tell that the breaker has opened or closed."""
        assert self.breaker is not None
        now = "no more for a while: too much failed" if self.breaker.is_open else "again"
        says = f"{self.caller.name} calls {self.to} {now}"
        self.caller.place.tell(self.caller.index, says, "")


def _fail(call: Call) -> NoReturn:
    """Raise what became of a call."""
    refusal, call.refusal = call.refusal, None
    assert refusal is not None
    try:
        raise refusal
    finally:  # what is raised knows this frame: no circle must be left behind
        del refusal, call


def cut_off(calls: dict[Call, Journeying], lane: Lane, refusal: Refused) -> None:
    """End all calls at once, as when the other end dies."""
    lane.dead.update(calls.values())
    for call in list(calls):
        call.over = True
        call.refusal = refusal
        call.undo()
        if call.caller is not None:
            lane.wake(call.caller)
    calls.clear()
