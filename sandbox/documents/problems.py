"""What can be wrong with a document, and how it is told. Needs no Pydantic: every face uses it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
