"""A gate: lets in so many a second. Who comes beyond that is refused, or waits in line."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import Place, Visit
from sandbox.simulation.behaviours.passing import Passing
from sandbox.simulation.lane import Journeying
from sandbox.simulation.requests import END, SOLD_OUT, Request

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring


class Bucket:
    """A token bucket: `rate` tokens a second, at most `burst` of them at once."""

    __slots__ = ("_at", "_tokens", "burst", "rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = burst
        self._at = now

    def take(self, now: float) -> bool:
        """Take a token, if there is one."""
        self._fill(now)
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def next_at(self, now: float) -> float:
        """The moment at which there will be a token."""
        self._fill(now)
        return now + max(0.0, 1.0 - self._tokens) / self.rate

    def spend(self, now: float) -> None:
        """Take the token for which somebody has waited until `next_at`."""
        self._fill(now)
        self._tokens = max(0.0, self._tokens - 1.0)  # rounding must not make anybody wait for ever

    def _fill(self, now: float) -> None:
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now


class Gate(Passing):
    """A rate limiter (`beyond: refuse`) or a waiting room (`beyond: wait`).

    A limiter may have a bucket for each user, or for each item: then nobody takes from others.

    Whoever waits in the room has not asked yet: the request begins when he is let in. When an
    answer says that all is sold out, everybody in the room who wants the same is told so.

    Fails by a rate that is wrong: too high, and it protects nothing; too low, and it is the limit.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        rate: float = place.settings["admits"]
        self.bucket = Bucket(rate, max(1.0, place.settings["burst"]), self.lane.now)
        self.waits: bool = place.settings["beyond"] == "wait"
        self.limit: int | None = place.settings["queue"]
        self.line: deque[_Visitor] = deque()
        self._is_letting_in = False
        self._longest = 0
        self.per: str = place.settings["per"]
        self._whose: Callable[[Request], int] | None = None
        """What a request's own bucket goes by, where there are several."""
        self._buckets: dict[int, Bucket] = {}

    def prepare(self, wiring: Wiring) -> None:
        """Know whose bucket is whose."""
        if self.per == "user":
            self._whose = wiring.world.users.of
        elif self.per == "item":
            self._whose = lambda request: request.item

    def visit(self, request: Request) -> Visit:
        """Be let in, at once or in turn; then see what comes of it."""
        meter, arrived = self.meter, self.lane.now
        meter.arrivals += 1
        bucket = self.bucket if self._whose is None else self._own(self._whose(request))
        if self.line or not bucket.take(arrived):
            if not self.waits:
                raise self.refuse(f"{self.name} lets in {self.bucket.rate:g}/s, and no more")
            visitor = self._line_up(request)
            yield None
            if visitor.told is not None:
                meter.settle(self.lane.now - arrived, 0.0)
                meter.served += 1
                request.start = self.lane.now
                request.answer, request.step = visitor.told, END
                return None
            request.start = self.lane.now
        meter.settle(self.lane.now - arrived, 0.0)
        if request.visits is not None:
            request.stayed(self.index, arrived, self.lane.now, self.lane.now)
        yield from self.pass_on(request)
        if request.answer == SOLD_OUT:
            self._tell_all(SOLD_OUT, request.operation)
        return None

    def _own(self, whose: int) -> Bucket:
        """The bucket of a user or an item, which is full when it is first seen."""
        own = self._buckets.get(whose)
        if own is None:
            rate, burst = self.bucket.rate, self.bucket.burst
            own = self._buckets[whose] = Bucket(rate, burst, self.lane.now)
        return own

    def _line_up(self, request: Request) -> _Visitor:
        if self.limit is not None and len(self.line) >= self.limit:
            raise self.refuse("the room was full")
        assert self.lane.current is not None
        visitor = _Visitor(self.lane.current, request.operation)
        self.line.append(visitor)
        self._longest = max(self._longest, len(self.line))
        if not self._is_letting_in:
            self.lane.start(self._let_in())
        return visitor

    def _let_in(self) -> Journeying:
        """Let in whoever is first, as the tokens come."""
        self._is_letting_in = True
        while self.line:
            yield self.bucket.next_at(self.lane.now)
            if self.line:
                self.bucket.spend(self.lane.now)
                self.lane.wake(self.line.popleft().journey)
        self._is_letting_in = False

    def _tell_all(self, answer: str, operation: int) -> None:
        """Tell everybody who waits for the same thing."""
        others = deque(visitor for visitor in self.line if visitor.operation != operation)
        for visitor in self.line:
            if visitor.operation == operation:
                visitor.told = answer
                self.lane.wake(visitor.journey)
        self.line = others

    def state(self, now: float) -> tuple[int, int, float]:
        """Those in the room, and those let in whose answer has not come."""
        return len(self.line), self.passing, 0.0

    def conserved(self, now: float) -> bool:
        """Who was woken at this very moment is neither in the room nor past it."""
        meter = self.meter
        under_way = meter.arrivals - meter.served - meter.rejected - meter.failed
        return under_way >= len(self.line) + self.passing

    @property
    def queue_max(self) -> int:
        """The longest the line in the room has been."""
        return self._longest


class _Visitor:
    """Somebody in the room; `told` when there is no use in waiting any longer."""

    __slots__ = ("journey", "operation", "told")

    def __init__(self, journey: Journeying, operation: int) -> None:
        self.journey = journey
        self.operation = operation
        self.told: str | None = None
