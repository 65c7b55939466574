"""`sandbox history`, and `sandbox play LEVEL --timed`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.documents.library import load_level
from sandbox.judgement.score import Score
from sandbox.player.challenges import Challenge, challenge_saves, challenges_file

Sandbox = Callable[..., Any]
LEVEL = load_level("pizza-shop")


def played(folder: Path, day: int, seeds: int, used: float) -> None:
    file = challenges_file(folder)
    challenge = Challenge.begin(file, challenge_saves(folder), LEVEL, LEVEL.id, "normal")
    challenge.tick(used)
    score = Score(held=100, goals=400, spare=50, cost=150, seeds=seeds)
    when = datetime(2025, 3, day, 18, 30, tzinfo=UTC)
    challenge.conclude(score, 540.5, when, f"challenge-{day}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SANDBOX_HOME", str(tmp_path))
    return tmp_path


def test_no_history_is_said_in_words(sandbox: Sandbox, folder: Path) -> None:
    done = sandbox("history")
    assert done.code == 0
    assert "No timed challenge has been handed in yet" in done.out
    assert json.loads(sandbox("history", "--json").out) == []


def test_tries_are_listed_with_the_latest_first(sandbox: Sandbox, folder: Path) -> None:
    played(folder, 1, 150, 432.0)
    played(folder, 2, 75, 61.0)
    head, first, second = sandbox("history", "--plain").out.splitlines()
    assert head.split() == ["date", "level", "score", "verdict", "cost", "time", "used"]
    assert first == "2025-03-02 18:30  pizza-shop  775    held     $540.50  01:01 of 10:00"
    assert second == "2025-03-01 18:30  pizza-shop  850    held     $540.50  07:12 of 10:00  best"


def test_tries_are_data_too(sandbox: Sandbox, folder: Path) -> None:
    played(folder, 1, 150, 432.0)
    [one] = json.loads(sandbox("history", "--json").out)
    assert one["level"] == "pizza-shop"
    assert (one["score"], one["held"], one["cost"], one["used"]) == (850, True, 540.5, 432.0)
    assert one["when"] == "2025-03-01T18:30:00Z"


def test_a_broken_history_is_told(sandbox: Sandbox, folder: Path) -> None:
    (folder / "challenges.json").write_text("{", encoding="utf-8")
    done = sandbox("history")
    assert done.code == 0
    assert "challenges.json.broken-1" in done.err


@pytest.mark.parametrize(
    ("arguments", "why"), [((), "needs a LEVEL"), (("pizza-shop", "--plain"), "on the screen only")]
)
def test_a_timed_challenge_needs_a_level_and_a_screen(
    sandbox: Sandbox, arguments: tuple[str, ...], why: str
) -> None:
    done = sandbox("play", *arguments, "--timed")
    assert done.code == 2
    assert why in done.err
