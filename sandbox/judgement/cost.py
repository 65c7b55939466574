"""What a design costs in the level's period, part by part."""

from __future__ import annotations

import math

from sandbox.documents.catalogue import Kind
from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes, kinds_for
from sandbox.documents.settings import setting_specs, setting_value
from sandbox.judgement.report import CostPart


def cost(level: Level, design: Design) -> list[CostPart]:
    """Standing prices, usage prices for the level's declared volume, and care, in dollars.

    Care is charged once for each distinct kind of component (clients are nobody's component).
    """
    catalogue = kinds_for(level)
    parts: list[CostPart] = []
    kinds: set[str] = set()
    for node in all_nodes(level, design):
        kind = catalogue.kinds[node.kind]
        if kind.behaviour != "clients":
            kinds.add(node.kind)
        parts += _standing(node, kind)
        parts += _usage(level, node)
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
