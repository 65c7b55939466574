"""In which state a node is at one moment of a recording, and what is to be said of it. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sandbox.documents.catalogue import BehaviourName
from sandbox.judgement.telling import time_of
from sandbox.tui import look, wording
from sandbox.tui.columns import node_of
from sandbox.tui.look import Status

if TYPE_CHECKING:
    from sandbox.tui.readings import Readings

BUSY_FROM = 0.7
FULL_FROM = 0.97
SOME_LATE, SOME_LOST = 0.05, 0.01
"""The share of clients who get their answer late, or none, from which it is their state."""
MANY = 10
"""So many wait that it is worth a word, where servers are not the reason."""
_LONG_SHARE = 0.25
"""A line is long when the wait in it takes this share of the time allowed."""

State = tuple[Status, str]
"""A status, and what belongs to it in words."""


@dataclass(frozen=True)
class NodeReading:
    """One node or instance at one moment.

    `works` says whether it has servers; `load` is None where nothing is worked on, `rate` is per
    second, `wait` in seconds, `lost` the total so far of what was turned away or died here,
    `losing` how much of that a second.
    """

    behaviour: BehaviourName
    works: bool
    load: float | None
    queue: int
    wait: float | None
    rate: float
    lost: int
    status: Status
    losing: float = 0.0
    detail: str = ""
    """What belongs to the status in words: since when, how many, how old, how often it hits."""


def state_of(
    readings: Readings, row: str, reading: NodeReading, shown: int, refused: bool
) -> State:
    """The state of a row after `shown` frames: whatever is worst, and else that it is well."""
    shows = _shows(readings, row, shown)
    return (
        _absent(readings, row, shown)
        or ((look.REFUSES, shows) if refused else None)
        or _full(readings, row, reading, shown, shows)
        or _waiting(readings, row, reading, shown, shows)
        or (look.BUSY if (reading.load or 0.0) >= BUSY_FROM and _works(reading) else look.OK, shows)
    )


def _absent(readings: Readings, row: str, shown: int) -> State | None:
    column, instances = readings.columns[row], readings.columns.instances(node_of(row))
    out = readings.struck.is_out(row, shown)
    down = column.down[shown]
    if row in instances and column.off[shown]:
        return look.OUT, "not in service"
    if not down:
        return (look.OUT, "") if out else None
    since = readings.struck.died_at(row, shown)
    if since is None:
        first = column.down_since(shown) or 0
        since = readings.trace.frames[first].time
    when = f"since {time_of(readings.level.clock, since)}"
    if row in instances or down == len(instances):
        return look.DOWN, _joined(when, "out" if out else "")
    return look.DOWN, f"{down} of {len(instances)} {when}"


def _full(
    readings: Readings, row: str, reading: NodeReading, shown: int, shows: str
) -> State | None:
    waits = reading.queue or readings.waits_before(row, shown)
    if not (_works(reading) and (reading.load or 0.0) >= FULL_FROM and waits):
        return None
    return look.FULL, _joined("" if readings.slow else f"{reading.queue:,} wait", shows)


def _waiting(
    readings: Readings, row: str, reading: NodeReading, shown: int, shows: str
) -> State | None:
    """Where many wait, and its own servers are not the reason."""
    queue, many = f"{reading.queue:,}", reading.queue >= MANY
    behaves = readings.behaves(row)
    if behaves.is_line:
        allowed = [each.deadline or math.inf for each in readings.level.operations.values()]
        long = (reading.wait or 0.0) >= min(allowed) * _LONG_SHARE
        return (look.LONG, "") if long else None
    if many and behaves.admits and not behaves.works:
        return look.WAITING, f"{queue} in line"
    if many and behaves.defers:
        return look.WAITING, _joined(queue, shows)
    if many and readings.has_slots(row) and shown:
        inside = readings.columns[row].frames[shown - 1].inside
        return (look.WAITING, _joined(queue, shows)) if reading.queue > inside else None
    gauge = behaves.gauge
    return (look.WAITING, shows) if shows and gauge is not None and gauge.waits else None


def _shows(readings: Readings, row: str, shown: int) -> str:
    """What the behaviour of a row shows besides, in words."""
    behaves, clock = readings.behaves(row), readings.level.clock
    off = readings.columns[row].off[shown]
    if off:
        return f"{len(readings.columns.instances(row)) - off} in service"
    if behaves.is_foreign:
        quota = readings.quota(row, shown)
        return f"quota {quota:g}/s" if quota is not None else ""
    told = behaves.gauge
    value = readings.columns[row].gauge_after(shown, readings.narrow)
    if told is None or value is None or value < told.least:
        return ""
    words: dict[str, Callable[[float], str]] = {
        "share": wording.share,
        "seconds": partial(wording.duration, clock),
        "age": partial(_age, readings),
        "count": "{:,.0f}".format,
    }
    return told.says.format(words[told.unit](value))


def _age(readings: Readings, seconds: float) -> str:
    """An age, in whole seconds from ten on."""
    whole = seconds if seconds < 10 else round(seconds)
    return wording.duration(readings.level.clock, whole).replace(".0 ", " ")


def _works(reading: NodeReading) -> bool:
    return reading.works


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))
