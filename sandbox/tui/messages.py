"""What screens ask of the app: where to go next. No screen knows another."""

from __future__ import annotations

from textual.message import Message

from sandbox.tui.look import Look


class StartRun(Message):
    """Run the board as it is, with the session's seed."""


class ShowBoard(Message):
    """Go to the board of the session's level."""


class ShowMap(Message):
    """Go to the map of levels."""


class ShowVerdict(Message):
    """Go to the verdict on the session's latest attempt."""


class PlayLevel(Message):
    """Open a level: its board as it was left."""

    def __init__(self, level: str) -> None:
        super().__init__()
        self.level = level


class OfferChallenge(Message):
    """Show what a timed challenge of a level is, and ask whether to begin or to go on."""

    def __init__(self, level: str) -> None:
        """Name the level by its id, or by its file."""
        super().__init__()
        self.level = level


class TakeChallenge(Message):
    """Begin the timed challenge of a level, or go on with it."""

    def __init__(self, level: str) -> None:
        """Name the level by its id, or by its file."""
        super().__init__()
        self.level = level


class HandIn(Message):
    """The challenge's board is handed in as it stands."""

    def __init__(self, *, time_up: bool = False) -> None:
        super().__init__()
        self.time_up = time_up


class LookChanged(Message):
    """The player changed colours, glyphs or motion."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
