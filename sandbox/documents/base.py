"""What every document has in common: strict, frozen models, ids, and problems with a place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
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
        use_attribute_docstrings=True,
    )


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a document: where it is, what is wrong, and what would be right."""

    message: str
    path: tuple[str | int, ...] = ()
    hint: str = ""
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "")
        path = ".".join(str(part) for part in self.path)
        where = ": ".join(part for part in (place, path) if part)
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}: {self.message}{hint}" if where else f"{self.message}{hint}"


class DocumentError(Exception):
    """A document cannot be used. Holds every problem found, in the order of the file."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    @classmethod
    def single(cls, message: str, *, hint: str = "", file: Path | str = "") -> DocumentError:
        """Make the error of one problem that has no place inside the file."""
        return cls([Problem(message, hint=hint, file=str(file))])
