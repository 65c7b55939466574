"""Second nights without the screens: never locked, whatever was won."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.documents import library
from sandbox.player.edits import AddNode
from sandbox.player.nights import held_boards
from tests.cli.conftest import Sandbox
from tests.nights import TODO


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A game with one level, and a player who has won nothing."""
    folder = tmp_path / "levels"
    folder.mkdir()
    (folder / "todo.yaml").write_text(TODO, encoding="utf-8")
    monkeypatch.setattr(library, "levels_folder", lambda: folder)
    monkeypatch.setenv("SANDBOX_HOME", str(tmp_path / "home"))
    library._shipped_levels.cache_clear()
    return folder


def test_they_are_listed_behind_their_levels(sandbox: Sandbox) -> None:
    rows = sandbox("levels", "--plain").out.splitlines()[1:]
    assert [row.split()[0] for row in rows] == ["todo", "todo-night-2"]
    assert "Todo, twice" in rows[1]
    data = json.loads(sandbox("levels", "--json").out)
    assert [each["budget"] for each in data] == ["$340/month", "$500/month"]


def test_a_run_is_charged_for_what_was_replaced(sandbox: Sandbox, tmp_path: Path) -> None:
    exported = sandbox("export", "todo-night-2", "--design", "start")
    assert exported.code == 0
    board = tmp_path / "board.yaml"
    board.write_text(exported.out.replace("size: S", "size: M"), encoding="utf-8")
    done = sandbox("simulate", "todo-night-2", str(board), "--plain")
    assert "Todo, twice" in done.out
    assert ["app:", "replaced", "$40"] in [line.split() for line in done.out.splitlines()]
    assert "budget: held" in done.out
    assert sandbox("check", str(board)).out.startswith(f"{board}: a design for `todo-night-2`")


def test_the_file_of_a_level_has_its_night_beside_it(sandbox: Sandbox, shelf: Path) -> None:
    night = str(shelf / "todo-night-2.yaml")
    assert sandbox("simulate", night, "start", "--json").code in (0, 1)
    checked = sandbox("check", str(shelf / "todo.yaml")).out
    assert "a second night, `todo-night-2`, with 2 designs" in checked


def test_it_is_told_in_words(sandbox: Sandbox) -> None:
    told = sandbox("play", "todo-night-2", "--plain")
    assert told.code == 0
    assert "of $500/month" in told.out
    assert "Changing it: $40 for each part" in told.out
    assert "cache" not in told.out
    first = library.load_level("todo")
    mine = AddNode("cache", "cache", (3, 0)).apply(first.starting_design(), first)
    held_boards().save(mine)
    assert "cache: Cache" in sandbox("play", "todo-night-2", "--plain").out
