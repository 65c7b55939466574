"""Wiring: the plan's tables turned into links between running nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.documents.catalogue import INSTANCED
from sandbox.documents.design import Link
from sandbox.documents.problems import DocumentError
from sandbox.simulation.behaviours.base import SimLink, SimNode, Work
from sandbox.simulation.behaviours.batch_station import (
    BatchStation,
    PastShelf,
    Shelf,
    favourites,
)
from sandbox.simulation.behaviours.cache import Aside, Cache
from sandbox.simulation.behaviours.fork import Fork
from sandbox.simulation.behaviours.line import Line
from sandbox.simulation.behaviours.queue import PUT, Queue
from sandbox.simulation.behaviours.replica import APPLY, Replica
from sandbox.simulation.behaviours.router import Router
from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.calls import Guard, Retries
from sandbox.simulation.draws import durations, uniform
from sandbox.simulation.requests import END, attempts

if TYPE_CHECKING:
    from sandbox.simulation.world import World

_STEP_BY_STEP = ("store", "replica", "external")
"""Behaviours for which each need has a meaning of its own, besides the time it takes."""

CHANGING = ("write",)
"""Needs after which a copy of what was read may no longer be true."""

READ = "read"
"""The need whose result a write changes."""

KEY_SPACE = 1 << 40
"""What a cache keeps of each need has keys of its own, this far apart."""


def wire(world: World) -> None:
    """Link everything that is placed. Raises DocumentError where that makes no sense."""
    _Wiring(world).wire()


class _Wiring:
    """Turns the plan's tables into links between running nodes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.plan = world.plan
        self.sim_links: dict[tuple[str, str], list[SimLink]] = {}

    def wire(self) -> None:
        for link in self.world.design.links:
            made = [self._link(link, target) for target in self.world.instances[link.target]]
            self._feed(link)
            self.sim_links[link.ends] = made
            self.world.links.append(made)
        for node in self.plan.nodes:
            self._work(node)
        for (node, step), links in self.plan.onward.items():
            self._onward(node, step, links)
        for (node, step), ends in self.plan.forks.items():
            self._fork(node, step, ends)
        self._shelves()
        self._copies()
        for running in self.world.nodes:
            running.wired()

    def _link(self, link: Link, target: SimNode) -> SimLink:
        purpose = f"way from {link.source} to {link.target}"
        latency = durations(self.world.seed, purpose, link.latency) if link.latency else None
        made = SimLink(target, link.weight, latency)
        if link.timeout or link.retries or target.place.node.kind in self.world.mortal:
            bare = SimLink(target, link.weight, latency)
            made.guarded(self._guard(link, bare, link.timeout))
        return made

    def _guard(self, link: Link, way: SimLink, timeout: float | None) -> Guard:
        world, purpose = self.world, f"retry from {link.source} to {link.target}"
        jitter = uniform(world.seed, purpose)
        retries = Retries(link.retries, link.backoff, jitter, attempts(purpose))
        return Guard(world.lane, world.ledger, way, timeout, retries)

    def _feed(self, link: Link) -> None:
        """What a link means besides passing requests on: writes to a copy."""
        for source in self.world.instances[link.source]:
            if isinstance(source, Store):
                source.replicas += [
                    target
                    for target in self.world.instances[link.target]
                    if isinstance(target, Replica)
                ]

    def _work(self, node: str) -> None:
        """What a node does from each step on: the run of consecutive needs it can do."""
        for step in self.plan.steps:
            own, after = self.plan.own_steps(node, step.index)
            if not own:
                continue
            does = self.plan.kind(node).does
            if self.plan.kind(node).behaviour in _STEP_BY_STEP:
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

    def _onward(self, node: str, step: int, links: tuple[Link, ...]) -> None:
        """Without a router in front, only the first instance of a target is ever used."""
        for instance in self.world.instances[node]:
            if isinstance(instance, Router):
                instance.wire(step, [s for link in links for s in self.sim_links[link.ends]])
            elif isinstance(instance, Queue):
                self._consumers(instance, step, links)
            else:
                instance.onward[step] = self.sim_links[links[0].ends][0]

    def _consumers(self, queue: Queue, step: int, links: tuple[Link, ...]) -> None:
        """Whoever is behind a queue takes as many messages as it has slots, one like the other."""
        made = self.plan.steps[step]
        lost = self.plan.unrouted.get(made.operation)
        if lost is not None:
            queue.lost[step] = lost
        ways = [way for link in links for way in self.sim_links[link.ends]]
        if queue.consumers:
            if ways != [consumer.way for consumer in queue.consumers]:
                raise DocumentError.single(
                    f"`{queue.name}` hands a message to whoever is free, and not everybody behind "
                    f"it can do `{made.need}`",
                    hint="put a queue of its own in front of each of them",
                )
            return
        for link in links:
            times = [link.timeout, queue.visibility if queue.at_least_once else None]
            patience = min((time for time in times if time is not None), default=None)
            for way in self.sim_links[link.ends]:
                assert isinstance(way.target, SimNode)
                consumer = queue.take_on(way, way.target)
                consumer.guard = self._guard(link, SimLink(consumer, 1.0, None), patience)

    def _copies(self) -> None:
        """Caches and replicas: what they keep, and what keeping it costs."""
        for node in self.world.nodes:
            does = node.place.kind.does
            if isinstance(node, Cache):
                node.operation = max(ability.time.mean for ability in does.values())
                kept = sorted(does, key=lambda need: need != READ)  # a write is about these keys
                begins = {need: at * KEY_SPACE for at, need in enumerate(kept)}
                for step in self.plan.steps:
                    if step.need in does:
                        node.covers[step.index] = (step.after, begins[step.need])
                    elif step.need in CHANGING:
                        node.changes.add(step.index)
            elif isinstance(node, Replica) and APPLY in does:
                purpose = f"{APPLY} at {node.name}"
                node.apply = durations(self.world.seed, purpose, does[APPLY].time)
            elif isinstance(node, Queue) and PUT in does:
                node.put = durations(self.world.seed, f"{PUT} at {node.name}", does[PUT].time)
        for link in self.world.design.links:
            for to_cache in self.sim_links[link.ends]:
                if isinstance(to_cache.target, Cache):
                    self._aside(link.source, to_cache.target, to_cache)

    def _aside(self, source: str, cache: Cache, to_cache: SimLink) -> None:
        """A cache beside the way: whoever is wired to it looks there first, and tells it later."""
        for node in self.world.instances[source]:
            for step, usual in list(node.onward.items()):
                if usual.target is cache:
                    continue  # it is in the way itself
                if step in cache.covers or cache.changes.intersection(self._done_by(usual, step)):
                    node.onward[step] = SimLink(Aside(cache, to_cache, usual), 1.0, None)

    def _done_by(self, link: SimLink, step: int) -> list[int]:
        """The steps that are done in one go where a link leads to."""
        target = link.target
        while isinstance(target, Aside):
            target = target.usual.target
        own = (
            self.plan.own_steps(target.place.node.id, step)[0]
            if isinstance(target, SimNode)
            else []
        )
        return own or [step]

    def _fork(self, node: str, step: int, ends: tuple[str, ...]) -> None:
        fork = self.plan.steps[step]
        for instance in self.world.instances[node]:
            branches = [(first, instance.onward[first]) for first in fork.branches]
            onward = [self.world.instances[end][0].onward.get(fork.after) for end in ends]
            if instance.name in ends or self.plan.kind(node).behaviour in INSTANCED:
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
