"""The running world: everything of a level and a design, built and wired for one seed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sandbox.documents.decisions import decided
from sandbox.documents.design import Design, Node
from sandbox.documents.laws import Law
from sandbox.documents.level import Level
from sandbox.documents.operations import Operation
from sandbox.documents.schedules import Schedule, gateway
from sandbox.documents.settings import setting_specs, setting_value
from sandbox.documents.traffic import Stream
from sandbox.documents.zones import ZONE, zone_of
from sandbox.simulation.autoscaling import begin_scaling
from sandbox.simulation.behaviours import BEHAVIOURS
from sandbox.simulation.behaviours.base import Place, SimLink, SimNode
from sandbox.simulation.behaviours.bots import Bots
from sandbox.simulation.behaviours.clients import Asking, Clients, KeptBack, Sampling, SimOperation
from sandbox.simulation.deploys import Deployed
from sandbox.simulation.draws import cumulative, durations, uniform, zipf_shares
from sandbox.simulation.effects import WRITES
from sandbox.simulation.lane import Lane
from sandbox.simulation.ledger import Ledger
from sandbox.simulation.meters import OperationMeter
from sandbox.simulation.oracles import observe
from sandbox.simulation.oracles.oracle import Oracle
from sandbox.simulation.plan import Plan, plan
from sandbox.simulation.trace import Happening, What
from sandbox.simulation.traffic import arrival_times, expected_arrivals
from sandbox.simulation.users import Users
from sandbox.simulation.wiring import wire
from sandbox.simulation.zones import Cuts

KEPT_JOURNEYS = 2000
"""About how many whole journeys a trace keeps."""

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
    ledger: Ledger
    nodes: list[SimNode] = field(default_factory=list)
    instances: dict[str, list[SimNode]] = field(default_factory=dict)
    """The running nodes of each node of the design."""
    links: list[list[SimLink]] = field(default_factory=list)
    """The running links of each link of the design: one to each instance."""
    operations: list[SimOperation] = field(default_factory=list)
    by_bots: list[SimOperation] = field(default_factory=list)
    """The operations as bots ask for them, if any do: each with a meter of its own."""
    clients: dict[int, Clients] = field(default_factory=dict)
    """The clients node of each stream; of a stream of bots, those among them."""
    expected: float = 0.0
    """Arrivals to expect in the whole run."""
    happenings: list[Happening] = field(default_factory=list)
    """What has struck, or was noticed, so far."""
    keys: dict[str, int] = field(default_factory=dict)
    """The first key of each kind of item."""
    users: Users = field(default_factory=lambda: Users(0))
    """Who has sent each request."""
    mortal: frozenset[str] = frozenset()
    """Kinds of which one may die."""
    cuts: Cuts = field(default_factory=Cuts)
    """Ways between zones on which nothing arrives at the moment."""
    gateway: str | None = None
    """The node whose gateways hold the connections of those who watch."""
    no_launches: set[str] = field(default_factory=set)
    """Kinds of which no instance can be started at the moment."""
    can_part: bool = False
    """Whether any are ever cut."""

    def tell(self, node: int, says: str, what: What = "") -> None:
        """Note that something happened now, to a node (index) or to none (-1)."""
        self.happenings.append(Happening(self.lane.now, node, says, what))


def build(level: Level, design: Design, seed: int) -> World:
    """Build the world of a checked level and design. Raises DocumentError (see `plan`)."""
    level = decided(level, design)
    world = World(level, design, seed, plan(level, design), Lane(), Ledger(level.stock))
    world.users = Users(seed)
    world.expected = math.fsum(expected_arrivals(s, level.clock.length) for s in level.traffic)
    world.expected += sum(each.spike.requests for each in level.incidents if each.spike)
    world.mortal = _mortal(world)
    world.gateway = gateway(level, design, world.plan.catalogue)
    world.can_part = any(each.partition for each in level.incidents)
    for node in world.plan.nodes.values():
        _place(world, node)
    _keys(world)
    for index, stream in enumerate(level.traffic):
        world.users.belong(index, stream)
    oracles = observe(world)
    wire(world)
    _operations(world, oracles)
    begin_scaling(world)
    for index, stream in enumerate(level.traffic):
        number = stream.number if isinstance(stream, Schedule) else index
        _start_stream(world, number, stream)
    return world


def _mortal(world: World) -> frozenset[str]:
    """Kinds of which one may die, or be cut off from those who call it."""
    incidents = world.level.incidents
    kinds = {each.kill.kind for each in incidents if each.kill}
    kinds |= {each.deploy.kind for each in incidents if each.deploy}
    kinds |= {name for name, kind in world.plan.catalogue.kinds.items() if kind.request_memory}
    if any(each.zone or each.partition for each in incidents):
        plan = world.plan
        kinds |= {
            node.kind
            for node in plan.nodes.values()
            if ZONE in plan.catalogue.behaves(node.kind).suffers
        }
    return frozenset(kinds)


def _place(world: World, node: Node) -> None:
    catalogue = world.plan.catalogue
    kind = catalogue.kinds[node.kind]
    settings: dict[str, Any] = {
        name: setting_value(catalogue, node, name) for name in setting_specs(catalogue, node.kind)
    }
    most = max(node.count, settings.get("scale-to", 0))
    several = most > 1 and catalogue.behaves(node.kind).instances
    names = [f"{node.id}.{i + 1}" for i in range(most)] if several else [node.id]
    deploys = [each.deploy for each in world.level.incidents if each.deploy]
    is_deployed = any(each.kind == node.kind for each in deploys)
    stands = ZONE in catalogue.behaves(node.kind).suffers
    slow = any(each.slow and each.slow.kind == node.kind for each in world.level.incidents)
    for at, name in enumerate(names):
        place = Place(
            lane=world.lane,
            ledger=world.ledger,
            stock=world.level.stock,
            seed=world.seed,
            index=len(world.nodes),
            name=name,
            node=node,
            kind=kind,
            size=kind.sizes[node.size or kind.first_size],
            settings=settings,
            wired_to=frozenset(x.target for x in world.design.links if x.source == node.id),
            tell=world.tell,
            zone=zone_of(node, at, world.level.zones, stands=stands),
            may_be_slow=slow or kind.warming is not None,
        )
        made = Deployed(place) if is_deployed else BEHAVIOURS[kind.behaviour](place)
        made.in_service = at < node.count or not several
        world.nodes.append(made)
        world.instances.setdefault(node.id, []).append(made)


def _operations(world: World, oracles: dict[str, tuple[Oracle, ...]]) -> None:
    level = world.level
    lost = world.plan.unrouted  # a fork that cannot be is told by the branch nobody can do
    needs = {s.index: s.need or lost.get(s.operation, "") for s in world.plan.steps}
    for index, (name, operation) in enumerate(level.operations.items()):
        items = operation.items
        shares = _popularity(items.count, items.skew) if items else [1.0]
        item = uniform(world.seed, f"item of {name}")
        if items is not None and world.users.are(items.of):  # it is about who asks
            shares, item = world.users.population(items)
        world.operations.append(
            SimOperation(
                index=index,
                name=name,
                first=world.plan.first[name],
                meter=OperationMeter(operation.deadline, level.clock.measure_from),
                items=shares,
                item=item,
                key=world.keys[items.of] if items else 0,
                writes=operation.needs_any(WRITES),
                sells=operation.needs_any(("take", "decrement")),
                defers=any(need.deferrable for need in operation.all_needs()),
                is_needed=needs,
                oracles=oracles[name],
                sampling=_sampling(world, name, operation),
            )
        )


def _sampling(world: World, name: str, operation: Operation) -> Sampling | KeptBack | None:
    if operation.every:
        return KeptBack(operation.every, world.users)
    spared = world.plan.spared.get(name)
    if spared is None:
        return None
    draws = uniform(world.seed, f"sample of {name}")
    return Sampling(operation.sampled(), spared, draws)


def _keys(world: World) -> None:
    """Number the things that operations are about: the same things have the same keys."""
    free = 0
    for operation in world.level.operations.values():
        items = operation.items
        if items is not None and items.of not in world.keys:
            world.keys[items.of] = free
            free += max(
                other.items.count
                for other in world.level.operations.values()
                if other.items is not None and other.items.of == items.of
            )


@lru_cache(maxsize=16)
def _popularity(count: int, skew: float) -> list[float]:
    """Cumulated shares, which many runs of a level have in common."""
    return cumulative(zipf_shares(count, skew))


def _start_stream(world: World, index: int, stream: Stream) -> None:
    length, seed = world.level.clock.length, world.seed
    times = arrival_times(stream, index, length, durations(seed, "arrivals", UNIT_GAPS))
    ask(world, index, stream, times)


def _bots_among(world: World, clients: Clients) -> Bots:
    """The programs that ask from where these clients are; what they ask for is counted apart."""
    clock = world.level.clock
    if not world.by_bots:
        world.by_bots = [
            replace(each, meter=OperationMeter(None, clock.measure_from), oracles=())
            for each in world.operations
        ]
    known = (each for each in world.clients.values() if isinstance(each, Bots))
    same = (each for each in known if each.place is clients.place)
    return next(same, None) or Bots(clients, world.by_bots)


def ask(world: World, index: int, stream: Stream, times: Iterator[float]) -> None:
    """Let requests come at these moments, as stream number `index`, from a stream's clients."""
    seed = world.seed
    world.users.belong(index, stream)
    clients = world.instances[stream.source][0]
    assert isinstance(clients, Clients)
    if stream.bots:
        clients = _bots_among(world, clients)
    names = list(world.level.operations)
    patience = stream.patience
    asking = Asking(
        index=index,
        times=times,
        operations=[names.index(name) for name in stream.mix],
        mix=cumulative(list(stream.mix.values())),
        which=uniform(seed, "which operation"),
        patience=durations(seed, "patience", patience) if patience else None,
        retries=stream.retry.times if stream.retry else 0,
        after=stream.retry.after if stream.retry else 0.0,
        jitter=uniform(seed, "retry of clients"),
    )
    if not stream.bots:
        clients.operations = world.operations
    clients.names = [node.name for node in world.nodes]
    clients.keep_one_in = max(1, math.ceil(world.expected / KEPT_JOURNEYS))
    world.clients[index] = clients
    world.lane.start(clients.arrive(asking))
