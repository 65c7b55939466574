"""Stars: held, robust over seeds nobody chose, and at par for its kind of solution."""

from __future__ import annotations

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.fleet.runs import Job, run_many, unwatched
from sandbox.fleet.seeds import HELD_OUT, NEEDED, held_out_seeds, robust
from sandbox.judgement.par import rate
from sandbox.judgement.report import Report, Stars

__all__ = ["HELD_OUT", "NEEDED", "held_out_seeds", "stars"]


def stars(level: Level, design: Design, report: Report) -> Stars:
    """The stars of a design whose run gave this report.

    A design that did not hold has none, and the held-out seeds are not run for it.
    """
    if not report.passed:
        return rate(level, design, cost=report.cost, held=False)
    quick = unwatched(level)
    jobs = [Job(quick, design, seed) for seed in held_out_seeds(level)]
    is_robust = robust(result.report.passed for result in run_many(jobs))
    return rate(level, design, cost=report.cost, held=True, robust=is_robust)
