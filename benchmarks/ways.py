"""Ways to simulate a row of stations, each with nothing but the waits to keep.

All of them take the same moments of arrival and the same work, so that all must give the same
waits, bit for bit. `bare` is the exception: SimPy's textbook style with draws of its own, to
show that `plain` is no straw man.
"""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable, Generator
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace
from typing import Any

import simpy

from sandbox.simulation.lane import Journeying, Lane
from sandbox.simulation.lines import FifoLine

FAR = 1e15
"""A moment after everything, in seconds."""

Waits = list["array[float]"]
"""The waits at each station, in seconds, in the order in which they ended or became known."""


@dataclass(frozen=True)
class Row:
    """Stations one after the other: the moments of arrival, and each one's work by request."""

    rate: float
    servers: int
    arrivals: list[float]
    works: list[Callable[[int, int], float]]

    @property
    def hops(self) -> int:
        """How many stations there are."""
        return len(self.works)


def bare(row: Row) -> Waits:
    """SimPy as in its own examples: a process a request, a `Resource` a station, nothing kept."""
    env = simpy.Environment()
    rng = random.Random(1)
    stations = [simpy.Resource(env, row.servers) for _ in range(row.hops)]

    def ask() -> Generator[Any, Any, None]:
        for station in stations:
            with station.request() as turn:
                yield turn
                yield env.timeout(rng.expovariate(1.0))

    def arrive() -> Generator[Any, Any, None]:
        for _ in row.arrivals:
            yield env.timeout(rng.expovariate(row.rate))
            env.process(ask())

    env.process(arrive())
    env.run()
    return []


def plain(row: Row) -> Waits:
    """The same style with the engine's draws, keeping the waits: what the engine is held against."""
    env = simpy.Environment()
    stations = [simpy.Resource(env, row.servers) for _ in range(row.hops)]
    waits: Waits = [array("d") for _ in stations]
    visits = list(zip(stations, row.works, [kept.append for kept in waits], strict=True))

    def ask(number: int) -> Generator[Any, Any, None]:
        for station, work, keep in visits:
            arrived = env.now
            with station.request() as turn:
                yield turn
                keep(env.now - arrived)
                yield env.timeout(work(0, number))

    def arrive() -> Generator[Any, Any, None]:
        for number, moment in enumerate(row.arrivals):
            yield env.timeout(moment - env.now)
            env.process(ask(number))

    env.process(arrive())
    env.run()
    return waits


def lane(row: Row) -> Waits:
    """Generators on the express lane, lines in closed form."""
    way = Lane()
    stations = [FifoLine(way, row.servers, None) for _ in range(row.hops)]
    waits: Waits = [array("d") for _ in stations]
    visits = [
        (station.book, work, kept.append)
        for station, work, kept in zip(stations, row.works, waits, strict=True)
    ]

    def ask(number: int) -> Journeying:
        for book, work, keep in visits:
            service = work(0, number)
            begin = book(service)
            keep(begin - way.now)
            yield begin + service

    def arrive() -> Journeying:
        for number, moment in enumerate(row.arrivals):
            yield moment
            way.start(ask(number))

    way.start(arrive())
    way.run(FAR)
    return waits


def heap(row: Row) -> Waits:
    """A bare loop over a heap without generators or objects: what no engine will beat by much."""
    free = [[0.0] * row.servers for _ in range(row.hops)]
    waits: Waits = [array("d") for _ in free]
    events = [(moment, number, 0) for number, moment in enumerate(row.arrivals)]
    while events:
        now, number, hop = heappop(events)
        service = row.works[hop](0, number)
        servers = free[hop]
        begin = max(now, servers[0])
        heapreplace(servers, begin + service)
        waits[hop].append(begin - now)
        if hop + 1 < row.hops:
            heappush(events, (begin + service, number, hop + 1))
    return waits
