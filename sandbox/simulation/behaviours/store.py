"""A store: a database. Reads and writes hold a connection, and writes the row they change."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from functools import partial
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import Place, SimNode, Visit
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.copies import Copies, arrange
from sandbox.simulation.effects import EFFECTS, ROWS, only_work
from sandbox.simulation.lane import Journeying
from sandbox.simulation.lines import FifoLine, Full, Slots
from sandbox.simulation.requests import FAILED, Refused, Request
from sandbox.simulation.roles import Fed
from sandbox.simulation.transactions import Transaction

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring


class Store(Compute):
    """Keeps data: versions by key, and a stock. It answers, and never calls anybody.

    Needs have a meaning for data (see `effects/`): `read`, `write` (a row is locked meanwhile),
    `check` (is there stock?), `take` (if there is, one less, in one step), `decrement` (one less,
    whatever there is), `begin` and `commit` (in between, connection and rows are held; without the
    `commit`, nothing of it counts), and more. What has none is only work.

    Fails when all connections are held, or when all wait for one row.
    """

    full = "all connections were taken and the line was full"

    def __init__(self, place: Place) -> None:
        self.versions: dict[int, int] = {}
        self.stock = place.stock or 0
        self.rows: dict[int, deque[Journeying]] = {}
        """Rows that are locked, each with those who wait for it."""
        self.transactions: dict[Transaction, None] = {}
        """Those that are open."""
        self.replicas: list[Fed] = []
        self.copies: Copies | None = None
        """Its copies, where they need looking after."""
        self.confirms: Copies | None = None
        """The same, where a write waits for them."""
        self.effects: dict[str, Callable[[Request], None]] = {
            need: partial(effect, self) for need, effect in EFFECTS.items()
        }
        super().__init__(place)

    def visit(self, request: Request) -> Visit:
        """Take a connection, or go on with the one that is held; do what is wanted; answer."""
        arrived, waited, worked = self.lane.now, 0.0, 0.0
        self.meter.arrivals += 1
        if not self.is_up:
            raise self.unreachable()
        epoch, held = self.epoch, self.held_by(request) if request.held else None
        connection = self.slots if held is None else None  # a transaction has one
        locked: list[int] = []
        if connection is not None and not connection.take_free():
            waited = yield from self._connect(connection)
        try:
            while (work := self.work.get(request.step)) is not None:
                rows = ROWS.get(work.need)
                if rows is not None:
                    waited += yield from self._lock_all(rows(self, request), held, locked)
                if self.epoch != epoch or (held is not None and not held.is_open):
                    raise self._gone(epoch)
                wait, service = yield from self.think(request)
                waited += wait
                worked += service
                if self.epoch != epoch or (held is not None and not held.is_open):
                    raise self._gone(epoch)
                self.effects.get(work.need, only_work)(request)
                if locked:
                    if self.confirms is not None:
                        waited += yield from self._confirm(held, epoch)
                    self._unlock_all(locked)
                if request.held is not held and self.held_by(request) is not held:
                    held = self.held_by(request)  # it has begun, or is committed
                    connection = self.slots if held is None else None
                    waited += yield from self._confirm(held, epoch)
        finally:
            if locked and self.epoch == epoch:
                self._unlock_all(locked)
            if connection is not None:
                connection.give()
        self.meter.settle(waited, worked)
        self.meter.served += 1
        request.stayed(self.index, arrived, arrived + waited, self.lane.now)
        return None

    def feeds(self, target: SimNode) -> None:
        """A replica that it is wired to gets all its writes."""
        if isinstance(target, Fed):
            self.replicas.append(target)

    def prepare(self, wiring: Wiring) -> None:
        """Know how what it feeds is to be looked after."""
        self.copies = arrange(self, wiring)
        if self.copies is not None and self.copies.needed:
            self.confirms = self.copies

    @property
    def gauge(self) -> float | None:
        """How many wait for a row that somebody else is changing."""
        return float(sum(map(len, self.rows.values())))

    def held_by(self, request: Request) -> Transaction | None:
        """The transaction that a request has here."""
        held = request.held
        return held if held is not None and held.store is self else None

    def _connect(self, connections: Slots) -> Generator[float | None, None, float]:
        """Wait for a connection; the seconds waited."""
        came, epoch = self.lane.now, self.epoch
        try:
            yield from connections.take()
        except Full:
            raise self.refuse(self.full) from None
        if self.epoch != epoch:  # a store that has died opens nothing
            connections.give()
            raise self._gone(epoch)
        return self.lane.now - came

    def _confirm(
        self, held: Transaction | None, epoch: int
    ) -> Generator[float | None, None, float]:
        """Wait until enough copies have what counts from now on; the seconds waited."""
        came = self.lane.now
        if self.confirms is not None and held is None:
            yield from self.confirms.confirm()
        if self.epoch != epoch:
            raise self._gone(epoch)
        return self.lane.now - came

    def _gone(self, epoch: int) -> Refused:
        """What a visit is told that cannot go on: the store has died, or nobody waits for it."""
        if self.epoch != epoch:
            return Refused(FAILED, self.index, f"{self.name} died")
        self.meter.failed += 1
        return Refused(FAILED, self.index, "its transaction was rolled back")

    def roll_back(self, transaction: Transaction) -> None:
        """Undo what a transaction did; let go of its rows and its connection."""
        self._undo(transaction)
        del self.transactions[transaction]
        for key in transaction.rows:
            self._unlock(key)
        if transaction.connection is not None:
            transaction.connection.give()

    def _undo(self, transaction: Transaction) -> None:
        transaction.is_open = False
        if transaction.units:
            self.stock += transaction.units
            self.ledger.undone(transaction.order, transaction.units)

    def give_back(self, request: Request) -> None:
        """Put a unit back on the shelf, which is one more change; nobody waits for it."""
        self.ledger.gave_back(request.order)
        self.lane.start(self._give_back_later(request))

    def conserved(self, now: float) -> bool:
        """Open transactions hold connections beyond the visits that are under way.

        And the processor has other work besides: what is given back, or has to be applied.
        """
        meter = self.meter
        inside = meter.arrivals - meter.served - meter.rejected - meter.failed
        if self.slots is None:
            return inside >= 0
        return 0 <= inside <= self.slots.size - self.slots.free + self.slots.waiting

    def _lock_all(
        self, rows: tuple[int, ...], held: Transaction | None, locked: list[int]
    ) -> Generator[float | None, None, float]:
        """Wait for rows and hold them, one after the other; the seconds waited.

        A transaction keeps them until its end; without one they are noted in `locked`.
        """
        came, epoch = self.lane.now, self.epoch
        for row in rows:
            if self.epoch != epoch:  # a store that has died locks nothing
                break
            if held is None or row not in held.rows:
                yield from self._lock(row)
                (locked if held is None or not held.is_open else held.rows).append(row)
        return self.lane.now - came

    def _unlock_all(self, locked: list[int]) -> None:
        for row in locked:
            self._unlock(row)
        locked.clear()

    def _lock(self, key: int) -> Generator[float | None, None, None]:
        """Wait for a row and hold it."""
        if key in self.rows:
            assert self.lane.current is not None
            self.rows[key].append(self.lane.current)
            yield None
        else:
            self.rows[key] = deque()

    def _unlock(self, key: int) -> None:
        waiting = self.rows.get(key)
        if waiting:
            self.lane.wake(waiting.popleft())
        else:
            self.rows.pop(key, None)

    def emptied(self) -> None:
        """Locks and transactions go with the process; what was committed is on the disk."""
        super().emptied()
        for transaction in self.transactions:
            self._undo(transaction)
        self.transactions = {}
        self.rows = {}
        if self.copies is not None:
            self.copies.leader_died()

    def publish(self, key: int, version: int) -> None:
        """From now on everybody sees it."""
        self.versions[key] = version
        for replica in self.replicas:
            replica.receive(key, version)

    def begin(self, request: Request) -> None:
        """Open a transaction for a request that has none here."""
        if self.held_by(request) is None:
            request.held = Transaction(self, self.slots, request.order)
            self.transactions[request.held] = None

    def commit(self, request: Request) -> None:
        """Publish what its transaction wrote, and let go of what it holds."""
        held = self.held_by(request)
        if held is None:
            return
        held.is_open = False
        del self.transactions[held]
        for key, version in held.written.items():
            self.publish(key, version)
        for key in held.rows:
            self._unlock(key)
        request.held = None

    def _give_back_later(self, request: Request) -> Journeying:
        work = next(each for each in self.work.values() if each.need in ("take", "decrement"))
        service = work.duration(request.stream, request.number)
        try:
            if isinstance(self.cpu, FifoLine):
                yield self.cpu.book(service) + service
            else:
                yield from self.cpu.serve(service)
        except Full:  # refused, and nobody asks again
            return
        self.stock += 1
