"""A grid of characters with named styles: what every picture of a board is drawn on.

Styles are names (`box`, `title.selected`), so that a drawing knows nothing about colours; who
shows it decides what a name looks like.
"""

from __future__ import annotations

from itertools import groupby

from rich.cells import cell_len

Cell = tuple[str, str]
"""One character and the name of its style. Behind a wide character stands an empty one."""

BLANK: Cell = (" ", "")


class Grid:
    """`width` columns and `height` rows of cells; writing outside of them does nothing."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._rows: list[list[Cell]] = [[BLANK] * width for _ in range(height)]

    def put(self, x: int, y: int, character: str, style: str = "") -> None:
        """Set one cell to a character that is one column wide."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._rows[y][x] = (character, style)

    def write(self, x: int, y: int, text: str, style: str = "") -> int:
        """Write a line of text from a cell on; returns the column behind it."""
        for character in text:
            width = cell_len(character)
            if width > 1 and x + width > self.width:
                break
            if width:
                self.put(x, y, character, style)
            for behind in range(x + 1, x + width):
                self.put(behind, y, "", style)
            x += width
        return x

    def at(self, x: int, y: int) -> Cell:
        """The cell in column `x` of row `y`; blank outside of the grid."""
        if 0 <= x < self.width and 0 <= y < self.height:
            return self._rows[y][x]
        return BLANK

    def row(self, y: int) -> tuple[Cell, ...]:
        """The cells of row `y`; none outside of the grid."""
        return tuple(self._rows[y]) if 0 <= y < self.height else ()

    def text(self) -> str:
        """The characters alone, without blanks at the ends of the lines."""
        lines = ("".join(character for character, _ in row).rstrip() for row in self._rows)
        return "\n".join(lines)


def runs(cells: tuple[Cell, ...] | list[Cell]) -> list[Cell]:
    """Join neighbouring cells of one style into (text, style)."""
    return [
        ("".join(character for character, _ in same), style)
        for style, same in groupby(cells, key=lambda cell: cell[1])
    ]


def shortened(text: str, width: int, ellipsis: str) -> str:
    """Cut a text down to `width` columns, with an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    if width <= len(ellipsis):
        return ellipsis[: max(0, width)]
    kept = ""
    for character in text:
        if cell_len(kept + character) > width - len(ellipsis):
            break
        kept += character
    return kept.rstrip() + ellipsis
