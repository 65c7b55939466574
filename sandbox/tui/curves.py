"""What is worth a curve of each row over the time of a run, and where its limits are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from sandbox.documents.catalogue import Gauge
from sandbox.documents.slos import LatencySlo
from sandbox.simulation.trace import Trace
from sandbox.tui.readings import Readings
from sandbox.tui.wording import Unit


@dataclass(frozen=True)
class Curve:
    """One value a frame; `top` is the value at the upper edge, by default the highest."""

    label: str
    values: Sequence[float]
    unit: Unit = "count"
    top: float | None = None
    limit: float | None = None
    """A value at which something is used up, or a goal broken: drawn as a line of its own."""


def curves(readings: Readings, row: str, shown: int) -> tuple[Curve, ...]:
    """The curves that tell most about a row, over all frames known; the first is the main one.

    Limits are those after `shown` frames.
    """
    behaves = readings.behaves(row)
    frames = readings.columns[row].frames
    coming = Curve("coming in", _rates(readings, [frame.arrivals for frame in frames]), "rate")
    if readings.kind(row).behaviour == "clients":
        return (*_of_clients(readings, row), coming)
    waiting = Curve("in front", [frame.queue for frame in frames], limit=_room(readings, row))
    if readings.slow:
        busy = _busy(readings, row)
        return waiting, busy if behaves.works else coming
    found = [*_of_behaviour(readings, row, shown, waiting, coming)]
    lost = readings.lost(row)
    if lost[-1] and not behaves.is_foreign:
        losing = [after - before for before, after in pairwise(lost)]
        found.append(Curve("lost", _rates(readings, losing), "rate"))
    return tuple(found)


def _of_behaviour(
    readings: Readings, row: str, shown: int, waiting: Curve, coming: Curve
) -> list[Curve]:
    frames = readings.columns[row].frames
    behaves = readings.behaves(row)
    if behaves.is_foreign:
        refused = _rates(readings, [frame.rejected for frame in frames])
        quota = readings.quota(row, shown)
        return [_limited(coming, quota), Curve("refused", refused, "rate")]
    if behaves.spreads and not behaves.works:
        failed = _rates(readings, [frame.failed for frame in frames])
        return [coming, Curve("failed", failed, "rate")]
    busy = _busy(readings, row)
    does = busy if behaves.works else coming
    gauge = _of_gauge(behaves.gauge, [frame.gauge or 0.0 for frame in frames])
    if gauge is None:
        return [waiting, does if behaves.works else _limited(coming, readings.admits(row))]
    if gauge.unit == "share":
        return [gauge, does]
    return [waiting, busy, gauge] if behaves.works else [waiting, gauge, coming]


def _of_gauge(gauge: Gauge | None, values: list[float]) -> Curve | None:
    """What a behaviour shows besides; None where that is nothing in the whole run."""
    if gauge is None or not any(values):
        return None
    if gauge.unit == "share":
        return Curve(gauge.label, values, "share", 1.0)
    return Curve(gauge.label, values, "count" if gauge.unit == "count" else "seconds")


def _of_clients(readings: Readings, row: str) -> list[Curve]:
    """What clients get: how slow it is, and what is lost."""
    column = readings.columns[row]
    if readings.slow:
        return [Curve("lost so far", column.failed[1:])]
    lost = [frame.failed for frame in column.frames]
    slow = [frame.gauge or 0.0 for frame in column.frames]
    names = [readings.trace.header.operations[at] for at in readings.operations(row)]
    bounds = [
        slo.at_most
        for slo in readings.level.slos
        if isinstance(slo, LatencySlo) and slo.operation in (None, *names)
    ]
    limit = min(bounds, default=None)
    return [
        Curve("p95", slow, "seconds", limit=limit),
        Curve("lost", _rates(readings, lost), "rate"),
    ]


def _busy(readings: Readings, row: str) -> Curve:
    """The busy share, over the stretch that the load in the table is taken over."""
    sums = [0.0, *accumulate(frame.utilisation for frame in readings.columns[row].frames)]
    firsts = (max(end - readings.narrow, 0) for end in range(1, len(sums)))
    values = [(sums[end] - sums[at]) / (end - at) for end, at in enumerate(firsts, start=1)]
    return Curve("busy", values, "share", 1.0)


def _limited(curve: Curve, limit: float | None) -> Curve:
    return Curve(curve.label, curve.values, curve.unit, curve.top, limit)


def _room(readings: Readings, row: str) -> float | None:
    """How many may wait in front of a row; None where nobody is turned away."""
    return readings.setting(row, "queue")


def _rates(readings: Readings, counts: Sequence[int]) -> list[float]:
    """Counts per second, over the stretch in which enough can be expected."""
    sums, wide = [0, *accumulate(counts)], readings.wide
    seconds = wide * readings.trace.header.frame
    ends = range(1, len(sums))
    return [(sums[end] - sums[max(end - wide, 0)]) / seconds for end in ends]


def harm(trace: Trace) -> Curve:
    """How many were late or lost in each frame."""
    counts = [sum(o.late + o.lost for o in frame.operations) for frame in trace.frames]
    return Curve("late, lost", counts)


def slowest(trace: Trace) -> Curve:
    """The 95th percentile of what was completed in each frame, of the slowest operation."""
    values = [max(o.p95 or 0.0 for o in frame.operations) for frame in trace.frames]
    return Curve("p95", values, "seconds")
