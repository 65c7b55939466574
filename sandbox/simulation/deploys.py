"""Deploys: a new version of a kind, and how each node of it gets there.

All at once (`bang`): everything is down while it restarts. Batch by batch (`rolling`): some are
taken out of service, finish what they have, restart and are watched before the next ones; both
versions answer meanwhile.

What is watched is how much the new build fails by itself, and whether it answers a health check.
That two versions do not understand each other is seen by nobody: each of them is well.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sandbox.simulation.behaviours.base import Place, Visit
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.draws import uniform
from sandbox.simulation.lines import Slots
from sandbox.simulation.requests import FAILED, Refused, Request
from sandbox.simulation.transactions import Transaction

if TYPE_CHECKING:
    from sandbox.documents.incidents import Deploy, Incident
    from sandbox.simulation.world import World

TOO_MANY = 0.05
"""The share of requests that a new build may fail; beyond that it is taken back. A judgement."""

CHECK = 1.0
"""Seconds within which a new instance has to answer a health check, as with a balancer."""

ROLLING = "rolling"

Process = Generator[Any, Any, None]


class Deployed(Compute):
    """A server of which a new version comes in the course of the run."""

    def __init__(self, place: Place) -> None:
        self.leaked = 0
        """Slots that nobody will ever give back."""
        super().__init__(place)
        self.rollout: Rollout | None = None
        self.is_new = False
        self.came_before = 0
        """Requests that had come here when its present version began."""
        self.build_errors = 0
        """Requests that its present version has failed by itself."""

    def visit(self, request: Request) -> Visit:
        """Fail what this version fails; else do what any server does."""
        if self.rollout is not None and self.is_up:
            why = self.rollout.fails(self, request)
            if why:
                self.meter.arrivals += 1
                self.meter.failed += 1
                raise Refused(FAILED, self.index, why)
        return super().visit(request)

    def _leave(self, slots: Slots | None, request: Request, held: Transaction | None) -> None:
        """Let go of the slot, unless this version forgets to."""
        if slots is not None and slots is self.slots and self._forgets(request):
            self.leaked += 1
            slots = None
        super()._leave(slots, request, held)

    def _forgets(self, request: Request) -> bool:
        return self.is_new and self.rollout is not None and self.rollout.leaks(request)

    def emptied(self) -> None:
        """A process that is started again has all its slots."""
        super().emptied()
        self.leaked = 0

    def conserved(self, now: float) -> bool:
        """Slots that were leaked are held by nobody."""
        if self.slots is None:
            return super().conserved(now)
        meter, slots = self.meter, self.slots
        inside = meter.arrivals - meter.served - meter.rejected - meter.failed
        return inside == slots.size - slots.free + slots.waiting - self.leaked

    def run_version(self, is_new: bool) -> None:
        """Run the new version from now on, or the old one again."""
        self.is_new = is_new
        self.came_before = self.meter.arrivals
        self.build_errors = 0


class Rollout:
    """The new version of one node of the design, on its way to all instances."""

    def __init__(self, world: World, incident: Incident, servers: list[Deployed]) -> None:
        assert incident.deploy is not None
        first, seed, purpose = servers[0], world.seed, f"incident {incident.id}"
        self.world = world
        self.deploy: Deploy = incident.deploy
        self.servers = servers
        self.name = first.place.node.id
        self.is_rolling: bool = first.setting("deploy") == ROLLING
        self.batch: float = first.setting("batch")
        self.drain: float = first.setting("drain")
        self.watch: float = first.setting("watch")
        self.restart: float = first.setting("restart")
        self.meets_both = False
        """Whether both versions are in service."""
        self._build = uniform(seed, f"{purpose} build")
        self._earlier = uniform(seed, f"{purpose} earlier answer")
        self._depends = uniform(seed, f"{purpose} depends on it")
        self._leak = uniform(seed, f"{purpose} leak")

    def fails(self, server: Deployed, request: Request) -> str:
        """Why a request fails because of the version that it has come to; empty: it does not."""
        stream, number = request.stream, request.number
        if server.is_new and self._build.at(stream, number) < self.deploy.errors:
            server.build_errors += 1
            return f"the new version of {self.name} failed it"
        if not self.meets_both or self._depends.at(stream, number) >= self.deploy.incompatible:
            return ""
        # Whoever answered its client before was any of those that answer now.
        there = self._in_service() or [server]
        before = there[int(self._earlier.at(stream, number) * len(there))]
        return f"it met two versions of {self.name}" if before.is_new != server.is_new else ""

    def leaks(self, request: Request) -> bool:
        """Whether the new version forgets to give the slot of a request back."""
        return self._leak.at(request.stream, request.number) < self.deploy.leaks

    def roll_out(self) -> Process:
        """Bring the new version to all instances; take it back if it fails too much."""
        for each in self.servers:
            each.rollout = self
            each.watched_by.append(self._note)
            if not each.in_service:  # whoever is started later starts with it
                each.run_version(True)
        waiting = [each for each in self.servers if each.in_service]
        size = max(1, math.floor(len(waiting) * self.batch)) if self.is_rolling else len(waiting)
        done: list[Deployed] = []
        while waiting:
            group, waiting = waiting[:size], waiting[size:]
            yield from self._change(group, True)
            done += group
            yield self.world.lane.control.timeout(self.watch)
            if self._is_bad(done):
                yield from self._change(done, False)
                for each in self.servers:
                    each.run_version(False)
                    each.rollout = None
                says = f"the new version of {self.name} failed too much and was taken back"
                self.world.tell(self.servers[0].index, says, "undone")
                return
        says = f"{self.name} ran the new version everywhere"
        self.world.tell(self.servers[0].index, says, "deployed")

    def _change(self, group: list[Deployed], is_new: bool) -> Process:
        """Restart some with another version; who is dead has it when he is back."""
        control = self.world.lane.control
        serving = [each for each in group if each.in_service]
        for each in serving:
            each.serve(False)
        if self.is_rolling:
            yield control.timeout(self.drain)
        running = [each for each in serving if each.is_up]
        for each in running:
            each.die()
        yield control.timeout(self.restart)
        for each in group:
            each.run_version(is_new)
        for each in running:
            each.revive()
        for each in serving:
            each.serve(True)

    def _is_bad(self, group: list[Deployed]) -> bool:
        if not all(each.answers_check(CHECK) for each in group if each.is_up):
            return True
        came = sum(each.meter.arrivals - each.came_before for each in group)
        return sum(each.build_errors for each in group) > TOO_MANY * came

    def _in_service(self) -> list[Deployed]:
        return [each for each in self.servers if each.in_service and each.is_up]

    def _note(self) -> None:
        self.meets_both = len({each.is_new for each in self._in_service()}) > 1


def deploy(world: World, incident: Incident) -> Process:
    """Roll a new version of a kind out, at all its nodes at the same time."""
    assert incident.deploy is not None
    started = []
    for instances in world.instances.values():
        servers = [each for each in instances if isinstance(each, Deployed)]
        if servers and servers[0].place.node.kind == incident.deploy.kind:
            world.tell(servers[0].index, incident.says, "deploy")
            rollout = Rollout(world, incident, servers)
            started.append(world.lane.control.process(rollout.roll_out()))
    yield world.lane.control.all_of(started)
