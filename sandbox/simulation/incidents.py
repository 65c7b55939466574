"""What happens to a system whatever the player has built: one control process an incident.

To add one: its document in `documents/incidents.py`, a process here (or in a file of its own) and
its line in `STRIKES`, its name under `suffers` of the behaviours that it can happen to.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias

from sandbox.documents.incidents import Incident, Spike
from sandbox.documents.schedules import Schedule
from sandbox.simulation.backups import can_lose, delete
from sandbox.simulation.behaviours.base import SimNode
from sandbox.simulation.behaviours.external import External
from sandbox.simulation.behaviours.messages import Keeper
from sandbox.simulation.deploys import deploy
from sandbox.simulation.draws import uniform
from sandbox.simulation.jobs import bulk
from sandbox.simulation.visitors import bots, flush, hot, send_bots
from sandbox.simulation.world import World, ask
from sandbox.simulation.zones import partition, zone

Process: TypeAlias = Generator[Any, Any, None]


def begin_incidents(world: World) -> None:
    """Let every incident of the level come at its time."""
    can_lose(world)
    for index, incident in enumerate(world.level.incidents):
        if incident.spike is not None:
            _spike(world, index, incident, incident.spike)
        if incident.bots is not None:
            send_bots(world, index, incident, incident.bots)
        world.lane.control.process(_strike(world, incident))


def _strike(world: World, incident: Incident) -> Process:
    yield world.lane.control.timeout(incident.at)
    yield from STRIKES[incident.name](world, incident)


def kill(world: World, incident: Incident) -> Process:
    """One instance of a kind dies, and is back after a while with nothing in memory."""
    assert incident.kill is not None
    victim = one_of(world, incident, incident.kill.kind)
    if victim is None:
        return
    victim.die()
    world.tell(victim.index, f"{victim.name} died", "died")
    if incident.lasts is not None:
        yield world.lane.control.timeout(incident.lasts)
        victim.revive()
        if victim.is_up:
            world.tell(victim.index, f"{victim.name} was back, with nothing in memory", "back")


def slow(world: World, incident: Incident) -> Process:
    """One instance of a kind, or every one, takes longer for everything, and looks well."""
    assert incident.slow is not None
    what, cause = incident.slow, f"incident {incident.id}"
    one = None if what.all else one_of(world, incident, what.kind)
    victims = of_kind(world, what.kind) if what.all else [one] if one is not None else []
    told = [each for each in victims if each.in_service]
    for each in victims:
        each.slow(cause, what.times)
    for each in told:
        says = f"{each.name} took {what.times:g} times as long for everything"
        world.tell(each.index, says, "slow")
    if incident.lasts is not None:
        yield world.lane.control.timeout(incident.lasts)
        for each in victims:
            each.slow(cause, 1.0)
        for each in told:
            world.tell(each.index, f"{each.name} was as fast as before", "fast")


def launches(world: World, incident: Incident) -> Process:
    """No instance of a kind can be started for a while."""
    assert incident.launches is not None
    kind = incident.launches.kind
    world.no_launches.add(kind)
    world.tell(-1, incident.says, "no-launches")
    if incident.lasts is not None:
        yield world.lane.control.timeout(incident.lasts)
        world.no_launches.remove(kind)
        world.tell(-1, f"instances of {kind} could be started again", "launches")


def quota(world: World, incident: Incident) -> Process:
    """All of a kind take no more than so much."""
    assert incident.quota is not None
    for node in of_kind(world, incident.quota.kind):
        if isinstance(node, External):
            node.limit(incident.quota.rate)
            world.tell(node.index, incident.says, "quota")
    if incident.lasts is not None:
        yield world.lane.control.timeout(incident.lasts)
        for node in of_kind(world, incident.quota.kind):
            if isinstance(node, External):
                node.limit(node.place.size.quota)
                world.tell(node.index, f"{node.name} takes as much as before", "no-quota")


def errors(world: World, incident: Incident) -> Process:
    """All of a kind fail so many calls before anything has happened."""
    assert incident.errors is not None
    struck = _externals(world, incident.errors.kind)
    for node in struck:
        node.errors = incident.errors.share
        world.tell(node.index, incident.says, "errors")
    if incident.lasts is not None:
        yield world.lane.control.timeout(incident.lasts)
        for node in struck:
            node.errors = node.setting("errors")
            world.tell(node.index, f"{node.name} fails no more than before", "no-errors")


def replies(world: World, incident: Incident) -> Process:
    """So many replies of a kind never arrive."""
    assert incident.replies is not None
    struck = _externals(world, incident.replies.kind)
    for node in struck:
        node.lost_replies = incident.replies.share
        world.tell(node.index, incident.says, "replies")
    if incident.lasts is not None:
        yield world.lane.control.timeout(incident.lasts)
        for node in struck:
            node.lost_replies = node.setting("lost-replies")
            world.tell(node.index, f"replies of {node.name} arrive again", "no-replies")


def poison(world: World, incident: Incident) -> Process:
    """The next messages that come are such that nobody can work on them."""
    assert incident.poison is not None
    for node in of_kind(world, incident.poison.kind):
        if isinstance(node, Keeper):
            node.spoil(incident.poison.messages, incident.poison.takes)
            world.tell(node.index, incident.says, "poison")
    yield from ()


def spike(world: World, incident: Incident) -> Process:
    """Tell of it; that more come is arranged beforehand, as all arrivals are."""
    assert incident.spike is not None
    source = world.instances[incident.spike.source][0]
    world.tell(source.index, incident.says, "spike")
    yield from ()


STRIKES: dict[str, Callable[[World, Incident], Process]] = {
    "kill": kill,
    "slow": slow,
    "deploy": deploy,
    "launches": launches,
    "bulk": bulk,
    "quota": quota,
    "errors": errors,
    "replies": replies,
    "poison": poison,
    "spike": spike,
    "zone": zone,
    "partition": partition,
    "delete": delete,
    "flush": flush,
    "hot": hot,
    "bots": bots,
}
"""What comes of each incident when its time has come."""


def of_kind(world: World, kind: str) -> list[SimNode]:
    """All running nodes of a kind."""
    return [node for node in world.nodes if node.place.node.kind == kind]


def _externals(world: World, kind: str) -> list[External]:
    return [node for node in of_kind(world, kind) if isinstance(node, External)]


def one_of(world: World, incident: Incident, kind: str) -> SimNode | None:
    """One of a kind that is there, drawn from the seed; None where there is none."""
    there = [each for each in of_kind(world, kind) if each.is_up and each.in_service]
    if not there:
        return None
    draw = uniform(world.seed, f"incident {incident.id}").at(0, 0)
    return there[int(draw * len(there))]


def _spike(world: World, index: int, incident: Incident, more: Spike) -> None:
    """More requests from the clients that ask already, as a stream of its own."""
    stream = next(each for each in world.level.traffic if each.source == more.source)
    apart = more.over / more.requests
    times = (incident.at + (number + 0.5) * apart for number in range(more.requests))
    number = sum(not isinstance(each, Schedule) for each in world.level.traffic) + index
    ask(world, number, stream.model_copy(update={"mix": {more.operation: 1.0}}), times)
