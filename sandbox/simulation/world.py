"""The running world: everything of a level and a design, built and wired for one seed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sandbox.documents.design import Design, Link, Node
from sandbox.documents.laws import Law
from sandbox.documents.level import Level
from sandbox.documents.settings import setting_specs, setting_value
from sandbox.documents.traffic import Stream
from sandbox.simulation.behaviours import BEHAVIOURS
from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Work
from sandbox.simulation.behaviours.batch_station import (
    BatchStation,
    PastShelf,
    Shelf,
    favourites,
)
from sandbox.simulation.behaviours.clients import Asking, Clients, SimOperation
from sandbox.simulation.behaviours.fork import Fork
from sandbox.simulation.behaviours.line import Line
from sandbox.simulation.behaviours.router import Router
from sandbox.simulation.draws import cumulative, durations, uniform, zipf_shares
from sandbox.simulation.lane import Lane
from sandbox.simulation.meters import OperationMeter
from sandbox.simulation.plan import Plan, plan
from sandbox.simulation.requests import END
from sandbox.simulation.traffic import arrival_times, expected_arrivals

KEPT_JOURNEYS = 2000
"""About how many whole journeys a trace keeps."""

_INSTANCES = ("compute", "store")
"""Behaviours whose `count` makes separate instances with separate queues."""

UNIT_GAPS = Law(shape="exponential", mean=1.0)
"""The law of a Poisson process of rate 1, which arrivals are made from."""


@dataclass
class World:
    """One level and design for one seed, ready to run."""

    level: Level
    design: Design
    seed: int
    plan: Plan
    lane: Lane
    nodes: list[SimNode] = field(default_factory=list)
    instances: dict[str, list[SimNode]] = field(default_factory=dict)
    """The running nodes of each node of the design."""
    links: list[list[SimLink]] = field(default_factory=list)
    """The running links of each link of the design: one to each instance."""
    operations: list[SimOperation] = field(default_factory=list)
    clients: dict[int, Clients] = field(default_factory=dict)
    """The clients node of each stream."""
    expected: float = 0.0
    """Arrivals to expect in the whole run."""


def build(level: Level, design: Design, seed: int) -> World:
    """Build the world of a checked level and design. Raises DocumentError (see `plan`)."""
    world = World(level, design, seed, plan(level, design), Lane())
    world.expected = math.fsum(expected_arrivals(s, level.clock.length) for s in level.traffic)
    for node in world.plan.nodes.values():
        _place(world, node)
    _Wiring(world).wire()
    _operations(world)
    for index, stream in enumerate(level.traffic):
        _start_stream(world, index, stream)
    return world


def _place(world: World, node: Node) -> None:
    catalogue = world.plan.catalogue
    kind = catalogue.kinds[node.kind]
    several = node.count > 1 and kind.behaviour in _INSTANCES
    names = [f"{node.id}.{i + 1}" for i in range(node.count)] if several else [node.id]
    settings = {
        name: setting_value(catalogue, node, name) for name in setting_specs(catalogue, node.kind)
    }
    size = kind.sizes[node.size or kind.first_size]
    for name in names:
        place = Place(world.lane, world.seed, len(world.nodes), name, node, kind, size, settings)
        made = BEHAVIOURS[kind.behaviour](place)
        world.nodes.append(made)
        world.instances.setdefault(node.id, []).append(made)


class _Wiring:
    """Turns the plan's tables into links between running nodes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.plan = world.plan
        self.sim_links: dict[tuple[str, str], list[SimLink]] = {}

    def wire(self) -> None:
        for link in self.world.design.links:
            made = [self._link(link, target) for target in self.world.instances[link.target]]
            self.sim_links[link.ends] = made
            self.world.links.append(made)
        for node in self.plan.nodes:
            self._work(node)
        for (node, step), links in self.plan.onward.items():
            self._onward(node, step, links)
        for (node, step), ends in self.plan.forks.items():
            self._fork(node, step, ends)
        self._shelves()
        for running in self.world.nodes:
            running.wired()

    def _link(self, link: Link, target: SimNode) -> SimLink:
        purpose = f"way from {link.source} to {link.target}"
        latency = durations(self.world.seed, purpose, link.latency) if link.latency else None
        return SimLink(target, link.weight, latency)

    def _work(self, node: str) -> None:
        """What a node does from each step on: the run of consecutive needs it can do."""
        for step in self.plan.steps:
            own, after = self.plan.own_steps(node, step.index)
            if not own:
                continue
            does = self.plan.kind(node).does
            times = tuple(
                durations(
                    self.world.seed,
                    f"{made.operation} {made.need} ({made.index}) at {node}",
                    made.time or does[made.need].time,
                )
                for made in (self.plan.steps[index] for index in own)
            )
            for instance in self.world.instances[node]:
                instance.work[step.index] = Work(times, after)

    def _onward(self, node: str, step: int, links: tuple[Link, ...]) -> None:
        """Without a router in front, only the first instance of a target is ever used."""
        for instance in self.world.instances[node]:
            if isinstance(instance, Router):
                instance.wire(step, [s for link in links for s in self.sim_links[link.ends]])
            else:
                instance.onward[step] = self.sim_links[links[0].ends][0]

    def _fork(self, node: str, step: int, ends: tuple[str, ...]) -> None:
        fork = self.plan.steps[step]
        for instance in self.world.instances[node]:
            branches = [(first, instance.onward[first]) for first in fork.branches]
            onward = [self.world.instances[end][0].onward.get(fork.after) for end in ends]
            if instance.name in ends or self.plan.kind(node).behaviour in _INSTANCES:
                onward = [None] * len(ends)
            target = Fork(self.world.lane, branches, fork.after, onward)
            instance.onward[step] = SimLink(target, 1.0, None)

    def _shelves(self) -> None:
        """Put what is made ahead in the way of requests that come for it."""
        for node in self.world.nodes:
            if isinstance(node, BatchStation) and node.setting("ahead"):
                for name in self.world.level.operations:
                    self._shelf(node, name)

    def _shelf(self, oven: BatchStation, operation: str) -> None:
        level, covers = self.world.level, oven.place.kind.covers
        step = self.plan.first[operation]
        while step != END and self.plan.steps[step].need not in covers:
            step = self.plan.steps[step].after
        if step == END:
            return
        first, after = step, step
        while after != END and self.plan.steps[after].need in covers:
            after = self.plan.steps[after].after
        items = level.operations[operation].items
        stock = favourites(
            level.volume.get(operation, 0),
            oven.setting("ahead"),
            items.count if items else 1,
            items.skew if items else 0.0,
        )
        shelf = Shelf(stock)
        oven.shelves.append(shelf)
        for node in self.world.nodes:
            usual = node.onward.get(first)
            if usual is not None and not isinstance(node, Line):  # asked before standing in line
                past = PastShelf(shelf, usual, after, oven.onward.get(after))
                node.onward[first] = SimLink(past, 1.0, None)


