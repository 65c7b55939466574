"""Seeds that follow from a level's content: nobody chose them, and a second look meets the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256

from sandbox.documents.level import Level

HELD_OUT = 20
NEEDED = 19
"""A design is robust when it passes this many of the held-out seeds."""


def seeds_of(level: Level, purpose: str, number: int) -> tuple[int, ...]:
    """The first `number` seeds of a level for a purpose, each from 0 to 2^32 - 1.

    What a level leaves unsaid does not count, so that a new field leaves old levels' seeds alone.
    """
    said = level.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    content = json.dumps(said, sort_keys=True)
    digest = sha256(content.encode()).hexdigest()
    return tuple(
        int.from_bytes(sha256(f"{purpose} {index} {digest}".encode()).digest()[:4], "big")
        for index in range(number)
    )


def held_out_seeds(level: Level, number: int = HELD_OUT) -> tuple[int, ...]:
    """The seeds behind the `robust` star."""
    return seeds_of(level, "held out", number)


def robust(passed: Iterable[bool]) -> bool:
    """Whether the held-out runs suffice. Asks for no more of them once it is decided."""
    wins = losses = 0
    for won in passed:
        wins += won
        losses += not won
        if wins >= NEEDED or losses > HELD_OUT - NEEDED:
            break
    return wins >= NEEDED
