"""How the game looks: glyphs or ASCII, colour or none, motion or none.

Screens are written once, with the Unicode glyphs below. In ASCII mode one filter at the very end
replaces each character by one that is as wide, so that no screen can forget it; where a glyph
carries meaning, its replacement is chosen so that it still does. Status is always glyph + word
+ colour, in this order of trust.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import NamedTuple

from rich.cells import cell_len


class Status(NamedTuple):
    """One state of a node or a service level: glyph, word, and the name of its style."""

    glyph: str
    word: str
    style: str


GOOD, WARN, BAD = "$success", "$warning", "$error"
ACCENT, QUIET = "$accent", "$quiet"

OK = Status("●", "OK", GOOD)
BUSY = Status("▲", "BUSY", WARN)
FULL = Status("■", "FULL", BAD)
LONG = Status("▲", "LONG", WARN)
REFUSES = Status("✗", "REFUSES", BAD)
WAITING = Status("▲", "WAITING", WARN)
DOWN = Status("✗", "DOWN", BAD)
OUT = Status("╳", "OUT", WARN)
LEAVING = Status("✗", "LEAVING", BAD)
ERRORS = Status("✗", "ERRORS", BAD)
LATE = Status("▲", "LATE", WARN)

HOLDS = Status("●", "holds", GOOD)
UNKNOWN = Status("○", "not known yet", QUIET)
NEAR = Status("▲", "below now", WARN)
BROKE = Status("✗", "broke", BAD)
CLOCK = Status("▷", "left", QUIET)
LAST_MINUTE = Status("▲", "left, the last minute", WARN)
NO_CLOCK = Status("○", "no clock", QUIET)

CHANGED = Status("◆", "changed", ACCENT)

KEPT = Status("✓", "kept", GOOD)
MISSED = Status("✗", "missed", BAD)

MEANINGS: dict[str, str] = {
    "OK": "less than 70% of its servers are busy, and nobody waits long",
    "BUSY": "70% or more of its servers are busy; waits grow quickly from here on",
    "FULL": "all of its servers are busy and work waits in front of it",
    "LONG": "what stands in this line has waited a quarter of its time allowed, or more",
    "WAITING": "many wait here, though its servers are not all busy: they wait for somebody else",
    "REFUSES": "turns work away, because its line is full or its quota is used up",
    "DOWN": "it is dead, and whoever asks it gets an error",
    "OUT": "a balancer sends it nothing, because its health checks failed",
    "LEAVING": "clients give up and leave",
    "ERRORS": "clients get an error for an answer, or none at all",
    "LATE": "answers come after the deadline",
    "not known yet": "nothing that it is about has been decided",
    "holds": "the measured value is on the right side of the goal so far",
    "below now": "on the wrong side of the goal so far, and it can still be made up for",
    "broke": "can no longer be kept in this run",
    "left": "time to plan in a timed challenge; it runs on the board and stands still elsewhere",
    "left, the last minute": "after it the board is handed in as it stands",
    "no clock": "a timed challenge with its clock turned off",
    "changed": "on a second night: not as it was on the first",
}
"""What each status word means, for the help."""

_ASCII = {
    "●": "o", "○": "-", "▲": "!", "■": "#", "✗": "x", "✓": "+", "★": "*", "☆": ".",
    "▓": "#", "░": ".", "█": "#", "▒": "%", "▪": "o", "▫": ".", "◆": "*", "◇": "o",
    "▷": ">", "▸": ">", "◂": "<", "▶": ">", "◀": "<", "▾": "v", "▴": "^", "▼": "v", "△": "^",
    "▁": "_", "▂": "_", "▃": "-", "▄": "-", "▅": "=", "▆": "=", "▇": "#",
    "─": "-", "━": "=", "│": "|", "┃": "|", "┈": ".", "┄": "-", "╌": "-", "┊": ":",
    "═": "=", "║": "|", "╱": "/", "╲": "\\", "╳": "X", "▔": "-", "▏": "|", "▕": "|", "▎": "|",
    "←": "<", "→": ">", "↑": "^", "↓": "v", "↵": "<", "⏎": "<", "␣": "_",
    "×": "x", "÷": "/", "−": "-", "–": "-", "—": "-", "·": ".", "•": "*", "…": "~",
    "≤": "<", "≥": ">", "≠": "#", "≈": "~", "±": "~", "‖": "|", "°": "o", "½": "2", "¼": "4",
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": "<", "»": ">", "\xa0": " ",
}  # fmt: skip
_PAIRS = {"≤ ": "<=", "≥ ": ">=", "→ ": "->", "← ": "<-", "… ": ".."}
"""A glyph and the blank after it have room for a better replacement."""


@dataclass(frozen=True)
class Look:
    """What the player's terminal and eyes want: plain characters, no colours, no motion."""

    ascii: bool = False
    colour: bool = True
    motion: bool = True

    def pick(self, glyphs: tuple[str, str]) -> str:
        """Choose from a catalogue's pair of (Unicode, ASCII) glyphs."""
        return glyphs[1] if self.ascii else glyphs[0]

    def overridden(
        self, *, ascii: bool | None = None, colour: bool | None = None, motion: bool | None = None
    ) -> Look:
        """This look with what the command line asked for; None leaves a part as it is."""
        asked = {"ascii": ascii, "colour": colour, "motion": motion}
        return replace(self, **{name: value for name, value in asked.items() if value is not None})


def to_ascii(text: str) -> str:
    """Replace each character by ASCII of the same width on the screen."""
    if text.isascii():
        return text
    for pair, plain in _PAIRS.items():
        text = text.replace(pair, plain)
    return "".join(map(_to_ascii, text))


def _to_ascii(character: str) -> str:
    if character.isascii():
        return character
    known = _ASCII.get(character)
    if known:
        return known
    if "\u2500" <= character <= "\u257f":
        return "+"  # whatever corner or crossing of lines this is
    base = unicodedata.normalize("NFKD", character)[0]
    width = cell_len(character)
    return base if base.isascii() and width == 1 else "?" * width
