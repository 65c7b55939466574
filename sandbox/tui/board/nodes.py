"""Boxes of nodes: the title in the border, inside what the node is or how it fares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from sandbox.tui.board.glyphs import E, Frame, Glyphs, N, S, Side, W
from sandbox.tui.board.grid import Grid, shortened
from sandbox.tui.board.places import Box
from sandbox.tui.look import Status


@dataclass(frozen=True)
class Overlay:
    """How a node fares in a run, drawn in place of what it is."""

    status: Status
    load: float | None = 0.0
    """Busy share of its servers, 0 to 1; None for what has none."""
    queue: int = 0
    """How many wait in front of it."""
    text: str = ""
    """What goes in the second line beside the glyph; by default the queue."""


@dataclass(frozen=True)
class Face:
    """What stands on a box: its title, the lines inside, and whether it is the chosen one."""

    title: str
    lines: tuple[tuple[str, str], ...]
    """Texts and their styles."""
    chosen: bool = False
    style: str = "box"

    @property
    def suffix(self) -> str:
        """What makes styles of the chosen box others."""
        return ".chosen" if self.chosen else ""


def draw_box(grid: Grid, box: Box, face: Face, glyphs: Glyphs, ports: Sequence[Side] = ()) -> None:
    """Draw a box with its face; at the sides in `ports` a wire leaves it."""
    frame = glyphs.chosen if face.chosen else glyphs.frame
    draw_frame(grid, box, frame, face.style + face.suffix)
    title = shortened(face.title, box.width - 2, glyphs.ellipsis)
    room = box.width - 2 - cell_len(title)
    label = f" {title} " if room > 1 else title
    grid.write(box.x + 1, box.y, label, "title" + face.suffix)
    for row, (text, style) in enumerate(face.lines[: box.height - 2]):
        line = shortened(text, box.width - 2, glyphs.ellipsis)
        indent = 1 if cell_len(line) < box.width - 2 else 0
        grid.write(box.x + 1 + indent, box.y + 1 + row, line, style)
    x, y = box.middle
    cells = {E: (box.right, y), W: (box.x, y), N: (x, box.y), S: (x, box.bottom)}
    for side in ports:
        cell, port = cells[side], frame.ports.get(side)
        if port and grid.at(*cell)[0] in (frame.across, frame.down):  # a title goes first
            grid.put(*cell, port, face.style + face.suffix)


def draw_frame(grid: Grid, box: Box, frame: Frame, style: str) -> None:
    """Draw the border of a box and clear its inside."""
    top_left, top_right, bottom_left, bottom_right = frame.corners
    across = frame.across * (box.width - 2)
    grid.write(box.x, box.y, top_left + across + top_right, style)
    for y in range(box.y + 1, box.bottom):
        grid.write(box.x, y, frame.down + " " * (box.width - 2) + frame.down, style)
    grid.write(box.x, box.bottom, bottom_left + across + bottom_right, style)


def overlay_lines(overlay: Overlay, width: int) -> tuple[tuple[str, str], ...]:
    """A bar of the load with the status in a word; below it, what waits."""
    glyph, word, style = overlay.status
    room = max(0, width - 2 - cell_len(word)) if overlay.load is not None else 0
    filled = min(room, round((overlay.load or 0.0) * room))
    bar = "▓" * filled + "░" * (room - filled)
    waiting = f"{overlay.queue} wait" if overlay.queue else ""
    text = overlay.text or waiting
    return (f"{bar} {word}".strip(), style), (_fitting(glyph, text, width), style)


def _fitting(glyph: str, text: str, width: int) -> str:
    """As much of a text as a box has room for; what it is about is said in the line above."""
    first = text.partition(", ")[0]
    least = first.removeprefix("since ").partition(" since ")[0]
    shorter = [line for each in (text, first, least) for line in (f"{glyph} {each}".rstrip(), each)]
    return next((each for each in shorter if cell_len(each) <= width), shorter[0])
