"""The designs that a level itself describes, by name: `start`, `naive`, `winner:fresh` ..."""

from __future__ import annotations

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.problems import DocumentError
from sandbox.documents.variations import vary
from sandbox.documents.words import suggestion


def designs(level: Level) -> dict[str, Design]:
    """The empty board, the starting board, and everything the level's proofs describe.

    Losers differ from the starting board, and so do winners; an ablation from its winner.
    """
    start = level.starting_design()
    found = {"empty": Design(level=level.id), "start": start}
    if level.proofs is not None:
        found["naive"] = vary(start, level.proofs.naive)
        for name, winner in level.proofs.winners.items():
            found[f"winner:{name}"] = vary(start, winner)
            found[f"ablation:{name}"] = vary(found[f"winner:{name}"], winner.ablation)
        for name, loser in level.proofs.losers.items():
            found[f"loser:{name}"] = vary(start, loser)
    return found


def is_named(word: str) -> bool:
    """Whether a word stands for a design of the level's own, and not for a file."""
    prefix, colon, _ = word.partition(":")
    return (
        prefix in ("winner", "ablation", "loser") if colon else word in ("empty", "start", "naive")
    )


def named_design(level: Level, word: str) -> Design:
    """The design of this name. Raises DocumentError if the level has none."""
    known = designs(level)
    if word not in known:
        raise DocumentError.single(
            f"`{level.id}` has no design `{word}`", hint=suggestion(word, known)
        )
    return known[word]
