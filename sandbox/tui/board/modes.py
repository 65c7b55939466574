"""What is on its way on a board: a wire looking for its target, or a node being moved."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.tui.board.changes import LETTERS
from sandbox.tui.board.places import Place


@dataclass(frozen=True)
class Wiring:
    """A wire from `source` is looking for its target."""

    source: str
    targets: dict[str, bool]
    """Nodes it may go to; True where one goes already, which would be taken away."""

    @property
    def letters(self) -> dict[str, str]:
        """Targets by letter; those beyond the letters are reached with the cursor."""
        return dict(zip(LETTERS, self.targets, strict=False))

    @property
    def notes(self) -> dict[str, str]:
        """What stands on each target: `a wire`, `s unwire`."""
        letters = {node: letter for letter, node in self.letters.items()}
        return {
            node: f"{letters.get(node, '')} {'unwire' if linked else 'wire'}".strip()
            for node, linked in self.targets.items()
        }

    @property
    def hint(self) -> str:
        """How to go on."""
        return f"wire {self.source} to: press a letter, or go there and Enter; Esc cancels"


@dataclass(frozen=True)
class Moving:
    """A node travels with the cursor."""

    node: str
    start: Place

    @property
    def notes(self) -> dict[str, str]:
        """Nothing stands on the nodes."""
        return {}

    @property
    def hint(self) -> str:
        """How to go on."""
        return f"move {self.node}: arrows, then Enter; Esc cancels"


Mode = Wiring | Moving
