"""A curve over the time of a run, drawn with characters; the run before it stands behind as dots.

Pure: values in, lines out. All charts of a screen and its timeline share one axis of time.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from sandbox.tui.look import QUIET

MARGIN = 12
"""Cells on the left of every chart, for its labels."""
TAIL = 9
"""Cells on the right, for the time at the end."""

_STEPS = " ▁▂▃▄▅▆▇█"
_GHOST, _LIMIT = "·", "┈"
INK = "$secondary"


def buckets(values: Sequence[float], total: int, width: int) -> list[float]:
    """The highest value in each of `width` stretches of `total` values, of which some are known."""
    if not values or width <= 0:
        return []
    total = max(total, len(values), 1)
    columns = []
    for column in range(width):
        start = column * total // width
        end = max((column + 1) * total // width, start + 1)
        if start >= len(values):
            break
        columns.append(max(values[start:end]))
    return columns


def chart(
    known: Sequence[float],
    ghost: Sequence[float],
    width: int,
    height: int,
    top: float,
    limit: float | None = None,
) -> list[Content]:
    """Draw columns up to `top`, `height` lines from above.

    A ghost is drawn where it is higher, and a limit as a line wherever nothing else is.
    """
    top = max(top, 1e-9)
    bound = _eighths(limit, top, height) if limit is not None and limit <= top else 0
    solid = [_eighths(value, top, height) for value in known]
    behind = [_eighths(value, top, height) for value in ghost]
    lines = []
    for line in range(height):
        base = (height - 1 - line) * 8
        cells: list[tuple[str, str]] = []
        for column in range(width):
            filled = solid[column] - base if column < len(solid) else 0
            at_ghost = column < len(behind) and base < behind[column] <= base + 8
            if filled <= 0 and at_ghost:
                cells.append((_GHOST, QUIET))
            elif filled <= 0 and base < bound <= base + 8:
                cells.append((_LIMIT, QUIET))
            else:
                cells.append((_STEPS[min(max(filled, 0), 8)], INK))
        lines.append(joined(cells))
    return lines


def sparkline(values: Sequence[float], width: int, top: float) -> Content:
    """Draw one line of columns."""
    return chart(values, (), width, 1, top)[0]


def _eighths(value: float, top: float, height: int) -> int:
    """How many eighths of a cell a value is high; anything above nothing shows."""
    if value <= 0:
        return 0
    return max(round(min(value / top, 1.0) * height * 8), 1)


def joined(cells: Sequence[tuple[str, str]]) -> Content:
    """Join neighbours of one style, so that a line has few spans."""
    runs: list[tuple[str, str]] = []
    for text, style in cells:
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + text, style)
        else:
            runs.append((text, style))
    return Content.assemble(*runs)
