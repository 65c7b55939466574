"""Changes, and when each of those who watch has seen them.

A change counts from when its client was told that it is made. Somebody has seen it when he was
told of it, or has looked and got it or a later one; whoever saw it before that saw it at once.

* wake-ups = messages and answers that came to those who watch, each of which wakes a phone
"""

from __future__ import annotations

from array import array

from sandbox.simulation.oracles.oracle import Kept, Oracle
from sandbox.simulation.requests import Request


class Watching(Oracle):
    """Knows of every watcher (0 to `count` - 1) the newest change that he has seen."""

    def __init__(self, count: int, changing: int, looking: int, stream: int) -> None:
        self.count = count
        self._changing = changing
        self._looking = looking
        self._stream = stream
        """The stream whose k-th request comes from watcher k, round and round."""
        self.made: dict[int, float] = {}
        """When the client of each change (by version) was told that it is made."""
        self.seen_by: dict[int, array[float]] = {}
        """When each change was seen, once for everybody who has seen it."""
        self._newest = [0] * count
        self.wake_ups = 0

    def answered(self, request: Request, now: float) -> None:
        """A change is made, or somebody has looked."""
        if request.operation == self._changing:
            if request.wrote >= 0:
                self.made[request.wrote] = now
        elif request.operation == self._looking and request.origin == self._stream:
            self.sees(request.number % self.count, request.seen, now)

    def sees(self, watcher: int, version: int, now: float) -> None:
        """Somebody sees all changes up to a version."""
        self.wake_ups += 1
        for each in range(self._newest[watcher] + 1, version + 1):
            self.seen_by.setdefault(each, array("d")).append(now)
        self._newest[watcher] = max(self._newest[watcher], version)

    def counted(self, kept: Kept) -> dict[str, int]:
        """How often somebody was woken up."""
        return {"wake-ups": self.wake_ups}
