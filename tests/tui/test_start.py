"""What starting the game loads, and what the very first run shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sandbox.tui
from sandbox.documents import library
from sandbox.judgement.judge import judge
from sandbox.simulation.run import simulate
from sandbox.tui.playback import LONGEST, Playback, first_harm
from sandbox.tui.session import DEFAULT_SEED, FIRST_LEVEL

FIRST_RUN = """
import asyncio, sys
from sandbox.tui.app import SandboxApp

async def play():
    app = SandboxApp()
    async with app.run_test(size=(80, 24)) as pilot:
        async def until(name):
            while type(app.screen).__name__ != name or not app.screen.is_mounted:
                await pilot.pause(0.01)
        await until("OpeningScreen")
        await pilot.press("space")
        await until("RunScreen")
        await pilot.press("f")
        await until("VerdictScreen")
    print(*sorted({"simpy", "numpy", "textual_plot"} & set(sys.modules)), "done")

asyncio.run(play())
"""


def python(program: str, home: Path) -> str:
    environment = {**os.environ, "SANDBOX_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.strip()


def test_something_is_on_the_screen_before_the_documents_are_read(tmp_path: Path) -> None:
    heavy = "{'pydantic', 'yaml', 'simpy', 'sandbox.documents.library'}"
    program = f"import sys, sandbox.tui.app; print(*({heavy} & set(sys.modules)), 'done')"
    assert python(program, tmp_path) == "done"


def test_a_whole_round_never_loads_the_engine_beside_the_screens(tmp_path: Path) -> None:
    assert python(FIRST_RUN, tmp_path) == "done"


def test_the_very_first_run_fails_visibly_and_soon() -> None:
    level = library.load_level(FIRST_LEVEL)
    run = simulate(level, level.starting_design(), DEFAULT_SEED)
    report = judge(level, level.starting_design(), run)
    assert not report.passed
    assert report.first_loss is not None
    assert report.first_loss.says.endswith("and left.")
    frames = run.trace.frames
    playback = Playback(frames, len(frames))
    playback.complete()
    seconds = 0.0
    while playback.time < report.first_loss.end:
        playback.tick(0.1)
        seconds += 0.1
    assert seconds < LONGEST
    assert first_harm(frames) is not None
    assert playback.lasts() <= LONGEST


def test_a_terminal_without_screens_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert sandbox.tui.main() == 2
    assert "--plain" in capsys.readouterr().err
