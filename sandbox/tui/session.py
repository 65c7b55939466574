"""What is being played: the level, its board and history, the seed, and the last two attempts.

A plain object that tests can hold: it knows no screen. Every edit is saved at once; what could
not be saved is said in `problem`, and stays on the screen. A timed challenge is a play of its
own beside that of its level: it has another board, and leaves the player's progress alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.documents import library
from sandbox.documents.catalogue import Catalogue
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.problems import DocumentError
from sandbox.player import nights
from sandbox.player.challenges import Challenge, UnderWay, challenges_file
from sandbox.player.preferences import Preferences, preferences_file, resolve
from sandbox.player.progress import LevelProgress, Progress, compared, progress_file, summary
from sandbox.player.saves import Autosave
from sandbox.player.storage import SaveError
from sandbox.tui.look import Look
from sandbox.tui.plays import DEFAULT_SEED, Attempt, Play, Plays

if TYPE_CHECKING:
    from sandbox.judgement.report import Report
    from sandbox.judgement.score import Score
    from sandbox.player.challenges import Try
    from sandbox.player.edits import Edit
    from sandbox.simulation.trace import Trace

__all__ = ["DEFAULT_SEED", "FIRST_LEVEL", "Attempt", "Play", "Session"]

FIRST_LEVEL = "pizza-shop"
"""Where the very first start goes."""


class Session:
    """One player at the game, from the first key to the last."""

    def __init__(
        self, folder: Path | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Read the player's files in `folder`, by default the player's own.

        `now` dates what is kept of challenges.
        """
        self._now = now
        self.preferences = preferences_file(folder)
        self.progress = progress_file(folder)
        self.challenges = challenges_file(folder)
        self._plays = Plays(folder, self.progress, self.challenges)
        self.saves = self._plays.saves
        files = (self.preferences, self.progress, self.challenges)
        self.notice = " ".join(file.message for file in files if file.message)
        """What the player should be told once, such as a file that could not be read."""
        self._autosave = Autosave(self.saves)
        self._hold = Autosave(self._plays.held)
        self._play: Play | None = None
        self._unsaved = ""

    def open(self, level: str | Path, seed: int | None = None) -> Play:
        """Take up a level where it was left.

        Raises DocumentError when there is none such, or when it is a second night still closed.
        """
        play = self._take(self._plays.level(level))
        if seed is not None:
            play.seed = seed
        return play

    def take_challenge(self, level: str | Path) -> Play:
        """Go on with the timed challenge of a level, or start one where none is under way.

        Raises DocumentError as `open` does.
        """
        return self._take(self._plays.timed(level, self.preferences.value.clock))

    @property
    def is_open(self) -> bool:
        """Whether a level has been opened."""
        return self._play is not None

    @property
    def play(self) -> Play:
        """The level being played. Opening one is what every way into the game does first."""
        if self._play is None:
            raise RuntimeError("no level is open")
        return self._play

    @property
    def level(self) -> Level:
        """The document of the level being played."""
        return self.play.level

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue with the level's own kinds."""
        return self.play.catalogue

    @property
    def design(self) -> Design:
        """The board as it is now."""
        return self.play.history.design

    @property
    def seed(self) -> int:
        """The seed the next run uses."""
        return self.play.seed

    @property
    def challenge(self) -> Challenge | None:
        """The timed challenge being played; None at any other time."""
        return self._play.challenge if self._play else None

    @property
    def offer(self) -> UnderWay | None:
        """The challenge that was played last and is not over, if its level can be opened."""
        for state in reversed(self.challenges.value.under_way.values()):
            try:
                self._plays.find(state.source)
            except DocumentError:
                continue
            return state
        return None

    @property
    def night(self) -> str | None:
        """What opens the second night of the level being played; None while nothing does."""
        level = self.level
        if level.night is None or not nights.is_open(level, self.progress.value):
            return None
        return library.night_of(self.play.source)

    @property
    def first_start(self) -> bool:
        """Whether this player has never been here before."""
        return not self.progress.value.begun

    @property
    def reached(self) -> LevelProgress:
        """What was reached in this level so far."""
        return self.progress.value.level(self.level.id)

    @property
    def problem(self) -> str:
        """Why something is not on the disk; empty when everything is."""
        keeper = self.challenge or self._autosave
        return keeper.problem or self._hold.problem or self._unsaved

    def starting_board(self) -> Design:
        """The board to start over from: on a second night the one that held on the first."""
        board = self._plays.start(self.play)
        self.notice = self._plays.notice or self.notice
        return board

    def do(self, edit: Edit) -> str | None:
        """Change the board and save it. Says what was done; None: nothing changed.

        Raises EditError, in words for the player, when it cannot be done.
        """
        history = self.play.history
        before = history.design
        after = history.do(edit)
        if after is before:
            return None
        self._save()
        return history.labels[-1]

    def undo(self) -> str | None:
        """Go one step back and save; says what was undone."""
        label = self.play.history.undo()
        self._save()
        return label

    def redo(self) -> str | None:
        """Go one step forward again and save; says what was redone."""
        label = self.play.history.redo()
        self._save()
        return label

    def begin(self) -> None:
        """Note that the first start has happened."""
        self._keep(Progress.begin)

    def finish(self, design: Design, seed: int, report: Report, trace: Trace) -> Attempt:
        """Take in a run that came to its end: compare, count the try, unlock cards.

        In a challenge it is compared only, with the run before in the same challenge.
        """
        play, past, new = self.play, self.reached.last, []
        if play.challenge:
            past = summary(play.latest.report) if play.latest else None
        else:
            met = self.progress.value.cards
            new = [card for card in self.level.cards if card not in met] if report.passed else []
            if report.passed:
                self._hold(design)  # first, so that a night that is open finds it
            self._keep(lambda progress: progress.record(report).meet(new))
        attempt = Attempt(design, seed, report, trace, compared(past, report), tuple(new))
        play.previous, play.latest = play.latest, attempt
        return attempt

    def conclude(self, score: Score, cost: float) -> Try:
        """End the challenge with its score, and put its board by under a name of its own.

        What is being played is then the level again, with the player's own board.
        """
        challenge, when = self.play.challenge, self._now().astimezone()
        if challenge is None:
            raise RuntimeError("no challenge is being played")
        try:
            name = f"challenge {when:%Y-%m-%d %H-%M-%S}"
            board = self.saves.save_as(self.design, name, replace=True)
        except SaveError:
            board = ""
        one = challenge.conclude(score, cost, when, board)
        self._unsaved = challenge.problem or self._unsaved
        self._play = self._plays.leave_challenge(self.level.id)
        return one

    def rate(self, attempt: Attempt, robust: bool) -> Attempt:
        """Take in whether an attempt that held is robust, found later; counts no further try."""
        stars = attempt.report.stars
        count = stars.held + stars.par + robust
        stars = stars.model_copy(update={"robust": robust, "count": count})
        rated = replace(attempt, report=attempt.report.model_copy(update={"stars": stars}))
        play = self._plays.known(attempt.report.level)
        if play is not None and play.latest is attempt:
            play.latest = rated
        self._keep(lambda progress: progress.rate(rated.report))
        return rated

    def prefer(self, preferences: Preferences) -> None:
        """Keep the player's preferences."""
        try:
            self.preferences.update(lambda _: preferences)
        except SaveError as error:
            self._unsaved = str(error)

    def look(self) -> Look:
        """How the game looks to this player in this terminal."""
        encoding = getattr(sys.__stdout__, "encoding", None) or "utf-8"
        found = resolve(self.preferences.value, os.environ, encoding)
        return Look(found.ascii, found.colour, found.motion)

    def _take(self, play: Play) -> Play:
        self._play = play
        self.notice = self._plays.notice or self.notice
        return play

    def _save(self) -> None:
        (self.challenge.save if self.challenge else self._autosave)(self.design)

    def _keep(self, change: Callable[[Progress], Progress]) -> None:
        try:
            self.progress.update(change)
        except SaveError as error:
            self._unsaved = str(error)
        else:
            self._unsaved = ""
