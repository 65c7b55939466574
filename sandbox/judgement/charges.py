"""What it costs on a second night to change the board that stood, part by part."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.documents.catalogue import Kind
from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.library import kinds_for
from sandbox.documents.units import format_money
from sandbox.judgement.report import CostPart


def charges(level: Level, design: Design) -> list[CostPart]:
    """For parts that were taken out or replaced, and for data that moved; none on other levels.

    What stood is the board that the design grew out of, or else the level's starting board.
    """
    if level.charges is None:
        return []
    catalogue, parts = kinds_for(level), []
    now = {node.id: node for node in design.nodes}
    for before in design.was or level.start.nodes:
        after = now.get(before.id)
        kind = catalogue.kinds.get(before.kind)
        if kind is None or (after is not None and _same_box(kind, before, after)):
            continue
        what = "replaced" if after is not None else "taken out"
        parts.append(
            CostPart(label=f"{before.id}: {what}", amount=level.charges.replace, node=before.id)
        )
        if catalogue.behaviours[kind.behaviour].keeps_data and level.charges.migrate:
            moved = level.charges.migrate
            parts.append(CostPart(label=f"{before.id}: data moved", amount=moved, node=before.id))
    return [part for part in parts if part.amount]


def rules(level: Level) -> Iterator[str]:
    """What is charged, in words, one sentence each; nothing on a level that charges nothing."""
    if level.charges is None:
        return
    replace, migrate = level.charges.replace, level.charges.migrate
    if replace:
        yield f"{format_money(replace)} for each part that is taken out, replaced or resized."
    if migrate:
        more = " more" if replace else ""
        yield f"{format_money(migrate)}{more} where that part is a store, for its data must move."
    free = "How many there are of a part, its settings, its wires and new parts"
    if replace or migrate:
        yield f"{free} cost no more than they always do."
    else:
        yield "Nothing: whatever you change costs no more than it always does."


def _same_box(kind: Kind, before: Node, after: Node) -> bool:
    """Whether a node is the same box as before; there may be more or fewer of it."""
    sizes = before.size or kind.first_size, after.size or kind.first_size
    return before.kind == after.kind and sizes[0] == sizes[1]
