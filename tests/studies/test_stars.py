"""Stars: held, robust, at par; and which par is whose."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.documents.design import Node
from sandbox.documents.level import Level
from sandbox.fleet.runs import run_one
from sandbox.judgement.par import par, rate, solution
from sandbox.studies import stars as study
from sandbox.studies.designs import designs
from sandbox.studies.stars import held_out_seeds, stars

Make = Callable[..., Level]


def test_a_winner_has_all_three(bakery: Make) -> None:
    level = bakery()
    winner = designs(level)["winner:fresh"]
    found = stars(level, winner, run_one(level, winner, 1))

    assert (found.held, found.robust, found.par, found.count) == (True, True, True, 3)


def test_a_loser_has_none_and_is_not_run_again(
    bakery: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    level = bakery()
    start = level.starting_design()

    def never(_: object) -> None:
        raise AssertionError("a loser's stars need no runs")

    monkeypatch.setattr(study, "run_many", never)
    found = stars(level, start, run_one(level, start, 1))

    assert (found.held, found.robust, found.par, found.count) == (False, None, False, 0)


def test_a_lucky_win_is_not_robust(bakery: Make) -> None:
    def by_chance(data: dict[str, Any]) -> None:
        data["traffic"][0]["arrivals"] = "poisson"
        data["operations"]["loaf"]["needs"][1]["time"] = "exponential 160 s"

    level = bakery(by_chance)
    winner = designs(level)["winner:fresh"]
    reports = [run_one(level, winner, seed) for seed in range(40)]
    lucky = next(report for report in reports if report.passed)
    held_out = [run_one(level, winner, seed).passed for seed in held_out_seeds(level)]
    assert sum(held_out) < 19, "the level is too easy for this test"

    found = stars(level, winner, lucky)

    assert (found.held, found.robust, found.par, found.count) == (True, False, True, 2)


def test_stars_are_the_same_on_a_second_look(bakery: Make) -> None:
    level = bakery()
    winner = designs(level)["winner:ahead"]
    report = run_one(level, winner, 1)

    assert stars(level, winner, report) == stars(bakery(), winner, report)


def test_each_kind_of_solution_has_its_own_par(bakery: Make) -> None:
    level = bakery()
    known = designs(level)

    assert par(level, known["winner:fresh"]) == 145
    assert par(level, known["winner:ahead"]) == 211
    assert solution(level, known["winner:ahead"]) == {"clerk", "oven", "oven.ahead"}


def test_par_goes_by_kind_and_not_by_size(bakery: Make) -> None:
    level = bakery()
    larger = designs(level)["winner:fresh"].model_copy(
        update={
            "nodes": (
                Node(id="a", kind="clerk", count=7),
                Node(id="b", kind="oven", count=9, settings={"ahead": "0%"}),
            )
        }
    )

    assert par(level, larger) == 145  # `0%` is neutral: writing it down changes nothing
    half = larger.model_copy(
        update={"nodes": (Node(id="b", kind="oven", settings={"ahead": "20%"}),)}
    )
    assert par(level, half) == 211


def test_in_doubt_the_dearer_par_counts(bakery: Make) -> None:
    def two_policies(data: dict[str, Any]) -> None:
        winners = data["proofs"]["winners"]
        winners["fresh"]["set"]["oven"]["settings"] = {"queue": 900}

    level = bakery(two_policies)
    neither = level.starting_design()

    assert par(level, neither) == 211


@pytest.mark.parametrize(
    ("held", "robust", "cost", "count"),
    [
        (True, True, 145.0, 3),
        (True, None, 145.0, 2),
        (True, False, 145.0, 2),
        (True, True, 145.01, 2),
        (True, None, 146.0, 1),
        (False, True, 1.0, 0),
    ],
)
def test_how_stars_are_counted(
    bakery: Make, held: bool, robust: bool | None, cost: float, count: int
) -> None:
    level = bakery()
    found = rate(level, designs(level)["winner:fresh"], cost=cost, held=held, robust=robust)

    assert found.count == count
    assert found.count == found.held + bool(found.robust and found.held) + found.par


def test_a_level_without_winners_has_no_par(bakery: Make) -> None:
    level = bakery(lambda data: data.pop("proofs"))

    assert par(level, level.starting_design()) is None
    assert not rate(level, level.starting_design(), cost=0.0, held=True).par
