"""What every document has in common: strict, frozen models, ids, and problems with a place."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

FORMAT: Literal[1] = 1
"""The version of the documents this program writes; older ones are upgraded on reading."""

Id = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)
]
"""A name in lower case with single dashes: `todo-at-scale`, `app`, `queue-2`."""

Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=4000)]


class Document(BaseModel):
    """A frozen model that refuses unknown fields and silent conversions."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        populate_by_name=True,
        defer_build=True,  # only what is read as a whole is ever built: half the time to start
    )
