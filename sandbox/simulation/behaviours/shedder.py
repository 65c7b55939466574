"""A load shedder: no more than so many under way behind it, and who comes beyond is refused."""

from __future__ import annotations

import math

from sandbox.simulation.behaviours.base import Place, Visit
from sandbox.simulation.behaviours.passing import Passing
from sandbox.simulation.requests import Refused, Request

LESS, MORE = 0.9, 1.0
"""Additive increase, multiplicative decrease: D.-M. Chiu and R. Jain (1989). How much is left of
the limit when answers are slow, and what is added to it for as many answers in time as it is."""

FIRST = 20
"""Where it begins to look for the limit: as in Netflix's library concurrency-limits."""


class Shedder(Passing):
    """Refuses at once what would only wait behind it. It knows who has had no answer yet.

    With a `target` it finds the limit itself: each answer that takes longer (or none) lowers it,
    at most once within that time; each one in time raises it a little, up to `at-once`.

    Fails by a limit that is wrong: too high, and all wait; too low, and what is behind has nothing
    to do.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.most: int = place.settings["at-once"]
        self.target: float = place.settings["target"]
        self.limit = float(min(self.most, FIRST) if self.target else self.most)
        self._lowered = -math.inf
        """When it was lowered last."""

    def visit(self, request: Request) -> Visit:
        """Pass, if there are not too many on the way already."""
        self.meter.arrivals += 1
        if self.passing >= int(self.limit):
            raise self.refuse(f"{self.name} had {self.passing} under way, and lets in no more")
        self.meter.settle(0.0, 0.0)
        if not self.target:
            return (yield from self.pass_on(request))
        came = self.lane.now
        try:
            yield from self.pass_on(request)
        except Refused:
            self._learn(math.inf)
            raise
        self._learn(self.lane.now - came)
        return None

    @property
    def gauge(self) -> float | None:
        """How many it lets be under way now."""
        return float(int(self.limit))

    def _learn(self, took: float) -> None:
        now = self.lane.now
        if took <= self.target:
            self.limit = min(float(self.most), self.limit + MORE / self.limit)
        elif now - self._lowered >= self.target:
            self.limit = max(1.0, LESS * self.limit)
            self._lowered = now
