"""The same physics in SimPy's plain style: one process a request, one `Resource` a station.

`bare` simulates and keeps the waits, nothing else. `measured` keeps everything that the engine
measures, with the engine's own meters. Both use the engine's draws, so that all three must
agree to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import simpy

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.simulation.behaviours.station import Station
from sandbox.simulation.draws import durations
from sandbox.simulation.meters import Reading, node_frame
from sandbox.simulation.requests import Request
from sandbox.simulation.run import frame_length
from sandbox.simulation.trace import Frame
from sandbox.simulation.traffic import arrival_times
from sandbox.simulation.world import UNIT_GAPS, World, build

Waits = list[list[float]]
"""The waits at each station in the order in which they ended, in seconds."""

_Process = Generator[Any, Any, None]


def bare(level: Level, design: Design, seed: int) -> Waits:
    """Simulate, keeping nothing but the waits."""
    world = build(level, design, seed)
    env = simpy.Environment()
    works, servers = _stations(world)
    resources = [simpy.Resource(env, count) for count in servers]
    waits: Waits = [[] for _ in resources]

    def ask(number: int) -> _Process:
        for index, resource in enumerate(resources):
            arrived = env.now
            with resource.request() as turn:
                yield turn
                waits[index].append(env.now - arrived)
                yield env.timeout(works[index](0, number))

    def arrive() -> _Process:
        for number, time in enumerate(_arrivals(level, seed)):
            yield env.timeout(time - env.now)
            env.process(ask(number))

    env.process(arrive())
    env.run()
    return waits


def measured(level: Level, design: Design, seed: int) -> Waits:
    """Simulate, measuring what the engine measures: meters, frames and a sample of journeys."""
    world = build(level, design, seed)
    env = simpy.Environment()
    works, servers = _stations(world)
    stations = [node for node in world.nodes if isinstance(node, Station)]
    resources = [simpy.Resource(env, count) for count in servers]
    operation = world.operations[0]
    meter = operation.meter
    keep_one_in = world.clients[0].keep_one_in
    frames: list[Frame] = []

    def ask(number: int) -> _Process:
        request = Request(0, number, 0, operation.first, env.now, 0)
        if number % keep_one_in == 0:
            request.visits = []
        meter.came(request)
        for index, resource in enumerate(resources):
            station = stations[index]
            arrived = env.now
            station.meter.arrivals += 1
            with resource.request() as turn:
                yield turn
                began, service = env.now, works[index](0, number)
                station.meter.settle(began - arrived, service)
                yield env.timeout(service)
                request.stayed(station.index, arrived, began, env.now)
                station.meter.served += 1
        meter.done(request, env.now)

    def arrive() -> _Process:
        for number, time in enumerate(_arrivals(level, seed)):
            yield env.timeout(time - env.now)
            env.process(ask(number))

    def watch() -> _Process:
        seconds = frame_length(level.clock)
        before = [Reading() for _ in stations]
        while meter.open or env.now < level.clock.length:
            yield env.timeout(seconds)
            rows = []
            for index, station in enumerate(stations):
                reading = station.reading(env.now)
                reading.queue = len(resources[index].queue)
                reading.inside = resources[index].count
                rows.append(node_frame(before[index], reading, servers[index], seconds))
                before[index] = reading
            frames.append(Frame(env.now, (meter.frame(),), tuple(rows), ()))

    env.process(arrive())
    env.process(watch())
    env.run()
    return [list(station.meter.waits.values()) for station in stations]


def _stations(world: World) -> tuple[list[Callable[[int, int], float]], list[int]]:
    """The work drawn for each request at each station, and how many servers there are."""
    stations = [node for node in world.nodes if isinstance(node, Station)]
    return [next(iter(s.work.values())).duration for s in stations], [s.servers for s in stations]


def _arrivals(level: Level, seed: int) -> list[float]:
    gaps = durations(seed, "arrivals", UNIT_GAPS)
    return list(arrival_times(level.traffic[0], 0, level.clock.length, gaps))
