"""Calls whose caller may stop waiting: because it takes too long, or because the other end dies.

Most calls need nothing of this: the caller's own generator goes through the callee and comes
back. Where a link has a timeout or retries, or its target can be killed, the callee runs as a
journey of its own and the caller is parked: whichever comes first, reply, timeout or death, wakes
it. A timeout frees the caller, not the work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.simulation.draws import Draws
from sandbox.simulation.lane import Journeying, Lane
from sandbox.simulation.requests import FAILED, Refused, Request

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.base import SimLink
    from sandbox.simulation.ledger import Ledger


class Call:
    """One call under way. `over` once the caller no longer waits for it.

    `held` is the transaction that its request had before.
    """

    __slots__ = ("caller", "held", "over", "part", "refusal")

    def __init__(self, part: Request) -> None:
        self.part = part
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

    The wait before attempt n+1 is `backoff` x 2^(n-1) seconds, drawn evenly from half to one and
    a half of that.
    """

    times: int
    backoff: float
    jitter: Draws
    attempts: int
    """See `requests.attempts`."""


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
        self._running_out: deque[tuple[float, Call]] = deque()
        """Calls by the moment at which their caller gives up: in order, the timeout is fixed.

        The first of them is under way, unless its other end has died.
        """
        self._is_watched = False

    def call(self, request: Request) -> Generator[float | None, None, None]:
        """Call, and again as often as allowed. Raises Refused as the last attempt was."""
        lane, retries = self.lane, self.retries
        part, tried, pause = request.branch(request.step), 0, retries.backoff
        while True:
            call, caller = Call(part), lane.current
            served = self.link.target.calls[call] = self._serve(call)
            lane.start(served)
            if not call.over:
                call.caller = caller
                if self.timeout is not None:
                    self._give_up_later(call, self.timeout)
                yield None
            if call.refusal is None:
                request.absorb(part)
                return
            if part.worst > request.worst:
                request.worst, request.worst_at = part.worst, part.worst_at
            if tried == retries.times:
                refusal, call.refusal = call.refusal, None
                try:
                    raise refusal
                finally:  # what is raised knows this frame: no circle must be left behind
                    del refusal, call
            tried += 1
            part = request.again(request.step, tried * retries.attempts)
            yield lane.now + pause * (0.5 + retries.jitter.at(part.stream, part.number))
            if caller in lane.dead:
                raise Refused(FAILED, self.link.target.index, "whoever asked has died")
            self.ledger.attempts += 1
            pause *= 2.0

    def _serve(self, call: Call) -> Journeying:
        """What happens at the other end, whether or not anybody still waits for it."""
        part, link = call.part, self.link
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
            return
        call.refusal = refusal
        self._end(call)

    def _end(self, call: Call) -> None:
        call.over = True
        self.link.target.calls.pop(call, None)
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
            node = self.link.target.index
            blame = call.part.worst_at if call.part.worst > 0 else node
            call.refusal = Refused(FAILED, blame, f"no reply within {self.timeout:g} s")
            self._end(call)
        self._is_watched = False


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
