"""A simulator without a process: the whole recording is there at once, as after a short wait."""

from __future__ import annotations

from typing import Any

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.judgement.judge import judge
from sandbox.judgement.par import rate
from sandbox.simulation.run import simulate
from sandbox.tui.simulator import Recording, Simulator, StarSearch


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
        run = simulate(level, design, seed)
        recording.trace = run.trace
        report = judge(level, design, run)
        stars = rate(level, design, cost=report.cost, held=report.passed)
        recording.report = report.model_copy(update={"stars": stars})
        recording.finished.set()
        self.asked.append(recording)
        return recording

    def stars(self, level: Level, design: Design) -> StarSearch:
        search = StarSearch()
        self.searches.append(search)
        if self._stars is not None:
            search.take({"stars": self._stars})
        return search

    def cancel(self, job: Recording | StarSearch) -> None:
        self.cancelled.append(job)
