"""A board on its way from being handed in to its score."""

from __future__ import annotations

from sandbox.fleet.seeds import HELD_OUT
from sandbox.judgement.cost import cost, total
from sandbox.judgement.par import par
from sandbox.judgement.report import Report
from sandbox.judgement.score import NOTHING, Score, outcome_of, score
from sandbox.player.challenges import seed_of
from sandbox.tui.board.facts import facts
from sandbox.tui.session import Attempt, Session
from sandbox.tui.simulator import Recording, Simulator, StarSearch


class Judging:
    """Runs the session's board on the challenge's seed, then, if it held, on the others."""

    def __init__(self, session: Session, simulator: Simulator) -> None:
        self.level, self.design = session.level, session.design
        self.seed = seed_of(self.level)
        self.cost = total(cost(self.level, self.design))
        self.par = par(self.level, self.design)
        self.unable = facts(self.level, self.design).problem
        """Why the board cannot be run, in words."""
        self.problems: list[str] = []
        """Why there is no score yet, though there could be one."""
        self.attempt: Attempt | None = None
        self.holds: tuple[int, int] | None = None
        """On how many of the other seeds it held, and of how many."""
        self._simulator = simulator
        self._recording: Recording | None = None
        self._search: StarSearch | None = None

    @property
    def report(self) -> Report | None:
        """What the run on the challenge's seed means, once it is over."""
        return self.attempt.report if self.attempt else None

    async def work(self) -> Score | None:
        """Find the score; None when the simulator failed, with `problems` saying how."""
        if self.unable:
            return NOTHING
        self._recording = self._simulator.record(self.level, self.design, self.seed)
        await self._recording.finished.wait()
        report, trace = self._recording.report, self._recording.trace
        if report is None or trace is None:
            return self._failed(self._recording)
        self.attempt = Attempt(self.design, self.seed, report, trace)
        if report.passed:
            self._search = self._simulator.stars(self.level, self.design, every=True)
            await self._search.finished.wait()
            self.holds = self._search.passed
            if self.holds is None:
                self.problems = self._search.problems
                return None
        return score(outcome_of(report, self.par, self.holds or (0, 0)))

    def cancel(self) -> None:
        """Nobody waits for it any more."""
        for job in (self._recording, self._search):
            if job is not None and not job.finished.is_set():
                self._simulator.cancel(job)

    @property
    def progress(self) -> str:
        """How far it is, in words."""
        if self._search is None:
            return "Your board runs on the seed of the challenge …"
        return f"It held. Now {HELD_OUT} other seeds; {self._search.done} are run …"

    def _failed(self, recording: Recording) -> Score | None:
        if recording.refused:
            self.unable = " ".join(recording.problems)
            return NOTHING
        self.problems = recording.problems
        return None
