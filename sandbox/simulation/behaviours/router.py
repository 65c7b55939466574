"""A router: sends each request to one of several targets. Every target keeps its own queue."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.documents.design import Link
from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Visit, travel
from sandbox.simulation.draws import Constant, Draws, durations, uniform
from sandbox.simulation.keeping import SESSION
from sandbox.simulation.policies import (
    POLICIES,
    Connections,
    Kept,
    Pool,
    RoundRobin,
    Sessions,
)
from sandbox.simulation.requests import FAILED, Refused, Request, attempts
from sandbox.simulation.trace import What
from sandbox.simulation.users import NOBODY, Users

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring

_STREAM = 1 << 20
"""More than there are connections or resolvers of one stream."""

STICKY = "sticky"
"""The policy by which a session stays where it is."""

HOP = "hop"
"""What a request is under way for in some kinds of router, and holds nothing."""


class Router(SimNode):
    """Spreads requests by its `policy` over the targets that it takes to be healthy.

    Every `check-every` seconds it asks each target whether it is there; after so many checks in a
    row that failed, it sends nothing more there, until one succeeds. With `retries` a request
    whose target failed is sent to another one.

    Sticky sends each session (the user who asks, or else the item) to where it was before: the
    target keeps its state, which is lost when the session has to move.

    With `connections` it is not each request that is sent somewhere, but each of so many of them,
    which ends with its target.

    Fails by not looking at the queues it sends to, and by believing its last check.
    """

    answers = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        settings = place.settings
        self.pools: dict[int, Pool | Kept] = {}
        self.policy: str = settings["policy"]
        self.connections: int = settings.get("connections", 0)
        self.check_every: float = settings["check-every"]
        self.check_timeout: float = settings["check-timeout"]
        self.threshold: int = settings["checks"]
        self.retries: int = settings["retries"]
        self.attempts = attempts(f"another target of {place.node.id}")
        self.out: set[SimNode] = set()
        """Targets that are taken to be dead."""
        does = place.kind.does
        self.hop = self.takes(HOP) if HOP in does else None
        """Seconds that a request is under way here, and holds nothing."""
        self.receives = HOP in does
        """Whether something is to be done before anybody is chosen."""
        self.directs = False
        """Whether whoever is told of a target goes there himself."""
        self._passing = 0

    def takes(self, what: str) -> Draws | Constant:
        """How long something takes for each request."""
        law = self.place.kind.does[what].time
        return durations(self.place.seed, f"{what} at {self.place.node.id}", law)

    def ways(self, step: int, links: list[Link], wiring: Wiring) -> None:
        """Any instance of any target may be taken; steps with the same ones take turns."""
        ways = [way for link in links for way in wiring.sim_links[link.ends]]
        same = (pool for pool in self.pools.values() if pool.links == ways)
        self.pools[step] = next(same, None) or self.pool(ways, wiring)

    def pool(self, ways: list[SimLink], wiring: Wiring) -> Pool | Kept:
        """Who chooses among these."""
        if self.policy == STICKY:
            users = wiring.world.users
            lost = None if _has_session_store(wiring) else self._lost_session
            return Sessions(RoundRobin(ways, self.place), partial(_session, users), lost)
        pool = POLICIES[self.policy](ways, self.place)
        return Connections(pool, self.one_of(self.connections)) if self.connections else pool

    def one_of(self, many: int) -> Callable[[Request], int]:
        """Which of so many connections, or resolvers, of its stream a request belongs to."""
        which = uniform(self.place.seed, f"who asks {self.place.node.id}")
        return partial(_one_of, many, which)

    def _lost_session(self) -> None:
        self.ledger.wrongs["lost-sessions"] += 1

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
        if self.receives:
            yield from self.receive(request)
        while True:
            choice = pool.choose(attempt, without)
            link = pool.links[choice]
            if self.directs:
                yield from self.direct(attempt, pool, link)
            link.outstanding += 1
            try:
                yield from travel(self.lane, link, attempt)
            except Refused as refusal:
                link.outstanding -= 1
                if tried == self.retries or refusal.outcome != FAILED or len(pool.links) == 1:
                    self.meter.failed += 1
                    raise
            else:
                link.outstanding -= 1
                break
            tried, without = tried + 1, choice
            attempt = request.again(step, tried * self.attempts)
            self.ledger.attempts += 1
        if tried:
            request.absorb(attempt)
        self.meter.served += 1
        return None

    def receive(self, request: Request) -> Generator[float | None, None, None]:
        """What a request goes through before anybody is chosen for it. Raises Refused."""
        if self.hop is not None:
            yield from self.under_way(self.hop.at(request.stream, request.number))

    def direct(
        self, request: Request, pool: Pool | Kept, link: SimLink
    ) -> Generator[float | None, None, None]:
        """What a request goes through when it has been told of a target."""
        yield from ()

    def under_way(self, seconds: float) -> Generator[float | None, None, None]:
        """Be here for so long."""
        self._passing += 1
        yield self.lane.now + seconds
        self._passing -= 1

    def inside(
        self, served: Generator[float | None, None, float]
    ) -> Generator[float | None, None, float]:
        """Be here for as long as it takes to be served; when that began. Raises Full."""
        self._passing += 1
        try:
            return (yield from served)
        finally:
            self._passing -= 1

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
        passed = meter.served + meter.failed + meter.rejected + outstanding + self._passing
        return meter.arrivals == passed or not self.pools


def _has_session_store(wiring: Wiring) -> bool:
    """Whether a cache on the board keeps the sessions, and so not those whom they stick to."""
    kinds = [wiring.plan.kind(node) for node in wiring.plan.nodes]
    return any(kind.behaviour == "cache" and SESSION in kind.does for kind in kinds)


def _session(users: Users, request: Request) -> int:
    """Whose session it is: of the user who asks, or where nobody knows, of the item."""
    user = users.of(request)
    return -1 - request.item if user == NOBODY else user


def _one_of(many: int, which: Draws, request: Request) -> int:
    return request.origin * _STREAM + int(which.at(request.origin, request.number) * many)
