"""A bulk job: somebody who is no client works through the data of a store, so much a second."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

from sandbox.simulation.behaviours.base import Visited, Work
from sandbox.simulation.draws import durations
from sandbox.simulation.lane import Journeying, Lane
from sandbox.simulation.placement import how_many
from sandbox.simulation.requests import END, Refused, Request

if TYPE_CHECKING:
    from sandbox.documents.incidents import Bulk, Incident
    from sandbox.simulation.world import World

ROWS_OF_ITS_OWN = 1 << 56
"""The first key of rows that only a job is about."""


def bulk(world: World, incident: Incident) -> Generator[Any, Any, None]:
    """Begin at every node of the kind, and end after a while.

    What the job asks for waits like everything else, for connections, rows and processors.
    """
    job = incident.bulk
    assert job is not None
    first, count = _rows(world, job)
    at = world.level.incidents.index(incident)
    step, stream = len(world.plan.steps) + at, len(world.level.traffic) + at
    end = world.level.clock.length if incident.lasts is None else incident.at + incident.lasts
    struck = [
        instances[0]
        for name, instances in world.instances.items()
        if world.plan.nodes[name].kind == job.kind
    ]
    for node in struck:
        law = node.place.kind.does[job.need].time
        times = durations(world.seed, f"job {incident.id} at {node.place.node.id}", law)
        entrance = node.job(step, Work((times,), END, job.need), first, count)
        rows = (first + number % count for number in range(int((end - incident.at) * job.rate)))
        requests = (Request(stream, n, -1, step, 0.0, row) for n, row in enumerate(rows))
        world.lane.start(_send(world.lane, entrance, requests, 1 / job.rate))
        world.tell(node.index, incident.says, "job")
    if incident.lasts is not None:
        yield world.lane.control.timeout(incident.lasts)
        for node in struck:
            world.tell(node.index, f"the job at {node.name} was over", "job-over")


def _rows(world: World, job: Bulk) -> tuple[int, int]:
    """The first key that it is about, and how many follow."""
    if job.of is None:
        return ROWS_OF_ITS_OWN, ROWS_OF_ITS_OWN
    return world.keys[job.of], how_many(world.level, job.of)


def _send(lane: Lane, entrance: Visited, requests: Iterator[Request], apart: float) -> Journeying:
    begin = lane.now
    for number, request in enumerate(requests):
        yield begin + number * apart
        request.start = lane.now
        lane.start(_one(entrance, request))


def _one(entrance: Visited, request: Request) -> Journeying:
    try:
        yield from entrance.visit(request)
    except Refused:  # a job takes what it gets
        return
