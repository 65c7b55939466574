"""How a cache gets what it has not: one fetch a key at a time, and what is old in place of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import SimLink, travel
from sandbox.simulation.lane import Journeying
from sandbox.simulation.requests import FAILED, Refused, Request, attempts

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.cache import Cache


class Fetch:
    """One key on its way from the source, and who waits for it.

    `refused` says why nobody gets it; `is_there` that it came, with `seen` and `answer`.
    """

    __slots__ = ("answer", "is_there", "refused", "seen", "waiting")

    def __init__(self) -> None:
        self.waiting: list[Journeying] = []
        self.refused: Refused | None = None
        self.is_there = False
        self.seen = -1
        self.answer: str | None = None


class Fetches:
    """The fetches of a cache that does more than to pass a miss on.

    `coalesce`: who misses a key that somebody is fetching waits for that, and gets the same reply
    or the same error. `stale`: what is too old by at most `extra` seconds is given `at-once`,
    while one request of the cache's own fetches it anew, or `on-error`, when the source fails.
    """

    def __init__(self, cache: Cache, coalesce: bool, stale: str, extra: float) -> None:
        self.cache = cache
        self.coalesce = coalesce
        self.on_error = stale == "on-error"
        self.at_once = stale == "at-once"
        self.extra = extra
        self.under_way: dict[int, Fetch] = {}
        self.renewable: set[int] = set()
        """Steps after which nothing is changed: they can be done again by themselves."""
        self._attempts = attempts(f"refresh of {cache.place.node.id}")

    def ask(self, usual: SimLink, request: Request) -> Generator[float | None, None, None]:
        """Have it fetched; where the source fails, give what is old, if that is wanted."""
        cache, step = self.cache, request.step
        key = cache.key(request)
        try:
            if self.coalesce and cache.is_up:
                yield from self._together(usual, request, key)
            else:
                yield from travel(cache.lane, usual, request)
                cache.fill(request, step)
        except Refused:
            entry = cache.entries.get(key) if cache.is_up else None
            if not (self.on_error and request.step == step and entry and self._may_give(entry)):
                raise
            cache.give(request, entry)

    def gives_old(self, usual: SimLink, request: Request, entry: tuple[int, float, float]) -> bool:
        """Whether an entry that is too old will do; then it is being fetched anew."""
        if not (self.at_once and request.step in self.renewable and self._may_give(entry)):
            return False
        if request.held is not None:  # in a transaction, only the source will do
            return False
        key = self.cache.key(request)
        if key not in self.under_way:
            fetch = self.under_way[key] = Fetch()
            part = request.again(request.step, self._attempts)
            part.visits = None
            self.cache.lane.start(self._refresh(usual, part, key, fetch))
        return True

    def forget(self) -> None:
        """The cache has died, and with it who was to wait for whom."""
        for fetch in self.under_way.values():
            self._wake(fetch)
        self.under_way = {}

    def _may_give(self, entry: tuple[int, float, float]) -> bool:
        _, filled, lives = entry
        return self.cache.lane.now - filled <= lives + self.extra

    def _together(
        self, usual: SimLink, request: Request, key: int
    ) -> Generator[float | None, None, None]:
        cache, step = self.cache, request.step
        fetch = self.under_way.get(key)
        if fetch is None:
            yield from self._lead(usual, request, key)
            return
        came, epoch = cache.lane.now, cache.epoch
        assert cache.lane.current is not None
        fetch.waiting.append(cache.lane.current)
        yield None
        now = cache.lane.now
        request.stayed(cache.index, came, now, now, usual.target.index)
        if fetch.refused is not None:
            raise fetch.refused.again()
        if fetch.is_there and step in cache.kept.permits:
            cache.give(request, (fetch.seen, now, 0.0))
            return
        if fetch.is_there:
            request.seen, request.answer = fetch.seen, fetch.answer
            request.step = cache.covers[step][0]
            return
        if cache.epoch != epoch and any(link is usual for link in cache.onward.values()):
            raise Refused(FAILED, cache.index, f"{cache.name} died")
        yield from travel(cache.lane, usual, request)  # nobody will bring it: go oneself
        cache.fill(request, step)

    def _lead(
        self, usual: SimLink, request: Request, key: int
    ) -> Generator[float | None, None, None]:
        step, fetch = request.step, Fetch()
        self.under_way[key] = fetch
        try:
            yield from travel(self.cache.lane, usual, request)
            fetch.is_there = request.step != step
            fetch.seen, fetch.answer = self.cache.found(request, step), request.answer
        except Refused as refusal:
            fetch.refused = refusal.again()
            raise
        finally:
            self._end(key, fetch)
        self.cache.fill(request, step)

    def _refresh(self, usual: SimLink, part: Request, key: int, fetch: Fetch) -> Journeying:
        """Fetch a key for nobody in particular. If that fails, the next one who looks tries."""
        step = part.step
        try:
            yield from travel(self.cache.lane, usual, part)
            fetch.is_there = part.step != step
            fetch.seen, fetch.answer = self.cache.found(part, step), part.answer
        except Refused as refusal:
            fetch.refused = refusal.again()
            return
        finally:
            self._end(key, fetch)
        self.cache.fill(part, step)

    def _end(self, key: int, fetch: Fetch) -> None:
        if self.under_way.get(key) is fetch:
            del self.under_way[key]
        self._wake(fetch)

    def _wake(self, fetch: Fetch) -> None:
        for journey in fetch.waiting:
            self.cache.lane.wake(journey)
        fetch.waiting = []
