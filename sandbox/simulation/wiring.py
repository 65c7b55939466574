"""Wiring: the plan's tables turned into links between running nodes.

What a link means beyond passing requests on is the business of the behaviours at its ends: each is
told in `ways`, `feeds` and `prepare` what it is wired to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.documents.design import Link
from sandbox.documents.laws import Law
from sandbox.simulation.behaviours.base import SimLink, SimNode, Visited, Work
from sandbox.simulation.behaviours.batch_station import (
    BatchStation,
    PastShelf,
    Shelf,
    favourites,
)
from sandbox.simulation.behaviours.fork import Fork
from sandbox.simulation.behaviours.line import Line
from sandbox.simulation.calls import Guard, Restrained, Retries
from sandbox.simulation.draws import Constant, Draws, durations, uniform
from sandbox.simulation.encryption import Sealed
from sandbox.simulation.requests import END, attempts
from sandbox.simulation.restraint import Budget
from sandbox.simulation.zones import Passage, latency

if TYPE_CHECKING:
    from sandbox.simulation.world import World


def wire(world: World) -> None:
    """Link everything that is placed. Raises DocumentError where that makes no sense."""
    Wiring(world).wire()


class Wiring:
    """Turns the plan's tables into links between running nodes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.plan = world.plan
        self.sim_links: dict[tuple[str, str], list[SimLink]] = {}
        """The running links of each link of the design, by its ends: one to each instance."""
        self._own: dict[tuple[str, str, int], SimLink] = {}
        """Links that not all instances of a caller can share, for all but the first of them."""
        self.made: list[tuple[SimLink, Link, SimNode]] = []
        """All running links between nodes, each with its wire and the (first) caller."""

    def wire(self) -> None:
        """Do it, once."""
        for link in self.world.design.links:
            targets = self.world.instances[link.target]
            caller, entrances = self.world.instances[link.source][0], targets[0].entrances
            made = [self._link(link, each, caller) for each in entrances(targets, caller, self)]
            self.sim_links[link.ends] = made
            self.world.links.append(list(made))
            for source in self.world.instances[link.source]:
                for target in targets:
                    source.feeds(target)
        for node in self.plan.nodes:
            self._work(node)
        for (node, step), links in self.plan.onward.items():
            for instance in self.world.instances[node]:
                instance.ways(step, list(links), self)
        for (node, step), ends in self.plan.forks.items():
            self._fork(node, step, ends)
        self._shelves()
        for running in self.world.nodes:
            running.prepare(self)
        for running in self.world.nodes:
            running.wired()

    def way(self, node: SimNode, link: Link) -> SimLink:
        """The running link that a node takes where no router is in front of the target.

        Instances share it, unless each of them has to know how its own calls went, or they stand
        in different zones.
        """
        shared = self.sim_links[link.ends][0]
        instances = self.world.instances[link.source]
        if node is instances[0] or not (
            link.restrains or link.budget or node.place.zone != instances[0].place.zone
        ):
            return shared
        own = self._own.get((*link.ends, node.index))
        if own is None:
            targets = self.world.instances[link.target]
            target = targets[0].entrances(targets, node, self)[0]
            own = self._own[(*link.ends, node.index)] = self._link(link, target, node)
            self.world.links[self.world.design.links.index(link)].append(own)
        return own

    def _link(self, link: Link, target: Visited, caller: SimNode) -> SimLink:
        made = SimLink(target, link.weight, self._latency(link, target, caller))
        self.made.append((made, link, caller))
        if link.timeout or link.retries or link.restrains or self._is_mortal(target):
            guard = self.guard(link, self._bare(made, target, caller), link.timeout)
            if link.restrains:
                to = target.name if isinstance(target, SimNode) else link.target
                guard = Restrained(guard, link, caller, to)
            made.guarded(guard)
        return made

    def _latency(self, link: Link, target: Visited, caller: SimNode) -> Draws | Constant | None:
        """How long the way takes: as the wire says, or else as far as the zones are apart."""
        seed = self.world.seed
        if link.latency:
            purpose = f"way from {link.source} to {link.target}"
            way: Draws | Constant | None = durations(seed, purpose, link.latency)
        else:
            way = self._distance(target, caller)
        return Sealed(seed, link, target, caller, way) if link.encrypted else way

    def _distance(self, target: Visited, caller: SimNode) -> Draws | Constant | None:
        """How far the zones are apart; an entrance is where the caller is."""
        if not self.world.level.zones or not isinstance(target, SimNode):
            return None
        here, there = caller.place.zone, target.place.zone
        return latency(self.world.level, self.world.seed, here, there)

    def _bare(self, way: SimLink, target: Visited, caller: SimNode) -> SimLink:
        """The way without a guard; where it may be cut, calls go through a passage."""
        bare, here = SimLink(target, way.weight, way.latency), caller.place.zone
        if not (self.world.can_part and here and isinstance(target, SimNode)):
            return bare
        if target.place.zone in ("", here):
            return bare
        return SimLink(Passage(bare, target, self.world.cuts, here), way.weight, None)

    def point(self, way: SimLink, link: Link, caller: SimNode, target: SimNode) -> None:
        """Let a guarded link lead to somebody else from now on; calls under way are not changed."""
        assert way.guard is not None
        way.target = target
        way.latency = self._latency(link, target, caller)
        way.guard.link = self._bare(way, target, caller)

    def inside(self, target: SimNode, caller: SimNode) -> SimLink:
        """The way from the entrance of a node, at a caller of it, to one of its instances."""
        made = SimLink(target, 1.0, self._distance(target, caller))
        if self._is_mortal(target):
            bare, never = self._bare(made, target, caller), Retries(0, 0.0, None, 0)
            made.guarded(Guard(self.world.lane, self.world.ledger, bare, None, never))
        return made

    def _is_mortal(self, target: Visited) -> bool:
        """Whether it may die while somebody waits for its reply."""
        return isinstance(target, SimNode) and target.place.node.kind in self.world.mortal

    def guard(self, link: Link, way: SimLink, timeout: float | None) -> Guard:
        """What a caller does about a link that may fail it; `timeout` is in seconds."""
        world, purpose = self.world, f"retry from {link.source} to {link.target}"
        jitter = uniform(world.seed, purpose) if link.jitter else None
        budget = Budget(link.budget) if link.budget and link.retries else None
        retries = Retries(link.retries, link.backoff, jitter, attempts(purpose), budget)
        return Guard(world.lane, world.ledger, way, timeout, retries)

    def durations(self, need: str, law: Law, node: SimNode) -> Draws | Constant:
        """How long a node takes for what it does besides requests, in seconds."""
        return durations(self.world.seed, f"{need} at {node.name}", law)

    def _work(self, node: str) -> None:
        """What a node does from each step on: the run of consecutive needs it can do."""
        for step in self.plan.steps:
            own, after = self.plan.own_steps(node, step.index)
            if not own:
                continue
            does = self.plan.kind(node).does
            if self.plan.behaves(node).one_by_one:
                own, after = own[:1], self.plan.steps[own[0]].after
            times = tuple(
                durations(
                    self.world.seed,
                    f"{made.operation} {made.need} ({made.index}) at {node}",
                    made.time or does[made.need].time,
                )
                for made in (self.plan.steps[index] for index in own)
            )
            for instance in self.world.instances[node]:
                instance.work[step.index] = Work(times, after, step.need)

    def done_by(self, node: SimNode, step: int) -> list[int]:
        """The steps that a node does in one go, from this one on."""
        return self.plan.own_steps(node.place.node.id, step)[0]

    def _fork(self, node: str, step: int, ends: tuple[str, ...]) -> None:
        fork = self.plan.steps[step]
        for instance in self.world.instances[node]:
            branches = [(first, instance.onward[first]) for first in fork.branches]
            onward = [self.world.instances[end][0].onward.get(fork.after) for end in ends]
            if instance.name in ends or self.plan.behaves(node).instances:
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
            self.world.keys.get(items.of if items else "", 0),
        )
        shelf = Shelf(stock)
        oven.shelves.append(shelf)
        for node in self.world.nodes:
            usual = node.onward.get(first)
            if usual is not None and not isinstance(node, Line):  # asked before standing in line
                past = PastShelf(shelf, usual, after, oven.onward.get(after))
                node.onward[first] = SimLink(past, 1.0, None)
