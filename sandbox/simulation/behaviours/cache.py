"""A cache: copies of what was read, by key, in the memory it has."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Visit, Visited, travel
from sandbox.simulation.lines import FifoLine
from sandbox.simulation.requests import END, FAILED, Refused, Request

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring

CHANGING = ("write",)
"""Needs after which a copy of what was read may no longer be true."""

READ = "read"
"""The need whose result a write changes."""

KEY_SPACE = 1 << 40
"""What a cache keeps of each need has keys of its own, this far apart."""


class Cache(SimNode):
    """Entries by key, each with its version and age; `keys` of them, the least needed goes first.

    Every look, fill and change costs it one operation. Fails by giving what is no longer true,
    and by being empty when it is needed most.
    """

    answers = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.servers = place.size.vcpu
        self.room = place.size.keys
        self.ttl: float | None = place.settings["ttl"] or None
        self.by_use = place.settings["eviction"] == "LRU"
        self.on_write: str = place.settings["on-write"]
        self.usual = 0.0
        """Seconds of one operation, as long as nothing slows it down."""
        self.operation = 0.0
        """Seconds of one operation now."""
        self.covers: dict[int, tuple[int, int]] = {}
        """The steps whose result it keeps: the step after each, and where its keys begin."""
        self.changes: set[int] = set()
        """The steps that change what it keeps."""
        self.hits = 0
        self.misses = 0
        self._shown = (0, 0)
        self.entries: dict[int, tuple[int, float]] = {}
        """Version and moment of filling by key; the first one is the first to go."""
        self.cpu = FifoLine(self.lane, self.servers, None)
        self._worked_before = 0.0
        """Server-seconds worked before its last death."""

    def prepare(self, wiring: Wiring) -> None:
        """Know what is kept here and what changes it; stand beside the way of who is wired to it.

        Whoever has a wire to it, and does not send requests through it, looks there first and
        tells it later.
        """
        does = self.place.kind.does
        self.operation = self.usual = max(ability.time.mean for ability in does.values())
        kept = sorted(does, key=lambda need: need != READ)  # a write is about these keys
        begins = {need: at * KEY_SPACE for at, need in enumerate(kept)}
        for step in wiring.plan.steps:
            if step.need in does:
                self.covers[step.index] = (step.after, begins[step.need])
            elif step.need in CHANGING:
                self.changes.add(step.index)
        for (source, _), ways in wiring.sim_links.items():
            for to_cache in ways:
                if to_cache.target is self:
                    self._stand_beside(source, to_cache, wiring)

    def _stand_beside(self, source: str, to_cache: SimLink, wiring: Wiring) -> None:
        for node in wiring.world.instances[source]:
            for step, usual in list(node.onward.items()):
                if usual.target is self:
                    continue  # it is in the way itself
                if step in self.covers or self._changes(usual, step, wiring):
                    node.onward[step] = SimLink(Aside(self, to_cache, usual), 1.0, None)

    def _changes(self, link: SimLink, step: int, wiring: Wiring) -> bool:
        """Whether what is done in one go where a link leads to changes what is kept here."""
        target = link.target
        while isinstance(target, Aside):
            target = target.usual.target
        own = wiring.done_by(target, step) if isinstance(target, SimNode) else []
        return not self.changes.isdisjoint(own or [step])

    def slowed(self, factor: float) -> None:
        """Take so many times as long for every operation, from now on."""
        self.operation = factor * self.usual

    def emptied(self) -> None:
        """Start with nothing."""
        self._worked_before += self.cpu.state(self.lane.now)[2]
        self.entries = {}
        self.cpu = FifoLine(self.lane, self.servers, None)

    def visit(self, request: Request) -> Visit:
        """In the way of needs: answer from memory, or ask whoever is behind, and remember."""
        if not self.is_up:
            self.meter.arrivals += 1
            raise self.unreachable()
        epoch = self.epoch
        while (step := request.step) != END:
            if step in self.covers and (yield from self.look(request)):
                continue
            if self.epoch != epoch:
                raise Refused(FAILED, self.index, f"{self.name} died")
            link = self.onward.get(step)
            if link is None:
                break
            yield from self.ask(link, request)
            if request.step == step:
                break  # nobody there could go on with it
        return None

    def ask(self, usual: SimLink, request: Request) -> Generator[float | None, None, None]:
        """Have it done where it is always done; remember what was read, see to what was written."""
        step, wrote = request.step, request.wrote
        yield from travel(self.lane, usual, request)
        if step in self.covers:
            self.fill(request, step)
        if request.wrote != wrote:
            yield from self.change(request)

    def look(self, request: Request) -> Generator[float | None, None, bool]:
        """Look a key up; whether it was there. Then the need is done."""
        meter, now = self.meter, self.lane.now
        meter.arrivals += 1
        if not self.is_up:  # nobody answers, which a client of a cache takes for a miss
            meter.rejected += 1
            return False
        begin = self.cpu.book(self.operation)
        meter.settle(begin - now, self.operation)
        epoch = self.epoch
        yield begin + self.operation
        request.stayed(self.index, now, begin, begin + self.operation)
        if self.epoch != epoch:
            return False
        meter.served += 1
        after, first = self.covers[request.step]
        key = first + request.item
        entry = self.entries.get(key)
        if entry is None or (self.ttl is not None and self.lane.now - entry[1] > self.ttl):
            self.misses += 1
            return False
        self.hits += 1
        if self.by_use:
            del self.entries[key]
            self.entries[key] = entry
        request.seen = entry[0]
        request.step = after
        return True

    def fill(self, request: Request, step: int) -> None:
        """Remember what was read elsewhere in this step; nobody waits for that."""
        if self.is_up and request.seen >= 0:
            self.cpu.book(self.operation)
            self._keep(self.covers[step][1] + request.item, request.seen)

    def change(self, request: Request) -> Generator[float | None, None, None]:
        """After a write: forget the key, or put the new value in its place, or do nothing."""
        if not self.is_up or self.on_write == "keep":
            return
        begin = self.cpu.book(self.operation)
        yield begin + self.operation
        if self.on_write == "delete":
            self.entries.pop(request.item, None)
        else:
            self._keep(request.item, request.wrote)

    def _keep(self, key: int, version: int) -> None:
        entries = self.entries
        if self.by_use or key not in entries:  # first in, first out: a new value keeps its turn
            entries.pop(key, None)
        if self.room is not None and key not in entries and len(entries) >= self.room:
            del entries[next(iter(entries))]
        entries[key] = (version, self.lane.now)

    def state(self, now: float) -> tuple[int, int, float]:
        """Operations waiting and under way, and the seconds worked."""
        queue, inside, busy = self.cpu.state(now)
        return queue, inside, busy + self._worked_before

    def conserved(self, now: float) -> bool:
        """Looks that are under way are no more than its operations under way."""
        meter = self.meter
        under_way = meter.arrivals - meter.served - meter.rejected - meter.failed
        return 0 <= under_way <= sum(self.cpu.state(now)[:2]) + 1

    @property
    def gauge(self) -> float | None:
        """The hit ratio since it was last asked, 0 to 1."""
        hits, misses = self.hits - self._shown[0], self.misses - self._shown[1]
        self._shown = (self.hits, self.misses)
        return hits / (hits + misses) if hits + misses else None

    @property
    def queue_max(self) -> int:
        """The longest line of operations."""
        return self.cpu.queue_max


class Aside(Visited):
    """In the way of a read: look into the cache, and only then go where it always went.

    In the way of a write: when it is done, tell the cache.

    The caller does this itself (cache-aside), so the cache needs no wire to the source.
    """

    answers = True

    def __init__(self, cache: Cache, to_cache: SimLink, usual: SimLink) -> None:
        self.cache = cache
        self.to_cache = to_cache
        self.usual = usual

    def visit(self, request: Request) -> Visit:
        """Look, or else read and remember; after a write, forget or renew the copy."""
        cache, link = self.cache, self.to_cache
        if request.step in cache.covers:
            link.sent += 1
            if link.latency is not None:
                yield cache.lane.now + link.latency.at(request.stream, request.number)
            if (yield from cache.look(request)):
                return None
        wrote = request.wrote
        yield from cache.ask(self.usual, request)
        link.sent += request.wrote != wrote
        return None
