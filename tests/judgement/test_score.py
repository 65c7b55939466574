"""The score of a challenge: what it is worth, and that better is never worth less."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents.library import load_level
from sandbox.fleet.runs import run_one
from sandbox.judgement import score as scores
from sandbox.judgement.par import par
from sandbox.judgement.report import SloResult
from sandbox.judgement.score import MOST, NOTHING, Goal, Outcome, outcome_of, score
from sandbox.studies.designs import designs

money = st.floats(0, 10_000)
rooms = st.one_of(st.just(1.0), st.floats(0, 1))


@st.composite
def goals(draw: st.DrawFn) -> Goal:
    if draw(st.booleans()):
        return Goal(True, draw(st.floats(0, 5)), draw(rooms))
    return Goal(False, draw(st.one_of(st.none(), st.floats(-5, 0))), draw(rooms))


kept_goals = st.builds(Goal, st.just(True), st.floats(0, 5), rooms)


@st.composite
def outcomes(draw: st.DrawFn, each: st.SearchStrategy[Goal] = goals()) -> Outcome:  # noqa: B008
    of = draw(st.integers(0, 20))
    return Outcome(
        goals=tuple(draw(st.lists(each, max_size=5))),
        cost=draw(money),
        budget=draw(st.one_of(st.none(), money)),
        par=draw(st.one_of(st.none(), money)),
        seeds=(draw(st.integers(0, of)), of),
        passed=draw(st.booleans()),
    )


def points(outcome: Outcome) -> int:
    return score(outcome).total


def with_goal(outcome: Outcome, at: int, goal: Goal) -> Outcome:
    changed = list(outcome.goals)
    changed[at] = goal
    return replace(outcome, goals=tuple(changed))


@given(outcomes())
def test_it_is_between_nothing_and_all_and_the_sum_of_its_parts(outcome: Outcome) -> None:
    given_ = score(outcome)
    parts = {
        "goals": scores.GOALS,
        "held": scores.HELD,
        "spare": scores.SPARE,
        "cost": scores.COST,
        "seeds": scores.SEEDS,
    }
    assert all(0 <= getattr(given_, name) <= most for name, most in parts.items())
    assert given_.total == sum(getattr(given_, name) for name in parts)
    assert sum(parts.values()) == MOST == 1000


@given(outcomes(), st.data())
def test_one_more_goal_kept_never_scores_less(outcome: Outcome, data: st.DataObject) -> None:
    broken = [at for at, goal in enumerate(outcome.goals) if not goal.kept]
    if not broken:
        return
    at = data.draw(st.sampled_from(broken))
    kept = Goal(True, data.draw(st.floats(0, 5)), outcome.goals[at].room)
    assert points(with_goal(outcome, at, kept)) >= points(outcome)


@given(outcomes(), money)
def test_cheaper_never_scores_less(outcome: Outcome, cost: float) -> None:
    cheaper = replace(outcome, cost=min(cost, outcome.cost))
    assert points(cheaper) >= points(outcome)


@given(outcomes(), st.data())
def test_more_margin_never_scores_less(outcome: Outcome, data: st.DataObject) -> None:
    if not outcome.goals:
        return
    at = data.draw(st.integers(0, len(outcome.goals) - 1))
    goal = outcome.goals[at]
    least = -5.0 if goal.margin is None else goal.margin
    more = data.draw(st.floats(least, 5.0 if goal.kept else max(least, 0.0)))
    assert points(with_goal(outcome, at, replace(goal, margin=more))) >= points(outcome)


@given(outcomes())
def test_more_seeds_never_score_less(outcome: Outcome) -> None:
    holds, of = outcome.seeds
    if holds < of:
        assert points(replace(outcome, seeds=(holds + 1, of))) >= points(outcome)


@given(outcomes(), outcomes(kept_goals))
def test_what_did_not_hold_is_below_whatever_held(any_: Outcome, kept: Outcome) -> None:
    held = replace(kept, budget=None, passed=True)
    assert held.held
    if not any_.held:
        assert points(any_) < points(held)


def test_all_points_can_be_earned() -> None:
    best = Outcome((Goal(True, 0.5), Goal(True, 0.06, 0.11)), 432, 620, 540, (20, 20))
    assert points(best) == MOST


def test_margins_do_count_up_to_a_cap() -> None:
    spare = [score(Outcome((Goal(True, margin),), 0)).spare for margin in (0, 0.25, 0.5, 0.9)]
    assert spare == [0, 75, 150, 150]


def test_cost_counts_between_par_and_budget() -> None:
    def cost(dollars: float, budget: float | None = 620, par: float | None = 540) -> int:
        return score(Outcome((), dollars, budget, par)).cost

    assert [cost(dollars) for dollars in (300, 486, 540, 580, 620)] == [200, 175, 150, 75, 0]
    assert [cost(dollars, par=None) for dollars in (310, 465, 620)] == [150, 75, 0]
    assert [cost(dollars, budget=None) for dollars in (540, 810, 1080, 9999)] == [150, 75, 0, 0]
    assert cost(9999, budget=None, par=None) == 200
    assert cost(600, budget=600, par=600) == 150
    assert cost(0, par=0) == 200


def test_too_dear_is_not_held() -> None:
    given_ = score(Outcome((Goal(True, 0.5),), 621, 620, 540, (20, 20)))
    assert (given_.held, given_.total) == (0, scores.GOALS)


def test_a_near_miss_is_worth_more_than_a_far_one() -> None:
    def broken(margin: float | None) -> int:
        return points(Outcome((Goal(False, margin), Goal(True, 0.0)), 0))

    assert [broken(m) for m in (-0.1, -0.5, -1.0, -3.0, None)] == [290, 250, 200, 200, 200]


def slo(target: float, measured: float | None, margin: float | None, unit: str) -> SloResult:
    return SloResult.model_validate(
        {
            "id": "a",
            "says": "a",
            "metric": "latency" if unit == "s" else "good",
            "unit": unit,
            "target": target,
            "measured": measured,
            "margin": margin,
            "passed": True,
            "broke_at": None,
            "near": "",
        }
    )


@pytest.mark.parametrize(
    ("result", "spare"),
    [
        (slo(0.9, 0.9, 0.0, "share"), 0),
        (slo(0.9, 0.925, 0.025 / 0.9, "share"), 75),
        (slo(0.9, 0.95, 0.05 / 0.9, "share"), 150),
        (slo(0.05, 0.025, 0.5, "share"), 150),
        (slo(0.05, 0.04, 0.2, "share"), 60),
        (slo(0.3, 0.15, 0.5, "s"), 150),
        (slo(0.0, 0.0, 0.0, "share"), 150),
    ],
)
def test_half_of_what_there_is_to_spare_earns_all_of_it(result: SloResult, spare: int) -> None:
    level = load_level("pizza-shop")
    report = run_one(level, level.starting_design(), 1)
    held = report.model_copy(update={"slos": [result], "within_budget": True, "passed": True})
    assert score(outcome_of(held, None)).spare == spare


def test_a_report_says_as_much_as_the_score() -> None:
    level = load_level("pizza-shop")
    known = designs(level)
    reports = {name: run_one(level, known[name], 7) for name in ("start", "winner:ahead")}
    lost = outcome_of(reports["start"], par(level, known["start"]))
    held = outcome_of(reports["winner:ahead"], par(level, known["winner:ahead"]), (20, 20))
    assert (lost.held, held.held) == (False, True)
    assert 0 < points(lost) < scores.GOALS
    assert scores.AT_PAR <= score(held).cost < scores.COST
    assert score(held).seeds == scores.SEEDS


def test_what_cannot_run_is_worth_nothing() -> None:
    assert NOTHING.total == 0
