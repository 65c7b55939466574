"""Writes to a quorum store that somebody was told are done, and that are nowhere any more.

* lost writes = acknowledged versions that in the end are newer than the newest of their key which
  can be found, on a machine that is up or on whatever will tell it what it has missed

Where a copy takes over from a leader, or a cache takes in writes itself, they count what is lost.
"""

from __future__ import annotations

from collections import Counter

from sandbox.simulation.oracles.oracle import Kept, Oracle
from sandbox.simulation.requests import Request


class LostWrites(Oracle):
    """Knows all versions that were acknowledged."""

    def __init__(self) -> None:
        self._acknowledged: Counter[tuple[int, int]] = Counter()

    def answered(self, request: Request, now: float) -> None:
        """Remember a write."""
        if request.wrote > 0:
            self._acknowledged[request.item, request.wrote] += 1

    def counted(self, kept: Kept) -> dict[str, int]:
        """Look for all of it."""
        lost = sum(
            times
            for (key, version), times in self._acknowledged.items()
            if version > kept.newest(key)
        )
        return {"lost-writes": lost} if lost else {}
