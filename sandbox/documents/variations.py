"""A design made from another by a described difference."""

from __future__ import annotations

from sandbox.documents.design import Design, Link, Node
from sandbox.documents.problems import DocumentError, Problem
from sandbox.documents.proofs import Change, Variation
from sandbox.documents.source import Trail
from sandbox.documents.words import suggestion


def vary(design: Design, variation: Variation) -> Design:
    """The design that a variation describes.

    In this order: `nodes` and `links` replace all of them, `set` changes nodes, `without` takes
    nodes out and closes the wires around the gap, `delete` takes nodes out and leaves the gap.
    Raises DocumentError, with paths inside the variation, if it names a node that is not there.
    """
    nodes = design.nodes if variation.nodes is None else variation.nodes
    links = design.links if variation.links is None else variation.links
    _refuse_unknown(nodes, variation)
    nodes = tuple(
        _changed(node, variation.set[node.id]) if node.id in variation.set else node
        for node in nodes
    )
    for node_id in variation.without:
        links = closed_around(links, node_id)
    gone = {*variation.without, *variation.delete}
    return design.model_copy(
        update={
            "nodes": tuple(node for node in nodes if node.id not in gone),
            "links": tuple(link for link in links if not gone.intersection(link.ends)),
            "ways": {**design.ways, **variation.ways},
            "scope": design.scope if variation.scope is None else variation.scope,
        }
    )


def closed_around(links: tuple[Link, ...], node_id: str) -> tuple[Link, ...]:
    """The links without those at a node, whatever led to it now leading to where it led.

    A router's weight for the node is shared out as the node shared it out, and added where two
    ways become one. The way takes as long as the way to the node did, or, where that took no
    time, as the way on from it.
    """
    closed = {link.ends: link for link in links if node_id not in link.ends}
    onward = [link for link in links if link.source == node_id and link.target != node_id]
    total = sum(link.weight for link in onward)
    for inward in links:
        if inward.target != node_id or inward.source == node_id:
            continue
        for out in onward:
            ends = inward.source, out.target
            weight = inward.weight * (out.weight / total)
            if ends in closed:
                link = closed[ends]
                closed[ends] = link.model_copy(update={"weight": link.weight + weight})
            elif ends[0] != ends[1]:
                update = {"target": out.target, "latency": inward.latency or out.latency}
                closed[ends] = inward.model_copy(update={**update, "weight": weight})
    return tuple(closed.values())


def _changed(node: Node, change: Change) -> Node:
    return node.model_copy(
        update={
            "count": node.count if change.count is None else change.count,
            "size": node.size if change.size is None else change.size,
            "settings": {**node.settings, **change.settings},
        }
    )


def _refuse_unknown(nodes: tuple[Node, ...], variation: Variation) -> None:
    known = [node.id for node in nodes]
    named: list[tuple[str, Trail]] = [
        *((node_id, ("set", node_id)) for node_id in variation.set),
        *((node_id, ("without", at)) for at, node_id in enumerate(variation.without)),
        *((node_id, ("delete", at)) for at, node_id in enumerate(variation.delete)),
    ]
    problems = [
        Problem(f"there is no node `{node_id}` here", path, suggestion(node_id, known))
        for node_id, path in named
        if node_id not in known
    ]
    if problems:
        raise DocumentError(problems)
