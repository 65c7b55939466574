"""What is being played while the game is open: levels, second nights and challenges.

Each is taken up where it was left. Knows no screen, and nothing of runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.documents import library
from sandbox.documents.catalogue import Catalogue
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.player.challenges import Challenge, ChallengesFile, challenge_saves
from sandbox.player.history import History
from sandbox.player.nights import held_boards, opening_board, refuse_closed
from sandbox.player.preferences import ClockChoice
from sandbox.player.progress import Progress
from sandbox.player.saves import Saves
from sandbox.player.storage import JsonFile, SaveError

if TYPE_CHECKING:
    from sandbox.judgement.report import Report
    from sandbox.simulation.trace import Trace

DEFAULT_SEED = 1


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
    chosen: str | None = None
    """The node that was chosen last on the board."""
    hints: int = 0
    """How many hints have been asked for."""
    source: str = ""
    """What opens the level: its id, or the path of its file."""
    challenge: Challenge | None = None
    """The timed challenge that this is the board of."""
    first: Level | None = None
    """The level that this is the second night of."""
    untold: bool = False
    """Whether it has still to be told what is different on this night."""


class Plays:
    """Opens levels and challenges, each once."""

    def __init__(
        self, folder: Path | None, progress: JsonFile[Progress], challenges: ChallengesFile
    ) -> None:
        """Take boards from `folder`, by default the player's own."""
        self.saves = Saves(folder)
        self.held = held_boards(folder)
        self.notice = ""
        """What the player should be told of the board that was opened last."""
        self._progress = progress
        self._challenges = challenges
        self._challenge_saves = challenge_saves(folder)
        self._open: dict[str, Play] = {}
        self._timed: dict[str, Play] = {}

    def level(self, word: str | Path) -> Play:
        """A level by its id or its file, with the player's own board.

        Raises DocumentError when there is no such level, or when it is a second night that is
        still closed.
        """
        self.notice = ""
        document, first = self.find(word)
        play = self._open.get(document.id)
        if play is None or (play.level, play.first) != (document, first):
            source = str(word) if word == document.id else str(Path(word).absolute())
            board = self._board(document, first)
            play = self._open[document.id] = Play(
                document,
                library.kinds_for(document),
                History(board, document),
                source=source,
                first=first,
                untold=first is not None and not self._progress.value.level(document.id).tries,
            )
        return play

    def timed(self, word: str | Path, clock: ClockChoice) -> Play:
        """The timed challenge of a level: as it was left, or where none is under way a new one.

        Raises DocumentError as `level` does.
        """
        campaign = self.level(word)
        name = campaign.level.id
        state, play = self._challenges.value.under_way.get(name), self._timed.get(name)
        if play is None or state is None or play.level != campaign.level:
            play = self._timed[name] = self._challenge(campaign, clock)
        if play.challenge:
            play.challenge.ease(play.level, clock)
        return play

    def find(self, word: str | Path) -> tuple[Level, Level | None]:
        """The level that a word means and, if it is a second night, the level of the first.

        Raises DocumentError as `level` does.
        """
        first = library.first_night(word)
        if first is not None:
            refuse_closed(first, self._progress.value)
        return library.load_level(word), first

    def known(self, level_id: str) -> Play | None:
        """What is being played of a level, if it has been opened."""
        return self._open.get(level_id)

    def leave_challenge(self, level_id: str) -> Play:
        """Forget a challenge that is over; gives the level that it was on."""
        del self._timed[level_id]
        return self._open[level_id]

    def start(self, play: Play) -> Design:
        """The board that a level, night or challenge begins with."""
        if play.first is None or play.challenge is not None:
            return play.level.starting_design()
        found = opening_board(play.level, play.first, self.held)
        self.notice = found.message
        return found.value or play.level.starting_design()

    def _board(self, level: Level, first: Level | None) -> Design:
        found = self.saves.load(level)
        self.notice = found.message
        if found.value is not None or first is None:
            return found.value or level.starting_design()
        return self._grow(level, first)

    def _grow(self, night: Level, first: Level) -> Design:
        """The board of a night that is opened for the first time; from now on it is its own."""
        found = opening_board(night, first, self.held)
        board = found.value or night.starting_design()
        messages = [self.notice, found.message]
        try:
            self.saves.save(board)
        except SaveError as error:
            messages.append(str(error))
        self.notice = " ".join(filter(None, messages))
        return board

    def _challenge(self, campaign: Play, clock: ClockChoice) -> Play:
        level, design = campaign.level, campaign.level.starting_design()
        files = self._challenges, self._challenge_saves
        state = self._challenges.value.under_way.get(level.id)
        if state is None:
            challenge = Challenge.begin(*files, level, campaign.source, clock)
        else:
            challenge = Challenge(*files, state)
            found = challenge.board(level)
            self.notice = found.message or self.notice
            design = found.value or design
        return Play(
            level,
            campaign.catalogue,
            History(design, level),
            campaign.seed,
            source=campaign.source,
            challenge=challenge,
            first=campaign.first,
        )
