"""Undo and redo: every state of the board is kept, so that none has to be computed back."""

from __future__ import annotations

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.player.edits import Edit


class History:
    """A design and everything it has been. Designs never change; undo gives the very same one."""

    def __init__(self, design: Design, level: Level) -> None:
        self.level = level
        self._states = [design]
        self._labels: list[str] = []
        self._now = 0

    @property
    def design(self) -> Design:
        """The board as it is now."""
        return self._states[self._now]

    @property
    def labels(self) -> tuple[str, ...]:
        """What led to the board as it is now, oldest first."""
        return tuple(self._labels[: self._now])

    @property
    def can_undo(self) -> bool:
        """Whether anything was done."""
        return self._now > 0

    @property
    def can_redo(self) -> bool:
        """Whether anything was undone and nothing else done since."""
        return self._now < len(self._labels)

    def do(self, edit: Edit) -> Design:
        """Apply an edit; one that changes nothing leaves no trace. Raises EditError."""
        after = edit.apply(self.design, self.level)
        if after != self.design:
            label = edit.says(self.design, self.level)
            self._states[self._now + 1 :] = [after]
            self._labels[self._now :] = [label]
            self._now += 1
        return self.design

    def undo(self) -> str | None:
        """Go one step back; gives the label of what was undone, or None at the beginning."""
        if not self.can_undo:
            return None
        self._now -= 1
        return self._labels[self._now]

    def redo(self) -> str | None:
        """Go one step forward again; gives its label, or None when nothing was undone."""
        if not self.can_redo:
            return None
        self._now += 1
        return self._labels[self._now - 1]
