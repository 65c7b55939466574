"""A player, an app and a simulator for tests: no process, no clock, no files but the test's."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from textual.pilot import Pilot
from textual.screen import Screen

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.judgement.judge import judge
from sandbox.judgement.par import rate
from sandbox.player.edits import SetCount
from sandbox.simulation.run import simulate
from sandbox.tui.app import SandboxApp
from sandbox.tui.look import Look
from sandbox.tui.session import Session
from sandbox.tui.simulator import Recording, Simulator, StarSearch

S = TypeVar("S", bound=Screen[Any])

LEVELS = Path(__file__).parent / "levels"
"""Levels that stay as they are while those of the game are tuned."""
SHOP = LEVELS / "pizza-shop.yaml"
WINNER = {"phone": 2, "cooks": 4, "oven": 8}
"""Counts with which the pizza shop holds."""


class InstantSimulator(Simulator):
    """Answers at once, and remembers what it was asked."""

    def __init__(self, stars: dict[str, Any] | None = None) -> None:
        super().__init__(command=())
        self.asked: list[Recording] = []
        self.cancelled: list[object] = []
        self.searches: list[StarSearch] = []
        self._stars = stars

    def warm(self) -> None:
        """Nothing has to be started."""

    def record(self, level: Level, design: Design, seed: int) -> Recording:
        recording = Recording(level, design, seed)
        self.asked.append(recording)
        self.answer(recording)
        return recording

    def answer(self, recording: Recording) -> None:
        """Let a recording be complete."""
        level, design = recording.level, recording.design
        run = simulate(level, design, recording.seed)
        report = judge(level, design, run)
        stars = rate(level, design, cost=report.cost, held=report.passed)
        recording.trace = run.trace
        recording.report = report.model_copy(update={"stars": stars})
        recording.finished.set()

    def stars(self, level: Level, design: Design, *, every: bool = False) -> StarSearch:
        search = StarSearch()
        self.searches.append(search)
        if self._stars is not None:
            search.take({"stars": self._stars, **({"passed": [20, 20]} if every else {})})
        return search

    def cancel(self, job: Recording | StarSearch) -> None:
        self.cancelled.append(job)


class SilentSimulator(InstantSimulator):
    """Never says anything by itself."""

    def answer(self, recording: Recording) -> None:
        """Leave it as it is."""


def player(folder: Path, level: str | None = None, *, first: bool = False) -> Session:
    """Somebody who plays out of `folder`, with a level open or none."""
    session = Session(folder)
    if not first:
        session.begin()
    if level is not None:
        session.open(level)
    return session


def game(
    session: Session, look: Look | None = None, simulator: Simulator | None = None
) -> SandboxApp:
    """The app for that player; its clock stands still."""
    return SandboxApp(
        session, look or Look(motion=False), simulator or InstantSimulator(), clock=lambda: 0.0
    )


def mend(session: Session) -> None:
    """Make the board of the pizza shop one that holds."""
    for node_id, count in WINNER.items():
        session.do(SetCount(node_id, count))


async def arrive(pilot: Pilot[Any], kind: type[S]) -> S:
    """Wait until this kind of screen is there."""
    for _ in range(200):
        await pilot.pause()
        if isinstance(pilot.app.screen, kind):
            await pilot.pause()
            return pilot.app.screen
    raise AssertionError(f"still on {type(pilot.app.screen).__name__}, not on {kind.__name__}")


def screen_text(pilot: Pilot[Any]) -> str:
    """What is on the screen, as text."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)
