"""Service levels on data and scope: what the ledger counted, held against its bound."""

from __future__ import annotations

from sandbox.documents.counters import COUNTERS, RATIOS
from sandbox.documents.decisions import beside_the_brief
from sandbox.documents.level import Level
from sandbox.documents.slos import CountSlo, ScopeSlo, ShareSlo
from sandbox.judgement.report import SloResult
from sandbox.simulation.run import Run


def judge_data(level: Level, run: Run, slo: CountSlo | ShareSlo | ScopeSlo) -> SloResult:
    """Hold an SLO on data or scope against a run. There is no moment at which it broke."""
    if isinstance(slo, ScopeSlo):
        beside = beside_the_brief(level, run.design)
        measured, target, near = float(len(beside)), 0.0, _scope_in_words(level, beside)
        passed = not beside
    elif isinstance(slo, CountSlo):
        count = run.world.ledger.counts().get(slo.of, 0)
        measured, target = float(count), float(slo.at_most)
        near = f"{count:,} {COUNTERS[slo.of].says}, {slo.at_most:,} allowed"
        passed = count <= slo.at_most
    else:
        ratio, counts = RATIOS[slo.of], run.world.ledger.counts()
        part, whole = counts.get(ratio.part, 0), counts.get(ratio.whole, 0)
        measured = part / whole if whole else 0.0
        target = slo.at_least if slo.at_least is not None else slo.at_most or 0.0
        near = f"{part:,} of {whole:,} {ratio.says}"
        passed = measured >= target if slo.at_least is not None else measured <= target
    upward = isinstance(slo, ShareSlo) and slo.at_least is not None
    distance = measured - target if upward else target - measured
    return SloResult(
        id=slo.id,
        says=slo.says,
        metric=slo.metric,
        unit="share" if isinstance(slo, ShareSlo) else "count",
        target=target,
        measured=measured,
        margin=distance / target if target else distance,
        passed=passed,
        broke_at=None,
        near=near,
    )


def _scope_in_words(level: Level, beside: list[str]) -> str:
    missing = [level.scope[each].title for each in beside if level.scope[each].asked]
    unasked = [level.scope[each].title for each in beside if not level.scope[each].asked]
    parts = [f"missing: {', '.join(missing)}"] if missing else []
    parts += [f"nobody asked for: {', '.join(unasked)}"] if unasked else []
    return "; ".join(parts) or "what was asked for, and no more"
