"""Labs: the smallest level that shows a failure, with designs that suffer it and that are cured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_design_text, load_level_text
from sandbox.judgement.judge import judge
from sandbox.judgement.report import Report
from sandbox.simulation.run import Run, simulate

SEEDS = range(1, 11)
"""What a lab claims, it claims for each of these."""

T = TypeVar("T")


@dataclass(frozen=True)
class Lab:
    """A level and its designs, by the names of their files."""

    level: Level
    designs: dict[str, Design]
    _reports: dict[tuple[str, int], Report] = field(default_factory=dict)

    def run(self, design: str, seed: int) -> Run:
        """One run to its end; nothing may have been lost in the counting."""
        run = simulate(self.level, self.designs[design], seed)
        assert run.conserved
        return run

    def start(self, design: str, seed: int) -> Run:
        """A run that has not begun."""
        return Run(self.level, self.designs[design], seed)

    def judge(self, run: Run) -> Report:
        """What a run means."""
        return judge(self.level, run.design, run)

    def report(self, design: str, seed: int) -> Report:
        """What one run of a design means. Asked for again, it is not run again."""
        known = self._reports.get((design, seed))
        if known is None:
            known = self._reports[design, seed] = self.judge(self.run(design, seed))
        return known

    def over(
        self, design: str, measure: Callable[[Report], T], seeds: Iterable[int] = SEEDS
    ) -> list[T]:
        """One number of each seed's report."""
        return [measure(self.report(design, seed)) for seed in seeds]


def lab(name: str) -> Lab:
    """The lab of a folder beside this file."""
    folder = Path(__file__).parent / name
    level = load_level_text((folder / "level.yaml").read_text("utf-8"))
    return Lab(
        level,
        {
            path.stem: load_design_text(path.read_text("utf-8"), level)
            for path in sorted(folder.glob("*.yaml"))
            if path.stem != "level"
        },
    )


def slo(report: Report, name: str) -> float:
    """The measured value of a service level; infinity where it was never reached."""
    measured = next(each.measured for each in report.slos if each.id == name)
    return float("inf") if measured is None else measured
