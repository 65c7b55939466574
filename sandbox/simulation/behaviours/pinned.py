"""Who has just written is sent to the primary for a while: a replica may not have it yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import SimLink, SimNode, Visit, Visited, travel
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.effects import LOOKS
from sandbox.simulation.users import NOBODY, Users

if TYPE_CHECKING:
    from sandbox.simulation.requests import Request
    from sandbox.simulation.wiring import Wiring


class Pins:
    """Until when each user reads from the primary (where nobody knows who asks: each item).

    They carry it with them, as in a cookie: whichever server they come to knows of it.
    """

    def __init__(self, users: Users, seconds: float) -> None:
        self._users = users
        self._seconds = seconds
        self._until: dict[tuple[int, int], float] = {}

    def _whose(self, request: Request) -> tuple[int, int]:
        user = self._users.of(request)
        return (user, NOBODY) if user != NOBODY else (NOBODY, request.item)

    def pin(self, request: Request, now: float) -> None:
        """Somebody has written something."""
        self._until[self._whose(request)] = now + self._seconds

    def holds(self, request: Request, now: float) -> bool:
        """Whether somebody who asks has written something lately."""
        return self._until.get(self._whose(request), 0.0) > now


class Pinned(Visited):
    """In the way of a server: notes who writes, and sends who has written to the primary."""

    answers = True

    def __init__(
        self, server: SimNode, pins: Pins, usual: SimLink, primary: SimLink | None
    ) -> None:
        self.server = server
        self.pins = pins
        self.usual = usual
        self.primary = primary
        """Where who has written is sent; None where the way leads there anyway."""
        target = usual.target
        self.behind = target if isinstance(target, SimNode) else target.behind

    def visit(self, request: Request) -> Visit:
        """Go where it always went, or to the primary."""
        lane, wrote = self.server.lane, request.wrote
        if self.primary is not None and self.pins.holds(request, lane.now):
            yield from travel(lane, self.primary, request)
        else:
            yield from travel(lane, self.usual, request)
        if request.wrote != wrote:
            self.pins.pin(request, lane.now)
        return None


def pin(replica: SimNode, seconds: float, wiring: Wiring) -> None:
    """Put this in the way of all servers that are wired to the replica's primary as well."""
    pins, plan = Pins(wiring.world.users, seconds), wiring.plan
    name, links = replica.place.node.id, wiring.world.design.links
    feeding = {link.source for link in links if link.target == name}
    for link in links:
        if link.target not in feeding:
            continue
        for server in wiring.world.instances[link.source]:
            if not isinstance(server, Compute) or isinstance(server, Store):
                continue
            primary = wiring.way(server, link)
            for step, usual in list(server.onward.items()):
                if isinstance(usual.target, Pinned):
                    continue
                away = usual is not primary and plan.steps[step].need in LOOKS
                made = Pinned(server, pins, usual, primary if away else None)
                server.onward[step] = SimLink(made, 1.0, None)
