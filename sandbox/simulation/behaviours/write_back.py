"""Write-back: a write is acknowledged by the cache, and the source gets it a while later."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import SimLink, travel
from sandbox.simulation.lane import Journeying
from sandbox.simulation.requests import Refused, Request, attempts

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.cache import Cache


@dataclass(slots=True)
class Dirty:
    """A key whose newest version only the cache has."""

    version: int
    writes: int
    """Those acknowledged that the source does not have."""
    flushed: int
    """The newest version that the source has, or had."""
    on_the_way: int = 0
    """How many of them it is being told of right now."""


class WriteBack:
    """Writes that are acknowledged and not flushed. Several of one key are flushed as one.

    `after` is how many seconds a key waits to be flushed; a flush that fails is tried again after
    as long. What is not flushed is never pushed out: where it fills all the room, further writes
    go to the source. When the cache dies, all of it is lost.
    """

    def __init__(self, cache: Cache, after: float) -> None:
        self.cache = cache
        self.after = after
        self.takes: dict[int, int] = {}
        """The steps that it acknowledges itself, and the step after each."""
        self.dirty: dict[int, Dirty] = {}
        self._numbers: dict[int, int] = {}
        """The last version of each key. That is the ledger's way to name writes, no memory."""
        self._attempts = attempts(f"flush of {cache.place.node.id}")
        cache.ledger.unflushed.append(self.has)

    def take(self, usual: SimLink, request: Request) -> Generator[float | None, None, bool]:
        """Acknowledge a write, if there is room to remember it."""
        cache, key = self.cache, request.item
        if cache.room is not None and key not in self.dirty and len(self.dirty) >= cache.room:
            return False
        epoch = cache.epoch
        yield from cache.operate()
        if cache.epoch != epoch:
            return False
        version = 1 + max(
            self._numbers.get(key, 0),
            cache.ledger.acknowledged.get(key, 0),
            cache.entries[key][0] if key in cache.entries else 0,
        )
        self._numbers[key] = version
        dirty = self.dirty.get(key)
        if dirty is None:
            dirty = self.dirty[key] = Dirty(version, 0, version - 1)
            cache.lane.start(self._flush(usual, request, dirty))
        dirty.version = version
        dirty.writes += 1
        cache.keep(key, version, request)
        request.wrote = version
        request.step = self.takes[request.step]
        return True

    def has(self, key: int, version: int) -> bool:
        """Whether a write is here that the source will get."""
        dirty = self.dirty.get(key)
        return dirty is not None and dirty.flushed < version

    def lose(self) -> None:
        """The memory is gone. What is being flushed right now may still arrive."""
        lost = sum(dirty.writes - dirty.on_the_way for dirty in self.dirty.values())
        if lost:
            self.cache.ledger.wrongs["lost-writes"] += lost
        self.dirty = {}

    def _flush(self, usual: SimLink, request: Request, dirty: Dirty) -> Journeying:
        """Tell the source of the newest version of a key, until it has it."""
        cache, key, step, tried = self.cache, request.item, request.step, 0
        while True:
            yield cache.lane.now + self.after
            if self.dirty.get(key) is not dirty:  # lost
                return
            tried += 1
            part = request.again(step, tried * self._attempts)
            part.visits, part.held = None, None
            dirty.on_the_way, part.wrote = dirty.writes, dirty.version - 1
            version = dirty.version
            try:
                yield from travel(cache.lane, usual, part)
            except Refused:
                part.step = step
            written = part.step != step
            if self.dirty.get(key) is not dirty:
                if not written:
                    cache.ledger.wrongs["lost-writes"] += dirty.on_the_way
                return
            if written:
                self._numbers[key] = max(self._numbers[key], part.wrote)
                dirty.writes -= dirty.on_the_way
                dirty.flushed = version
            dirty.on_the_way = 0
            if written and dirty.version == version:
                del self.dirty[key]
                return
