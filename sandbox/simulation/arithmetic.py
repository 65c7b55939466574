"""What runs and estimates both reckon with; nobody needs the engine for it."""

from __future__ import annotations

RANGES = ("scan", "search")
"""Needs that look at many rows: they are on one shard only where neighbours live together."""


def enough(level: str, copies: int) -> int:
    """How many of so many copies `one`, a `quorum` (more than half) or `all` are."""
    return {"one": 1, "quorum": copies // 2 + 1, "all": copies}[level]


def false_positives(catches: float, skill: float) -> float:
    """The share of people who are taken for bots, where such a share of bots is caught.

    The curve of all such pairs is `catches = mistakes ^ (1 / skill)`: E. L. Lehmann (1953), The
    power of rank tests. With a `skill` of 1 it guesses; the higher it is, the better it tells.
    """
    return float(catches**skill)
