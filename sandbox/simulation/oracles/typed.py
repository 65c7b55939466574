"""What was typed, and how long it would have been lost with a tab that crashed.

* typed = requests of operations that should be saved within so many seconds (`safe`)
* unsaved = those that no save contained which was answered in time. A save contains all that its
  user has typed of the item until it set out; what nobody saved until the last one of all came in
  is counted if it was too long ago by then
"""

from __future__ import annotations

from sandbox.simulation.oracles.oracle import Kept, Oracle, took_effect
from sandbox.simulation.requests import PENDING, Request
from sandbox.simulation.users import Users


class Typing(Oracle):
    """Knows what each user has typed that is not saved yet."""

    def __init__(self, users: Users, safe: dict[int, float]) -> None:
        self._users = users
        self._safe = safe
        """By operation: the seconds after which it should be saved."""
        self._waiting: dict[tuple[int, int], list[tuple[float, float]]] = {}
        """When each thing was typed, and how long that may wait."""
        self._last = 0.0
        self.typed = 0
        self.unsaved = 0

    def answered(self, request: Request, now: float) -> None:
        """It is saved, and all that was typed before; or a client keeps it back."""
        self.lost(request)
        if took_effect(request) and (request.wrote >= 0 or request.answer == PENDING):
            whose = self._users.of(request), request.item
            waiting = self._waiting.pop(whose)
            later = [each for each in waiting if each[0] > request.start]
            if later:
                self._waiting[whose] = later
            for typed, safe in waiting:
                if typed <= request.start:
                    self.unsaved += now - typed > safe

    def lost(self, request: Request) -> None:
        """It is not saved: it goes with the next one."""
        self.typed += 1
        self._last = max(self._last, request.start)
        whose = self._users.of(request), request.item
        self._waiting.setdefault(whose, []).append((request.start, self._safe[request.operation]))

    def counted(self, kept: Kept) -> dict[str, int]:
        """What was never saved counts as well."""
        for waiting in self._waiting.values():
            self.unsaved += sum(self._last - typed > safe for typed, safe in waiting)
        self._waiting.clear()
        return {"typed": self.typed, "unsaved": self.unsaved}
