"""Beside and in the way: how requests come to a cache that their way does not lead through."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import SimLink, Visit, Visited, travel

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.cache import Cache
    from sandbox.simulation.behaviours.clients import Clients
    from sandbox.simulation.requests import Request
    from sandbox.simulation.zones import Cuts


class Aside(Visited):
    """In the way of a read: look into the cache, and only then go where it always went.

    In the way of a write: when it is done, tell the cache.

    The caller does this itself (cache-aside), so the cache needs no wire to the source.
    """

    answers = True

    def __init__(self, cache: Cache, to_cache: SimLink, usual: SimLink) -> None:
        self.cache = cache
        self.to_cache = to_cache
        self.usual = usual

    def visit(self, request: Request) -> Visit:
        """Look, or else read and remember; after a write, forget or renew the copy."""
        cache, link = self.cache, self.to_cache
        if request.step in cache.covers:
            link.sent += 1
            if link.latency is not None:
                yield cache.lane.now + link.latency.at(request.stream, request.number)
            if (yield from cache.look(request, self.usual)):
                return None
        wrote = request.wrote
        yield from cache.ask(self.usual, request)
        link.sent += request.wrote != wrote
        return None


class FarAside(Aside):
    """The same where the cache stands in another zone, and the way to it may be cut.

    Then it gives no answer: whoever asks waits as long as the wire says, or until it does. That is
    a miss, of which the cache learns as little as of a write.
    """

    def __init__(
        self, cache: Cache, to_cache: SimLink, usual: SimLink, here: str, cuts: Cuts
    ) -> None:
        super().__init__(cache, to_cache, usual)
        self.here = here
        self.cuts = cuts
        guard = to_cache.guard
        self.timeout = guard.timeout if guard is not None else None

    def visit(self, request: Request) -> Visit:
        """Go past a cache that nobody reaches."""
        cache, there = self.cache, self.cache.place.zone
        if not self.cuts.parts(self.here, there):
            yield from super().visit(request)
            return None
        if request.step in cache.covers:
            yield from self._no_answer(there)
        wrote = request.wrote
        yield from travel(cache.lane, self.usual, request)
        if request.wrote != wrote:
            yield from self._no_answer(there)
        return None

    def _no_answer(self, there: str) -> Generator[float | None, None, None]:
        self.to_cache.sent += 1
        lane = self.cache.lane
        if self.timeout is not None:
            yield lane.now + self.timeout
            return
        yield from self.cuts.hold(self.here, there, lane)
        yield from self.cuts.hold(there, self.here, lane)


class RestOfTheWay(Visited):
    """The part of the clients' distance that lies behind a cache which is near them."""

    answers = True

    def __init__(self, cache: Cache, clients: dict[int, Clients], usual: SimLink) -> None:
        self.cache = cache
        self.clients = clients
        """Who sends each stream."""
        self.usual = usual

    def visit(self, request: Request) -> Visit:
        """Go on to where the system is; nobody there is to blame for the distance."""
        clients = self.clients[request.origin]
        seconds = clients.rest_of_the_way(request)
        if seconds > request.worst:
            request.worst, request.worst_at = seconds, clients.index
        if seconds:
            yield self.cache.lane.now + seconds
        yield from travel(self.cache.lane, self.usual, request)
        return None
