"""What a design costs in the level's period, part by part."""

from __future__ import annotations

import math

from sandbox.documents.catalogue import Kind
from sandbox.documents.decisions import decided
from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes, kinds_for
from sandbox.documents.problems import DocumentError
from sandbox.documents.settings import setting_specs, setting_value
from sandbox.judgement.charges import charges
from sandbox.judgement.elastic import kept_warm, memory_used, started_and_waiting
from sandbox.judgement.report import CostPart
from sandbox.simulation.plan import plan


def cost(level: Level, design: Design) -> list[CostPart]:
    """Standing prices, usage prices for the level's declared volume, and care, in dollars.

    Care is charged once for each distinct kind of component (clients are nobody's component). On
    a second night, what is changed of the board that stood is charged besides.
    """
    level = decided(level, design)
    catalogue = kinds_for(level)
    parts: list[CostPart] = []
    kinds: set[str] = set()
    for node in all_nodes(level, design):
        kind = catalogue.kinds[node.kind]
        if kind.behaviour != "clients":
            kinds.add(node.kind)
        parts += _standing(node, kind)
        parts += started_and_waiting(catalogue, level, node)
        parts += kept_warm(catalogue, node)
        parts += _usage(level, node)
    parts += _by_the_million(level, design)
    parts += charges(level, design)
    if level.care is not None and kinds:
        several = f"{len(kinds)} kinds of component"
        parts.append(CostPart(label=f"care for {several}", amount=level.care[0] * len(kinds)))
    return parts


def total(parts: list[CostPart]) -> float:
    """The sum of all parts, to the cent."""
    return round(math.fsum(part.amount for part in parts), 2)


def _standing(node: Node, kind: Kind) -> list[CostPart]:
    size = node.size or kind.first_size
    price = kind.sizes[size].price[0]
    if price == 0:
        return []
    sized = f", size {size}" if len(kind.sizes) > 1 else ""
    several = "" if node.count == 1 else "s"
    label = f"{node.id}: {node.count} {kind.noun}{several}{sized}"
    return [CostPart(label=label, amount=price * node.count, node=node.id)]


def _by_the_million(level: Level, design: Design) -> list[CostPart]:
    """What needs cost where they are done, for the volume that the level declares.

    Where several nodes share the work, each does as much of it. A cache in the way is paid for
    each request that comes by.
    """
    catalogue = kinds_for(level)
    priced = [
        node
        for node in all_nodes(level, design)
        if any(ability.per_million for ability in catalogue.kinds[node.kind].does.values())
    ]
    if not priced or not level.volume:
        return []
    try:
        made = plan(level, design)
    except DocumentError:
        return []  # nothing can be sent anywhere, so nothing is used
    parts = []
    for node in priced:
        kind = catalogue.kinds[node.kind]
        if kind.behaviour == "cache":
            amount = math.fsum(
                level.volume.get(operation, 0) / 1e6 * ability.per_million
                for operation, route in made.routes.items()
                if node.id in route
                for ability in kind.does.values()
            )
        else:
            amount = math.fsum(
                level.volume.get(step.operation, 0)
                / 1e6
                * kind.does[step.need].per_million
                / len(made.done[step.index])
                for step in made.steps
                if node.id in made.done.get(step.index, ())
            )
        amount += memory_used(level, made, node)
        if amount:
            label = f"{node.id}: usage in a {level.budget[1] if level.budget else 'month'}"
            parts.append(CostPart(label=label, amount=amount, node=node.id))
    return parts


def _usage(level: Level, node: Node) -> list[CostPart]:
    """What settings cost for each operation of the period's volume that they are used for."""
    catalogue = kinds_for(level)
    kind = catalogue.kinds[node.kind]
    parts = []
    for name, spec in setting_specs(catalogue, node.kind).items():
        value = setting_value(catalogue, node, name)
        if spec.price is None or not isinstance(value, float) or not value:
            continue
        times = sum(
            round(volume * value)
            for operation, volume in level.volume.items()
            if level.operations[operation].needs_any(kind.covers)
        )
        label = f"{node.id}: {times} made {name}"
        parts.append(CostPart(label=label, amount=spec.price * times, node=node.id))
    return parts
