"""What can be decided about one node, row by row, for the dialog of its settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.documents.catalogue import Setting
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.level import Level
from sandbox.documents.settings import stepped
from sandbox.documents.units import format_duration
from sandbox.player.edits import Edit, SetCount, SetLink, SetSetting, SetSize
from sandbox.player.pieces import EditError
from sandbox.tui.board.calls import calls_from
from sandbox.tui.board.changes import counting, sizing
from sandbox.tui.board.words import (
    bounds,
    decidable,
    kind_of,
    plural,
    setting_label,
    size_name,
    size_words,
    written,
)

COUNT, SIZE = "count", "size"
TIMEOUT, RETRIES, BACKOFF = "timeout", "retries", "backoff"
NONE = "none"
"""How a timeout that is not there is written."""

_TIMEOUTS = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Seconds that one press of + or - goes through, from no timeout at all."""
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_MOST_RETRIES = 10


@dataclass(frozen=True)
class Row:
    """One thing to decide. `spec` is None for how many and which size, and for wires."""

    name: str
    label: str
    value: str
    bounds: str
    help: str
    spec: Setting | None = None
    target: str | None = None
    """Where the wire leads that this is about."""


def rows(level: Level, design: Design, node: Node) -> list[Row]:
    """Everything a player may decide about a node; nothing about one of the level's."""
    if any(fixed.id == node.id for fixed in level.nodes):
        return []
    return [*_own(level, node), *_calls(level, design, node)]


def _own(level: Level, node: Node) -> Iterator[Row]:
    kind = kind_of(level, node)
    if kind.count_most > 1:
        what = f"How many: {plural(kind.noun, 2).partition(' ')[2]}."
        yield Row(COUNT, "how many", str(node.count), f"1 to {kind.count_most}", what)
    if len(kind.sizes) > 1:
        name = size_name(level, node)
        what = size_words(kind, kind.sizes[name])
        yield Row(SIZE, "size", name, ", ".join(kind.sizes), f"Which size: {what} each.")
    for name, spec in decidable(level, node).items():
        if spec.is_fixed:
            continue
        value = written(node.settings.get(name, spec.default))
        yield Row(name, setting_label(name, spec), value, bounds(spec), spec.help, spec)


def _calls(level: Level, design: Design, node: Node) -> Iterator[Row]:
    for link in calls_from(level, design, node.id):
        to = link.target
        timeout = format_duration(link.timeout) if link.timeout else NONE
        yield Row(
            TIMEOUT,
            f"→ {to}: timeout",
            timeout,
            f"a duration, or {NONE}",
            f"How long a call to {to} waits. Then it has failed, though {to} goes on with it.",
            target=to,
        )
        yield Row(
            RETRIES,
            f"→ {to}: retries",
            str(link.retries),
            f"0 to {_MOST_RETRIES}",
            f"How often a call to {to} that failed is tried again. Each try is work for it.",
            target=to,
        )
        if link.retries:
            yield Row(
                BACKOFF,
                f"→ {to}: backoff",
                format_duration(link.backoff),
                "a duration",
                "How long before the first retry. It doubles each time, give or take a half.",
                target=to,
            )


def stepping(level: Level, design: Design, node: Node, row: Row, direction: int) -> Edit:
    """One step up or down. Raises EditError at the ends."""
    if row.target is not None:
        return _step_of_call(_link(design, node, row.target), row, direction)
    if row.spec is None:
        step = counting if row.name == COUNT else sizing
        return step(level, node, direction)
    raw = stepped(row.spec, node.settings.get(row.name, row.spec.default), direction)
    return _setting(node, row.name, row.spec, raw)


def typing(node: Node, row: Row, text: str) -> Edit:
    """What was typed, as a command. Raises EditError where it cannot be read at all."""
    text = text.strip()
    if row.target is not None:
        value = _whole(text) if row.name == RETRIES else _timed(row, text)
        nothing = text in (NONE, "0", "") or value == 0
        return SetLink(node.id, row.target, row.name, None if nothing else value)
    if row.name == COUNT and row.spec is None:
        return SetCount(node.id, _whole(text))
    if row.spec is None:
        return SetSize(node.id, text.upper() if len(text) == 1 else text)
    raw = _timed(row, text) if row.spec.type == "duration" else _raw(row.spec, text)
    return _setting(node, row.name, row.spec, raw)


def _link(design: Design, node: Node, target: str) -> Link:
    return next(link for link in design.links if link.ends == (node.id, target))


def _step_of_call(link: Link, row: Row, direction: int) -> Edit:
    """The next timeout, number of retries or pause. Raises EditError at the ends."""
    if row.name == RETRIES:
        steps: tuple[float, ...] = tuple(range(_MOST_RETRIES + 1))
        now: float = link.retries
    else:
        steps = _TIMEOUTS if row.name == TIMEOUT else _PAUSES
        now = (link.timeout or 0.0) if row.name == TIMEOUT else link.backoff
    beyond = [each for each in steps if (each - now) * direction > 0]
    if not beyond:
        raise EditError(f"`{row.label.removeprefix('→ ')}` goes no further in steps; type it")
    value = min(beyond, key=lambda each: abs(each - now))
    raw = int(value) if row.name == RETRIES else format_duration(value)
    return SetLink(link.source, link.target, row.name, raw if value else None)


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
        case "rate":
            return text if "/" in text else f"{text}/s"
        case "count" | "limit":
            whole = text.replace(",", "")
            return int(whole) if whole.isdigit() else text
        case _:
            return text


def _timed(row: Row, text: str) -> str:
    """A duration; a bare number counts in the unit of the value that was there, or in seconds."""
    number = text.replace(".", "", 1)
    if not (number.isascii() and number.isdigit()):
        return text
    return f"{text} {row.value.partition(' ')[2] or 's'}"


def _whole(text: str) -> int:
    if not text.isdigit():
        raise EditError(f"a whole number is expected, such as 4, not `{text}`")
    return int(text)
