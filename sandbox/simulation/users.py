"""Who asks: users, where a stream says that its requests come from so many of them."""

from __future__ import annotations

from bisect import bisect_right

from sandbox.documents.operations import Items
from sandbox.documents.traffic import Stream
from sandbox.simulation.draws import Draws, cumulative, uniform, zipf_shares
from sandbox.simulation.requests import Request

NOBODY = -1
"""The user of a request of which nobody knows who sent it."""


class Users:
    """The users of each stream. Streams whose users are called the same have the same ones.

    Who has sent a request is drawn by the request itself, so that nothing has to carry it along.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._populations: dict[str, tuple[list[float], Draws]] = {}
        """By what they are called: their cumulated shares, and the draws that tell who it is."""
        self._of: dict[int, tuple[list[float], Draws, int]] = {}
        """By stream: the same, and the number of the first one."""
        self._first: dict[str, int] = {}
        self._free = 0

    def belong(self, index: int, stream: Stream) -> None:
        """Say whose requests come in a stream."""
        users = stream.users
        if users is None:
            return
        shares, draws = self.population(users)
        if users.of not in self._first:
            self._first[users.of] = self._free
            self._free += users.count
        self._of[index] = shares, draws, self._first[users.of]

    def are(self, of: str) -> bool:
        """Whether there are users who are called so."""
        return of in self._first

    def first(self, of: str) -> int:
        """The number of the first of the users who are called so."""
        return self._first[of]

    def population(self, users: Items) -> tuple[list[float], Draws]:
        """The cumulated shares of users, and the draws that tell which one has sent a request."""
        if users.of not in self._populations:
            shares = cumulative(zipf_shares(users.count, users.skew))
            self._populations[users.of] = shares, uniform(self._seed, f"user of {users.of}")
        return self._populations[users.of]

    def of(self, request: Request) -> int:
        """The user who has sent a request, whichever attempt this is; `NOBODY` if nobody knows."""
        known = self._of.get(request.origin)
        if known is None:
            return NOBODY
        shares, draws, first = known
        return first + bisect_right(shares, draws.at(request.origin, request.number))
