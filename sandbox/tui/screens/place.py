"""What all screens of the game have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from textual.screen import Screen

from sandbox.tui.look import Look
from sandbox.tui.session import Session

if TYPE_CHECKING:
    from sandbox.tui.app import SandboxApp

Result = TypeVar("Result")


class Place(Screen[None]):
    """A screen that knows the session it shows and how the player wants it to look."""

    AUTO_FOCUS = ""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    @property
    def game(self) -> SandboxApp:
        """The app this screen belongs to."""
        return cast("SandboxApp", self.app)

    @property
    def look(self) -> Look:
        """How the game looks to this player."""
        return self.game.look
