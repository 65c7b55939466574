"""What holds a caller back from calling: a budget of retries, a breaker, a bulkhead.

All of it looks at one way only, from one instance of a caller to one of its target, and knows
nothing of the target but how calls ended.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from sandbox.simulation.requests import Refused

if TYPE_CHECKING:
    from sandbox.documents.design import Breaker as BreakerSettings

ALLOWANCE = 10.0
"""Retries there may be before any call has paid for them, and the most that can be saved up.

Source: Finagle's retry budget allows ten a second besides its share; gRPC's throttle holds ten
tokens by default.
"""


class HeldBack(Refused):
    """The caller itself refused, before anything was sent. `node` is the caller."""


class Budget:
    """A bucket of retries: every call puts a `share` of one in, every retry takes one out.

    So there are never more retries than that share of the calls and the `ALLOWANCE`.
    """

    __slots__ = ("_saved", "_share")

    def __init__(self, share: float) -> None:
        self._share = share
        self._saved = ALLOWANCE

    def pay_in(self) -> None:
        """A call is made for the first time."""
        self._saved = min(ALLOWANCE, self._saved + self._share)

    def pays(self) -> bool:
        """Take out what one retry costs, if there is as much."""
        if self._saved < 1.0:
            return False
        self._saved -= 1.0
        return True


class Breaker:
    """Opens when too many of the last calls have failed; after a rest one call decides.

    A call is counted in the `era` in which it was made: how something ends that was sent before
    the breaker opened says nothing about now.
    """

    __slots__ = ("_among", "_failed", "_last", "_opens_at", "_rests", "_until", "era", "is_open")

    def __init__(self, settings: BreakerSettings) -> None:
        self._among = settings.among
        self._opens_at = settings.opens_at * settings.among - 1e-9  # half of 20 is 10, however
        self._rests = settings.rests
        self._last: deque[bool] = deque()
        """Whether each of the last calls failed."""
        self._failed = 0
        self._until = -math.inf
        self.is_open = False
        self.era = 0

    def would_admit(self, now: float) -> bool:
        """Whether a call made now would be let through."""
        return not self.is_open or now >= self._until

    def admits(self, now: float) -> bool:
        """Whether a call is let through now; of those after a rest it is only the first."""
        if not self.is_open:
            return True
        if now < self._until:
            return False
        self._until = math.inf  # until it is known what became of this one
        self.era += 1
        return True

    def ended(self, era: int, failed: bool, now: float) -> bool:
        """Note how a call of an era ended; whether the breaker opened or closed by that."""
        if era != self.era:
            return False
        if self.is_open:
            if failed:
                self._open(now)
                return False
            self.is_open = False
            return True
        self._last.append(failed)
        self._failed += failed
        if len(self._last) > self._among:
            self._failed -= self._last.popleft()
        if len(self._last) < self._among or self._failed < self._opens_at:
            return False
        self._open(now)
        return True

    def _open(self, now: float) -> None:
        self.is_open = True
        self.era += 1
        self._until = now + self._rests
        self._last.clear()
        self._failed = 0


class Bulkhead:
    """No more than `most` calls under way at once."""

    __slots__ = ("most", "under_way")

    def __init__(self, most: int) -> None:
        self.most = most
        self.under_way = 0
