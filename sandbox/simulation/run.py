"""One run: a level, a design and a seed, advanced to its end in steps of any size."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from sandbox.documents.decisions import decided
from sandbox.documents.design import Design
from sandbox.documents.level import Clock, Level
from sandbox.documents.slos import LatencySlo, SettledSlo, WithinSlo
from sandbox.simulation.behaviours.observer import count_blindness
from sandbox.simulation.incidents import begin_incidents
from sandbox.simulation.ledger import OF_READS, OF_STOCK
from sandbox.simulation.meters import Reading, node_frame, share
from sandbox.simulation.oracles import conclude
from sandbox.simulation.trace import TRACE_FORMAT, Frame, Header, Trace
from sandbox.simulation.world import build

MOST_FRAMES = 1000
_NICE_FRAMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


def frame_length(clock: Clock) -> float:
    """How many seconds one frame covers: at least 1, and at most about 1000 frames a run."""
    if clock.frame is not None:
        return clock.frame
    for seconds in _NICE_FRAMES:
        if clock.length / seconds <= MOST_FRAMES:
            return float(seconds)
    return math.ceil(clock.length / MOST_FRAMES / 3600.0) * 3600.0


class Run:
    """A run in progress, or at its end. Watching it changes nothing.

    `busy` holds, for each node of the world, the share of its servers' time spent working
    while clients arrived (after the warm-up).
    """

    def __init__(
        self,
        level: Level,
        design: Design,
        seed: int,
        on_frame: Callable[[Frame], None] | None = None,
    ) -> None:
        level = decided(level, design)
        self.level = level
        self.design = design
        self.seed = seed
        self.world = build(level, design, seed)
        begin_incidents(self.world)
        count_blindness(self.world)
        self.lane = self.world.lane
        self.finished = False
        self._on_frame = on_frame
        clock = level.clock
        self._end = _end(level)
        self._frame = frame_length(clock)
        self.trace = Trace(self._header())
        self._closed = False
        self._last = [Reading() for _ in self.world.nodes]
        self._sent = [0] * len(self.world.links)
        self._told = 0
        """How many happenings have been shown."""
        self._from = [Reading() for _ in self.world.nodes]
        self.measured: list[Reading] = []
        """What each node did between the end of the warm-up and the last arrival's time."""
        self.utilisation: list[float] = []
        control = self.lane.control
        if clock.measure_from:
            control.process(self._after(clock.measure_from, self._end_of_warm_up))
        control.process(self._after(clock.length, self._end_of_arrivals))

    def _header(self) -> Header:
        return Header(
            format=TRACE_FORMAT,
            level=self.level.id,
            seed=self.seed,
            frame=self._frame,
            length=self.level.clock.length,
            end=0.0 if math.isinf(self._end) else self._end,
            operations=tuple(self.level.operations),
            nodes=tuple(node.name for node in self.world.nodes),
            links=tuple(link.ends for link in self.design.links),
            ledger=self._told_of_ledger,
        )

    @cached_property
    def _told_of_ledger(self) -> tuple[str, ...]:
        """What frames tell of the ledger: what the level is about."""
        reads = any(each.needs_any(("read",)) for each in self.level.operations.values())
        sells = self.level.stock is not None
        return (OF_READS if reads else ()) + (OF_STOCK if sells else ())

    def advance(self, until: float) -> None:
        """Let everything up to `until` (seconds since the start) happen, at most to the end."""
        with _uncollected():
            self._advance(until)

    def _advance(self, until: float) -> None:
        while not self.finished:
            stop = min(self._end, self._next_frame())
            if until < stop:
                self.lane.run(until)
                return
            self.lane.run(stop)
            if stop < self._end:
                self._measure_frame(stop)
            if stop == self._end or self._nothing_left():
                self._finish()

    def finish(self) -> Run:
        """Run to the end."""
        self.advance(math.inf)
        return self

    def _nothing_left(self) -> bool:
        """Whether nothing more can happen, where the run has no end of its own.

        Asked only at the end of a frame, so that the size of steps makes no difference.
        """
        return math.isinf(self._end) and self._closed and self.lane.idle

    def _next_frame(self) -> float:
        """The end of the frame that is being measured."""
        return (len(self.trace.frames) + 1) * self._frame

    def _after(self, seconds: float, action: Callable[[], None]) -> Generator[Any, Any, None]:
        yield self.lane.control.timeout(seconds)
        action()

    def _measure_frame(self, time: float) -> None:
        nodes = []
        seconds = time - (self.trace.frames[-1].time if self.trace.frames else 0.0)
        for index, node in enumerate(self.world.nodes):
            reading = node.reading(time)
            nodes.append(
                node_frame(
                    self._last[index],
                    reading,
                    node.servers,
                    seconds,
                    node.gauge,
                    down=not node.is_up,
                    off=not node.in_service,
                )
            )
            self._last[index] = reading
        sent = [sum(link.sent for link in links) for links in self.world.links]
        frame = Frame(
            time,
            tuple(operation.meter.frame() for operation in self.world.operations),
            tuple(nodes),
            tuple(now - before for now, before in zip(sent, self._sent, strict=True)),
            tuple(self.world.happenings[self._told :]),
            self._counted(),
        )
        self._sent = sent
        self._told = len(self.world.happenings)
        self.trace.frames.append(frame)
        if self._on_frame is not None:
            self._on_frame(frame)

    def _counted(self) -> tuple[int, ...]:
        names = self._told_of_ledger
        if not names:
            return ()
        counts = self.world.ledger.counts()
        return tuple(counts.get(name, 0) for name in names)

    def _end_of_warm_up(self) -> None:
        now = self.lane.now
        self._from = [node.reading(now) for node in self.world.nodes]
        for node in self.world.nodes:
            node.meter.restart()

    def _end_of_arrivals(self) -> None:
        self._closed = True
        seconds = self.level.clock.length - self.level.clock.measure_from
        for node, before in zip(self.world.nodes, self._from, strict=True):
            busy = node.reading(self.lane.now).busy - before.busy
            self.utilisation.append(share(busy, node.servers * seconds))

    def _finish(self) -> None:
        """Late for good is what is overdue; what has no deadline stays in flight."""
        self.finished = True
        conclude(self.world)
        now = self.lane.now
        for operation in self.world.operations:
            for request in list(operation.meter.open):
                clients = self.world.clients[request.stream]
                if now - request.start >= operation.meter.deadline:
                    clients.give_up(request)
                else:
                    clients.still_waits(request)
        last = self.trace.frames[-1].time if self.trace.frames else 0.0
        if now > last:
            self._measure_frame(now)
        self.measured = [
            _since(node.reading(now), before)
            for node, before in zip(self.world.nodes, self._from, strict=True)
        ]
        for clients in dict.fromkeys(self.world.clients.values()):
            self.trace.journeys.extend(clients.journeys)
        self.trace.journeys.sort(key=lambda journey: (journey.start, journey.stream))

    @property
    def conserved(self) -> bool:
        """Whether nothing got lost in the counting: at every operation and at every node."""
        operations = [*self.world.operations, *self.world.by_bots]
        if not all(operation.meter.conserved for operation in operations):
            return False
        return all(node.conserved(self.lane.now) for node in self.world.nodes)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector, which would look at every parked request again and again.

    A request leaves no circles behind, so nothing is missed (`benchmarks/memory.py` shows it).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _end(level: Level) -> float:
    """When the run is over: at the last deadline, or as the level says; infinity: when done."""
    clock = level.clock
    if clock.drain is not None:
        return clock.length + clock.drain
    bounds: list[float] = []
    for operation in level.operations.values():
        if operation.deadline is None:
            return math.inf
        bounds.append(operation.deadline)
    bounds += [slo.within for slo in level.slos if isinstance(slo, WithinSlo | SettledSlo)]
    bounds += [slo.at_most for slo in level.slos if isinstance(slo, LatencySlo)]
    return clock.length + max(bounds)


def _since(now: Reading, before: Reading) -> Reading:
    return Reading(
        arrivals=now.arrivals - before.arrivals,
        served=now.served - before.served,
        rejected=now.rejected - before.rejected,
        queue=now.queue,
        inside=now.inside,
        busy=now.busy - before.busy,
        waits=now.waits,
        waited=now.waited,
        failed=now.failed - before.failed,
    )


def simulate(
    level: Level,
    design: Design,
    seed: int,
    on_frame: Callable[[Frame], None] | None = None,
) -> Run:
    """Run a level with a design and a seed to its end; the same three give the same bits."""
    return Run(level, design, seed, on_frame).finish()
