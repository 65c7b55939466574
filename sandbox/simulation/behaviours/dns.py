"""DNS: tells whoever asks for a name where to go. He goes there himself, and remembers."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import Place, SimLink, SimNode
from sandbox.simulation.behaviours.router import Router
from sandbox.simulation.draws import Constant, Draws, uniform
from sandbox.simulation.policies import POLICIES, Answers, Kept, Nearest, Pool
from sandbox.simulation.requests import Request
from sandbox.simulation.zones import latency, seconds

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring
    from sandbox.simulation.world import World

LOOK_UP = "look-up"
"""What it takes to be told, where the answer is not known yet."""

NEAREST = "nearest"
"""The policy that sends everybody to whom they are near."""


class Dns(Router):
    """Answers for each of so many `resolvers`, who believe it for the `ttl` and ask again then.

    The way from the clients to whom they are sent is as long as their zones are apart.

    Fails by being believed: who was told of a server that has died goes there until the answer is
    too old, and gets the same one again as long as no check has failed.
    """

    world: World
    """All that runs, for where clients are."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.ttl: float = place.settings["ttl"]
        self.resolvers: int = place.settings["resolvers"]
        self.look_up = self.takes(LOOK_UP) if LOOK_UP in place.kind.does else Constant(0.0)
        self.directs = True
        self._apart: dict[tuple[str, str], Draws | Constant | None] = {}
        """How long the way between two zones is."""

    def pool(self, ways: list[SimLink], wiring: Wiring) -> Pool | Kept:
        """Who tells resolvers where to go."""
        world = self.world = wiring.world
        pool: Pool
        if self.policy == NEAREST:
            pool = Nearest(ways, self.place, self.zone_of, lambda *two: seconds(world.level, *two))
        else:
            pool = POLICIES[self.policy](ways, self.place)
        ages = uniform(self.place.seed, f"age of answers of {self.place.node.id}")
        return Answers(pool, self.one_of(self.resolvers), self.ttl, ages)

    def zone_of(self, request: Request) -> str:
        """Where the client of a request is."""
        return self.world.clients[request.origin].place.zone

    def direct(
        self, request: Request, pool: Pool | Kept, link: SimLink
    ) -> Generator[float | None, None, None]:
        """Ask, if there is no answer that holds; then go there."""
        if isinstance(pool, Kept) and pool.is_new:
            yield from self.under_way(self.look_up.at(request.stream, request.number))
        apart = self._way(self.zone_of(request), link)
        if apart is not None:
            yield from self.under_way(apart.at(request.stream, request.number))

    def _way(self, here: str, link: SimLink) -> Draws | Constant | None:
        """How long the way to a target is, where its wire does not say; None: no time."""
        there = link.target.place.zone if isinstance(link.target, SimNode) else ""
        if not here or not there or link.latency is not None:
            return None
        if (here, there) not in self._apart:
            level, seed = self.world.level, self.place.seed
            self._apart[here, there] = latency(level, seed, here, there)
        return self._apart[here, there]
