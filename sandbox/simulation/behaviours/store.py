"""A store: a database. Reads and writes hold a connection, and writes the row they change."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import Place, Visit
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.lane import Journeying
from sandbox.simulation.lines import FifoLine, Full
from sandbox.simulation.requests import END, FAILED, SOLD_OUT, Refused, Request

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.replica import Replica

STOCK_ROW = -1
"""The row of the one thing that is for sale."""

ROW_OF: dict[str, Callable[[Request], int]] = {
    "write": lambda request: request.item,
    "take": lambda _: STOCK_ROW,
    "decrement": lambda _: STOCK_ROW,
}
"""Needs that change a row, and which one: it is locked until the change is committed."""


class Store(Compute):
    """Keeps data: versions by key, and a stock. It answers, and never calls anybody.

    Needs with a meaning for data: `read`, `permit` (a read of what nobody changes), `write` (a
    row is locked meanwhile), `check` (is there
    stock?), `take` (if there is, one less, in one step), `decrement` (one less, whatever there
    is), `begin` and `commit` (in between, connection and rows are held). All else is only work.

    Fails when all connections are held, or when all wait for one row.
    """

    full = "all connections were taken and the line was full"

    def __init__(self, place: Place) -> None:
        self.versions: dict[int, int] = {}
        self.stock = place.stock or 0
        self.rows: dict[int, deque[Journeying]] = {}
        """Rows that are locked, each with those who wait for it."""
        self.locked_by: dict[int, list[int]] = {}
        """The rows that open transactions hold, by order."""
        self.replicas: list[Replica] = []
        self.effects: dict[str, Callable[[Request], None]] = {
            "read": self._read,
            "permit": self._permit,
            "write": self._write,
            "check": self._check,
            "take": self._take,
            "decrement": self._decrement,
            "begin": self._begin,
            "commit": self._commit,
        }
        super().__init__(place)

    def visit(self, request: Request) -> Visit:
        """Take a connection, or go on with the one that is held; do what is wanted; answer."""
        arrived, waited, worked = self.lane.now, 0.0, 0.0
        self.meter.arrivals += 1
        if not self.is_up:
            raise self.unreachable()
        slots, epoch = self.slots, self.epoch
        if slots is not None and request.held is not self:
            try:
                yield from slots.take()
            except Full:
                raise self.refuse(self.full) from None
            waited = self.lane.now - arrived
        try:
            while (work := self.work.get(request.step)) is not None:
                if self.epoch != epoch:
                    raise Refused(FAILED, self.index, f"{self.name} died")
                row = ROW_OF.get(work.need)
                key = row(request) if row is not None else None
                if key is not None:
                    waited += yield from self._lock(key, request)
                wait, service = yield from self.think(request)
                waited += wait
                worked += service
                effect = self.effects.get(work.need)
                if effect is not None:
                    effect(request)
                if key is not None and request.held is not self:
                    self._unlock(key)
        finally:
            if slots is not None and request.held is not self:
                slots.give()
        self.meter.settle(waited, worked)
        self.meter.served += 1
        request.stayed(self.index, arrived, arrived + waited, self.lane.now)
        return None

    def roll_back(self, request: Request) -> None:
        """Nothing came of a transaction: let go of its rows and its connection."""
        request.held = None
        if request.order not in self.locked_by:
            return  # the store has died since, and its connections with it
        for key in self.locked_by.pop(request.order):
            self._unlock(key)
        if self.slots is not None:
            self.slots.give()

    def give_back(self, request: Request) -> None:
        """Put a unit back on the shelf, which is one more change; nobody waits for it."""
        self.lane.start(self._give_back_later(request))

    def conserved(self, now: float) -> bool:
        """Open transactions hold connections beyond the visits that are under way."""
        meter = self.meter
        inside = meter.arrivals - meter.served - meter.rejected - meter.failed
        if self.slots is None:
            return super().conserved(now)
        return inside <= self.slots.size - self.slots.free + self.slots.waiting

    def _lock(self, key: int, request: Request) -> Generator[float | None, None, float]:
        """Wait for a row and hold it; the seconds waited."""
        mine = self.locked_by.get(request.order) if request.held is self else None
        if mine is not None and key in mine:
            return 0.0
        came = self.lane.now
        if key in self.rows:
            assert self.lane.current is not None
            self.rows[key].append(self.lane.current)
            yield None
        else:
            self.rows[key] = deque()
        if mine is not None:
            mine.append(key)
        return self.lane.now - came

    def _unlock(self, key: int) -> None:
        waiting = self.rows.get(key)
        if waiting:
            self.lane.wake(waiting.popleft())
        else:
            self.rows.pop(key, None)

    def emptied(self) -> None:
        """Locks and transactions go with the process; what was committed is on the disk."""
        super().emptied()
        self.rows = {}
        self.locked_by = {}

    def _read(self, request: Request) -> None:
        request.seen = self.versions.get(request.item, 0)

    def _permit(self, request: Request) -> None:
        """What may be seen by whom: in a run, nobody changes that."""
        request.seen = max(request.seen, 0)

    def _write(self, request: Request) -> None:
        version = self.versions[request.item] = self.versions.get(request.item, 0) + 1
        request.wrote = version
        for replica in self.replicas:
            replica.receive(request.item, version)

    def _check(self, request: Request) -> None:
        if self.stock <= 0:
            _sold_out(request)

    def _take(self, request: Request) -> None:
        if self.stock > 0:
            self._decrement(request)
        else:
            _sold_out(request)

    def _decrement(self, request: Request) -> None:
        self.stock -= 1
        request.taken = self
        self.ledger.took(request)

    def _begin(self, request: Request) -> None:
        request.held = self
        self.locked_by[request.order] = []

    def _commit(self, request: Request) -> None:
        for key in self.locked_by.pop(request.order, ()):
            self._unlock(key)
        request.held = None

    def _give_back_later(self, request: Request) -> Journeying:
        work = next(each for each in self.work.values() if each.need in ("take", "decrement"))
        service = work.duration(request.stream, request.number)
        if isinstance(self.cpu, FifoLine):
            yield self.cpu.book(service) + service
        else:
            yield from self.cpu.serve(service)
        self.stock += 1
        self.ledger.gave_back(request.order)


def _sold_out(request: Request) -> None:
    """Nothing is left: that is the answer, and nothing else needs to be done."""
    request.answer = SOLD_OUT
    request.step = END
