"""The score of a board handed in for a timed challenge: 0 to 1000 points, part by part.

Pure arithmetic on what one run and the held-out seeds have shown:

* goals, 400: an even share for each service level. One that is kept earns all of its share, one
  that broke at most half of it, the less the further it is from its target;
* held, 100: for all of them kept within the budget;
* to spare, 150: how far the service levels are on the right side, an even share for each. All of
  it is earned with half of what there is to spare: 95% where 90% were wanted, 150 ms where 300
  were allowed;
* cost, 200: nothing at the budget, 150 at par, all at a fifth below par, evenly between;
* other seeds, 150: the share of the held-out seeds on which the board holds.

What was not held earns nothing but its goals, so that it is below whatever held. No part falls
when one more service level is kept, when a margin grows, when the cost falls, or when more seeds
hold. Time is no part of it: it only orders equal scores.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.judgement.report import Report, SloResult

GOALS, HELD, SPARE, COST, SEEDS = 400, 100, 150, 200, 150
"""The most that each part can earn."""
MOST = GOALS + HELD + SPARE + COST + SEEDS

_ENOUGH = 0.5
"""The share of what there is to spare that earns all points for it."""
AT_PAR = 150
"""What par earns of the points for cost."""
_BARGAIN = 0.2
"""How far below par earns all of them, as a share of par."""
_NEVER = 1e-9


@dataclass(frozen=True)
class Goal:
    """One service level as it was measured."""

    kept: bool
    margin: float | None
    """How far on the right side, as a share of the target: negative when broken, None when
    nothing was measured."""
    room: float = 1.0
    """The largest margin there could be: 1 where less is better, for then nothing is the best."""


@dataclass(frozen=True)
class Outcome:
    """All that the score is made of. Money is in dollars for the level's period."""

    goals: tuple[Goal, ...]
    cost: float
    budget: float | None = None
    par: float | None = None
    seeds: tuple[int, int] = (0, 0)
    """On how many of the held-out seeds it held, and how many there were."""
    passed: bool = True
    """Whether the verdict has nothing else against it."""

    @property
    def held(self) -> bool:
        """Whether every service level was kept, within the budget."""
        within_budget = self.budget is None or self.cost <= self.budget
        return self.passed and within_budget and all(goal.kept for goal in self.goals)


@dataclass(frozen=True)
class Score:
    """The points of each part."""

    held: int
    goals: int
    spare: int
    cost: int
    seeds: int

    @property
    def total(self) -> int:
        """All points together, 0 to 1000."""
        return self.goals + self.held + self.spare + self.cost + self.seeds


NOTHING = Score(held=0, goals=0, spare=0, cost=0, seeds=0)
"""The score of a board that cannot be run."""


def score(outcome: Outcome) -> Score:
    """Give the points for an outcome."""
    goals = round(GOALS * _mean(map(_kept, outcome.goals)))
    if not outcome.held:
        return Score(held=0, goals=goals, spare=0, cost=0, seeds=0)
    holds, of = outcome.seeds
    return Score(
        held=HELD,
        goals=goals,
        spare=round(SPARE * _mean(map(_spared, outcome.goals))),
        cost=round(COST * _cheapness(outcome)),
        seeds=round(SEEDS * holds / of) if of else 0,
    )


def outcome_of(report: Report, par: float | None, seeds: tuple[int, int] = (0, 0)) -> Outcome:
    """Take out of a report what counts; `par` is that of this kind of solution."""
    goals = tuple(Goal(slo.passed, slo.margin, _room(slo)) for slo in report.slos)
    return Outcome(goals, report.cost, report.budget, par, seeds, report.passed)


def _room(slo: SloResult) -> float:
    """The largest margin a service level could have.

    Where more is better can be told from the margin itself; a share then ends at all of them.
    """
    more_is_better = (slo.margin or 0) * ((slo.measured or 0) - slo.target) > 0
    if slo.target <= 0:
        return 0.0
    return 1 / slo.target - 1 if more_is_better and slo.unit == "share" else 1.0


def _kept(goal: Goal) -> float:
    """The share of its points that a goal earns, 0 to 1."""
    if goal.kept:
        return 1.0
    return 0.0 if goal.margin is None else _within(1 + goal.margin) / 2


def _spared(goal: Goal) -> float:
    """The share of the points for what is to spare, 0 to 1."""
    full = goal.room * _ENOUGH
    if full <= _NEVER:
        return 1.0  # kept to the last one: there is nothing that could be spared
    return _within((goal.margin or 0) / full)


def _cheapness(outcome: Outcome) -> float:
    """The share of the points for cost, 0 to 1.

    Where there is no par half of the budget stands for it; where there is no budget, twice the
    par; where there is neither, cost is no matter.
    """
    cost, par, budget = outcome.cost, outcome.par, outcome.budget
    if par is None and budget is None:
        return 1.0
    if par is None:
        par = (budget or 0) / 2
    if budget is None:
        budget = par * 2
    at_par = AT_PAR / COST
    if cost > par:
        return at_par * _within((budget - cost) / (budget - par)) if budget > par else 0.0
    below = (par - cost) / (par * _BARGAIN) if par else 1.0
    return at_par + (1 - at_par) * _within(below)


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _mean(shares: Iterable[float]) -> float:
    """The mean; all of it where there is nothing to be kept."""
    known = list(shares)
    return sum(known) / len(known) if known else 1.0
