"""A scheduler: starts a job every so often, though nobody asks for it."""

from __future__ import annotations

from typing import TypeAlias

from sandbox.simulation.behaviours.base import Place
from sandbox.simulation.behaviours.clients import Asking, Clients
from sandbox.simulation.lane import Journeying

Due: TypeAlias = tuple[Asking, int, float]
"""A run that is due: whose, which one, and since when."""


class Scheduler(Clients):
    """Begins a run at every tick of its clock.

    A run that is due while the one before still goes on is begun beside it (`overlap: allow`), left
    out (`skip`), or begun when that one is done (`wait`; one run waits, and no more). What is due
    while the scheduler is down is missed; with `catch-up` one run is begun when it is back. A run
    that has begun goes on without it.

    Fails by its clock: runs that take longer than the time between two pile up, or are left out.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.overlap: str = place.settings["overlap"]
        self.catches_up: bool = place.settings["catch-up"]
        self.running = 0
        self.most_running = 0
        """The most runs that went on at once."""
        self._waits: Due | None = None
        self._missed: Due | None = None
        """The last run that was due while it was down."""

    def arrive(self, asking: Asking) -> Journeying:
        """Begin what is due, or see why not."""
        for number, time in enumerate(asking.times):
            yield time
            self._due((asking, number, time))

    def _due(self, run: Due) -> None:
        if not self.is_up:
            if self._missed is not None or not self.catches_up:
                self.ledger.wrongs["missed-runs"] += 1
            if self.catches_up:
                self._missed = run
        elif not self.running or self.overlap == "allow":
            self._begin(run)
        elif self.overlap == "wait" and self._waits is None:
            self._waits = run
        else:
            self.ledger.wrongs["missed-runs"] += 1

    def _begin(self, run: Due) -> None:
        if self.running:
            self.ledger.wrongs["overlapping-runs"] += 1
        self.lane.start(self._run(run))

    def _run(self, run: Due) -> Journeying:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        yield from self.ask(self._request(*run))
        self.running -= 1
        if self._waits is not None and not self.running:
            waits, self._waits = self._waits, None
            self._begin(waits)

    def die(self) -> None:
        """Start nothing any more. What it has started goes on, and its answer is lost on nobody."""
        self.is_up = False
        self.epoch += 1
        if self._waits is not None:
            waits, self._waits = self._waits, None
            self._due(waits)

    def revive(self) -> None:
        """Be back, and begin what was due last, if it is made up for."""
        super().revive()
        if self._missed is not None:
            missed, self._missed = self._missed, None
            self._due(missed)
