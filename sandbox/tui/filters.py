"""The last step before the terminal: plain characters for those who asked for them."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from sandbox.tui.look import to_ascii


class AsciiOnly(LineFilter):
    """Replaces each character by ASCII of the same width, in Textual's own widgets as well."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Replace the text of segments that need it."""
        return [
            segment
            if segment.text.isascii()
            else Segment(to_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]
