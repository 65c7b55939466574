"""The same physics in SimPy's plain style: one process a request, one `Resource` a station."""

from __future__ import annotations

import random
from array import array
from collections.abc import Generator
from typing import Any

import simpy

from benchmarks.networks import Case, stations, works
from benchmarks.watched import Watched
from sandbox.simulation.requests import Request
from sandbox.simulation.run import frame_length
from sandbox.simulation.trace import Frame

Waits = list["array[float]"]
"""The waits at each station, in seconds."""

_Process = Generator[Any, Any, None]


def textbook(case: Case) -> None:
    """As in SimPy's own examples: draws from one generator, and nothing kept.

    It is here to show that `plain` is no straw man.
    """
    env = simpy.Environment()
    rng = random.Random(1)
    rate = case.level.traffic[0].rate or 0.0
    length = case.level.clock.length
    resources = [simpy.Resource(env, station.servers) for station in stations(case.world)]

    def ask() -> _Process:
        for resource in resources:
            with resource.request() as turn:
                yield turn
                yield env.timeout(rng.expovariate(1.0))

    def arrive() -> _Process:
        while env.now < length:
            yield env.timeout(rng.expovariate(rate))
            env.process(ask())

    env.process(arrive())
    env.run()


def plain(case: Case) -> Waits:
    """With the engine's draws, keeping every wait."""
    world = case.world
    env = simpy.Environment()
    waits: Waits = [array("d") for _ in stations(world)]
    resources = [simpy.Resource(env, station.servers) for station in stations(world)]
    visits = list(zip(resources, works(world), [w.append for w in waits], strict=True))

    def ask(number: int) -> _Process:
        for resource, work, keep in visits:
            arrived = env.now
            with resource.request() as turn:
                yield turn
                keep(env.now - arrived)
                yield env.timeout(work(0, number))

    def arrive() -> _Process:
        for number, time in enumerate(case.arrivals()):
            yield env.timeout(time - env.now)
            env.process(ask(number))

    env.process(arrive())
    env.run()
    return waits


def measured(case: Case) -> Waits:
    """Measuring all that the engine measures, with its meters: frames, samples, journeys."""
    world = case.world
    env = simpy.Environment()
    nodes = [Watched(node, simpy.Resource(env, node.servers)) for node in stations(world)]
    visits = list(zip(nodes, works(world), strict=True))
    operation = world.operations[0]
    meter = operation.meter
    keep_one_in = world.clients[0].keep_one_in
    frames: list[Frame] = []

    def ask(number: int) -> _Process:
        request = Request(0, number, 0, operation.first, env.now, 0)
        if number % keep_one_in == 0:
            request.visits = []
        meter.came(request)
        for node, work in visits:
            arrived = env.now
            node.meter.arrivals += 1
            with node.held[0].request() as turn:
                yield turn
                began, service = env.now, work(0, number)
                node.meter.settle(began - arrived, service)
                node.busy.begin(began)
                yield env.timeout(service)
                node.busy.end(env.now)
                request.stayed(node.node.index, arrived, began, env.now)
                node.meter.served += 1
        meter.done(request, env.now)

    def arrive() -> _Process:
        for number, time in enumerate(case.arrivals()):
            yield env.timeout(time - env.now)
            env.process(ask(number))

    def watch() -> _Process:
        seconds = frame_length(case.level.clock)
        while meter.open or env.now < case.level.clock.length:
            yield env.timeout(seconds)
            rows = tuple(node.frame(env.now, seconds) for node in nodes)
            frames.append(Frame(env.now, (meter.frame(),), rows, ()))

    env.process(arrive())
    env.process(watch())
    env.run()
    return [array("d", node.meter.waits.values()) for node in nodes]
