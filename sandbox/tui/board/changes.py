"""The edits behind the board's keys: from what the cursor is on to a command."""

from __future__ import annotations

from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes, kinds_for
from sandbox.player.edits import (
    AddLink,
    AddNode,
    DuplicateNode,
    Edit,
    RemoveLink,
    ReplaceDesign,
    SetCount,
    SetSize,
)
from sandbox.player.pieces import EditError
from sandbox.player.placing import free_place, fresh_id
from sandbox.tui.board.places import Place
from sandbox.tui.board.words import kind_of, size_name

LETTERS = "asdfgwertyuiopzxcvbnm"
"""What targets are called while a wire looks for one: without hjkl, which move the cursor."""


def node_of(level: Level, design: Design, node_id: str | None) -> Node | None:
    """The node with this id, the player's or the level's."""
    return next((node for node in all_nodes(level, design) if node.id == node_id), None)


def adding(level: Level, design: Design, kind: str, cursor: Place, chosen: str | None) -> AddNode:
    """Add a node where the cursor is, or beside the chosen node if one stands there.

    On an empty place it stands beside the first neighbour that it would be wired to.
    """
    node_id = fresh_id(level, design, kind)
    if chosen:
        at = free_place(level, design, cursor, before=_goes_before(level, design, kind, chosen))
        return AddNode(node_id, kind, at, chosen)
    around = [AddNode(node_id, kind, cursor, each) for each in _neighbours(level, design, cursor)]
    alone = AddNode(node_id, kind, cursor)
    return next((each for each in around if _wires(level, design, each)), alone)


def duplicating(level: Level, design: Design, node: Node, cursor: Place) -> DuplicateNode:
    """Put a second node just like one beside it."""
    new_id = fresh_id(level, design, node.id)
    return DuplicateNode(node.id, new_id, free_place(level, design, cursor))


def counting(level: Level, node: Node, step: int) -> SetCount:
    """One more or one fewer. Raises EditError at the ends."""
    most, count = kind_of(level, node).count_most, node.count + step
    if count < 1:
        raise EditError(f"`{node.id}` needs at least one; x deletes it")
    if count > most:
        raise EditError(f"at most {most} of `{node.kind}`")
    return SetCount(node.id, count)


def sizing(level: Level, node: Node, step: int) -> SetSize:
    """The next size up or down. Raises EditError at the ends."""
    sizes = list(kind_of(level, node).sizes)
    if len(sizes) == 1:
        raise EditError(f"`{node.id}` comes in one size")
    at = sizes.index(size_name(level, node)) + step
    if not 0 <= at < len(sizes):
        raise EditError(f"`{node.id}` has no {'bigger' if step > 0 else 'smaller'} size")
    return SetSize(node.id, sizes[at])


def wiring(design: Design, source: str, target: str) -> Edit:
    """Link two nodes, or take their link away if there is one."""
    linked = any(link.ends == (source, target) for link in design.links)
    return RemoveLink(source, target) if linked else AddLink(source, target)


def targets(level: Level, design: Design, source: str) -> dict[str, bool]:
    """Nodes that a wire from `source` may go to; True where one goes already."""
    found = {}
    for node in all_nodes(level, design):
        if node.id == source:
            continue
        edit = wiring(design, source, node.id)
        try:
            edit.apply(design, level)
        except EditError:
            continue
        found[node.id] = isinstance(edit, RemoveLink)
    return found


def starting_over(start: Design) -> ReplaceDesign:
    """Go back to the board that was begun with."""
    return ReplaceDesign(start, "back to the starting board")


def _goes_before(level: Level, design: Design, kind: str, chosen: str) -> bool:
    """Whether a new node is one that stands in front of others: wires read from left to right."""
    node, kinds = node_of(level, design, chosen), kinds_for(level)
    known = kinds.behaves(kind) if kind in kinds.kinds else None
    in_front = known is not None and (known.spreads or known.admits)
    return in_front and node is not None and kind_of(level, node).behaviour != "clients"


def _wires(level: Level, design: Design, edit: AddNode) -> bool:
    """Whether the new node gets any wire; what cannot be added at all gets none."""
    try:
        after = edit.apply(design, level)
    except EditError:
        return False
    return any(edit.node_id in link.ends for link in after.links)


def _neighbours(level: Level, design: Design, place: Place) -> list[str]:
    """The nodes beside an empty place: left before right, then above and below."""
    standing = {node.at: node.id for node in all_nodes(level, design)}
    column, row = place
    around = ((column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1))
    return [standing[at] for at in around if at in standing]
