"""Incidents of those who come, and of what they find: bots, a hot key, caches that are emptied."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING, Any, TypeAlias

from sandbox.documents.incidents import Bots, Incident
from sandbox.documents.traffic import Stream
from sandbox.simulation.behaviours.cache import Cache
from sandbox.simulation.draws import Concentrated, durations, uniform
from sandbox.simulation.traffic import arrival_times
from sandbox.simulation.world import UNIT_GAPS, World, ask

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.clients import SimOperation

Process: TypeAlias = Generator[Any, Any, None]


def flush(world: World, incident: Incident) -> Process:
    """All caches of a kind have nothing in memory any more; they are there all the same."""
    assert incident.flush is not None
    for node in world.nodes:
        if node.place.node.kind == incident.flush.kind and isinstance(node, Cache):
            node.flush()
            world.tell(node.index, f"{node.name} was emptied", "flush")
    yield from ()


def hot(world: World, incident: Incident) -> Process:
    """A share of an operation's requests are about one item; the others are as they were."""
    assert incident.hot is not None
    what = incident.hot
    index = list(world.level.operations).index(what.operation)
    struck: list[SimOperation] = [world.operations[index]]
    if world.by_bots:
        struck.append(world.by_bots[index])
    which = uniform(world.seed, f"hot item of incident {incident.id}")
    was = [operation.item for operation in struck]
    for operation in struck:
        point = operation.items[what.item - 2] if what.item > 1 else 0.0
        operation.item = Concentrated(operation.item, point, what.share, which)
    world.tell(-1, incident.says, "hot")
    if incident.lasts is not None:
        yield world.lane.control.timeout(incident.lasts)
        for operation, usual in zip(struck, was, strict=True):
            operation.item = usual
        world.tell(-1, "no one thing is asked for more than before", "cool")


def bots(world: World, incident: Incident) -> Process:
    """Tell of them; that they come is arranged beforehand, as all arrivals are."""
    assert incident.bots is not None
    world.tell(world.instances[incident.bots.source][0].index, incident.says, "bots")
    yield from ()


def send_bots(world: World, index: int, incident: Incident, more: Bots) -> None:
    """As many of each of the source's streams as makes them their share of all who come."""
    level = world.level
    until = math.inf if incident.lasts is None else incident.at + incident.lasts
    streams = [each for each in level.traffic if each.source == more.source and not each.bots]
    for at, stream in enumerate(streams):
        number = len(level.traffic) + at * len(level.incidents) + index
        made = _scaled(stream, more)
        gaps = durations(world.seed, "arrivals", UNIT_GAPS)
        times = arrival_times(made, number, level.clock.length, gaps)
        ask(world, number, made, _between(times, incident.at, until))


def _between(times: Iterator[float], start: float, end: float) -> Iterator[float]:
    return takewhile(lambda time: time < end, dropwhile(lambda time: time < start, times))


def _scaled(stream: Stream, more: Bots) -> Stream:
    """The bots' stream: as the people's, at a rate that makes them a share of both together."""
    factor = more.share / (1.0 - more.share)
    return stream.model_copy(
        update={
            "bots": True,
            "rate": None if stream.rate is None else stream.rate * factor,
            "phases": tuple(
                phase.model_copy(update={"rate": phase.rate * factor}) for phase in stream.phases
            ),
            "mix": {more.operation: 1.0} if more.operation else stream.mix,
        }
    )
