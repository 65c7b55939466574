"""Pictures of a second night: its brief, its line on the map, its board with a charge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.tui.look import Look
from sandbox.tui.screens.brief import BriefScreen
from tests.tui.fakes import game, player
from tests.tui.nights import NIGHT, winner
from tests.tui.test_snapshots import sizes, steps


@sizes
def test_brief(
    tmp_path: Path, night_levels: Path, snap_compare: Any, size: tuple[int, int], look: Look
) -> None:
    winner(tmp_path)
    app = game(player(tmp_path, NIGHT), look)
    assert snap_compare(app, terminal_size=size, run_before=steps(first=BriefScreen))


def test_map(tmp_path: Path, night_levels: Path, snap_compare: Any) -> None:
    winner(tmp_path)
    assert snap_compare(game(player(tmp_path)), run_before=steps("down"))


@sizes
def test_charge(
    tmp_path: Path, night_levels: Path, snap_compare: Any, size: tuple[int, int], look: Look
) -> None:
    winner(tmp_path)
    app = game(player(tmp_path, NIGHT), look)
    take = steps("escape", "right", "x", "left", first=BriefScreen)
    assert snap_compare(app, terminal_size=size, run_before=take)
