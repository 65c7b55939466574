"""The networks that are timed: as documents, and as bare numbers taken from the same world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_design_text, load_level_text
from sandbox.simulation.behaviours.station import Station
from sandbox.simulation.draws import durations
from sandbox.simulation.traffic import arrival_times
from sandbox.simulation.world import UNIT_GAPS, World, build

SEED = 1
CASES = {
    "M/M/1, 80% busy": (1, 1, 0.8),
    "M/M/8, 90% busy": (1, 8, 7.2),
    "3 stations in a row": (3, 1, 0.8),
    "6 stations in a row": (6, 1, 0.8),
}
"""Stations in a row, servers at each, arrivals a second (work takes a second)."""


@dataclass
class Case:
    """One network. Tables of draws are filled anew for whoever builds its world anew."""

    level: Level
    design: Design

    @property
    def world(self) -> World:
        """A world of its own, ready to run."""
        return build(self.level, self.design, SEED)

    def arrivals(self) -> list[float]:
        """The moments at which requests arrive, in seconds."""
        gaps = durations(SEED, "arrivals", UNIT_GAPS)
        return list(arrival_times(self.level.traffic[0], 0, self.level.clock.length, gaps))


def stations(world: World) -> list[Station]:
    """The stations of a world, in the order in which they are visited."""
    return [node for node in world.nodes if isinstance(node, Station)]


def works(world: World) -> list[Callable[[int, int], float]]:
    """For each station, the seconds of work of a request (stream, number)."""
    return [next(iter(station.work.values())).duration for station in stations(world)]


def case(name: str, requests: int) -> Case:
    """A network by its name in `CASES`, with about so many requests."""
    return Case(*tandem(*CASES[name], requests))


def tandem(hops: int, servers: int, rate: float, requests: int) -> tuple[Level, Design]:
    """`hops` stations one after the other, each with `servers` of one second a job (M/M/c)."""
    needs = [f"work-{hop}" for hop in range(hops)]
    kinds = "\n".join(
        f"  kind-{hop}: {{behaviour: station, does: {{{need}: {{time: exponential 1 s}}}}}}"
        for hop, need in enumerate(needs)
    )
    level = load_level_text(
        f"""
id: tandem
title: Stations in a row
brief: Each request visits every station.
clock: {{length: {requests / rate} s}}
operations: {{job: {{title: a job, needs: [{", ".join(needs)}]}}}}
traffic: [{{from: source, rate: {rate}/s, mix: {{job: 1}}}}]
kinds:
{kinds}
palette: [{", ".join(f"kind-{hop}" for hop in range(hops))}]
nodes: [{{id: source, kind: users}}]
"""
    )
    names = ["source", *(f"station-{hop}" for hop in range(hops))]
    nodes = "\n".join(
        f"- {{id: station-{hop}, kind: kind-{hop}, count: {servers}}}" for hop in range(hops)
    )
    links = "\n".join(f"- {{from: {names[hop]}, to: {names[hop + 1]}}}" for hop in range(hops))
    design = load_design_text(f"level: tandem\nnodes:\n{nodes}\nlinks:\n{links}\n", level)
    return level, design
