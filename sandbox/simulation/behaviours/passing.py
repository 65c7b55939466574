"""What stands in the way and lets requests pass: it holds them back, or refuses them, or not."""

from __future__ import annotations

from sandbox.simulation.behaviours.base import Place, SimNode, Visit, travel
from sandbox.simulation.requests import Refused, Request


class Passing(SimNode):
    """Sends on whom it has let in, and knows how many of them have had no answer yet."""

    answers = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.passing = 0

    def pass_on(self, request: Request) -> Visit:
        """Let a request go on, until there is an answer."""
        link = self.onward.get(request.step)
        if link is not None:
            self.passing += 1
            try:
                yield from travel(self.lane, link, request)
            except Refused:
                self.meter.failed += 1
                raise
            finally:
                self.passing -= 1
        self.meter.served += 1
        return None

    def state(self, now: float) -> tuple[int, int, float]:
        """Nobody waits; inside are those let in whose answer has not come."""
        return 0, self.passing, 0.0
