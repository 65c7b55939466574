"""The second night of a level for one player: when it opens, and on which board.

The board of the last run that held is kept for every level, apart from the board that is being
edited, so that a night finds it whatever has become of that one.
"""

from __future__ import annotations

from pathlib import Path

from sandbox.documents.check import check_design
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.problems import DocumentError
from sandbox.player.progress import Progress
from sandbox.player.saves import Saves
from sandbox.player.storage import Found, home

_UNFIT = "Your board of the first night does not fit this one any more. You start on another."


def held_boards(folder: Path | None = None) -> Saves:
    """Where the boards that held last are, one a level."""
    return Saves((folder or home()) / "held")


def is_open(first: Level, progress: Progress) -> bool:
    """Whether the second night of a level can be played: once the first has been won."""
    return progress.level(first.id).passed


def refuse_closed(first: Level, progress: Progress) -> None:
    """Raise DocumentError while the second night of a level cannot be played."""
    if not is_open(first, progress):
        message = f"the second night of `{first.id}` opens when its first is won"
        raise DocumentError.single(message, hint=f"sandbox play {first.id}")


def grown(night: Level, board: Design) -> Design:
    """A board of the first night, taken over to the second; what changes from here is charged."""
    return board.model_copy(update={"level": night.id, "name": "", "was": board.nodes})


def opening_board(night: Level, first: Level, held: Saves) -> Found[Design]:
    """The player's own board that the night opens on: the one that held last on the first night.

    No value: there is none, or it does not fit. Then it opens on the night's starting board.
    """
    found = held.load(first)
    if found.value is None:
        return found
    design = grown(night, found.value)
    if check_design(night, design):
        return Found(None, " ".join(filter(None, (found.message, _UNFIT))))
    return Found(design, found.message)
