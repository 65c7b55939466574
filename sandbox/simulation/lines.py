"""Waiting lines in front of servers: first come first served, shared, and held slots.

`FifoLine` is in closed form: with first come first served and nothing that can change the
outcome later, the begin of a service is known on arrival, so that a visit costs one event.
`PacedLine` is the same event by event, for those who may be slow for a while: there the pace at
which a piece of work begins is known only then.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace

from sandbox.simulation.lane import Journeying, Lane


class Full(Exception):  # noqa: N818 - an outcome, not an error
    """There is no room left in a line."""


class FifoLine:
    """`servers` servers behind one line of at most `limit` waiting (None: without bound)."""

    __slots__ = ("_begins", "_booked", "_free", "_lane", "limit", "queue_max", "servers")

    def __init__(self, lane: Lane, servers: int, limit: int | None) -> None:
        self._lane = lane
        self.servers = servers
        self.limit = math.inf if limit is None else limit
        self.queue_max = 0
        self._free = [0.0] * servers
        """When each server will have done all it has taken on; a heap."""
        heapify(self._free)
        self._begins: deque[float] = deque()
        """When those who wait will begin, in order."""
        self._booked = 0.0
        """Seconds of work taken on so far."""

    def book(self, service: float) -> float:
        """Take on `service` seconds of work that arrives now; the moment it begins.

        Raises Full when nobody is free and the line is full.
        """
        now = self._lane.now
        begin = self._free[0]
        if begin <= now:
            begin = now
        else:
            waiting = self._begins
            while waiting and waiting[0] <= now:
                waiting.popleft()
            if len(waiting) >= self.limit:
                raise Full
            waiting.append(begin)
            if len(waiting) > self.queue_max:  # noqa: PLR1730 - a call of max() would be felt
                self.queue_max = len(waiting)
        heapreplace(self._free, begin + service)
        self._booked += service
        return begin

    def owe(self, service: float) -> float:
        """Take on work that nobody could refuse, however long the line; the moment it begins."""
        limit, self.limit = self.limit, math.inf
        begin = self.book(service)
        self.limit = limit
        return begin

    @property
    def free_at(self) -> float:
        """The moment at which work that came now could begin, if it is not past."""
        return self._free[0]

    def all_busy(self, now: float) -> bool:
        """Whether work that came now would have to wait."""
        return self._free[0] > now

    def state(self, now: float) -> tuple[int, int, float]:
        """Those waiting, those being worked on, and the seconds worked until `now`.

        A server that is free only later than `now` works without a gap until then, so the work
        still to do is what lies between.
        """
        waiting = self._begins
        while waiting and waiting[0] <= now:
            waiting.popleft()
        ahead = [free - now for free in self._free if free > now]
        return len(waiting), len(ahead), self._booked - math.fsum(ahead)


class PacedLine:
    """A first-come line of servers who may be slow for a while: event by event.

    Work takes `pace` times as long as usual, of the moment at which it begins: what has begun is
    done at the speed that it began with.
    """

    __slots__ = (
        "_ends", "_lane", "_waiting", "_worked", "free", "limit", "pace", "queue_max", "servers",
    )  # fmt: skip

    def __init__(self, lane: Lane, servers: int, limit: int | None) -> None:
        self._lane = lane
        self.servers = servers
        self.free = servers
        self.limit = math.inf if limit is None else limit
        self.pace = 1.0
        """How many times as long as usual everything takes that begins now."""
        self.queue_max = 0
        self._waiting: deque[tuple[Journeying, float]] = deque()
        """Who waits, and with how many seconds of work, at the usual pace."""
        self._ends: dict[Journeying, float] = {}
        """Who is worked on, and when that will be done."""
        self._worked = 0.0
        """Seconds of work begun so far."""

    def serve(self, service: float, *, owed: bool = False) -> Generator[float | None, None, float]:
        """Wait, and be worked on for what usually takes `service` seconds; when that began.

        Raises Full, but for work that nobody could refuse.
        """
        lane, waiting, me = self._lane, self._waiting, self._lane.current
        assert me is not None
        if self.free:
            self.free -= 1
        else:
            if len(waiting) >= self.limit and not owed:
                raise Full
            waiting.append((me, service))
            self.queue_max = max(self.queue_max, len(waiting))
            yield None
        begin, took = lane.now, service * self.pace
        self._worked += took
        self._ends[me] = begin + took
        yield begin + took
        del self._ends[me]
        if waiting:
            lane.wake(waiting.popleft()[0])
        else:
            self.free += 1
        return begin

    def owe(self, service: float) -> None:
        """Take on work that nobody could refuse, and nobody waits for."""
        self._lane.start(self._owed(service))

    def _owed(self, service: float) -> Journeying:
        yield from self.serve(service, owed=True)

    @property
    def free_at(self) -> float:
        """When work that came now would begin, if the pace stayed as it is."""
        return self._foreseen(None)

    def done_at(self, who: Journeying) -> float:
        """When work that waits, or is under way, would be done, if the pace stayed as it is."""
        return self._ends[who] if who in self._ends else self._foreseen(who)

    def _foreseen(self, who: Journeying | None) -> float:
        ends = [*self._ends.values()]
        ends += [self._lane.now] * (self.servers - len(ends))  # free, or just about to begin
        heapify(ends)
        for waits, service in self._waiting:
            heapreplace(ends, end := ends[0] + service * self.pace)
            if waits is who:
                return end
        return ends[0]

    def state(self, now: float) -> tuple[int, int, float]:
        """Those waiting, those being worked on, and the seconds worked until `now`."""
        ahead = math.fsum(max(0.0, end - now) for end in self._ends.values())
        return len(self._waiting), self.servers - self.free, self._worked - ahead


class SharedLine:
    """`servers` processors shared by all who are inside, each at most one processor's worth.

    Nobody waits in a line; everybody is slowed down alike (processor sharing). `limit` bounds
    how many more than processors may be inside.
    """

    __slots__ = (
        "_attained", "_clock", "_inside", "_lane", "_order", "_version", "_worked",
        "limit", "queue_max", "servers",
    )  # fmt: skip

    def __init__(self, lane: Lane, servers: int, limit: int | None) -> None:
        self._lane = lane
        self.servers = servers
        self.limit = math.inf if limit is None else limit
        self.queue_max = 0
        self._attained = 0.0
        """Seconds of work that somebody inside since the start would have received."""
        self._clock = 0.0
        self._inside: list[tuple[float, int, Journeying]] = []
        """Who is inside, by the attained work at which they are done; a heap."""
        self._order = 0
        self._version = 0
        self._worked = 0.0

    def serve(self, service: float) -> Generator[float | None, None, None]:
        """Be inside until `service` seconds of work are done. Raises Full."""
        if len(self._inside) - self.servers >= self.limit:
            raise Full
        self._catch_up(self._lane.now)
        self._order += 1
        assert self._lane.current is not None
        heappush(self._inside, (self._attained + service, self._order, self._lane.current))
        self.queue_max = max(self.queue_max, len(self._inside) - self.servers)
        self._set_alarm()
        yield None

    def _speed(self) -> float:
        inside = len(self._inside)
        return min(1.0, self.servers / inside) if inside else 0.0

    def _catch_up(self, now: float) -> None:
        elapsed = now - self._clock
        self._attained += elapsed * self._speed()
        self._worked += elapsed * min(len(self._inside), self.servers)
        self._clock = now

    def _set_alarm(self) -> None:
        """Wake up when the next one is done, unless somebody comes or goes before."""
        self._version += 1
        if self._inside:
            self._lane.start(self._alarm(self._version))

    def _alarm(self, version: int) -> Journeying:
        yield self._clock + max(0.0, self._inside[0][0] - self._attained) / self._speed()
        if version != self._version:
            return
        self._catch_up(self._lane.now)
        # The next one is done by construction; rounding must not keep it for ever.
        self._attained = max(self._attained, self._inside[0][0])
        while self._inside and self._inside[0][0] <= self._attained:
            self._lane.wake(heappop(self._inside)[2])
        self._set_alarm()

    def state(self, now: float) -> tuple[int, int, float]:
        """Those beyond the processors, those on them, and the seconds worked until `now`."""
        inside = len(self._inside)
        worked = self._worked + (now - self._clock) * min(inside, self.servers)
        return max(0, inside - self.servers), min(inside, self.servers), worked


class BatchLine:
    """`chambers` that take in up to `batch` at once and stay shut until all inside are done.

    A free chamber starts when a batch is complete, or `linger` seconds after the first of an
    incomplete one came. At most `limit` wait (None: without bound).
    """

    __slots__ = (
        "_ends", "_lane", "_used", "_version", "_waiting", "batch", "chambers", "free", "limit",
        "linger", "queue_max",
    )  # fmt: skip

    def __init__(
        self, lane: Lane, chambers: int, limit: int | None, batch: int, linger: float
    ) -> None:
        self._lane = lane
        self.chambers = chambers
        self.free = chambers
        self.limit = math.inf if limit is None else limit
        self.batch = batch
        self.linger = linger
        self.queue_max = 0
        self._waiting: deque[_Waiting] = deque()
        self._ends: list[tuple[float, int]] = []
        """When each shut chamber opens, and how many are inside; a heap."""
        self._used = 0.0
        """Chamber-seconds taken on so far."""
        self._version = 0

    def serve(self, service: float) -> Generator[float | None, None, float]:
        """Be in a batch until its chamber opens; the moment it was shut. Raises Full."""
        would_wait = not self.free or len(self._waiting) + 1 < self.batch
        if would_wait and len(self._waiting) >= self.limit:
            raise Full
        assert self._lane.current is not None
        me = _Waiting(self._lane.current, self._lane.now, service)
        self._waiting.append(me)
        self._shut_what_is_ready()
        self.queue_max = max(self.queue_max, len(self._waiting))
        yield None
        return me.began

    def _shut_what_is_ready(self) -> None:
        now = self._lane.now
        while self.free and self._waiting:
            opens = self._waiting[0].arrived + self.linger
            if len(self._waiting) < self.batch and opens > now:
                self._version += 1
                self._lane.start(self._linger_until(opens, self._version))
                return
            group = [self._waiting.popleft() for _ in range(min(self.batch, len(self._waiting)))]
            self.free -= 1
            self._lane.start(self._shut(group))

    def _linger_until(self, opens: float, version: int) -> Journeying:
        yield opens
        if version == self._version:
            self._shut_what_is_ready()

    def _shut(self, group: list[_Waiting]) -> Journeying:
        now = self._lane.now
        longest = max(member.service for member in group)
        for member in group:
            member.began = now
        self._used += longest
        heappush(self._ends, (now + longest, len(group)))
        yield now + longest
        heappop(self._ends)
        self.free += 1
        for member in group:
            self._lane.wake(member.journey)
        self._shut_what_is_ready()

    def state(self, now: float) -> tuple[int, int, float]:
        """Those waiting, those in chambers, and the chamber-seconds used until `now`."""
        inside = sum(size for _, size in self._ends)
        ahead = math.fsum(max(0.0, end - now) for end, _ in self._ends)
        return len(self._waiting), inside, self._used - ahead


@dataclass(slots=True)
class _Waiting:
    """Somebody in front of the chambers."""

    journey: Journeying
    arrived: float
    service: float
    began: float = 0.0


class Slots:
    """Things to hold for a while (threads, connections), with a line of at most `limit`."""

    __slots__ = ("_lane", "_line", "free", "limit", "queue_max", "size")

    def __init__(self, lane: Lane, size: int, limit: int | None) -> None:
        self._lane = lane
        self.size = size
        self.free = size
        self.limit = math.inf if limit is None else limit
        self.queue_max = 0
        self._line: deque[tuple[Journeying, float]] = deque()
        """Who waits, and since when."""

    @property
    def waiting(self) -> int:
        """How many wait for a slot."""
        return len(self._line)

    def waited(self, now: float) -> float:
        """How long the first in line has waited already, in seconds."""
        return now - self._line[0][1] if self._line else 0.0

    def take_free(self) -> bool:
        """Hold a slot, if one is free now."""
        if not self.free:
            return False
        self.free -= 1
        return True

    def take(self) -> Generator[float | None, None, None]:
        """Wait for a slot and hold it. Raises Full."""
        if self.free:
            self.free -= 1
            return
        if len(self._line) >= self.limit:
            raise Full
        assert self._lane.current is not None
        self._line.append((self._lane.current, self._lane.now))
        self.queue_max = max(self.queue_max, len(self._line))
        yield None

    def give(self) -> None:
        """Give a slot back; the first in line holds it from now on."""
        if self._line:
            self._lane.wake(self._line.popleft()[0])
        else:
            self.free += 1
