"""A router: sends each request to one of several targets. Every target keeps its own queue."""

from __future__ import annotations

from bisect import bisect_right

from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Visit, travel
from sandbox.simulation.draws import Draws, cumulative, uniform
from sandbox.simulation.requests import Refused, Request


class Router(SimNode):
    """Spreads requests by its `policy`. Fails by not looking at the queues it sends to."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.pools: dict[int, Pool] = {}
        self.policy: str = place.settings["policy"]
        self.draws = (
            uniform(place.seed, f"route at {place.node.id}"),
            uniform(place.seed, f"second choice at {place.node.id}"),
        )

    def wire(self, step: int, links: list[SimLink]) -> None:
        """Say which links may be taken for a step."""
        self.pools[step] = Pool(self.policy, links, self.draws)

    def visit(self, request: Request) -> Visit:
        """Choose a target and stay responsible until its reply (or until it is handed on)."""
        self.meter.arrivals += 1
        pool = self.pools.get(request.step)
        if pool is None:
            return None
        choice = pool.choose(request)
        pool.outstanding[choice] += 1
        try:
            yield from travel(self.lane, pool.links[choice], request)
        except Refused:
            self.meter.failed += 1
            raise
        finally:
            pool.outstanding[choice] -= 1
        self.meter.served += 1
        return None

    def conserved(self, now: float) -> bool:
        """Whatever came was answered, refused further on, or is outstanding."""
        outstanding = sum(sum(pool.outstanding) for pool in self.pools.values())
        meter = self.meter
        passed = meter.served + meter.failed + outstanding
        return meter.arrivals == passed or not self.pools


class Pool:
    """The targets for one need, and which of them is next."""

    def __init__(self, policy: str, links: list[SimLink], draws: tuple[Draws, Draws]) -> None:
        self.policy = policy
        self.links = links
        self.outstanding = [0] * len(links)
        """Requests sent to each target that have not come back."""
        self._first, self._second = draws
        self._weights = cumulative([link.weight for link in links])
        self._turn = -1

    def choose(self, request: Request) -> int:
        """The index of the target for this request."""
        if self.policy == "round-robin":
            self._turn = (self._turn + 1) % len(self.links)
            return self._turn
        draw = self._first.at(request.stream, request.number)
        if self.policy == "weighted":
            return bisect_right(self._weights, draw)
        if self.policy == "least-connections":
            return self._least(draw)
        first = int(draw * len(self.links))
        if self.policy == "two-choices" and len(self.links) > 1:
            return self._better_of_two(first, self._second.at(request.stream, request.number))
        return first

    def _least(self, draw: float) -> int:
        """The target with the fewest outstanding requests; a draw decides between equals."""
        fewest = min(self.outstanding)
        equals = [i for i, count in enumerate(self.outstanding) if count == fewest]
        return equals[int(draw * len(equals))]

    def _better_of_two(self, first: int, draw: float) -> int:
        second = int(draw * (len(self.links) - 1))
        second += second >= first
        return second if self.outstanding[second] < self.outstanding[first] else first
