"""What can be decided about one node, row by row, for the dialog of its settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.documents.catalogue import Setting
from sandbox.documents.design import Node
from sandbox.documents.level import Level
from sandbox.documents.settings import stepped
from sandbox.player.edits import Edit, SetCount, SetSetting, SetSize
from sandbox.player.pieces import EditError
from sandbox.tui.board.changes import counting, sizing
from sandbox.tui.board.words import bounds, decidable, kind_of, plural, setting_label, size_name

COUNT, SIZE = "count", "size"


@dataclass(frozen=True)
class Row:
    """One thing to decide. `spec` is None for how many and which size."""

    name: str
    label: str
    value: str
    bounds: str
    help: str
    spec: Setting | None = None


def rows(level: Level, node: Node) -> list[Row]:
    """Everything a player may decide about a node; nothing about one of the level's."""
    if any(fixed.id == node.id for fixed in level.nodes):
        return []
    kind = kind_of(level, node)
    found = []
    if kind.count_most > 1:
        what = f"How many: {plural(kind.noun, 2).partition(' ')[2]}."
        found.append(Row(COUNT, "how many", str(node.count), f"1 to {kind.count_most}", what))
    if len(kind.sizes) > 1:
        name = size_name(level, node)
        size = kind.sizes[name]
        what = f"{size.vcpu} vCPU" + (f", {size.slots} slots" if size.slots else "")
        found.append(Row(SIZE, "size", name, ", ".join(kind.sizes), f"Which size: {what} each."))
    for name, spec in decidable(level, node).items():
        if spec.is_fixed:
            continue
        value = str(node.settings.get(name, spec.default))
        found.append(Row(name, setting_label(name, spec), value, bounds(spec), spec.help, spec))
    return found


def stepping(level: Level, node: Node, row: Row, direction: int) -> Edit:
    """One step up or down. Raises EditError at the ends."""
    if row.spec is None:
        step = counting if row.name == COUNT else sizing
        return step(level, node, direction)
    raw = stepped(row.spec, node.settings.get(row.name, row.spec.default), direction)
    return _setting(node, row.name, row.spec, raw)


def typing(node: Node, row: Row, text: str) -> Edit:
    """What was typed, as a command. Raises EditError where it cannot be read at all."""
    text = text.strip()
    if row.name == COUNT and row.spec is None:
        return SetCount(node.id, _whole(text))
    if row.spec is None:
        return SetSize(node.id, text.upper() if len(text) == 1 else text)
    return _setting(node, row.name, row.spec, _raw(row.spec, text))


def _setting(node: Node, name: str, spec: Setting, raw: Any) -> SetSetting:
    """A default is not written down: the design stays as short as it can."""
    return SetSetting(node.id, name, None if raw == spec.default else raw)


def _raw(spec: Setting, text: str) -> Any:
    """The text as a document would have it; what it may be is for the document to say."""
    match spec.type:
        case "share":
            return text if text.endswith("%") else f"{text}%"
        case "flag":
            return {"true": True, "yes": True, "false": False, "no": False}.get(text, text)
        case "number":
            try:
                return float(text)
            except ValueError:
                return text
        case "count" | "limit":
            return int(text) if text.isdigit() else text
        case _:
            return text


def _whole(text: str) -> int:
    if not text.isdigit():
        raise EditError(f"a whole number is expected, such as 4, not `{text}`")
    return int(text)
