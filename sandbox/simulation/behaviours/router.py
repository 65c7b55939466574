"""A router: sends each request to one of several targets. Every target keeps its own queue."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sandbox.documents.design import Link
from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Visit, Visited, travel
from sandbox.simulation.draws import Draws, cumulative, uniform
from sandbox.simulation.requests import FAILED, Refused, Request, attempts
from sandbox.simulation.trace import What

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring


class Router(SimNode):
    """Spreads requests by its `policy` over the targets that it takes to be healthy.

    Every `check-every` seconds it asks each target whether it is there; after so many checks in a
    row that failed, it sends nothing more there, until one succeeds. With `retries` a request
    whose target failed is sent to another one.

    Fails by not looking at the queues it sends to, and by believing its last check.
    """

    answers = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        settings = place.settings
        self.pools: dict[int, Pool] = {}
        self.policy: str = settings["policy"]
        self.check_every: float = settings["check-every"]
        self.check_timeout: float = settings["check-timeout"]
        self.threshold: int = settings["checks"]
        self.retries: int = settings["retries"]
        self.attempts = attempts(f"another target of {place.node.id}")
        self.out: set[SimNode] = set()
        """Targets that are taken to be dead."""
        self.draws = (
            uniform(place.seed, f"route at {place.node.id}"),
            uniform(place.seed, f"second choice at {place.node.id}"),
        )

    def ways(self, step: int, links: list[Link], wiring: Wiring) -> None:
        """Any instance of any target may be taken; steps with the same ones take turns."""
        ways = [way for link in links for way in wiring.sim_links[link.ends]]
        same = (pool for pool in self.pools.values() if pool.links == ways)
        self.pools[step] = next(same, None) or Pool(self.policy, ways, self.draws)

    def wired(self) -> None:
        """Begin to check, if that is wanted; know who is in service."""
        targets = [link.target for pool in self.pools.values() for link in pool.links]
        nodes = [each for each in dict.fromkeys(targets) if isinstance(each, SimNode)]
        for node in nodes:
            node.watched_by.append(self._choose_anew)
        if not all(node.in_service for node in nodes):
            self._choose_anew()
        if self.check_every and nodes:
            self.lane.control.process(self._check(nodes))

    def visit(self, request: Request) -> Visit:
        """Choose a target and stay responsible until its reply (or until it is handed on)."""
        self.meter.arrivals += 1
        pool = self.pools.get(request.step)
        if pool is None:
            return None
        step, tried, without = request.step, 0, -1
        attempt = request
        while True:
            choice = pool.choose(attempt, without)
            link = pool.links[choice]
            link.outstanding += 1
            try:
                yield from travel(self.lane, link, attempt)
                break
            except Refused as refusal:
                if tried == self.retries or refusal.outcome != FAILED or len(pool.links) == 1:
                    self.meter.failed += 1
                    raise
            finally:
                link.outstanding -= 1
            tried, without = tried + 1, choice
            attempt = request.again(step, tried * self.attempts)
            self.ledger.attempts += 1
        if tried:
            request.absorb(attempt)
        self.meter.served += 1
        return None

    def _check(self, nodes: list[SimNode]) -> Generator[Any, Any, None]:
        failed = dict.fromkeys(nodes, 0)
        while True:
            yield self.lane.control.timeout(self.check_every)
            for node in nodes:
                well = not node.in_service or node.answers_check(self.check_timeout)
                failed[node] = 0 if well else failed[node] + 1
                if failed[node] >= self.threshold and node not in self.out:
                    self.out.add(node)
                    self._tell(node, f"{self.name} sends nothing more to {node.name}", "left-out")
                elif not failed[node] and node in self.out:
                    self.out.remove(node)
                    self._tell(node, f"{self.name} sends to {node.name} again", "taken-in")

    def _tell(self, node: SimNode, says: str, what: What) -> None:
        self._choose_anew()
        self.place.tell(node.index, says, what)

    def _choose_anew(self) -> None:
        """Choose from now on among those who are in service and taken to be well."""
        for pool in self.pools.values():
            pool.leave_out(self.out)

    def conserved(self, now: float) -> bool:
        """Whatever came was answered, refused further on, or is outstanding."""
        links = dict.fromkeys(link for pool in self.pools.values() for link in pool.links)
        outstanding = sum(link.outstanding for link in links)
        meter = self.meter
        passed = meter.served + meter.failed + outstanding
        return meter.arrivals == passed or not self.pools


class Pool:
    """The targets for some needs, and which of them is next."""

    def __init__(self, policy: str, links: list[SimLink], draws: tuple[Draws, Draws]) -> None:
        self.policy = policy
        self.links = links
        self.usable = list(range(len(links)))
        """Indices of the targets that may be chosen."""
        self._first, self._second = draws
        self._weights = cumulative([link.weight for link in links])
        self._turn = -1

    def leave_out(self, targets: set[SimNode]) -> None:
        """Choose none of these from now on, and nobody out of service.

        Where nobody else is left, everybody in service will do, and else everybody.
        """
        every = list(range(len(self.links)))
        serving = [at for at in every if _in_service(self.links[at].target)]
        healthy = [at for at in serving if self.links[at].target not in targets]
        self.usable = healthy or serving or every
        self._weights = cumulative([self.links[at].weight for at in self.usable])

    def choose(self, request: Request, without: int = -1) -> int:
        """The index of the target for this request; `without` is one that has just failed."""
        usable = self.usable
        if without >= 0:
            usable = [at for at in usable if at != without] or usable
        if self.policy == "round-robin":
            self._turn = (self._turn + 1) % len(usable)
            return usable[self._turn]
        draw = self._first.at(request.stream, request.number)
        if self.policy == "weighted" and usable is self.usable:
            return usable[bisect_right(self._weights, draw)]
        if self.policy == "least-connections":
            return self._least(usable, draw)
        first = int(draw * len(usable))
        if self.policy == "two-choices" and len(usable) > 1:
            second = self._second.at(request.stream, request.number)
            return self._better_of_two(usable, first, second)
        return usable[first]

    def _least(self, usable: list[int], draw: float) -> int:
        """The target with the fewest outstanding requests; a draw decides between equals."""
        links = self.links
        fewest = min([links[at].outstanding for at in usable])
        equals = [at for at in usable if links[at].outstanding == fewest]
        return equals[int(draw * len(equals))]

    def _better_of_two(self, usable: list[int], first: int, draw: float) -> int:
        second = int(draw * (len(usable) - 1))
        second += second >= first
        one, other = usable[first], usable[second]
        links = self.links
        return other if links[other].outstanding < links[one].outstanding else one


def _in_service(target: Visited) -> bool:
    return not isinstance(target, SimNode) or target.in_service
