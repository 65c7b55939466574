"""Policies of a router: which of several targets is next.

To add one: a class here, its name in `POLICIES` and among the choices of `assets/catalogue/
router.yaml`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import SimLink, SimNode, Visited
from sandbox.simulation.calls import Restrained
from sandbox.simulation.draws import Draws, cumulative, uniform
from sandbox.simulation.requests import Request

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.base import Place

POINTS = 200
"""Points of each target on the ring of `Hash`: its share is then even within about 7%."""

_WORD = (1 << 64) - 1


class Pool:
    """The targets for some needs, of which `among` picks one."""

    def __init__(self, links: list[SimLink], place: Place) -> None:
        self.links = links
        self.lane = place.lane
        self.usable = list(range(len(links)))
        """Indices of the targets that may be chosen."""
        self.first = uniform(place.seed, f"route at {place.node.id}")
        self._breakers = [
            (at, link.guard)
            for at, link in enumerate(links)
            if isinstance(link.guard, Restrained) and link.guard.breaker is not None
        ]

    def leave_out(self, targets: set[SimNode]) -> None:
        """Choose none of these from now on, and nobody out of service.

        Where nobody else is left, everybody in service will do, and else everybody.
        """
        every = list(range(len(self.links)))
        serving = [at for at in every if _in_service(self.links[at].target)]
        healthy = [at for at in serving if self.links[at].target not in targets]
        self.usable = healthy or serving or every

    def choose(self, request: Request, without: int = -1) -> int:
        """The index of the target for this request; `without` is one that has just failed."""
        usable = self.usable
        if self._breakers:
            now = self.lane.now
            open_ones = {at for at, guard in self._breakers if not guard.would_admit(now)}
            usable = [at for at in usable if at not in open_ones] or usable
        if without >= 0:
            usable = [at for at in usable if at != without] or usable
        return self.among(usable, request)

    def among(self, usable: list[int], request: Request) -> int:
        """One of these; by default any, as a draw will have it."""
        return usable[int(self.draw(request) * len(usable))]

    def draw(self, request: Request) -> float:
        """The draw that belongs to this request, in [0, 1)."""
        return self.first.at(request.stream, request.number)


class RoundRobin(Pool):
    """One after the other, whatever they have to do."""

    def __init__(self, links: list[SimLink], place: Place) -> None:
        super().__init__(links, place)
        self._turn = -1

    def choose(self, request: Request, without: int = -1) -> int:
        """The next one; most often there is nothing to look at."""
        if without >= 0 or self._breakers:
            return super().choose(request, without)
        usable = self.usable
        self._turn = turn = (self._turn + 1) % len(usable)
        return usable[turn]

    def among(self, usable: list[int], request: Request) -> int:
        """The next one."""
        self._turn = (self._turn + 1) % len(usable)
        return usable[self._turn]


class Weighted(Pool):
    """By chance, in proportion to the weights of the links."""

    def __init__(self, links: list[SimLink], place: Place) -> None:
        super().__init__(links, place)
        self._weights = cumulative([link.weight for link in links])

    def leave_out(self, targets: set[SimNode]) -> None:
        """The others keep their weights."""
        super().leave_out(targets)
        self._weights = cumulative([self.links[at].weight for at in self.usable])

    def among(self, usable: list[int], request: Request) -> int:
        """One by its weight; by any chance where one has just failed."""
        if usable is self.usable:
            return usable[bisect_right(self._weights, self.draw(request))]
        return super().among(usable, request)


class LeastConnections(Pool):
    """The target with the fewest outstanding requests; a draw decides between equals."""

    def among(self, usable: list[int], request: Request) -> int:
        """One of those with the fewest."""
        links = self.links
        fewest = min([links[at].outstanding for at in usable])
        equals = [at for at in usable if links[at].outstanding == fewest]
        return equals[int(self.draw(request) * len(equals))]


class TwoChoices(Pool):
    """The better of two that are picked by chance: nearly as good as looking at all."""

    def __init__(self, links: list[SimLink], place: Place) -> None:
        super().__init__(links, place)
        self._second: Draws = uniform(place.seed, f"second choice at {place.node.id}")

    def among(self, usable: list[int], request: Request) -> int:
        """Of two different ones the one with fewer outstanding requests."""
        first = int(self.draw(request) * len(usable))
        if len(usable) == 1:
            return usable[first]
        second = int(self._second.at(request.stream, request.number) * (len(usable) - 1))
        second += second >= first
        one, other = usable[first], usable[second]
        links = self.links
        return other if links[other].outstanding < links[one].outstanding else one


class Hash(Pool):
    """The same item always goes to the same target (consistent hashing).

    Every target has many points on a ring, an item belongs to the next one. So where a target
    comes or goes, only the items next to its points move. Source: Karger and others, Consistent
    hashing and random trees (1997).
    """

    def __init__(self, links: list[SimLink], place: Place) -> None:
        super().__init__(links, place)
        points = [
            (_point(f"{_name(link.target)} {n}"), at)
            for at, link in enumerate(links)
            for n in range(POINTS)
        ]
        points.sort()
        self._points = [point for point, _ in points]
        self._owners = [at for _, at in points]

    def among(self, usable: list[int], request: Request) -> int:
        """The owner of the next point on the ring that may be chosen."""
        owners = self._owners
        at = bisect_left(self._points, _mixed(request.item))
        while True:
            owner = owners[at % len(owners)]
            if owner in usable:
                return owner
            at += 1


class Nearest(Pool):
    """The target that is nearest to whoever asks; by turns where several are."""

    def __init__(
        self,
        links: list[SimLink],
        place: Place,
        where: Callable[[Request], str],
        distance: Callable[[str, str], float],
    ) -> None:
        super().__init__(links, place)
        self._where = where
        self._distance = distance
        self._turns: dict[str, int] = {}
        """How often each zone has asked."""
        self._zones = [
            link.target.place.zone if isinstance(link.target, SimNode) else "" for link in links
        ]

    def among(self, usable: list[int], request: Request) -> int:
        """One of those than which none is nearer."""
        here, zones = self._where(request), self._zones
        far = [self._distance(here, zones[at]) for at in usable]
        nearest = min(far)
        equals = [at for at, each in zip(usable, far, strict=True) if each == nearest]
        self._turns[here] = turn = self._turns.get(here, -1) + 1
        return equals[turn % len(equals)]


class Kept:
    """Chooses once for each of those who ask, and keeps to that as long as it holds.

    Who asks is told by `who`.
    """

    def __init__(self, pool: Pool, who: Callable[[Request], int]) -> None:
        self.pool = pool
        self.links = pool.links
        self.leave_out = pool.leave_out
        self.is_new = False
        """Whether the last choice was a new one."""
        self._who = who
        self._kept: dict[int, Choice] = {}

    def choose(self, request: Request, without: int = -1) -> int:
        """The index of the target for this request; `without` is one that has just failed."""
        who = self._who(request)
        kept = self._kept.get(who)
        self.is_new = kept is None or kept.at == without or not self.holds(kept)
        if kept is not None and not self.is_new:
            return kept.at
        at = self.pool.choose(request, without)
        self._kept[who] = Choice(at, _life(self.links[at]), self.pool.lane.now)
        if kept is not None:
            self.moved(kept)
        return at

    def holds(self, kept: Choice) -> bool:
        """Whether somebody who asks is sent where he was before."""
        raise NotImplementedError

    def moved(self, kept: Choice) -> None:
        """Somebody has to go elsewhere, and not where he was before."""


class Sessions(Kept):
    """A session stays with its target as long as that one may be chosen.

    Its state is in the target's memory: it is lost when the session has to move, or when the
    target has died and is back.
    """

    def __init__(
        self, pool: Pool, who: Callable[[Request], int], lost: Callable[[], None] | None
    ) -> None:
        super().__init__(pool, who)
        self._lost = lost

    def holds(self, kept: Choice) -> bool:
        """A balancer knows of a target's death what its checks have told."""
        if kept.at not in self.pool.usable:
            return False
        target = self.links[kept.at].target
        life = _life(self.links[kept.at])
        if target.is_up and life != kept.life:
            self.moved(kept)
            kept.life = life
        return True

    def moved(self, kept: Choice) -> None:
        """Who was there has to begin anew."""
        if self._lost is not None:
            self._lost()


