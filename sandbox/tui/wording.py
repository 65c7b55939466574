"""How times, waits, rates and amounts are written on the screens, always with their unit."""

from __future__ import annotations

import math
from typing import Literal

from sandbox.documents.level import Clock

NOTHING = "–"

Unit = Literal["count", "rate", "share", "seconds"]
"""What the values of a curve are."""


def duration(clock: Clock, seconds: float | None) -> str:
    """Write a wait or a latency in the unit the level's players think in."""
    if seconds is None:
        return NOTHING
    if clock.unit == "min":
        return f"{seconds / 60:.0f} min"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 99.95 else f"{seconds:.0f} s"


def rate(clock: Clock, per_second: float) -> str:
    """Write how many come in an hour, or in a second where things are fast."""
    return f"{per_second * 3600:.0f}/h" if clock.unit == "min" else f"{per_second:.0f}/s"


def share(part: float | None, digits: int = 0) -> str:
    """Write a share in percent; never 100% or 0% for what is only nearly so."""
    if part is None:
        return NOTHING
    text = f"{part * 100:.{digits}f}%"
    rounded = float(text[:-1]) / 100
    if digits < 2 and rounded in (0.0, 1.0) and part != rounded:
        return share(part, digits + 1)
    return text


def fine_share(part: float | None, goal: float) -> str:
    """Write a share as finely as its goal is: one digit more for 99%, two more for 99.9%."""
    if part is None:
        return NOTHING
    leeway = max(min(goal, 1.0 - goal), 1e-4)
    digits = max(math.floor(-math.log10(leeway) + 1e-6) - 1, 0)
    text = share(part, digits)
    return f"{text[:-1].rstrip('0').rstrip('.')}%" if "." in text else text


def value(clock: Clock, unit: Unit, amount: float) -> str:
    """Write the value of a curve."""
    if unit == "share":
        return share(amount)
    if unit == "rate":
        return rate(clock, amount)
    return duration(clock, amount) if unit == "seconds" else number(amount)


def number(value: float) -> str:
    """Write a count in at most four characters: `948`, `9400`, `12k`, `1.3M`."""
    if value < 9_999.5:
        return f"{value:.0f}"
    return f"{value / 1000:.0f}k" if value < 999_500 else f"{value / 1e6:.1f}M"


def money(amount: float) -> str:
    """Write dollars, without cents where there are none."""
    return f"${amount:,.2f}".removesuffix(".00")
