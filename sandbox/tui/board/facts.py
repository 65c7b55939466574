"""What can be said of a board without running it: its cost, its routes, and an estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.problems import DocumentError
from sandbox.judgement.charges import charges
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
    charges: tuple[CostPart, ...] = ()
    """The parts of the cost that are for changes to what stood, on a second night."""

    def cost_of(self, node_id: str) -> float:
        """What one node costs for the level's period, with what its use costs."""
        parts = [part for part in self.parts if part not in self.charges]
        return sum(part.amount for part in parts if part.node == node_id)

    def charged_for(self, node_id: str) -> float:
        """What the change of one node is charged with."""
        return sum(part.amount for part in self.charges if part.node == node_id)


def facts(level: Level, design: Design) -> Facts:
    """Work out everything about a design that needs no run."""
    parts, charged = tuple(cost(level, design)), tuple(charges(level, design))
    spent = total(list(parts))
    try:
        way = plan(level, design)
    except DocumentError as error:
        wrong = error.problems[0]
        problem = "; ".join(filter(None, (wrong.message, wrong.hint)))
        return Facts(spent, parts, problem=problem, charges=charged)
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
        charges=charged,
    )


def cost_line(level: Level, known: Facts) -> str:
    """The cost beside the budget: `$295 of $620/night`, and what of it is for changes."""
    changes = f" (changes {money(total([*known.charges]))})" if known.charges else ""
    if level.budget is None:
        return f"{money(known.cost)}{changes}"
    amount, period = level.budget
    over = f", {money(known.cost - amount)} over" if known.cost > amount else ""
    return f"{money(known.cost)} of {money(amount)}/{period}{over}{changes}"


def charged_words(charged: Sequence[CostPart]) -> str:
    """Charges and their sum: `$80: app replaced $40, db taken out $40`."""
    names = [part.label.replace(":", "") for part in charged]
    if len(charged) > 1:
        names = [f"{name} {money(part.amount)}" for name, part in zip(names, charged, strict=True)]
    return f"{money(total([*charged]))}: {', '.join(names)}"


def charged_since(before: Facts, now: Facts) -> str:
    """What an edit is charged with, or no longer is; empty where it changes nothing of that."""
    new = [part for part in now.charges if part not in before.charges]
    known = [part.node for part in now.charges]
    over = [part.node or "" for part in before.charges if part.node not in known]
    said = [f"charged {charged_words(new)}"] if new else []
    said += [f"no charge for {', '.join(dict.fromkeys(over))} any more"] if over else []
    return "   ".join(said)


def trouble(level: Level, known: Facts) -> str:
    """What is wrong with a board before it runs, in one line; empty when nothing is."""
    if known.problem:
        return known.problem
    for operation, need in known.unrouted.items():
        return f"{level.operations[operation].title}: no route to anything that can `{need}`"
    return ""
