"""The path that is timed: balancer, app servers, cache and database of `todo-at-scale`.

It is given as documents to the engine and, taken from the same world, as bare numbers to whoever
writes it in SimPy's plain style. A server is killed at the peak, and the balancer finds out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.networks import SEED, Case
from sandbox.documents.decisions import decided
from sandbox.documents.level import Level
from sandbox.documents.library import load_level
from sandbox.simulation.behaviours.cache import Cache
from sandbox.simulation.behaviours.clients import Clients
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.behaviours.router import Router
from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.draws import cumulative, durations, uniform
from sandbox.simulation.meters import OperationMeter
from sandbox.simulation.traffic import arrival_times
from sandbox.simulation.world import UNIT_GAPS, World
from sandbox.studies.designs import named_design

LEVEL, DESIGN = "todo-at-scale", "winner:cached"
STRETCH = 0.25
"""What is timed takes a quarter of the level's time; the rates are the level's."""
AFTER = 1.0
"""Seconds after the last arrival at which the run is over: the longest deadline."""


def path(stretch: float, level_id: str = LEVEL, name: str = DESIGN) -> Case:
    """A level with all its moments this many times as far apart, at the same rates."""
    level = load_level(level_id)
    design = named_design(level, name)
    return Case(stretched(decided(level, design), stretch), design)


def stretched(level: Level, times: float) -> Level:
    """A level whose traffic and incidents take so many times as long; checks and work do not."""
    traffic = tuple(
        stream.model_copy(
            update={
                "phases": tuple(
                    phase.model_copy(update={"at": phase.at * times, "ramp": phase.ramp * times})
                    for phase in stream.phases
                )
            }
        )
        for stream in level.traffic
    )
    incidents = tuple(each.model_copy(update={"at": each.at * times}) for each in level.incidents)
    clock = level.clock.model_copy(update={"length": level.clock.length * times})
    update = {"traffic": traffic, "incidents": incidents, "clock": clock}
    return level.model_copy(update=update)


Draw = Callable[[int, int], float]
"""What is drawn for a request (stream, number)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation: what it is about, and the work that it makes."""

    index: int
    name: str
    meter: OperationMeter
    items: list[float]
    """Cumulated shares of the items."""
    item: Draw
    writes: bool
    compute: Draw
    """Seconds of work at a server."""
    data: Draw
    """Seconds of work at the database."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The clients of one stream."""

    stream: int
    clients: Clients
    arrivals: list[float]
    asked: list[Asked]
    """The operations, in the order of the mix."""
    mix: list[float]
    """Their cumulated shares."""
    which: Draw
    distance: Draw
    """Seconds on the way."""
    way: tuple[float, float]
    """The two numbers of its law, a log-normal one."""


@dataclass(frozen=True)
class Path:
    """The numbers of the path. Times in seconds."""

    world: World
    crowds: list[Crowd]
    balancer: Router
    servers: list[Compute]
    cache: Cache
    store: Store
    end: float
    kill_at: float
    victim: int
    """Which of the servers is killed."""
    rates: dict[str, float]
    """How often a second a processor does each need: the reciprocal of the mean work."""

    @property
    def slots(self) -> int:
        """Requests that a server takes in at once."""
        return self.servers[0].place.size.slots or 0

    @property
    def connections(self) -> int:
        """Requests that the database takes in at once."""
        return self.store.place.size.slots or 0


def numbers(case: Case) -> Path:
    """The path of a case, in a world of its own."""
    world, (incident,) = case.world, case.level.incidents
    (balancer,), (cache,), (store,) = (world.instances[name] for name in ("lb", "cache", "db"))
    servers = [node for node in world.instances["app"] if isinstance(node, Compute)]
    assert isinstance(balancer, Router)
    assert isinstance(cache, Cache)
    assert isinstance(store, Store)
    asked = _asked(world, servers[0], store)
    return Path(
        world=world,
        crowds=[_crowd(world, stream, asked) for stream in range(len(world.level.traffic))],
        balancer=balancer,
        servers=servers,
        cache=cache,
        store=store,
        end=case.level.clock.length + AFTER,
        kill_at=incident.at,
        victim=int(uniform(SEED, f"incident {incident.id}").at(0, 0) * len(servers)),
        rates={
            need: 1.0 / ability.time.mean
            for node in (servers[0], store)
            for need, ability in node.place.kind.does.items()
        },
    )


def _asked(world: World, server: Compute, store: Store) -> dict[str, Asked]:
    asked = {}
    for operation in world.operations:
        compute = server.work[operation.first]
        asked[operation.name] = Asked(
            index=operation.index,
            name=operation.name,
            meter=operation.meter,
            items=operation.items,
            item=operation.item.at,
            writes=operation.writes,
            compute=compute.duration,
            data=store.work[compute.after].duration,
        )
    return asked


def _crowd(world: World, number: int, asked: dict[str, Asked]) -> Crowd:
    stream, clients = world.level.traffic[number], world.clients[number]
    gaps = durations(SEED, "arrivals", UNIT_GAPS)
    law = clients.place.kind.distance
    assert law is not None
    assert clients.distance is not None
    return Crowd(
        stream=number,
        clients=clients,
        arrivals=list(arrival_times(stream, number, world.level.clock.length, gaps)),
        asked=[asked[name] for name in stream.mix],
        mix=cumulative(list(stream.mix.values())),
        which=uniform(SEED, "which operation").at,
        distance=clients.distance.at,
        way=(math.log(law.mean) - law.sigma * law.sigma / 2.0, law.sigma),
    )
