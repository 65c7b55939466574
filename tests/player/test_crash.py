"""Killed in mid-save: whatever was saved before is there, whole, and so is what comes after."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

import sandbox
from sandbox.documents.level import Level
from sandbox.player.saves import Saves

HERE = Path(__file__).parent
ROOT = Path(sandbox.__file__).parents[1]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills and forks as POSIX does")


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(HERE / script), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("saves_before", [1, 2, 7, 30, 101])
def test_killed_in_a_tight_loop_of_saves(tmp_path: Path, pizza: Level, saves_before: int) -> None:
    with start("save_for_ever.py", str(tmp_path)) as game:
        assert game.stdout is not None
        for _ in range(saves_before):
            game.stdout.readline()
        game.kill()
        rest = game.stdout.read()
    told = saves_before + rest.count("\n")
    found = Saves(tmp_path).load(pizza)
    assert found.message == ""
    assert found.value is not None
    assert int(found.value.name) in (told, told + 1), "saved but not yet told of, at most"
    assert len(found.value.nodes) == (4 if int(found.value.name) % 2 else 104)
    assert not list(tmp_path.rglob("*.broken-*"))


@pytest.mark.parametrize("disk", [(), ("--no-links",)], ids=["links", "no links"])
def test_killed_at_each_step_and_in_mid_file(tmp_path: Path, disk: tuple[str, ...]) -> None:
    with start("save_and_die.py", str(tmp_path), *disk) as game:
        told, _ = game.communicate(timeout=120)
    assert game.returncode == 0
    for ends in told.split("---\n"):
        runs = [(found, len(list(all_))) for found, all_ in groupby(ends.splitlines())]
        assert [found for found, _ in runs] == ["old ", "new "], "one or the other; no word of it"
        assert all(number >= 2 for _, number in runs), "some steps before and some after it counts"
