"""The characters a board is drawn with: one table for Unicode terminals, one for ASCII.

Box drawing only: some terminals tear partial blocks, and a few fonts lack the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

Side = int
"""A side of a cell, or a set of them: what a wire touches there. Plain bits, for speed."""

N, E, S, W = 1, 2, 4, 8
SIDES = (N, E, S, W)
OPPOSITE: dict[Side, Side] = {N: S, E: W, S: N, W: E}
STEP: dict[Side, tuple[int, int]] = {N: (0, -1), E: (1, 0), S: (0, 1), W: (-1, 0)}
"""The way from a cell to its neighbour on a side, in columns and rows."""


@dataclass(frozen=True)
class Frame:
    """The border of a box. `ports` stand where a wire leaves it, by side."""

    across: str
    down: str
    corners: tuple[str, str, str, str]
    """Top left, top right, bottom left, bottom right."""
    ports: dict[Side, str]


@dataclass(frozen=True)
class Glyphs:
    """Everything a board is drawn with, in one alphabet."""

    wires: tuple[str, ...]
    """A character for each of the sixteen sets of sides a wire can touch."""
    arrows: dict[Side, str]
    """The head of a wire that travels towards a side."""
    frame: Frame
    chosen: Frame
    """The border of the chosen box, another one in shape and not only in colour."""
    place: Frame
    """The border around an empty place the cursor is on."""
    times: str
    ellipsis: str
    warning: str
    to: str
    """Between two numbers: from one to the other."""
    at_least: str
    at_most: str
    goal: str
    """A goal of which nothing is known yet."""
    peak: str


UNICODE = Glyphs(
    wires=tuple(" ╵╶╰╷│╭├╴╯─┴╮┤┬┼"),
    arrows={N: "▴", E: "▸", S: "▾", W: "◂"},
    frame=Frame("─", "│", ("╭", "╮", "╰", "╯"), {N: "┴", E: "├", S: "┬", W: "┤"}),
    chosen=Frame("═", "║", ("╔", "╗", "╚", "╝"), {N: "╧", E: "╟", S: "╤", W: "╢"}),
    place=Frame("╌", "╎", ("┌", "┐", "└", "┘"), {}),
    times="×",
    ellipsis="…",
    warning="✗",
    to="→",
    at_least="≥",
    at_most="≤",
    goal="○",
    peak="▲",
)

ASCII = Glyphs(
    wires=tuple(" |-+||++-+-+++++"),
    arrows={N: "^", E: ">", S: "v", W: "<"},
    frame=Frame("-", "|", ("+", "+", "+", "+"), dict.fromkeys((N, S), "+")),
    chosen=Frame("=", "#", ("#", "#", "#", "#"), dict.fromkeys((N, S), "#")),
    place=Frame(".", ":", (".", ".", ".", "."), {}),
    times="x",
    ellipsis="~",
    warning="!",
    to="-",
    at_least=">=",
    at_most="<=",
    goal="o",
    peak="^",
)


def glyphs(ascii_only: bool) -> Glyphs:
    """The table for a terminal."""
    return ASCII if ascii_only else UNICODE
