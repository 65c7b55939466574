"""Reads of what one has written oneself.

* own reads = reads of a key by a user who knew, when they set out, that he had written it before
* stale own reads = those that gave an older version than the newest which he knew to be written
"""

from __future__ import annotations

from sandbox.simulation.oracles.history import History
from sandbox.simulation.oracles.oracle import Kept, Oracle
from sandbox.simulation.requests import Request
from sandbox.simulation.users import Users


class OwnReads(Oracle):
    """Knows what each user was told of his own writes."""

    def __init__(self, users: Users, writing: frozenset[int]) -> None:
        self._users = users
        self._writing = writing
        """The operations that write."""
        self._written = History()
        self.reads = 0
        self.stale = 0

    def answered(self, request: Request, now: float) -> None:
        """Remember a write; hold a read against those of the same user."""
        whose = self._users.of(request), request.item
        if request.operation in self._writing:
            if request.wrote >= 0:
                self._written.add(whose, now, request.wrote)
        elif request.seen >= 0:
            known = self._written.at(whose, request.start)
            if known is not None:
                self.reads += 1
                self.stale += request.seen < known

    def counted(self, kept: Kept) -> dict[str, int]:
        """What was counted all along."""
        return {"own-reads": self.reads, "stale-own-reads": self.stale}
