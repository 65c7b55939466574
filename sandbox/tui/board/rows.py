"""What can be decided about one node and its wires, row by row, for the dialog of its settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sandbox.documents.catalogue import Setting
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.level import Level
from sandbox.documents.settings import stepped
from sandbox.documents.wires import CARRIES, WireSetting, wire_settings, wire_value
from sandbox.player.edits import Edit, SetCount, SetSetting, SetSize, SetZones
from sandbox.player.pieces import EditError
from sandbox.tui.board.calls import setting_link, settings_of
from sandbox.tui.board.changes import counting, sizing
from sandbox.tui.board.typed import amount, as_written, timed, whole
from sandbox.tui.board.words import (
    STANDS,
    bounds,
    decidable,
    kind_of,
    plural,
    setting_label,
    size_name,
    size_words,
    standing,
    written,
)

COUNT, SIZE, ZONES = "count", "size", "zones"


@dataclass(frozen=True)
class Row:
    """One thing to decide. `spec` is None for how many, which size, and where it stands."""

    name: str
    label: str
    value: str
    bounds: str
    help: str
    spec: Setting | None = None
    target: str | None = None
    """Where the wire leads that this is about."""


def rows(level: Level, design: Design, node: Node) -> list[Row]:
    """Everything a player may decide about a node; of one of the level's only its wires."""
    fixed = any(each.id == node.id for each in level.nodes)
    mine = () if fixed else _own(level, node)
    wires = (_of_wire(level, design, link) for link in design.links if link.source == node.id)
    return [*mine, *chain.from_iterable(wires)]


def _own(level: Level, node: Node) -> Iterator[Row]:
    kind = kind_of(level, node)
    if kind.count_most > 1:
        what = f"How many: {plural(kind.noun, 2).partition(' ')[2]}."
        yield Row(COUNT, "how many", str(node.count), f"1 to {kind.count_most}", what)
    if len(kind.sizes) > 1:
        name = size_name(level, node)
        what = size_words(kind, kind.sizes[name])
        yield Row(SIZE, "size", name, ", ".join(kind.sizes), f"Which size: {what} each.")
    where = standing(level, node)
    if where:
        what = "Where it stands; type several with commas: its instances stand in them in turn."
        titles = ", ".join(f"{name} is {zone.title}" for name, zone in level.zones.items())
        yield Row(ZONES, STANDS, where, ", ".join(level.zones), f"{what} {titles}.")
    for name, spec in decidable(level, node).items():
        if spec.is_fixed:
            continue
        value = written(node.settings.get(name, spec.default))
        yield Row(name, setting_label(name, spec), value, bounds(spec), spec.help, spec)


def _of_wire(level: Level, design: Design, link: Link) -> Iterator[Row]:
    for name, spec in settings_of(level, design, link).items():
        value = wire_value(link, name)
        if value is None:
            value = spec.none or spec.default
        yield Row(
            name,
            f"→ {link.target}: {setting_label(name, spec)}",
            written(value),
            _wire_bounds(spec),
            spec.help.replace("{to}", link.target),
            spec,
            link.target,
        )


def _wire_bounds(spec: WireSetting) -> str:
    """What a setting of a wire may be."""
    if spec.type in ("choice", "flag") or spec.least is not None:
        return bounds(spec)
    what = {"duration": "a duration", "share": "a share", "number": "a number"}[spec.type]
    return f"{what}, or {spec.none}" if spec.none else what


def stepping(level: Level, design: Design, node: Node, row: Row, direction: int) -> Edit:
    """One step up or down. Raises EditError at the ends."""
    if row.target is not None:
        return _step_of_wire(level, design, _link(design, node, row.target), row, direction)
    if row.name == ZONES:
        return _next_zones(level, node, direction)
    if row.spec is None:
        step = counting if row.name == COUNT else sizing
        return step(level, node, direction)
    raw = stepped(row.spec, node.settings.get(row.name, row.spec.default), direction)
    return _setting(node, row.name, row.spec, raw)


def typing(level: Level, design: Design, node: Node, row: Row, text: str) -> Edit:
    """What was typed, as a command. Raises EditError where it cannot be read at all."""
    text = text.strip()
    if row.target is not None:
        link = _link(design, node, row.target)
        return setting_link(level, link, row.name, _typed_of_wire(row, text))
    if row.name == COUNT and row.spec is None:
        return SetCount(node.id, whole(text))
    if row.name == ZONES and row.spec is None:
        return SetZones(node.id, tuple(filter(None, map(str.strip, text.split(",")))))
    if row.spec is None:
        return SetSize(node.id, text.upper() if len(text) == 1 else text)
    raw = timed(row.value, text) if row.spec.type == "duration" else as_written(row.spec, text)
    return _setting(node, row.name, row.spec, raw)


def _link(design: Design, node: Node, target: str) -> Link:
    return next(link for link in design.links if link.ends == (node.id, target))


def _typed_of_wire(row: Row, text: str) -> Any:
    """A value of a wire as a document would have it; None where there is to be nothing."""
    spec = wire_settings()[row.name]
    if spec.none and text in (spec.none, "0", ""):
        return None
    match spec.type:
        case "duration":
            return timed(row.value, text)
        case "count":
            return whole(text)
        case _:
            return as_written(spec, text)


def _step_of_wire(level: Level, design: Design, link: Link, row: Row, direction: int) -> Edit:
    """The next value of a wire's setting. Raises EditError at the ends."""
    spec = settings_of(level, design, link)[row.name]
    value = wire_value(link, row.name)
    if row.name == CARRIES and value not in spec.choices:
        value = spec.default  # several of them, which only typing tells
    if spec.type in ("choice", "flag"):
        return setting_link(level, link, row.name, stepped(spec, value, direction))
    known = {amount(spec, each): each for each in spec.steps}
    if spec.none:
        known[-1.0] = None
    now = amount(spec, spec.default if value is None else value)
    beyond = [each for each in known if (each - now) * direction > 1e-12]
    if not beyond:
        raise EditError(f"`{row.label.removeprefix('→ ')}` goes no further in steps; type it")
    return setting_link(level, link, row.name, known[min(beyond, key=lambda each: abs(each - now))])


def _next_zones(level: Level, node: Node, direction: int) -> SetZones:
    """One zone after the other, then all of them in turn."""
    names = list(level.zones)
    ways = [*((name,) for name in names), tuple(names)]
    now = node.zones or ways[0]
    at = ways.index(now) if now in ways else -1
    return SetZones(node.id, ways[(at + direction) % len(ways)])


def _setting(node: Node, name: str, spec: Setting, raw: Any) -> SetSetting:
    """A default is not written down: the design stays as short as it can."""
    return SetSetting(node.id, name, None if raw == spec.default else raw)
