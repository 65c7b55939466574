"""The game as a player has it: a real terminal, a real process, only the keyboard."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs a pseudo-terminal", allow_module_level=True)

from tests.terminal.terminal import Terminal

Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the game as often as needed; always the same player."""
    started: list[Terminal] = []

    def begin(*arguments: str, size: tuple[int, int] = (80, 24)) -> Terminal:
        started.append(Terminal(tmp_path, *arguments, size=size))
        return started[-1]

    yield begin
    for terminal in started:
        terminal.close()


def test_from_the_first_start_to_a_win(start: Start) -> None:
    game = start()
    game.wait_for("open the doors")
    game.press("Space")
    game.wait_for("waiting in front")
    game.press("5")
    game.wait_for("and left.")
    game.wait_for("Enter: the verdict")
    game.press("Enter")
    game.wait_for("did not hold")
    game.wait_for("What happened")
    game.wait_for("Enter again")
    game.press("Enter")
    game.wait_for("last run")
    # The phone is where the first line forms; from there everything gets more hands.
    game.press("0")
    game.wait_for("▸ ☎ phone")
    game.press("+")
    game.wait_for("×1→2")
    game.press("j", "j", "+", "+")
    game.wait_for("×2→4")
    game.press("j", "+", "+", "+", "+")
    game.wait_for("×4→8")
    game.press("f")
    game.wait_for("Since last time")
    game.press("Enter")
    game.wait_for("waiting in front")
    game.press("f")
    game.wait_for("it held")
    game.wait_for("New cards")
    game.wait_for("★ robust")
    game.press("q")
    assert game.wait_for_end() == 0

    again = start()
    again.wait_for("★★★  best $590")
    again.press("Enter")
    again.wait_for("cooks ×4")
    again.press("q")
    assert again.wait_for_end() == 0


def test_plain_looks_are_plain(start: Start) -> None:
    game = start("play", "pizza-shop", "--ascii", "--no-colour")
    game.wait_for("cooks x2")
    game.press("Space")
    game.wait_for("waiting in front")
    game.press("f")
    game.wait_for("did not hold")
    assert game.wait_for("? more").isascii()


def test_a_killed_challenge_is_offered_again(start: Start) -> None:
    game = start("play", "pizza-shop", "--timed")
    game.wait_for("Enter start")
    game.press("Enter")
    game.wait_for("left")
    game.press("l", "l", "+")
    game.wait_for("cooks ×3")
    game.close()
    again = start()
    again.wait_for("Under way")
    again.press("Enter")
    again.wait_for("cooks ×3")
    again.press("s")
    again.wait_for("Hand the board in")
    again.press("Enter")
    again.wait_for("a personal best, the first on this level")
    again.press("e")
    again.wait_for("cooks ×2")


def test_a_killed_game_finds_its_board_again(start: Start) -> None:
    game = start("play", "pizza-shop")
    game.wait_for("cooks ×2")
    game.press("l", "l", "+")
    game.wait_for("cooks ×3")
    game.close()
    again = start("play", "pizza-shop")
    again.wait_for("cooks ×3")
