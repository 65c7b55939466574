"""A challenge told of time, what is kept of it, and how tries are ordered."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.documents.level import Level
from sandbox.fleet.seeds import held_out_seeds
from sandbox.judgement.score import NOTHING, Score
from sandbox.player.challenges import (
    Challenge,
    Challenges,
    Try,
    challenge_saves,
    challenges_file,
    clock_time,
    seed_of,
    time_left,
)
from sandbox.player.preferences import ClockChoice
from sandbox.player.saves import Saves

WHEN = datetime(2025, 3, 1, 18, 30, tzinfo=UTC)
HELD = Score(held=100, goals=400, spare=50, cost=150, seeds=150)


def begun(folder: Path, level: Level, clock: ClockChoice = "normal") -> Challenge:
    file = challenges_file(folder)
    return Challenge.begin(file, challenge_saves(folder), level, level.id, clock)


def again(folder: Path, level: Level) -> Challenge:
    """The challenge as another game finds it."""
    file = challenges_file(folder)
    return Challenge(file, challenge_saves(folder), file.value.under_way[level.id])


def made(score: int, used: float | None = 60.0, level: str = "pizza-shop") -> Try:
    return Try(
        level=level,
        title=level,
        when=WHEN,
        score=score,
        held=score > 400,
        cost=500.0,
        clock="off" if used is None else "normal",
        limit=None if used is None else 600.0,
        used=used,
    )


def test_time_passes_when_it_is_told_to_and_ends(tmp_path: Path, pizza: Level) -> None:
    challenge, seen = begun(tmp_path, pizza), []
    assert challenge.left == pizza.planning == 600.0
    for seconds in (30.0, 510.0, 59.5, 5.0):
        challenge.tick(seconds)
        seen.append((challenge.left, challenge.in_last_minute, challenge.is_over))
    assert seen == [
        (570.0, False, False),
        (60.0, True, False),
        (0.5, True, False),
        (0.0, True, True),
    ]
    assert challenge.state.used == 600.0


@pytest.mark.parametrize(("clock", "limit"), [("normal", 600.0), ("tenfold", 6000.0)])
def test_a_clock_may_be_longer(
    tmp_path: Path, pizza: Level, clock: ClockChoice, limit: float
) -> None:
    assert begun(tmp_path, pizza, clock).left == limit


def test_without_a_clock_no_time_passes(tmp_path: Path, pizza: Level) -> None:
    challenge = begun(tmp_path, pizza, "off")
    challenge.tick(1e6)
    assert challenge.left is None
    assert not challenge.is_over
    assert challenge.conclude(HELD, 540.0, WHEN, "").used is None


def test_a_clock_is_eased_and_never_tightened(tmp_path: Path, pizza: Level) -> None:
    challenge = begun(tmp_path, pizza)
    challenge.tick(100.0)
    challenge.ease(pizza, "tenfold")
    assert challenge.left == 5900.0
    challenge.ease(pizza, "normal")
    assert again(tmp_path, pizza).left == 5900.0
    challenge.ease(pizza, "off")
    assert again(tmp_path, pizza).left is None


def test_little_time_is_lost_by_a_kill_and_none_after_an_edit(tmp_path: Path, pizza: Level) -> None:
    challenge = begun(tmp_path, pizza)
    for _ in range(39):
        challenge.tick(1.0)
    assert again(tmp_path, pizza).state.used >= 34.0
    design = pizza.starting_design().model_copy(update={"name": "mine"})
    challenge.save(design)
    assert again(tmp_path, pizza).state == challenge.state
    assert again(tmp_path, pizza).board(pizza).value == design


def test_the_board_is_not_the_players_own(tmp_path: Path, pizza: Level) -> None:
    begun(tmp_path, pizza)
    assert Saves(tmp_path).load(pizza).value is None


def test_what_cannot_be_saved_is_said_until_it_is(tmp_path: Path, pizza: Level) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    challenge = begun(home, pizza)
    home.rename(elsewhere)
    home.write_text("a file where the folder should be")
    challenge.tick(10.0)
    assert "could not be saved" in challenge.problem
    home.unlink()
    elsewhere.rename(home)
    challenge.keep()
    assert challenge.problem == ""
    assert again(home, pizza).state == challenge.state


def test_handed_in_it_waits_for_its_score(tmp_path: Path, pizza: Level) -> None:
    challenge = begun(tmp_path, pizza)
    challenge.tick(1.0)
    challenge.end(time_up=True)
    found = again(tmp_path, pizza)
    assert (found.state.ended, found.state.used) == ("time up", 1.0)
    found.ease(pizza, "off")
    assert found.state.limit == 600.0


def test_a_score_ends_it_for_good(tmp_path: Path, pizza: Level) -> None:
    challenge = begun(tmp_path, pizza)
    challenge.tick(12.5)
    challenge.end()
    one = challenge.conclude(HELD, 540.0, WHEN, "challenge-1")
    challenge.keep()  # as when its screen is only then taken away
    kept = challenges_file(tmp_path).value
    assert kept.under_way == {}
    assert kept.tries == (one,)
    assert (one.score, one.held, one.used, one.when) == (850, True, 12.5, WHEN)


def test_what_earned_nothing_is_a_try_as_well(tmp_path: Path, pizza: Level) -> None:
    one = begun(tmp_path, pizza).conclude(NOTHING, 100.0, WHEN, "")
    assert (one.score, one.held) == (0, False)


def test_the_score_goes_first_and_time_parts_equals() -> None:
    tries = (made(500, 300.0), made(700, 600.0), made(700, 20.0), made(700, None), made(9, 1.0))
    known = Challenges(tries=(*tries, made(999, level="todo")))
    assert known.best("pizza-shop") is tries[2]
    assert sorted(known.of("pizza-shop"), key=lambda each: each.merit, reverse=True) == [
        tries[2],
        tries[1],
        tries[3],
        tries[0],
        tries[4],
    ]
    assert known.best("todo-at-scale") is None


def test_the_latest_has_a_place_behind_its_equals() -> None:
    known = Challenges()
    places = []
    for one in (made(500), made(700), made(700), made(600), made(700, 10.0)):
        known = known.conclude(one)
        places.append(known.place("pizza-shop"))
    assert places == [1, 1, 2, 3, 1]
    best = known.best("pizza-shop")
    assert best is not None
    assert best.used == 10.0


def test_the_one_played_last_is_last(tmp_path: Path, pizza: Level, todo: Level) -> None:
    first, second = begun(tmp_path, pizza), begun(tmp_path, todo)
    assert list(challenges_file(tmp_path).value.under_way) == ["pizza-shop", "todo"]
    first.tick(7.0)
    assert list(challenges_file(tmp_path).value.under_way) == ["todo", "pizza-shop"]
    second.conclude(HELD, 1.0, WHEN, "")
    assert list(challenges_file(tmp_path).value.under_way) == ["pizza-shop"]


def test_a_broken_history_gives_way_to_the_one_before(tmp_path: Path, pizza: Level) -> None:
    challenge = begun(tmp_path, pizza)
    challenge.conclude(HELD, 540.0, WHEN, "")
    begun(tmp_path, pizza)
    (tmp_path / "challenges.json").write_text("{", encoding="utf-8")
    found = challenges_file(tmp_path)
    assert [each.score for each in found.value.tries] == [850]
    assert "challenges.json.broken-1" in found.message


def test_the_seed_belongs_to_the_challenge(pizza: Level, todo: Level) -> None:
    assert seed_of(pizza) == seed_of(pizza)
    assert seed_of(pizza) != seed_of(todo)
    assert seed_of(pizza) not in held_out_seeds(pizza)


def test_times_are_written_in_minutes_and_seconds() -> None:
    assert [clock_time(each) for each in (0, 59.9, 432, 6000)] == [
        "00:00",
        "00:59",
        "07:12",
        "100:00",
    ]
    assert [time_left(each) for each in (0.0, 0.1, 59.01, 60.0)] == [
        "00:00",
        "00:01",
        "01:00",
        "01:00",
    ]
