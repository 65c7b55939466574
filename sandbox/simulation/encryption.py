"""Encryption: what it costs at the end of a wire, and where anybody could have listened.

* plaintext hops = wires without encryption that carried something in the run and on which a secret
  operation goes: calls, what a cache beside is asked and told, and what a store sends its replicas

Between nodes connections stay open, and a message costs what it takes to open it. A request of a
client comes on a connection of its own, which begins with a handshake: nine in ten are resumed.
Whoever has no processor of his own, as a balancer, only takes that time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.cache import Cache
from sandbox.simulation.behaviours.clients import Clients
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.draws import Constant, Draws
from sandbox.simulation.lines import FifoLine, PacedLine

if TYPE_CHECKING:
    from sandbox.documents.design import Link
    from sandbox.simulation.behaviours.base import SimNode, Visited
    from sandbox.simulation.world import World

OPENING = 25e-6
"""Seconds for a message of 1 KB: one core takes 40,000 a second (NGINX sizing tables)."""
HANDSHAKE = 2e-3
"""Seconds for a full handshake with RSA: one to three milliseconds (Netdata on TLS)."""
RESUMED = 0.2e-3
"""Seconds for one that is resumed: about a tenth of it."""
FULL = 0.1
"""The share of clients' connections that need a full one; a judgement."""


class Sealed(Draws):
    """The time on a wire that is encrypted, in seconds; with what comes out of it for its end.

    The processor there has that work from the moment at which the message sets out.
    """

    __slots__ = ("_from_clients", "_opens", "_way")

    def __init__(
        self, seed: int, link: Link, target: Visited, caller: SimNode, way: Draws | Constant | None
    ) -> None:
        purpose = f"handshake from {link.source} to {link.target}"
        super().__init__(seed, purpose, lambda rng, number: [rng.random() for _ in range(number)])
        self._from_clients = isinstance(caller, Clients)
        self._opens = target if isinstance(target, Compute | Cache) else None
        self._way = way
        if isinstance(target, Compute):
            target.opens = True

    def at(self, stream: int, number: int) -> float:
        """How long this request is on its way until it can be read."""
        work = OPENING
        seconds = 0.0 if self._way is None else self._way.at(stream, number)
        if self._from_clients:
            work += HANDSHAKE if super().at(stream, number) < FULL else RESUMED
        node = self._opens
        if node is not None and node.is_up and isinstance(node.cpu, PacedLine):
            node.cpu.owe(work)  # it waits there, behind the work of opening it
            return seconds
        if node is None or not (node.is_up and isinstance(node.cpu, FifoLine)):
            return seconds + work
        return seconds + node.cpu.owe(work) + work - node.lane.now


def plaintext_hops(world: World) -> int:
    """The wires on which anybody could have listened to what is secret."""
    return sum(
        not link.encrypted and _was_used(world, at, link) and _is_secret(world, link)
        for at, link in enumerate(world.design.links)
    )


def _was_used(world: World, at: int, link: Link) -> bool:
    if _replicates(world, link):
        return any(node.meter.served for node in world.instances[link.source])
    return any(way.sent for way in world.links[at])


def _replicates(world: World, link: Link) -> bool:
    return link.target in world.plan.fed and world.plan.behaves(link.source).keeps_data


def _is_secret(world: World, link: Link) -> bool:
    """Whether a secret operation goes on a wire."""
    plan = world.plan
    secret = {name for name, each in world.level.operations.items() if each.secret}
    steps = [step for step in plan.steps if step.operation in secret]
    if any(link in plan.onward.get((link.source, step.index), ()) for step in steps):
        return True
    if _replicates(world, link):
        return any(link.source in plan.done.get(step.index, ()) for step in steps)
    kept = plan.kind(link.target).does if plan.kind(link.target).behaviour == "cache" else {}
    return any(
        step.need in kept and link.source in plan.routes.get(step.operation, ()) for step in steps
    )