class Connections(Kept):
    """A connection leads to the same target until that one dies, or may not be chosen any more."""

    def holds(self, kept: Choice) -> bool:
        """It ends with its target, and is opened again where the balancer chooses then."""
        link = self.links[kept.at]
        return link.target.is_up and _life(link) == kept.life and kept.at in self.pool.usable


class Answers(Kept):
    """An answer is believed for `ttl` seconds, whatever has become of its target.

    When a run begins, everybody has been told something, at some moment before.
    """

    def __init__(self, pool: Pool, who: Callable[[Request], int], ttl: float, ages: Draws) -> None:
        super().__init__(pool, who)
        self._ttl = ttl
        self._ages = ages

    def choose(self, request: Request, without: int = -1) -> int:
        """Who is asked about for the first time has an answer already, of some age."""
        who = self._who(request)
        if who not in self._kept:
            at, age = self.pool.choose(request), self._ages.at(0, who) * self._ttl
            self._kept[who] = Choice(at, 0, -age)
        return super().choose(request, without)

    def holds(self, kept: Choice) -> bool:
        """Until it is too old."""
        return self.pool.lane.now - kept.since < self._ttl


@dataclass(slots=True)
class Choice:
    """The index of a target, in which of its lives it was chosen, and when."""

    at: int
    life: int
    since: float


POLICIES: dict[str, type[Pool]] = {
    "round-robin": RoundRobin,
    "random": Pool,
    "weighted": Weighted,
    "least-connections": LeastConnections,
    "two-choices": TwoChoices,
    "hash": Hash,
}


def _in_service(target: Visited) -> bool:
    return not isinstance(target, SimNode) or target.in_service


def _life(link: SimLink) -> int:
    return link.target.epoch if isinstance(link.target, SimNode) else 0


def _name(target: Visited) -> str:
    return target.name if isinstance(target, SimNode) else str(target.index)


def _point(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def _mixed(number: int) -> int:
    """A point for a number, the same in every run (the end of SplitMix64)."""
    mixed = (number + 0x9E3779B97F4A7C15) & _WORD
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & _WORD
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & _WORD
    return mixed ^ (mixed >> 31)
