"""The goals of a level at one moment of a recording: what is measured, and whether it holds."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

from sandbox.documents.level import Level
from sandbox.documents.slos import (
    CountSlo,
    GoodSlo,
    LatencySlo,
    ScopeSlo,
    SeenSlo,
    SettledSlo,
    ShareSlo,
    Slo,
    WithinSlo,
)
from sandbox.judgement.report import Report, SloResult
from sandbox.simulation.trace import OperationFrame, Trace
from sandbox.tui import look
from sandbox.tui.look import Status

_PERCENTILES = {50.0: "p50", 95.0: "p95"}
"""The percentiles that frames hold."""

_NEVER_UNDONE = ("double-charges",)
"""Counts that only grow: once there are too many, that is so for good."""

_SHARES = {"units-paid": ("units-paid", "stock"), "stale-reads": ("stale-reads", "reads")}
"""What a share is of, by the names of the ledger: a part, and the whole."""

Counts = tuple[int, ...]


@dataclass(frozen=True)
class SloReading:
    """One service level at one moment; `measured` is None before anything was decided."""

    slo: Slo
    measured: float | None
    status: Status
    broke_at: float | None


class Goals:
    """The service levels, read from frames. Follows a trace that still grows."""

    def __init__(self, level: Level, trace: Trace) -> None:
        self._level = level
        self._trace = trace
        self._times = [0.0]
        self._sums: list[list[Counts]] = [
            [_counts(OperationFrame())] * len(trace.header.operations)
        ]
        """Counts of each operation before every frame, so that no picture adds them up again."""

    def read(self, shown: int, report: Report | None) -> list[SloReading]:
        """Read every service level after `shown` frames; the report knows when one broke."""
        self._follow()
        final = {slo.id: slo for slo in report.slos} if report else {}
        over = report is not None and shown == len(self._trace.frames)
        readings = []
        for slo in self._level.slos:
            known = final.get(slo.id)
            broke = known.broke_at if known else None
            broke = broke if broke is not None and broke <= self._times[shown] else None
            # What is in flight at the very end is late, which no frame counts.
            measured = _at_the_end(known) if known and over else self._measured(slo, shown)
            status = _status(slo, measured, broke)
            if known and over:
                status = _final(known)
            readings.append(SloReading(slo, measured, status, broke))
        return readings

    def _follow(self) -> None:
        for frame in self._trace.frames[len(self._times) - 1 :]:
            self._times.append(frame.time)
            before = self._sums[-1]
            self._sums.append(
                [
                    tuple(map(int.__add__, total, _counts(operation)))
                    for total, operation in zip(before, frame.operations, strict=True)
                ]
            )

    def _measured(self, slo: Slo, shown: int) -> float | None:
        if isinstance(slo, LatencySlo):
            return self._percentile(slo, shown)
        if isinstance(slo, CountSlo):
            return self._counted(slo.of, shown)
        if isinstance(slo, ShareSlo):
            part, whole = (self._counted(name, shown) for name in _SHARES[slo.of])
            return part / whole if part is not None and whole else None
        if isinstance(slo, ScopeSlo | SettledSlo | SeenSlo):
            return None  # about what was built, or what becomes of it: said at the end
        if isinstance(slo, WithinSlo) and not self._is_deadline(slo):
            return None  # frames only count against the deadline; the report will know
        good, late, lost = self._decided(slo, shown)
        decided = good + late + lost
        if not decided:
            return None
        return (lost if slo.metric == "lost" else good) / decided

    def _counted(self, name: str, shown: int) -> float | None:
        """A count of the ledger, as it stands; None where frames do not tell it."""
        names = self._trace.header.ledger
        if name not in names or not shown:
            return None
        return float(self._trace.frames[shown - 1].ledger[names.index(name)])

    def _decided(self, slo: Slo, shown: int) -> tuple[int, int, int]:
        """How many were good, late and lost in the goal's window, as far as it has been shown."""
        window = slo.window
        ends = math.inf if window is None or window.end is None else window.end
        first = bisect_right(self._times, window.start) - 1 if window else 0
        last = min(shown, bisect_right(self._times, ends) - 1)
        if last <= first:
            return 0, 0, 0
        after, before = self._sums[last], self._sums[first]
        rows = [
            [a - b for a, b in zip(after[i], before[i], strict=True)]
            for i in self._operations(slo.operation)
        ]
        good, late, lost = (sum(column) for column in zip(*rows, strict=True))
        return good, late, lost

    def _operations(self, operation: str | None) -> list[int]:
        names = self._trace.header.operations
        return [at for at, name in enumerate(names) if operation in (None, name)]

    def _is_deadline(self, slo: WithinSlo) -> bool:
        operations = self._level.operations.items()
        asked = [each for name, each in operations if slo.operation in (None, name)]
        return all(each.deadline == slo.within for each in asked)

    def _percentile(self, slo: LatencySlo, shown: int) -> float | None:
        """The frame's own percentile, where it has this one: what it is like now.

        What was lost took for ever, as in the verdict.
        """
        name = _PERCENTILES.get(slo.percentile)
        if name is None or not shown:
            return None
        frame = self._trace.frames[shown - 1]
        asked = [frame.operations[at] for at in self._operations(slo.operation)]
        lost = sum(each.lost for each in asked)
        done = sum(each.good + each.late for each in asked)
        if lost > (1.0 - slo.percentile / 100.0) * (lost + done):
            return math.inf
        values = [getattr(each, name) for each in asked]
        return max((value for value in values if value is not None), default=None)


def goal_of(slo: Slo) -> float:
    """The number a service level is compared with: a share, a count, or seconds."""
    if isinstance(slo, WithinSlo | SettledSlo | SeenSlo | GoodSlo):
        return slo.at_least
    if isinstance(slo, ShareSlo) and slo.at_least is not None:
        return slo.at_least
    return slo.at_most or 0.0


def more_is_better(slo: Slo) -> bool:
    """Whether the goal is to reach its number, and not to stay below it."""
    reaches = isinstance(slo, ShareSlo) and slo.at_least is not None
    return reaches or isinstance(slo, WithinSlo | SettledSlo | SeenSlo | GoodSlo)


def on_the_right_side(slo: Slo, measured: float) -> bool:
    """Whether a measured value keeps the goal."""
    goal = goal_of(slo)
    return measured >= goal if more_is_better(slo) else measured <= goal


def _counts(operation: OperationFrame) -> Counts:
    """What was decided in a frame: good, late, lost."""
    return operation.good, operation.late, operation.lost


def _at_the_end(known: SloResult) -> float | None:
    """What the verdict says; a percentile that was never reached is infinite."""
    never = known.measured is None and known.metric == "latency"
    return math.inf if never else known.measured


def _final(known: SloResult) -> Status:
    return look.HOLDS if known.passed else look.BROKE


def _status(slo: Slo, measured: float | None, broke_at: float | None) -> Status:
    if broke_at is not None:
        return look.BROKE
    if measured is None:
        return look.UNKNOWN
    if on_the_right_side(slo, measured):
        return look.HOLDS
    if isinstance(slo, ShareSlo) and more_is_better(slo):
        return look.UNKNOWN  # so far: it is on its way there
    if isinstance(slo, CountSlo) and slo.of in _NEVER_UNDONE:
        return look.BROKE
    return look.NEAR
