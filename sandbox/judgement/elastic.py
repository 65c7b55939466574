"""What capacity costs that is there only when it is needed: autoscaled instances, functions."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sandbox.documents.catalogue import Catalogue
from sandbox.documents.design import Node
from sandbox.documents.level import Level
from sandbox.documents.settings import setting_specs, setting_value
from sandbox.documents.units import format_share
from sandbox.judgement.report import CostPart
from sandbox.simulation.plan import Plan, Step

POOL_SHARE = 0.1
"""What an instance costs that is booted and stopped, as a share of its price: its disk and its
address. A judgement, near what cloud providers ask."""


def started_and_waiting(catalogue: Catalogue, level: Level, node: Node) -> Iterator[CostPart]:
    """Instances beyond a node's count: price times the level's duty; those that stand by."""
    if "scale-to" not in setting_specs(catalogue, node.kind):
        return
    more = _count(catalogue, node, "scale-to") - node.count
    if more <= 0:
        return
    kind = catalogue.kinds[node.kind]
    price = kind.sizes[node.size or kind.first_size].price[0]
    label = f"{node.id}: {more} more, {format_share(level.duty)} of the time"
    yield CostPart(label=label, amount=price * more * level.duty, node=node.id)
    ready = min(more, _count(catalogue, node, "warm-pool"))
    if ready:
        label = f"{node.id}: {ready} stand by"
        yield CostPart(label=label, amount=price * ready * POOL_SHARE, node=node.id)


def kept_warm(catalogue: Catalogue, node: Node) -> Iterator[CostPart]:
    """Settings that count things, each of which has a price for the period."""
    for name, spec in setting_specs(catalogue, node.kind).items():
        if spec.type == "count" and spec.price is not None:
            number = _count(catalogue, node, name)
            if number:
                label = f"{node.id}: {number} kept {name}"
                yield CostPart(label=label, amount=spec.price * number, node=node.id)


def memory_used(level: Level, made: Plan, node: Node) -> float:
    """Dollars for the gigabyte-seconds of a node's declared volume.

    A function is paid for as long as a request is inside, which is the mean time of what it does
    and of what it waits for; that it has to wait longer when others are busy is left out.
    """
    kind = made.kind(node.id)
    size = kind.sizes[node.size or kind.first_size]
    if not kind.per_gb_second or size.memory is None:
        return 0.0
    behind = _behind(made, node.id)
    dollars = []
    for operation, volume in level.volume.items():
        steps = [step for step in made.steps if step.operation == operation]
        own = [step for step in steps if node.id in made.done.get(step.index, ())]
        if own:
            inside = [s for s in steps if not behind.isdisjoint(made.done.get(s.index, ()))]
            seconds = math.fsum(_seconds(made, step) for step in inside)
            shared = len(made.done[own[0].index])
            dollars.append(volume * seconds * size.memory / 1000.0 / shared)
    return math.fsum(dollars) * kind.per_gb_second


def _seconds(made: Plan, step: Step) -> float:
    """The mean time of a need, where the first of those who do it does it."""
    doer = next(iter(made.done[step.index]))
    return (step.time or made.kind(doer).does[step.need].time).mean


def _behind(made: Plan, node: str) -> set[str]:
    """A node and all that it waits for, directly or not."""
    found, left = {node}, [node]
    while left:
        for link in made.links_from[left.pop()]:
            if link.target not in found and not made.behaves(link.target).defers:
                found.add(link.target)
                left.append(link.target)
    return found


def _count(catalogue: Catalogue, node: Node, name: str) -> int:
    value = setting_value(catalogue, node, name)
    assert isinstance(value, int)
    return value
