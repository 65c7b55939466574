"""Dead letters: what could not be worked on is kept, for somebody to look at."""

from __future__ import annotations

from sandbox.simulation.behaviours.base import Place, SimNode
from sandbox.simulation.requests import Request


class DeadLetters(SimNode):
    """Keeps every message that the queue, log or topic in front of it gave up.

    Nothing is lost, and nothing is done either: that takes a person.

    Fails by being forgotten: what is in it has not been done.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.kept: list[Request] = []

    def keep(self, job: Request) -> None:
        """Take in a message that was given up."""
        self.meter.arrivals += 1
        self.kept.append(job)
        self.ledger.wrongs["dead-letters"] += 1

    def state(self, now: float) -> tuple[int, int, float]:
        """All that are kept."""
        return len(self.kept), 0, 0.0

    @property
    def queue_max(self) -> int:
        """The most that were kept: none of them ever goes."""
        return len(self.kept)
