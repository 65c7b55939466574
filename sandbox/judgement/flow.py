"""The flow view: where each operation goes in a design, what nobody can do, and what two could.

Worked out from documents alone, before any run; a design with faults has a flow too, up to them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.simulation.plan import Plan, drawn_up
from sandbox.simulation.requests import END


@dataclass(frozen=True)
class Hop:
    """One wire that an operation may take, and for what."""

    source: str
    target: str
    needs: tuple[str, ...]
    """What it is taken for, in the order of the operation."""
    is_one_of: bool = False
    """Whether it is one of several, of which a router or a queue chooses."""
    is_beside: bool = False
    """Whether a cache at its end is looked into first, and somebody else asked after a miss."""


@dataclass(frozen=True)
class Flow:
    """The way of one operation."""

    operation: str
    hops: tuple[Hop, ...]
    """In the order in which a request comes to them."""
    done: dict[str, tuple[str, ...]]
    """The nodes that do each need: one, or each of those that may be chosen."""
    unserved: tuple[str, ...]
    """The needs that nobody does whom the operation can reach: they fail every request."""
    doubled: dict[str, tuple[str, ...]]
    """Needs that a node could send to several, with nobody to choose: the design cannot run."""

    @property
    def is_whole(self) -> bool:
        """Whether it can run, and somebody does everything."""
        return not (self.unserved or self.doubled)


def flows(level: Level, design: Design) -> list[Flow]:
    """The flow of every operation that clients ask for. Raises DocumentError for a bad fork."""
    made = drawn_up(level, design)
    return [_flow(made, name) for name in made.routes]


def _flow(made: Plan, operation: str) -> Flow:
    own = {step.index for step in made.steps if step.operation == operation}
    steps = _in_order(made, made.first[operation], own)
    done = {step: tuple(made.done.get(step, {})) for step in steps if made.steps[step].need}
    needs: dict[str, dict[str, None]] = defaultdict(dict)
    for step, nodes in done.items():
        needs[made.steps[step].need] |= dict.fromkeys(nodes)
    return Flow(
        operation=operation,
        hops=_hops(made, operation, steps),
        done={need: tuple(nodes) for need, nodes in needs.items() if nodes},
        unserved=tuple(
            dict.fromkeys(made.steps[step].need for step, nodes in done.items() if not nodes)
        ),
        doubled={
            made.need(step): tuple(link.target for link in links)
            for (_, step), links in made.doubled.items()
            if step in steps
        },
    )


def _in_order(made: Plan, first: int, own: set[int]) -> list[int]:
    """The steps from one on, in the order in which they are done; branches one after another."""
    found: list[int] = []
    step = first
    while step != END and step in own:
        found.append(step)
        for branch in made.steps[step].branches:
            found += _in_order(made, branch, own)
        step = made.steps[step].after
    return found


def _hops(made: Plan, operation: str, steps: list[int]) -> tuple[Hop, ...]:
    """The wires taken for these steps, as a request meets them."""
    order = _from_clients(made, operation)
    found: dict[tuple[str, str], Hop] = {}

    def take(ends: tuple[str, str], need: str, one_of: bool = False, beside: bool = False) -> None:
        known = found.get(ends) or Hop(*ends, (), one_of, beside)
        needs = tuple(dict.fromkeys((*known.needs, need)))
        found[ends] = replace(known, needs=needs)

    for step in steps:
        need = made.need(step)
        for (node, taken_for), links in made.onward.items():
            if taken_for != step or node not in order:
                continue
            for link in links:
                take(link.ends, need, one_of=len(links) > 1)
            for link in made.carrying(node, operation):
                if link not in links and _is_asked_beside(made, link.target, need):
                    take(link.ends, need, beside=True)
    last = len(order)
    return tuple(
        sorted(
            found.values(),
            key=lambda hop: (order.get(hop.source, last), order.get(hop.target, last)),
        )
    )


def _from_clients(made: Plan, operation: str) -> dict[str, int]:
    """The place of each node on the way, clients first."""
    route = made.routes[operation]
    is_asker = [made.kind(node).behaviour in ("clients", "scheduler") for node in route]
    askers = [node for node, asks in zip(route, is_asker, strict=True) if asks]
    others = [node for node, asks in zip(route, is_asker, strict=True) if not asks]
    return {node: at for at, node in enumerate([*askers, *others])}


def _is_asked_beside(made: Plan, node: str, need: str) -> bool:
    """Whether a node has a copy that is looked into before anybody else is asked."""
    kind = made.kind(node)
    return kind.behaviour == "cache" and need in kind.does
