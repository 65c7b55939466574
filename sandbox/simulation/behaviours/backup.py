"""A backup: what a store looked like some time ago, kept where nobody can drop it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sandbox.simulation.behaviours.base import Place, SimNode


class Backup(SimNode):
    """Takes a snapshot as the run begins and every so often; between them it may be sent the log.

    What is restored is the last snapshot with the log up to the last time that it was sent. All
    that came later is lost. Reading back takes its time, and so does every write of the log.

    Fails by being old, and by being read back slowly when everybody waits for it.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        settings = place.settings
        self.every: float = settings["snapshot-every"]
        self.sent_every: float = settings["log-every"]
        self.begins_after: float = settings["begins-after"]
        self.speed: float = settings["reads-back"]
        """Megabytes a second."""
        self.saved: dict[int, int] = {}
        self.log: list[tuple[int, int]] = []
        """What was written since the last snapshot: keys and versions, in order."""
        self.safe = 0
        """How many of these have been sent."""
        self.saved_at = 0.0
        """The moment up to which everything is here."""

    def wired(self) -> None:
        """Begin to save."""
        self.lane.control.process(self._repeat(self.every, self._snapshot))
        if self.sent_every:
            self.lane.control.process(self._repeat(self.sent_every, self._send))

    def _repeat(self, every: float, save: Any) -> Generator[Any, Any, None]:
        while True:
            yield self.lane.control.timeout(every)
            save()
            self.saved_at = self.lane.now

    def _snapshot(self) -> None:
        self.saved.update(self.log)
        self.log.clear()
        self.safe = 0

    def _send(self) -> None:
        self.safe = len(self.log)

    def receive(self, key: int, version: int) -> None:
        """Take in a write that was committed now: it will be in what is saved next."""
        self.log.append((key, version))

    def restored(self) -> dict[int, int]:
        """What there is after everything has been read back."""
        return {**self.saved, **dict(self.log[: self.safe])}

    def takes(self, megabytes: float, write: float) -> float:
        """Seconds until it is read back, with `write` seconds for each write of the log."""
        return self.begins_after + megabytes / self.speed + self.safe * write

    def begin_again(self, versions: dict[int, int]) -> None:
        """From now on save what follows on this."""
        self.saved = dict(versions)
        self.log.clear()
        self.safe = 0
        self.saved_at = self.lane.now

    @property
    def gauge(self) -> float | None:
        """How old the newest is that it could restore, in seconds."""
        return self.lane.now - self.saved_at
