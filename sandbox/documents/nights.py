"""The second night: a level made from another by what changes after a win."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from sandbox.documents.kinds import merged, tuples
from sandbox.documents.level import Level
from sandbox.documents.problems import DocumentError, Problem
from sandbox.documents.variations import vary
from sandbox.documents.words import problems_of, suggestion

SUFFIX = "-night-2"
"""What the id of a second night ends in."""

_NOT_TAKEN_OVER = ("night", "opening", "proofs", "hints", "debrief")


def first_night_of(level_id: str) -> str | None:
    """The level that a second night belongs to, by its id; None if it is none."""
    return level_id.removesuffix(SUFFIX) if level_id.endswith(SUFFIX) else None


def second_night(level: Level) -> Level:
    """The second night of a level, a level like any other. Raises DocumentError."""
    night = level.night
    if night is None:
        raise DocumentError.single(f"`{level.id}` has no second night")
    winners = level.proofs.winners if level.proofs else {}
    if night.grown_from not in winners:
        message = f"there is no winner `{night.grown_from}`"
        hint = suggestion(night.grown_from, winners)
        raise DocumentError([Problem(message, ("night", "grown_from"), hint)])
    board = vary(level.starting_design(), winners[night.grown_from])
    base = level.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    kept = {name: value for name, value in base.items() if name not in _NOT_TAKEN_OVER}
    ours: dict[str, Any] = {
        "id": f"{level.id}{SUFFIX}",
        "title": night.title,
        "charges": night.charges.model_dump(mode="json"),
        "start": {
            "nodes": [_written(node) for node in board.nodes],
            "links": [_written(link) for link in board.links],
            "ways": board.ways,
            "scope": board.scope,
        },
    }
    data = tuples(merged({**kept, **ours}, night.change))
    try:
        return Level.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise DocumentError(problems_of(Level, error, data, ("night", "change"))) from None


def _written(part: Any) -> Any:
    return part.model_dump(mode="json", by_alias=True, exclude_defaults=True)
