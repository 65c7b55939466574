"""SLO by SLO: what was measured, by how much it held or broke, and from which moment on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress

from sandbox.documents.level import Level
from sandbox.documents.slos import (
    CountSlo,
    GoodSlo,
    LatencySlo,
    LostSlo,
    ScopeSlo,
    SeenSlo,
    SettledSlo,
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


def judge_slo(level: Level, run: Run, slo: Slo) -> SloResult:
    """Hold one SLO against a run."""
    if isinstance(slo, CountSlo | ShareSlo | ScopeSlo):
        return judge_data(level, run, slo)
    asked = [_seen(run, slo)] if isinstance(slo, SeenSlo) else [*_asked(run, slo)]
    total = sum(len(each.start) for each in asked)
    result = _latency(slo, asked) if isinstance(slo, LatencySlo) else _share(slo, asked)
    target, measured, bad, allowed = result
    passed = bool(total) and len(bad) <= allowed
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
        near=_near(level, slo, total, len(bad), allowed, broke_at),
    )


@dataclass(frozen=True)
class _Asked:
    """The requests of one operation that an SLO is about, a column a property. Seconds.

    `finish` is infinite where it never came, `ended` where nothing is known yet.
    """

    start: list[float]
    finish: list[float]
    ended: list[float]
    lost: list[bool]
    deadline: float


def _asked(run: Run, slo: Slo) -> Iterator[_Asked]:
    window = slo.window or Window()
    end = math.inf if window.end is None else window.end
    for operation in run.world.operations:
        if slo.operation in (None, operation.name):
            is_whole = isinstance(slo, SettledSlo)
            asked = _wholly(operation.meter) if is_whole else _of_one(operation.meter)
            yield asked if slo.window is None else _within(asked, window.start, end)


def _of_one(meter: OperationMeter) -> _Asked:
    records = meter.records
    waiting = [request.start for request, is_measured in meter.open.items() if is_measured]
    never = [math.inf] * len(waiting)
    finish = [
        math.inf if how else ended for ended, how in zip(records.finish, records.lost, strict=True)
    ]
    return _Asked(
        start=[*records.start, *waiting],
        finish=finish + never,
        ended=[*records.finish, *never],
        lost=[how == LOST_FOR_EVER for how in records.lost] + [False] * len(waiting),
        deadline=meter.deadline,
    )


def _seen(run: Run, slo: SeenSlo) -> _Asked:
    """Every change for everybody who watches; what he has not seen he never will."""
    watching, clock, window = run.world.ledger.watching, run.level.clock, slo.window or Window()
    start: list[float] = []
    finish: list[float] = []
    if watching is not None:
        last = min(clock.length - slo.within, math.inf if window.end is None else window.end)
        for version, made in watching.made.items():
            if not max(clock.measure_from, window.start) <= made < last:
                continue
            seen = [max(made, each) for each in watching.seen_by.get(version, ())]
            start += [made] * watching.count
            finish += seen + [math.inf] * (watching.count - len(seen))
    return _Asked(start, finish, finish, [False] * len(start), math.inf)


def _wholly(meter: OperationMeter) -> _Asked:
    """The same, done when all that was left for later is done too."""
    asked = _of_one(meter)
    for at, later in meter.records.later.items():
        asked.finish[at] = asked.ended[at] = later.settled
    return asked


def _within(asked: _Asked, start: float, end: float) -> _Asked:
    inside = [start <= each < end for each in asked.start]
    return _Asked(
        list(compress(asked.start, inside)),
        list(compress(asked.finish, inside)),
        list(compress(asked.ended, inside)),
        list(compress(asked.lost, inside)),
        asked.deadline,
    )


_Judged = tuple[float, float | None, list[float], int]
"""Target, measured, the moments at which requests missed it, and how many may miss it."""


def _share(
    slo: WithinSlo | SettledSlo | SeenSlo | GoodSlo | LostSlo, asked: list[_Asked]
) -> _Judged:
    total = sum(len(each.start) for each in asked)
    if isinstance(slo, LostSlo):
        bad = [ended for each in asked for ended in compress(each.ended, each.lost)]
        measured = len(bad) / total if total else None
        return slo.at_most, measured, bad, _floor(slo.at_most * total)
    within = None if isinstance(slo, GoodSlo) else slo.within
    bad = _missed(asked, within)
    measured = 1.0 - len(bad) / total if total else None
    return slo.at_least, measured, bad, _floor((1.0 - slo.at_least) * total)


def _latency(slo: LatencySlo, asked: list[_Asked]) -> _Judged:
    total = sum(len(each.start) for each in asked)
    rank = nearest_rank(slo.percentile, total)
    taken = sorted(
        finish - start
        for each in asked
        for start, finish in zip(each.start, each.finish, strict=True)
    )
    measured = taken[rank - 1] if total else None
    if measured is not None and math.isinf(measured):
        measured = None
    return slo.at_most, measured, _missed(asked, slo.at_most), total - rank


def _missed(asked: list[_Asked], within: float | None) -> list[float]:
    """When each request that took too long (or was lost) had become a miss for certain.

    Where there is no deadline, nothing takes too long; what never came is missed all the same.
    """
    missed = []
    for each in asked:
        bound = each.deadline if within is None else within
        missed += [
            min(ended, start + bound)
            for start, finish, ended in zip(each.start, each.finish, each.ended, strict=True)
            if finish - start > bound or finish == math.inf
        ]
    return missed


def _floor(number: float) -> int:
    """Whole requests that may miss, forgiving the rounding of 0.1 * 30."""
    return math.floor(number + 1e-9)


def _broke(bad: list[float], allowed: int) -> float | None:
    """The moment of the first miss too many."""
    moment = sorted(bad)[allowed] if bad and len(bad) > allowed else None
    return None if moment is None or math.isinf(moment) else moment


def _margin(slo: Slo, target: float, measured: float | None) -> float | None:
    if measured is None:
        return None
    upward = isinstance(slo, (WithinSlo, SettledSlo, SeenSlo, GoodSlo))
    distance = measured - target if upward else target - measured
    return distance / target if target else distance


def _near(
    level: Level, slo: Slo, total: int, bad: int, allowed: int, broke_at: float | None
) -> str:
    if not total:
        return "nobody asked"
    word = "lost" if isinstance(slo, LostSlo) else "too late or lost"
    text = f"{bad:,} {word}, {allowed:,} allowed"
    if broke_at is not None:
        text += f"; held until {time_of(level.clock, broke_at)}"
    return text
