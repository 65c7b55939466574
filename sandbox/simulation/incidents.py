"""What happens to a system whatever the player has built: one control process an incident."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sandbox.documents.incidents import Incident, Spike
from sandbox.simulation.behaviours.base import SimNode
from sandbox.simulation.behaviours.external import External
from sandbox.simulation.draws import uniform
from sandbox.simulation.world import World, ask

Process = Generator[Any, Any, None]


def begin_incidents(world: World) -> None:
    """Let every incident of the level come at its time."""
    for index, incident in enumerate(world.level.incidents):
        if incident.spike is not None:
            _spike(world, index, incident, incident.spike)
        world.lane.control.process(_strike(world, incident))


def _strike(world: World, incident: Incident) -> Process:
    control = world.lane.control
    yield control.timeout(incident.at)
    if incident.kill is not None:
        struck = [each for each in _of_kind(world, incident.kill.kind) if each.is_up]
        if not struck:
            return
        draw = uniform(world.seed, f"incident {incident.id}").at(0, 0)
        victim = struck[int(draw * len(struck))]
        victim.die()
        world.tell(victim.index, f"{victim.name} died", "died")
        if incident.lasts is not None:
            yield control.timeout(incident.lasts)
            victim.revive()
            world.tell(victim.index, f"{victim.name} was back, with nothing in memory", "back")
    elif incident.quota is not None:
        for node in _of_kind(world, incident.quota.kind):
            if isinstance(node, External):
                node.limit(incident.quota.rate)
                world.tell(node.index, incident.says, "quota")
        if incident.lasts is not None:
            yield control.timeout(incident.lasts)
            for node in _of_kind(world, incident.quota.kind):
                if isinstance(node, External):
                    node.limit(node.place.size.quota)
                    world.tell(node.index, f"{node.name} takes as much as before", "no-quota")
    elif incident.spike is not None:
        source = world.instances[incident.spike.source][0]
        world.tell(source.index, incident.says, "spike")


def _of_kind(world: World, kind: str) -> list[SimNode]:
    return [node for node in world.nodes if node.place.node.kind == kind]


def _spike(world: World, index: int, incident: Incident, spike: Spike) -> None:
    """More requests from the clients that ask already, as a stream of its own."""
    stream = next(each for each in world.level.traffic if each.source == spike.source)
    apart = spike.over / spike.requests
    times = (incident.at + (number + 0.5) * apart for number in range(spike.requests))
    number = len(world.level.traffic) + index
    ask(world, number, stream.model_copy(update={"mix": {spike.operation: 1.0}}), times)
