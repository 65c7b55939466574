"""Timed challenges: the clock that runs while planning only, and what came of each try.

A challenge is played on a board of its own, which is saved at every edit in `challenge/` beside
the player's boards. What is left of its time is saved with each edit, whenever the clock stops,
and every few seconds in between: a kill gives a little time back and costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.fleet.seeds import seeds_of
from sandbox.judgement.score import Score
from sandbox.player.preferences import ClockChoice
from sandbox.player.saves import Autosave, Saves
from sandbox.player.storage import Found, JsonFile, SaveError, home

TENFOLD = 10
LAST = 60.0
"""Seconds that are called the last minute."""
_SAVE_EVERY = 5.0
"""Seconds of planning after which the time is saved, whatever happens."""
_PATIENCE: tuple[ClockChoice, ...] = ("normal", "tenfold", "off")
"""From the strictest clock to none."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class UnderWay(_Model):
    """A challenge that has been started and not yet scored. Times are in seconds."""

    level: str
    source: str
    """What opens the level: its id, or the path of its file."""
    title: str
    clock: ClockChoice
    limit: float | None
    """How long planning may last; None where there is no clock."""
    used: float = 0.0
    ended: Literal["no", "handed in", "time up"] = "no"

    @property
    def left(self) -> float | None:
        """What is left to plan; None where there is no clock."""
        return None if self.limit is None else max(self.limit - self.used, 0.0)


class Try(_Model):
    """One board that was handed in, and what it was worth."""

    level: str
    title: str
    when: AwareDatetime
    score: int
    held: bool
    cost: float
    """In dollars for the level's period."""
    clock: ClockChoice
    limit: float | None
    used: float | None
    """Seconds of planning; None where there was no clock."""
    board: str = ""
    """The name under which the board is kept; empty where it could not be."""

    @property
    def merit(self) -> tuple[int, float]:
        """What tries are ordered by: the score, and among equals the less time the better."""
        return self.score, -math.inf if self.used is None else -self.used


class Challenges(_Model):
    """What is under way, by level, the latest last; and every try, the oldest first."""

    format: Literal[1] = 1
    under_way: dict[str, UnderWay] = {}
    tries: tuple[Try, ...] = ()

    def of(self, level_id: str) -> tuple[Try, ...]:
        """The tries on one level, the oldest first."""
        return tuple(each for each in self.tries if each.level == level_id)

    def best(self, level_id: str) -> Try | None:
        """The best try on a level; of equal ones the first."""
        return max(self.of(level_id), key=lambda each: each.merit, default=None)

    def place(self, level_id: str) -> int:
        """The place of the latest try among all on a level: 1 is better than all before."""
        *before, latest = self.of(level_id)
        return 1 + sum(each.merit >= latest.merit for each in before)

    def keep(self, challenge: UnderWay) -> Challenges:
        """Note how far a challenge is."""
        others = self._without(challenge.level)
        return self.model_copy(update={"under_way": {**others, challenge.level: challenge}})

    def conclude(self, one: Try) -> Challenges:
        """Add a try, with which the challenge on its level is over."""
        changed = {"under_way": self._without(one.level), "tries": (*self.tries, one)}
        return self.model_copy(update=changed)

    def _without(self, level_id: str) -> dict[str, UnderWay]:
        return {level: each for level, each in self.under_way.items() if level != level_id}


ChallengesFile = JsonFile[Challenges]


def challenges_file(folder: Path | None = None) -> ChallengesFile:
    """Open the player's challenges."""
    return JsonFile((folder or home()) / "challenges.json", Challenges())


def challenge_saves(folder: Path | None = None) -> Saves:
    """Where the boards of challenges live, apart from the player's own."""
    return Saves((folder or home()) / "challenge")


def seed_of(level: Level) -> int:
    """The seed on which a board that was handed in is run: always the same for a level."""
    return seeds_of(level, "challenge", 1)[0]


def time_allowed(level: Level, clock: ClockChoice) -> float | None:
    """How long planning may last, in seconds; None for ever."""
    if clock == "off":
        return None
    return level.planning * (TENFOLD if clock == "tenfold" else 1)


