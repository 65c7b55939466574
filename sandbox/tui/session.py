"""What is being played: the level, its board and history, the seed, and the last two attempts.

A plain object that tests can hold: it knows no screen. Every edit is saved at once; what could
not be saved is said in `problem`, and stays on the screen.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.documents import library
from sandbox.documents.catalogue import Catalogue
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.player.history import History
from sandbox.player.preferences import Preferences, preferences_file, resolve
from sandbox.player.progress import LevelProgress, Progress, compared, progress_file
from sandbox.player.saves import Autosave, Saves
from sandbox.player.storage import SaveError
from sandbox.tui.look import Look

if TYPE_CHECKING:
    from sandbox.judgement.report import Report
    from sandbox.player.edits import Edit
    from sandbox.simulation.trace import Trace

DEFAULT_SEED = 1
FIRST_LEVEL = "pizza-shop"
"""Where the very first start goes."""


@dataclass(frozen=True)
class Attempt:
    """One run that came to its end: what was run, what it means, and how it compares."""

    design: Design
    seed: int
    report: Report
    trace: Trace
    comparison: str | None = None
    """Against the try before, in words; None at the first try."""
    new_cards: tuple[int, ...] = ()


@dataclass
class Play:
    """Everything about one level while the game is open."""

    level: Level
    catalogue: Catalogue
    history: History
    seed: int = DEFAULT_SEED
    latest: Attempt | None = None
    previous: Attempt | None = None
    hints: int = 0
    """How many hints have been asked for."""


class Session:
    """One player at the game, from the first key to the last."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read the player's files in `folder`, by default the player's own."""
        self.preferences = preferences_file(folder)
        self.progress = progress_file(folder)
        self.saves = Saves(folder)
        self.notice = " ".join(
            said for said in (self.preferences.message, self.progress.message) if said
        )
        """What the player should be told once, such as a file that could not be read."""
        self._autosave = Autosave(self.saves)
        self._plays: dict[str, Play] = {}
        self._play: Play | None = None
        self._unsaved = ""

    def open(self, level: str | Path, seed: int | None = None) -> Play:
        """Take up a level where it was left. Raises DocumentError when there is none such."""
        document = library.load_level(level)
        play = self._plays.get(document.id)
        if play is None or play.level != document:
            play = self._plays[document.id] = self._take_up(document)
        if seed is not None:
            play.seed = seed
        self._play = play
        return play

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
        return self._autosave.problem or self._unsaved

    def do(self, edit: Edit) -> str | None:
        """Change the board and save it. Says what was done; None: nothing changed.

        Raises EditError, in words for the player, when it cannot be done.
        """
        history = self.play.history
        before = history.design
        after = history.do(edit)
        if after is before:
            return None
        self._autosave(after)
        return history.labels[-1]

    def undo(self) -> str | None:
        """Go one step back and save; says what was undone."""
        label = self.play.history.undo()
        self._autosave(self.design)
        return label

    def redo(self) -> str | None:
        """Go one step forward again and save; says what was redone."""
        label = self.play.history.redo()
        self._autosave(self.design)
        return label

    def begin(self) -> None:
        """Note that the first start has happened."""
        self._keep(Progress.begin)

    def finish(self, design: Design, seed: int, report: Report, trace: Trace) -> Attempt:
        """Take in a run that came to its end: compare, count the try, unlock cards."""
        met = self.progress.value.cards
        new = [card for card in self.level.cards if card not in met] if report.passed else []
        comparison = compared(self.reached.last, report)
        attempt = Attempt(design, seed, report, trace, comparison, tuple(new))
        self.play.previous, self.play.latest = self.play.latest, attempt
        self._keep(lambda progress: progress.record(report).meet(new))
        return attempt

    def rate(self, attempt: Attempt, robust: bool) -> Attempt:
        """Take in whether an attempt that held is robust, found later; counts no further try."""
        stars = attempt.report.stars
        count = stars.held + stars.par + robust
        stars = stars.model_copy(update={"robust": robust, "count": count})
        rated = replace(attempt, report=attempt.report.model_copy(update={"stars": stars}))
        play = self._plays.get(attempt.report.level)
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

    def _take_up(self, level: Level) -> Play:
        found = self.saves.load(level)
        self.notice = found.message or self.notice
        design = found.value or level.starting_design()
        return Play(level, library.kinds_for(level), History(design, level))

    def _keep(self, change: Callable[[Progress], Progress]) -> None:
        try:
            self.progress.update(change)
        except SaveError as error:
            self._unsaved = str(error)
        else:
            self._unsaved = ""
