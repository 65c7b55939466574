"""SLO by SLO: what was measured, by how much it held or broke, and from which moment on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.documents.level import Level
from sandbox.documents.slos import (
    CountSlo,
    GoodSlo,
    LatencySlo,
    LostSlo,
    ScopeSlo,
    ShareSlo,
    Slo,
    Window,
    WithinSlo,
)
from sandbox.judgement.data import judge_data
from sandbox.judgement.report import SloResult
from sandbox.judgement.telling import time_of
from sandbox.simulation.meters import LOST_FOR_EVER, OperationMeter
from sandbox.simulation.run import Run
from sandbox.simulation.samples import nearest_rank


@dataclass(frozen=True)
class _Asked:
    """One request as an SLO sees it. `finish` is infinite where it never came."""

    start: float
    finish: float
    ended: float
    lost: bool
    deadline: float


def judge_slo(level: Level, run: Run, slo: Slo) -> SloResult:
    """Hold one SLO against a run."""
    if isinstance(slo, CountSlo | ShareSlo | ScopeSlo):
        return judge_data(level, run, slo)
    asked = list(_asked(run, slo))
    result = _latency(slo, asked) if isinstance(slo, LatencySlo) else _share(slo, asked)
    target, measured, bad, allowed = result
    passed = bool(asked) and len(bad) <= allowed
    broke_at = None if passed else _broke(bad, allowed)
    return SloResult(
        id=slo.id,
        says=slo.says,
        metric=slo.metric,
        unit="s" if isinstance(slo, LatencySlo) else "share",
        target=target,
        measured=measured,
        margin=_margin(slo, target, measured),
        passed=passed,
        broke_at=broke_at,
        near=_near(level, slo, len(asked), len(bad), allowed, broke_at),
    )


def _asked(run: Run, slo: Slo) -> Iterator[_Asked]:
    window = slo.window or Window()
    end = math.inf if window.end is None else window.end
    for operation in run.world.operations:
        if slo.operation in (None, operation.name):
            for asked in _of_one(operation.meter):
                if window.start <= asked.start < end:
                    yield asked


def _of_one(meter: OperationMeter) -> Iterator[_Asked]:
    records, deadline = meter.records, meter.deadline
    for start, ended, lost in zip(records.start, records.finish, records.lost, strict=True):
        finish = math.inf if lost else ended
        yield _Asked(start, finish, ended, lost == LOST_FOR_EVER, deadline)
    for request in meter.open:
        if request.start >= meter.measure_from:
            yield _Asked(request.start, math.inf, math.inf, False, deadline)


_Judged = tuple[float, float | None, list[float], int]
"""Target, measured, the moments at which requests missed it, and how many may miss it."""


def _share(slo: WithinSlo | GoodSlo | LostSlo, asked: list[_Asked]) -> _Judged:
    total = len(asked)
    if isinstance(slo, LostSlo):
        bad = [one.ended for one in asked if one.lost]
        measured = len(bad) / total if total else None
        return slo.at_most, measured, bad, _floor(slo.at_most * total)
    within = slo.within if isinstance(slo, WithinSlo) else None
    bad = _missed(asked, within)
    measured = 1.0 - len(bad) / total if total else None
    return slo.at_least, measured, bad, _floor((1.0 - slo.at_least) * total)


def _latency(slo: LatencySlo, asked: list[_Asked]) -> _Judged:
    total = len(asked)
    rank = nearest_rank(slo.percentile, total)
    ordered = sorted(one.finish - one.start for one in asked)
    measured = ordered[rank - 1] if total else None
    if measured is not None and math.isinf(measured):
        measured = None
    return slo.at_most, measured, _missed(asked, slo.at_most), total - rank


def _missed(asked: list[_Asked], within: float | None) -> list[float]:
    """When each request that took too long (or was lost) had become a miss for certain."""
    missed = []
    for one in asked:
        bound = one.deadline if within is None else within
        if one.finish - one.start > bound:
            missed.append(min(one.ended, one.start + bound))
    return missed


def _floor(number: float) -> int:
    """Whole requests that may miss, forgiving the rounding of 0.1 * 30."""
    return math.floor(number + 1e-9)


def _broke(bad: list[float], allowed: int) -> float | None:
    """The moment of the first miss too many."""
    moment = sorted(bad)[allowed] if len(bad) > allowed else None
    return None if moment is None or math.isinf(moment) else moment


def _margin(slo: Slo, target: float, measured: float | None) -> float | None:
    if measured is None:
        return None
    upward = isinstance(slo, (WithinSlo, GoodSlo))
    distance = measured - target if upward else target - measured
    return distance / target if target else distance


def _near(
    level: Level, slo: Slo, total: int, bad: int, allowed: int, broke_at: float | None
) -> str:
    if not total:
        return "nobody asked"
    word = "lost" if isinstance(slo, LostSlo) else "too late or lost"
    text = f"{bad} {word}, {allowed} allowed"
    if broke_at is not None:
        text += f"; held until {time_of(level.clock, broke_at)}"
    return text
