"""Measurements of nodes and operations: counters, samples, and what each frame shows.

Counters only grow; a frame is a difference of two readings.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field

from sandbox.simulation.ledger import Later
from sandbox.simulation.requests import ABANDONED, FAILED, GOOD, LATE, LOST, REJECTED, Request
from sandbox.simulation.samples import EXACT_LIMIT, Samples
from sandbox.simulation.trace import NodeFrame, OperationFrame


@dataclass(slots=True)
class Reading:
    """A node's counters at one moment. `busy` is in server-seconds."""

    arrivals: int = 0
    served: int = 0
    rejected: int = 0
    queue: int = 0
    inside: int = 0
    busy: float = 0.0
    waits: int = 0
    waited: float = 0.0
    failed: int = 0


class NodeMeter:
    """What one instance of a node did. Durations in seconds."""

    __slots__ = ("arrivals", "failed", "rejected", "served", "service", "waits")

    def __init__(self) -> None:
        self.arrivals = 0
        self.rejected = 0
        self.served = 0
        self.failed = 0
        """Visits that ended because somebody further on refused."""
        self.waits = Samples()
        self.service = 0.0

    def settle(self, wait: float, service: float) -> None:
        """Note that a visit waits `wait` and is worked on for `service` seconds."""
        self.waits.add(wait)
        self.service += service

    def restart(self) -> None:
        """Forget the samples taken so far (the end of a warm-up)."""
        self.waits = Samples()
        self.service = 0.0


def node_frame(
    before: Reading,
    after: Reading,
    servers: int,
    seconds: float,
    gauge: float | None = None,
    *,
    down: bool = False,
    off: bool = False,
) -> NodeFrame:
    """What happened at a node between two readings `seconds` apart, and what it shows now."""
    waits = after.waits - before.waits
    return NodeFrame(
        arrivals=after.arrivals - before.arrivals,
        served=after.served - before.served,
        rejected=after.rejected - before.rejected,
        queue=after.queue,
        inside=after.inside,
        utilisation=share(after.busy - before.busy, servers * seconds),
        wait=(after.waited - before.waited) / waits if waits > 0 else None,
        failed=after.failed - before.failed,
        gauge=gauge,
        down=down,
        off=off,
    )


def share(part: float, whole: float) -> float:
    """`part` of `whole`, kept within 0 and 1 against rounding; 0 of nothing."""
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0


DONE, LOST_FOR_EVER, NEVER_DONE = 0, 1, 2
"""How a record ended: completed; rejected, failed or abandoned; not done when the run ended."""


@dataclass(slots=True)
class Records:
    """Every measured request of one operation as (start, finish, how it ended).

    The finish of what was lost is the moment it was lost. In order of finish. At most a million
    are kept: `complete` tells whether that was all.
    """

    start: array[float] = field(default_factory=lambda: array("d"))
    finish: array[float] = field(default_factory=lambda: array("d"))
    lost: array[int] = field(default_factory=lambda: array("b"))
    complete: bool = True
    later: dict[int, Later] = field(default_factory=dict)
    """What is left to do of those that were answered before it was done, by their place here."""
    beyond: Samples = field(default_factory=Samples)
    """Latencies of what came after the first million."""

    def add(self, start: float, finish: float, lost: int) -> None:
        """Keep one request, as long as there is room."""
        if len(self.start) < EXACT_LIMIT:
            self.start.append(start)
            self.finish.append(finish)
            self.lost.append(lost)
        else:
            self.complete = False
            if lost == DONE:
                self.beyond.add(finish - start)

    def latencies(self) -> Samples:
        """Latencies in seconds of everything that was completed."""
        kept = Samples()
        for start, finish, lost in zip(self.start, self.finish, self.lost, strict=True):
            if lost == DONE:
                kept.add(finish - start)
        return Samples.together([kept, self.beyond])


class OperationMeter:
    """What became of one operation's requests; only what arrives from `measure_from` on."""

    def __init__(self, deadline: float | None, measure_from: float) -> None:
        self.deadline = math.inf if deadline is None else deadline
        self.measure_from = measure_from
        self.arrivals = 0
        self.counts = dict.fromkeys((GOOD, LATE, REJECTED, FAILED, ABANDONED), 0)
        self.records = Records()
        self.open: dict[Request, bool] = {}
        """Requests without an outcome, in order of arrival, and whether they are measured (kept
        apart from the counters, so that the two can be held against each other)."""
        self.charged: dict[int, int] = {}
        """Requests lost or late, by the index of the node that caused it."""
        self._recent: list[float] = []
        self._shown: tuple[int, ...] = (0,) * 6

    def came(self, request: Request) -> None:
        """Count an arrival."""
        is_measured = request.start >= self.measure_from
        self.open[request] = is_measured
        self.arrivals += is_measured

    def done(self, request: Request, now: float) -> str:
        """Count a request that was completed now; whether it was good or late."""
        is_measured = self.open.pop(request)
        latency = now - request.start
        good = latency <= self.deadline
        if is_measured:
            self._recent.append(latency)
            if good:
                self.counts[GOOD] += 1
                self.records.add(request.start, now, DONE)
            else:
                self._count(request, LATE, now, DONE)
        return GOOD if good else LATE

    def put_off(self, request: Request, later: Later) -> None:
        """Note what is left to do of the request that was counted last."""
        if request.start >= self.measure_from and self.records.complete:
            self.records.later[len(self.records.start) - 1] = later

    def lost(self, request: Request, outcome: str, now: float) -> None:
        """Count a request that is lost (or, at the end of a run, late for good)."""
        if self.open.pop(request):
            how = LOST_FOR_EVER if outcome in LOST else NEVER_DONE
            self._count(request, outcome, now, how)

    def _count(self, request: Request, outcome: str, now: float, how: int) -> None:
        self.counts[outcome] += 1
        self.records.add(request.start, now, how)
        node = request.worst_at
        self.charged[node] = self.charged.get(node, 0) + 1

    @property
    def latencies(self) -> Samples:
        """Latencies of everything completed."""
        return self.records.latencies()

    @property
    def in_flight(self) -> int:
        """Measured requests that have no outcome yet."""
        if not self.measure_from:
            return len(self.open)
        return sum(self.open.values())

    @property
    def conserved(self) -> bool:
        """Whether every arrival has one outcome or is still in flight."""
        return self.arrivals == sum(self.counts.values()) + self.in_flight

    def frame(self) -> OperationFrame:
        """What happened since the last frame."""
        totals = (self.arrivals, *self.counts.values())
        changes = [now - before for now, before in zip(totals, self._shown, strict=True)]
        recent, self._recent, self._shown = sorted(self._recent), [], totals
        p50, p95 = _rank(recent, 0.50), _rank(recent, 0.95)
        arrivals, good, late, rejected, failed, abandoned = changes
        return OperationFrame(
            arrivals, good, late, rejected, failed, abandoned, self.in_flight, p50, p95
        )


def _rank(ordered: list[float], share_of_all: float) -> float | None:
    return ordered[math.ceil(share_of_all * len(ordered)) - 1] if ordered else None
