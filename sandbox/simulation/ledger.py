"""The ledger: what the system promised and what it did, counted from outside.

It knows every effect and what each client was told; no part of the system can read it.

* stale reads = reads that gave an older version than had been acknowledged when they set out
* oversold = buyers told `sold` or `pending` whose unit was not given back - the stock, if positive
* units paid = units of the stock that somebody has, was told so, and has paid (at most the stock)
* double charges = charges beyond the first, of all orders together
* lost orders = buyers told `sold` or `pending` who in the end have neither paid nor had their
  unit given back; and those who have paid and were not told so
* lost messages = messages that were given up with no dead letters behind to keep them
* expired messages = messages dropped because they were too old when their turn came
* dead letters = messages given up and kept
* missed runs = runs of schedules that were due and never begun
* overlapping runs = runs of schedules that were begun while another went on
* effects = what externals did besides taking money (mails sent), by request and need
* double effects = effects beyond the first, of all requests and needs together
* lost writes = writes that were acknowledged and are nowhere any more
* humans refused = people whom a filter took for bots, each time they asked
* lost sessions = people who had to log in again before their session was over: it was forgotten
  where it was kept, in a cache of sessions or in the server that they stuck to
* out of order = effects that came after that of a later request about the same item
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.simulation.requests import DECLINED, PENDING, SOLD_OUT, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.simulation.durability import Durability
    from sandbox.simulation.oracles.access import Access
    from sandbox.simulation.oracles.edits import Edits
    from sandbox.simulation.oracles.money import Money
    from sandbox.simulation.oracles.watching import Watching

SOLD = "sold"

OF_READS = ("reads", "stale-reads")
OF_STOCK = ("stock", "sold", "pending", "sold-out", "units-paid", "oversold", "double-charges")
"""What is worth knowing while a run goes on. What is promised is not lost before the end."""


@dataclass(slots=True)
class Order:
    """What became of one request that was about a unit of the stock."""

    told: str = ""
    """What the client was told last: sold, pending, sold out, declined; nothing if lost."""
    taken: int = 0
    """Units that it has."""
    charges: int = 0
    given_back: bool = False

    @property
    def promised(self) -> bool:
        """Whether its buyer counts on having it."""
        return self.told in (SOLD, PENDING) and not self.given_back


@dataclass(slots=True)
class Later:
    """Work of one request that is done after its client has been answered."""

    parts: int = 0
    """Messages that have not been worked on."""
    done: float = 0.0
    """When the last of those that have been was done."""

    @property
    def settled(self) -> float:
        """When all of it was done; infinity as long as it is not."""
        return math.inf if self.parts else self.done


class Ledger:
    """Counts of one run. Sums over all orders are kept up to date: frames ask for them often.

    What needs the whole history to be told is counted by `oracles`, in the end.
    """

    money: Money
    """Set where an operation moves money (see `oracles.observe`)."""
    edits: Edits
    """Set where an operation edits what its author has seen."""
    access: Access | None = None
    """Set where an operation withdraws a permission."""

    def __init__(self, stock: int | None) -> None:
        self.stock = stock
        self.attempts = 0
        """Calls and requests that were tried again."""
        self.deliveries = 0
        """Messages that a queue handed to somebody, repeated ones included."""
        self.reads = 0
        self.stale_reads = 0
        self.acknowledged: dict[int, int] = {}
        """The version of each key that some client knows to be written."""
        self.orders: dict[int, Order] = {}
        self.promised = 0
        """Buyers who count on having a unit."""
        self.paid = 0
        """Those of them who have one and have paid for it."""
        self.double_charges = 0
        """Charges beyond the first."""
        self.lost_orders = 0
        """Promises without a payment, and payments without a promise."""
        self.told: dict[str, int] = {}
        """How many were told what about a unit."""
        self.wrongs: Counter[str] = Counter()
        """All else that went wrong, by the names of `documents/counters.py`."""
        self.durability: Durability | None = None
        """Which acknowledged writes are gone, where data can be lost (see `durability.py`)."""
        self.unflushed: list[Callable[[int, int], bool]] = []
        """Who says whether a cache still has a write (item and version) for its source."""
        self.settled: list[float] = []
        """Seconds from asking to having paid."""
        self.sessions: dict[int, float] = {}
        """Until when each of those who are logged in may count on it."""
        self.later: dict[int, Later] = {}
        """What is left to do of requests that were answered before it was done, by order."""
        self.watching: Watching | None = None
        """Who has seen which change when, where somebody wants to."""
        self.effects: Counter[tuple[int, int]] = Counter()
        """How often each need (step) of each order was done by somebody outside."""
        self.out_of_order = 0
        self._latest: dict[int, float] = {}
        """When the latest request about each item was asked whose effect has come."""

    def answered(self, request: Request, writes: bool) -> None:
        """A client has got its answer to a read or a write."""
        if writes:
            if request.wrote > self.acknowledged.get(request.item, 0):
                self.acknowledged[request.item] = request.wrote
            if self.durability is not None and request.wrote >= 0:
                self.durability.answered(request.item, request.wrote)
        elif request.seen >= 0:
            self.reads += 1
            self.stale_reads += request.seen < request.known

    def opened_session(self, key: int, until: float) -> None:
        """Somebody has logged in, and may count on staying so for a while."""
        self.sessions[key] = until

    def missed_session(self, key: int, now: float) -> None:
        """Nobody knows somebody any more, who has to log in again."""
        if now <= self.sessions.pop(key, -1.0):
            self.wrongs["lost-sessions"] += 1

    def order(self, request: Request) -> Order:
        """The order that a request belongs to."""
        return self.orders.setdefault(request.order, Order())

    def tells(self, request: Request) -> None:
        """A client is told what came of wanting a unit."""
        answer = request.answer or SOLD
        self.told[answer] = self.told.get(answer, 0) + 1
        if answer == SOLD_OUT and request.order not in self.orders:
            return  # most of those who come too late; nothing can become of them
        order = self.order(request)
        self._tally(order, -1)
        order.told = answer
        self._tally(order, 1)

    def took(self, request: Request) -> None:
        """A unit was counted off for somebody."""
        order = self.order(request)
        self._tally(order, -1)
        order.taken += 1
        order.given_back = False
        self._tally(order, 1)

    def undone(self, order: int, units: int) -> None:
        """Units were counted off in a transaction that came to nothing."""
        known = self.orders.setdefault(order, Order())
        self._tally(known, -1)
        known.taken -= units
        self._tally(known, 1)

    def gave_back(self, order: int) -> None:
        """A unit is put back, and its buyer knows (who may try again)."""
        known = self.orders.setdefault(order, Order())
        self._tally(known, -1)
        known.taken -= 1
        known.given_back = True
        self._tally(known, 1)

    def charged(self, request: Request, now: float) -> None:
        """Somebody's money was taken."""
        order = self.order(request)
        if not order.charges:
            self.settled.append(now - request.start)
        self._tally(order, -1)
        order.charges += 1
        self._tally(order, 1)

    def declined(self, request: Request) -> None:
        """A payment was declined for good, and its buyer is told, now or by mail."""
        order = self.order(request)
        if order.told:
            self._tally(order, -1)
            order.told = DECLINED
            self._tally(order, 1)

    def put_off(self, job: Request) -> None:
        """A part of a request is left for later."""
        self.later.setdefault(job.order, Later()).parts += 1

    def done_later(self, job: Request, now: float) -> None:
        """A part of a request that was left for later has been done."""
        later = self.later[job.order]
        later.parts -= 1
        later.done = now

    def effect(self, request: Request, step: int) -> None:
        """Somebody outside has done something that cannot be undone."""
        self.effects[request.order, step] += 1
        latest = self._latest.get(request.item, request.start)
        self._latest[request.item] = max(latest, request.start)
        self.out_of_order += request.start < latest

    def _tally(self, order: Order, times: int) -> None:
        """Count an order among the others, or no longer."""
        promised, paid = order.promised, order.charges > 0
        self.promised += times * promised
        self.paid += times * (promised and paid and order.taken > 0)
        self.lost_orders += times * (promised != paid)
        self.double_charges += times * max(0, order.charges - 1)

    @property
    def oversold(self) -> int:
        """Units promised beyond the stock."""
        return max(0, self.promised - self.stock) if self.stock is not None else 0

    @property
    def units_paid(self) -> int:
        """Units of the stock that are paid for by those who have them."""
        return min(self.paid, self.stock or 0)

    def counts(self) -> dict[str, int]:
        """Every counter by its name, as service levels call it."""
        counted = {"attempts": self.attempts, "deliveries": self.deliveries}
        if self.reads:
            counted |= {"reads": self.reads, "stale-reads": self.stale_reads}
        if self.stock is not None:
            counted |= {
                "stock": self.stock,
                "sold": self.told.get(SOLD, 0),
                "pending": self.told.get(PENDING, 0),
                "sold-out": self.told.get(SOLD_OUT, 0),
                "declined": self.told.get(DECLINED, 0),
                "units-paid": self.units_paid,
                "oversold": self.oversold,
                "double-charges": self.double_charges,
                "lost-orders": self.lost_orders,
            }
        elif self.settled:
            counted["double-charges"] = self.double_charges
        if self.effects:
            effects = self.effects.total()
            counted |= {
                "effects": effects,
                "double-effects": effects - len(self.effects),
                "out-of-order": self.out_of_order,
            }
        return counted | self.wrongs