def _operations(world: World) -> None:
    level = world.level
    lost = world.plan.unrouted  # a fork that cannot be is told by the branch nobody can do
    needs = {s.index: s.need or lost.get(s.operation, "") for s in world.plan.steps}
    for index, (name, operation) in enumerate(level.operations.items()):
        items = operation.items
        world.operations.append(
            SimOperation(
                index=index,
                name=name,
                first=world.plan.first[name],
                meter=OperationMeter(operation.deadline, level.clock.measure_from),
                items=cumulative(zipf_shares(items.count, items.skew)) if items else [1.0],
                item=uniform(world.seed, f"item of {name}"),
                is_needed=needs,
            )
        )


def _start_stream(world: World, index: int, stream: Stream) -> None:
    length, seed = world.level.clock.length, world.seed
    clients = world.instances[stream.source][0]
    assert isinstance(clients, Clients)
    names = list(world.level.operations)
    patience = stream.patience
    asking = Asking(
        index=index,
        times=arrival_times(stream, index, length, durations(seed, "arrivals", UNIT_GAPS)),
        operations=[names.index(name) for name in stream.mix],
        mix=cumulative(list(stream.mix.values())),
        which=uniform(seed, "which operation"),
        patience=durations(seed, "patience", patience) if patience else None,
    )
    clients.operations = world.operations
    clients.names = [node.name for node in world.nodes]
    clients.keep_one_in = max(1, math.ceil(world.expected / KEPT_JOURNEYS))
    world.clients[index] = clients
    world.lane.start(clients.arrive(asking))
