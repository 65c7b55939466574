"""What can be said of a board without running it: its cost, its routes, and an estimate."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.problems import DocumentError
from sandbox.judgement.cost import cost, total
from sandbox.judgement.estimate import estimate
from sandbox.judgement.report import CostPart
from sandbox.simulation.plan import plan
from sandbox.tui.wording import money


@dataclass(frozen=True)
class Facts:
    """Known at once after every edit, by arithmetic only."""

    cost: float
    """Dollars for the level's period."""
    parts: tuple[CostPart, ...]
    busy: dict[str, float] = field(default_factory=dict)
    """Estimated busy share of each node at the peak; above 1 more comes in than it can do."""
    unrouted: dict[str, str] = field(default_factory=dict)
    """Operations with no way, and the first need that cannot be reached."""
    stranded: frozenset[str] = frozenset()
    """The clients nodes that ask for one of those."""
    routes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The nodes that each operation visits."""
    exits: tuple[str, ...] = ()
    """The nodes at which an operation is finished."""
    problem: str = ""
    """Why this board cannot be run, in words; empty when it can."""

    def cost_of(self, node_id: str) -> float:
        """What one node costs for the level's period, with what its use costs."""
        return sum(part.amount for part in self.parts if part.node == node_id)


def facts(level: Level, design: Design) -> Facts:
    """Work out everything about a design that needs no run."""
    parts = tuple(cost(level, design))
    spent = total(list(parts))
    try:
        way = plan(level, design)
    except DocumentError as error:
        wrong = error.problems[0]
        return Facts(spent, parts, problem="; ".join(filter(None, (wrong.message, wrong.hint))))
    ends = [route[-1] for operation, route in way.routes.items() if operation not in way.unrouted]
    stranded = {s.source for s in level.traffic if s.mix.keys() & way.unrouted.keys()}
    return Facts(
        spent,
        parts,
        estimate(level, design),
        way.unrouted,
        frozenset(stranded),
        way.routes,
        tuple(dict.fromkeys(ends)),
    )


def cost_line(level: Level, known: Facts) -> str:
    """The cost beside the budget: `$295 of $620/night`."""
    if level.budget is None:
        return money(known.cost)
    amount, period = level.budget
    over = f", {money(known.cost - amount)} over" if known.cost > amount else ""
    return f"{money(known.cost)} of {money(amount)}/{period}{over}"


def trouble(level: Level, known: Facts) -> str:
    """What is wrong with a board before it runs, in one line; empty when nothing is."""
    if known.problem:
        return known.problem
    for operation, need in known.unrouted.items():
        return f"{level.operations[operation].title}: no route to anything that can `{need}`"
    return ""
