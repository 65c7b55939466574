"""Autoscaling: instances that are started when those in service are busy, and stopped again.

All instances that a node may ever have exist from the start; those beyond its `count` are out of
service, so that nobody sends them anything, until the control loop has started them. Starting one
takes as long as its kind's `boot`, unless one stands ready in the `warm-pool`.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.draws import Constant, Draws, durations

if TYPE_CHECKING:
    from sandbox.simulation.world import World

LOOP = 15.0
"""Seconds between two looks at how busy the instances are (source: Kubernetes' autoscaler)."""

SCALE_IN_AFTER = 300.0
"""Seconds for which fewer must have been enough until one is stopped (as above)."""

OUT_OF_POOL = 3.0
"""Seconds until an instance of the warm pool is in service (source: EC2 warm pools, 2 to 4 s)."""

Process = Generator[Any, Any, None]


def begin_scaling(world: World) -> None:
    """Let the control loop of every node that may grow begin."""
    for instances in world.instances.values():
        servers = [each for each in instances if isinstance(each, Compute)]
        if servers and len(servers) > servers[0].place.node.count:
            world.lane.control.process(Scaler(world, servers).run())


class Scaler:
    """The control loop of one node.

    It wants as many instances as would be busy for `scale-at` of the time with what those in
    service have worked since the last look, and never fewer than the node's `count`: who has died
    is replaced. What is being started, or restarts, is counted as if it was there; of those
    started beyond the `count`, one a look is stopped once fewer have been enough for long.
    """

    def __init__(self, world: World, servers: list[Compute]) -> None:
        first = servers[0]
        self.world = world
        self.control = world.lane.control
        self.servers = servers
        self.kind = first.place.node.kind
        self.standing = first.place.node.count
        self.aim: float = first.setting("scale-at")
        self.pool: int = min(first.setting("warm-pool"), len(servers) - self.standing)
        """Instances that stand ready."""
        boot, purpose = first.place.kind.boot, f"boot of {first.place.node.id}"
        self._boot: Draws | Constant = (
            durations(world.seed, purpose, boot) if boot is not None else Constant(0.0)
        )
        self._idle = servers[self.standing :]
        """Those that can be started; whoever is out of service for another reason cannot."""
        self._starts = dict.fromkeys(servers, 0)
        """How often each has been started."""
        self._worked = dict.fromkeys(servers, 0.0)
        """Server-seconds that each had worked when it was last looked at."""
        self._served = {each for each in servers if each.in_service}
        """Who was in service when it last looked."""
        self._low_since: float | None = None
        """Since when fewer have been enough."""

    def run(self) -> Process:
        """Look every so often, and start or stop what has to be."""
        while True:
            yield self.control.timeout(LOOP)
            self._look()

    def _look(self) -> None:
        now = self.control.now
        share = self._busy(now)
        there = sum(each.in_service and each.is_up for each in self.servers)
        coming = sum(not each.in_service and each not in self._idle for each in self.servers)
        # What is busy beyond rounding is wanted: 70% of two at 70% are two.
        wanted = max(self.standing, math.ceil(share * there / self.aim - 1e-9))
        if wanted > there + coming:
            self._low_since = None
            self._start(wanted - there - coming)
        elif wanted == there + coming:
            self._low_since = None
        elif self._low_since is None:
            self._low_since = now
        elif now - self._low_since >= SCALE_IN_AFTER:
            self._stop_one()

    def _busy(self, now: float) -> float:
        """The mean busy share since the last look of those in service all that time."""
        shares = []
        for each in self.servers:
            worked = each.state(now)[2]
            if each.in_service and each.is_up and each in self._served:
                shares.append((worked - self._worked[each]) / (each.servers * LOOP))
            self._worked[each] = worked
        self._served = {each for each in self.servers if each.in_service and each.is_up}
        return sum(shares) / len(shares) if shares else 0.0

    def _start(self, number: int) -> None:
        """Start so many, as far as there are any, and whoever runs them lets anybody start."""
        if self.kind in self.world.no_launches:
            return
        for each in [each for each in self._idle if each.is_up][:number]:
            self._boot_one(each)

    def _boot_one(self, server: Compute) -> None:
        self._idle.remove(server)
        seconds = self._boot.at(self.servers.index(server), self._starts[server])
        self._starts[server] += 1
        is_ready = self.pool > 0
        if is_ready:
            self.pool -= 1
        self.control.process(self._started(server, OUT_OF_POOL if is_ready else seconds))
        if is_ready:
            self.control.process(self._refilled(seconds))

    def _started(self, server: Compute, seconds: float) -> Process:
        yield self.control.timeout(seconds)
        if not server.is_up:  # where it was to stand nothing is any more
            self._idle.insert(0, server)
            return
        server.warm_up()
        server.serve(True)
        self.world.tell(server.index, f"{server.name} was started", "started")

    def _refilled(self, seconds: float) -> Process:
        yield self.control.timeout(seconds)
        self.pool += 1

    def _stop_one(self) -> None:
        extra = [each for each in self.servers[self.standing :] if each.in_service]
        if extra:
            extra[-1].serve(False)
            self._idle.insert(0, extra[-1])
            self.world.tell(extra[-1].index, f"{extra[-1].name} was stopped", "stopped")