def more_patient(one: ClockChoice, other: ClockChoice) -> ClockChoice:
    """The one of two clocks that leaves more time."""
    return max(one, other, key=_PATIENCE.index)


def clock_time(seconds: float) -> str:
    """Write a time as minutes and seconds: `07:12`, `100:00`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"


def time_left(seconds: float) -> str:
    """Write what is left; 00:00 only when nothing is."""
    return clock_time(math.ceil(seconds))


def time_used(one: Try) -> str:
    """Write the time a try took, and of how much: `02:48 of 10:00`."""
    if one.used is None or one.limit is None:
        return "no clock"
    return f"{clock_time(one.used)} of {clock_time(one.limit)}"


def written(one: Try) -> str:
    """Write when a try was made, by the clock of where it was made."""
    return f"{one.when:%Y-%m-%d %H:%M}"


class Challenge:
    """One challenge being played: told of time only while its player plans.

    `problem` says why something of it is not on the disk; empty when everything is.
    """

    def __init__(self, file: ChallengesFile, saves: Saves, state: UnderWay) -> None:
        self.state = state
        self._file = file
        self._autosave = Autosave(saves)
        self._saves = saves
        self._kept: UnderWay | None = None
        self._concluded = False
        self._unsaved = ""

    @classmethod
    def begin(
        cls, file: ChallengesFile, saves: Saves, level: Level, source: str, clock: ClockChoice
    ) -> Challenge:
        """Start afresh on the level's starting board."""
        limit = time_allowed(level, clock)
        state = UnderWay(level=level.id, source=source, title=level.title, clock=clock, limit=limit)
        challenge = cls(file, saves, state)
        challenge.save(level.starting_design())
        return challenge

    @property
    def problem(self) -> str:
        """Why something is not on the disk."""
        return self._autosave.problem or self._unsaved

    @property
    def left(self) -> float | None:
        """Seconds left to plan; None where there is no clock."""
        return self.state.left

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return self.left == 0.0

    @property
    def in_last_minute(self) -> bool:
        """Whether there is no more than a minute left."""
        return self.left is not None and self.left <= LAST

    def tick(self, seconds: float) -> None:
        """Let time pass. Only to be told while the player plans."""
        limit = self.state.limit
        if limit is None:
            return
        self._change(used=min(self.state.used + seconds, limit))
        kept = self._kept.used if self._kept else 0.0
        if self.state.used - kept >= _SAVE_EVERY or self.is_over:
            self.keep()

    def ease(self, level: Level, clock: ClockChoice) -> None:
        """Take over a more patient clock, chosen since; a stricter one is for the next."""
        clock = more_patient(clock, self.state.clock)
        if self.state.ended == "no" and clock != self.state.clock:
            self._change(clock=clock, limit=time_allowed(level, clock))
            self.keep()

    def board(self, level: Level) -> Found[Design]:
        """Find the board as it was left."""
        return self._saves.load(level)

    def save(self, design: Design) -> None:
        """Save the board and the time."""
        self._autosave(design)
        self.keep()

    def keep(self) -> None:
        """Save the time, if it has changed."""
        if self._concluded or self.state is self._kept:
            return
        self._update(lambda known: known.keep(self.state))
        if not self._unsaved:
            self._kept = self.state

    def end(self, *, time_up: bool = False) -> None:
        """Hand in the board: from here on neither it nor the time changes."""
        self._change(ended="time up" if time_up else "handed in")
        self.keep()

    def conclude(self, score: Score, cost: float, when: datetime, board: str) -> Try:
        """Put the score into the history, with which the challenge is over."""
        state = self.state
        one = Try(
            level=state.level,
            title=state.title,
            when=when,
            score=score.total,
            held=score.held > 0,
            cost=cost,
            clock=state.clock,
            limit=state.limit,
            used=None if state.limit is None else state.used,
            board=board,
        )
        self._concluded = True
        self._update(lambda known: known.conclude(one))
        return one

    def _update(self, change: Callable[[Challenges], Challenges]) -> None:
        try:
            self._file.update(change)
        except SaveError as error:
            self._unsaved = str(error)
        else:
            self._unsaved = ""

    def _change(self, **changes: object) -> None:
        self.state = self.state.model_copy(update=changes)
