"""What can be chosen about a level itself, option by option, and what each would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.documents.decisions import built
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.operations import Need, Step
from sandbox.player.choices import SetFeature, SetWay, taken_ways
from sandbox.player.edits import Edit
from sandbox.tui.board.facts import Facts

FEATURES = "What is built"
_MOST_LOADS = 4
_IDLE = 0.005


@dataclass(frozen=True)
class Option:
    """One way or one feature. `edit` is what choosing it does; a way that is taken has none."""

    group: str
    title: str
    says: str
    chosen: bool
    state: str
    """Its state in a word: taken, built, left out; empty for a way that is not taken."""
    edit: Edit | None
    feature: str = ""
    """The feature that it is about; empty for a way."""


def options(level: Level, design: Design) -> list[Option]:
    """Every way of every operation, then every feature."""
    return [*_ways(level, design), *_features(level, design)]


def _ways(level: Level, design: Design) -> Iterator[Option]:
    for name, taken in taken_ways(level, design).items():
        operation = level.operations[name]
        group = "   ".join(filter(None, (operation.title, operation.endpoint)))
        for each, way in operation.ways.items():
            chosen = each == taken
            edit = None if chosen else SetWay(name, each)
            says = f"{way.says}\n{needs_in_words(way.needs)}"
            yield Option(group, way.title, says, chosen, "taken" if chosen else "", edit)


def _features(level: Level, design: Design) -> Iterator[Option]:
    there = built(level, design)
    for name, feature in level.scope.items():
        chosen = name in there
        state = "built" if chosen else "left out"
        edit = SetFeature(name, not chosen)
        yield Option(FEATURES, feature.title, feature.says, chosen, state, edit, name)


def needs_in_words(needs: tuple[Step, ...]) -> str:
    """The needs of an operation in their order: `compute → take → charge (may wait)`."""
    return " → ".join(map(_step, needs))


def _step(step: Step) -> str:
    if isinstance(step, Need):
        return f"{step.need} (may wait)" if step.deferrable else step.need
    branches = (", ".join(need.need for need in branch) for branch in step.parallel)
    return f"({' and '.join(branches)})"


def worth_telling(now: Facts, then: Facts | None = None) -> list[str]:
    """The nodes whose load is told: first those that differ on two boards, then the busiest."""
    after = then.busy if then else now.busy

    def order(node: str) -> tuple[bool, float]:
        before, behind = now.busy.get(node, 0.0), after.get(node, 0.0)
        return round(before, 2) == round(behind, 2), -max(before, behind)

    busy = {node: max(now.busy.get(node, 0.0), after.get(node, 0.0)) for node in now.busy | after}
    nodes = [node for node, most in busy.items() if most > _IDLE]
    return sorted(nodes, key=order)[:_MOST_LOADS]


def loads(known: Facts, nodes: list[str]) -> str:
    """How busy these nodes would be at the peak."""
    return ", ".join(
        f"{node} {known.busy[node]:.0%}{' too much' if known.busy[node] > 1 else ''}"
        for node in nodes
        if node in known.busy
    )
