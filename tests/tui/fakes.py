"""A player, an app and a simulator for tests: no process, no clock, no files but the test's."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from textual.pilot import Pilot
from textual.screen import Screen

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import to_yaml
from sandbox.documents.variations import vary
from sandbox.judgement.judge import judge
from sandbox.judgement.par import rate
from sandbox.judgement.report import Report
from sandbox.player.edits import ReplaceDesign, SetCount
from sandbox.simulation.run import simulate
from sandbox.simulation.trace import Trace
from sandbox.tui.app import SandboxApp
from sandbox.tui.look import Look
from sandbox.tui.session import Session
from sandbox.tui.simulator import Recording, Simulator, StarSearch

S = TypeVar("S", bound=Screen[Any])

LEVELS = Path(__file__).parent / "levels"
"""Levels that stay as they are while those of the game are tuned."""
SHOP = LEVELS / "pizza-shop.yaml"
WARMUPS = Path(__file__).parent / "warmups"
TODO, SALE = WARMUPS / "todo-at-scale.yaml", WARMUPS / "flash-sale.yaml"
"""Levels with thousands of requests a second, as they once were."""
WINNER = {"phone": 2, "cooks": 4, "oven": 8}
"""Counts with which the pizza shop holds."""


_PLAYED: dict[tuple[str, str, int], tuple[Trace, Report]] = {}


def played(level: Level, design: Design, seed: int) -> tuple[Trace, Report]:
    """A run and what it means; the large ones are run once for all tests."""
    key = (to_yaml(level), to_yaml(design), seed)
    if key not in _PLAYED:
        run = simulate(level, design, seed)
        report = judge(level, design, run)
        stars = rate(level, design, cost=report.cost, held=report.passed)
        _PLAYED[key] = run.trace, report.model_copy(update={"stars": stars})
    trace, report = _PLAYED[key]
    return Trace(trace.header, list(trace.frames), list(trace.journeys)), report


def winner(session: Session, name: str) -> None:
    """Put one of the author's winners of the level on the board."""
    level = session.level
    assert level.proofs is not None
    board = vary(level.starting_design(), level.proofs.winners[name])
    session.do(ReplaceDesign(board))


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
        recording.trace, recording.report = played(
            recording.level, recording.design, recording.seed
        )
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
