"""A read replica: a copy of a store that is fed with its writes, and is always a little behind."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.simulation.behaviours.base import Place
from sandbox.simulation.behaviours.pinned import pin
from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.draws import Constant, Draws
from sandbox.simulation.effects import LOOKS
from sandbox.simulation.lane import Journeying
from sandbox.simulation.lines import FifoLine, PacedLine
from sandbox.simulation.requests import Request

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring

APPLY = "apply"
"""What a replica does with every write of its primary, one after the other."""
LOAD = "load"
"""What it takes to show what has come since the last time."""


@dataclass(slots=True)
class Sent:
    """A write that waits to be applied, or was before one that came earlier."""

    key: int
    version: int
    arrives: float
    took: float
    """Seconds of work; at the usual pace, as long as it has not been done."""
    done: float | None = None
    applying: Journeying | None = None


class Replica(Store):
    """Answers reads from its copy. Every write arrives after `lag` and has to be applied.

    Applying takes processor time between the reads, one write after the other: the more is
    written, and the busier it is with reads, the further it falls behind.

    With `refresh` what was applied is seen only from the next full such time on; where its kind
    says what it takes to `load` it, that is done then, and takes all its processors.

    Fails by answering with what is no longer true.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.lag: float = place.settings["lag"]
        self.refresh: float = place.settings["refresh"]
        self.apply: Draws | Constant = Constant(0.0)
        self._applied = 0
        self._coming: deque[tuple[float, int, int]] = deque()
        """When each write will be visible, its key and version: in order."""
        self._sent: deque[Sent] = deque()
        """Writes of which it is not known when they will be visible: it may be slow."""
        self._last = 0.0
        self._away = 0.0
        """Seconds to its primary and back, where that waits for it."""
        for need in LOOKS:
            self.effects[need] = partial(self._caught_up, self.effects[need])

    def prepare(self, wiring: Wiring) -> None:
        """Know how long it takes to apply a write, and who must not read here for a while."""
        does = self.place.kind.does
        if APPLY in does:
            self.apply = wiring.durations(APPLY, does[APPLY].time, self)
        if seconds := self.place.settings.get("pin", 0.0):
            pin(self, seconds, wiring)

    def receive(self, key: int, version: int) -> None:
        """Take in a write that was committed now."""
        now = self.lane.now
        work = self.apply.at(0, self._applied)
        self._applied += 1
        if isinstance(self.cpu, PacedLine):
            sent = Sent(key, version, now + self.lag, work)
            self._sent.append(sent)
            sent.applying = self._apply_in_turn(sent, self.cpu)
            self.lane.start(sent.applying)
            return
        if isinstance(self.cpu, FifoLine):
            begin = self.cpu.owe(work)
        else:  # shared: it waits for nobody
            begin, work = now, work * math.prod(self.slowed_by.values())
        self._last = max(begin + work, now + self.lag, self._last + work)
        self._coming.append((self._shown(self._last), key, version))

    def _apply_in_turn(self, sent: Sent, cpu: PacedLine) -> Journeying:
        """Apply a write when its turn comes; it is seen when those before it are."""
        begin = yield from cpu.serve(sent.took, owed=True)
        sent.done = self.lane.now
        sent.took = sent.done - begin
        while self._sent and (done := self._sent[0].done) is not None:
            first = self._sent.popleft()
            self._last = max(done, first.arrives, self._last + first.took)
            self._coming.append((self._shown(self._last), first.key, first.version))

    def _shown(self, moment: float) -> float:
        """When that is seen which was applied at a moment."""
        return math.ceil(moment / self.refresh) * self.refresh if self.refresh else moment

    def wired(self) -> None:
        """Begin to load, where that is done every so often."""
        if self.refresh and LOAD in self.place.kind.does:
            self.lane.control.process(self._load(self.place.kind.does[LOAD].time.mean))

    def _load(self, seconds: float) -> Generator[Any, Any, None]:
        while True:
            yield self.lane.control.timeout(self.refresh)
            if self.is_up and isinstance(self.cpu, FifoLine | PacedLine):
                for _ in range(self.servers):
                    self.cpu.owe(seconds)

    def sent_from(self, distance: float, waited_for: bool) -> float:
        """Know how far its primary is, and whether it waits; seconds that a write is under way.

        What is waited for is sent at once; all else when its turn comes.
        """
        self._away = distance if waited_for else 0.0
        self.lag = 0.0 if waited_for else distance + self.place.settings["lag"]
        return self.lag

    def take_back(self, number: int) -> list[tuple[int, int]]:
        """Forget the last so many writes, which have not arrived; their keys and versions."""
        coming = self._coming
        taken: list[tuple[int, int]] = []
        while self._sent and len(taken) < number:
            sent = self._sent.pop()
            taken.append((sent.key, sent.version))
        while coming and len(taken) < number:
            _, key, version = coming.pop()
            taken.append((key, version))
        self._last = coming[-1][0] if coming else self.lane.now
        return taken[::-1]

    def settle(self) -> None:
        """Apply all that has arrived, at once."""
        while self._coming:
            _, key, version = self._coming.popleft()
            self.versions[key] = version
        while self._sent:
            sent = self._sent.popleft()
            self.versions[sent.key] = sent.version

    @property
    def has_all_at(self) -> float:
        """When it will have applied all that it was sent, and its primary knows.

        While it is slow, that is reckoned as if it stayed so.
        """
        return self._applied_at + self._away

    @property
    def _applied_at(self) -> float:
        if not isinstance(self.cpu, PacedLine) or not self._sent:
            return self._last
        last = next(sent for sent in reversed(self._sent) if sent.done is None)
        assert last.applying is not None
        return max(self.cpu.done_at(last.applying), last.arrives, self._last + last.took)

    def _caught_up(self, effect: Callable[[Request], None], request: Request) -> None:
        """See what has been applied by now."""
        now, coming = self.lane.now, self._coming
        while coming and coming[0][0] <= now:
            _, key, version = coming.popleft()
            self.versions[key] = version
        effect(request)

    @property
    def gauge(self) -> float | None:
        """Its lag: how long from now a write would take to be seen here, in seconds.

        Where it has taken over, what a store shows.
        """
        if self.copies is not None and self.copies.leader is self:
            return super().gauge
        now = self.lane.now
        if self.refresh:
            return self._shown(max(now + self.lag, self._applied_at)) - now
        return max(self.lag, self._applied_at - now)
