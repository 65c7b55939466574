"""Files of the player's own: written so that a crash at any moment loses nothing.

A file is written beside its place, made durable, and then renamed onto it; the version before
stays as `<name>.bak`. A file that cannot be read is moved aside, never deleted.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Generic, TypeVar

from platformdirs import user_data_dir
from pydantic import BaseModel

from sandbox.documents.problems import DocumentError

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_STALE = 3600.0
"""Seconds after which a half-written file is no other game's work in progress."""

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EACCES: "writing is not allowed there",
    errno.EPERM: "writing is not allowed there",
    errno.EROFS: "the disk is read-only",
}


class SaveError(Exception):
    """Something could not be saved; says why, and that it is still on the screen."""


@dataclass(frozen=True)
class Found(Generic[T]):
    """What was read, if anything could be, and what the player should know about that."""

    value: T | None
    message: str = ""


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """Give the folder of the player's things: `SANDBOX_HOME`, or the platform's own place."""
    chosen = environ.get("SANDBOX_HOME", "").strip()
    if chosen:
        return Path(chosen).expanduser()
    return Path(user_data_dir("system-design-sandbox", appauthor=False))


def backup_of(path: Path) -> Path:
    """Name the file that keeps the version before."""
    return path.with_name(f"{path.name}.bak")


def write_safely(path: Path, text: str) -> None:
    """Replace the file's contents at one stroke. Raises SaveError; the old file then stands."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, text.encode("utf-8", errors="backslashreplace"))
    except OSError as error:
        reason = _REASONS.get(error.errno or 0) or (error.strerror or str(error)).lower()
        raise SaveError(
            f"{path.name} could not be saved in {path.parent}: {reason}. "
            "What is on the screen stays as it is."
        ) from error


def recover(path: Path, read: Callable[[Path], T]) -> Found[T]:
    """Read a file or else the version before it; what cannot be read is moved aside."""
    broken = []
    for candidate in (path, backup_of(path)):
        try:
            if not candidate.exists():
                continue
            value = read(candidate)
        except (DocumentError, OSError, ValueError, RecursionError) as error:
            broken.append(f"{candidate.name} cannot be read ({_first_line(error)}).")
            kept = _set_aside(candidate)
            broken.append(f"It is kept as {kept.name}." if kept else "It is left where it is.")
            continue
        if broken:
            broken.append("The version before it was opened.")
        return Found(value, " ".join(broken))
    if broken:
        broken.append("You start afresh.")
    return Found(None, " ".join(broken))


class JsonFile(Generic[M]):
    """One small document of the player's, held in memory and saved with every change.

    `value` is never lost to a failed save; `message` says what became of a broken file.
    """

    def __init__(self, path: Path, default: M) -> None:
        self.path = path
        self.value = default
        self.message = ""
        self._saved = True
        self._refresh()

    def update(self, change: Callable[[M], M]) -> M:
        """Change the value and save it. Raises SaveError, with `value` changed all the same."""
        if self._saved:  # another game may have added something since
            self._refresh()
        self.value = change(self.value)
        self._saved = False
        write_safely(self.path, self.value.model_dump_json(indent=2) + "\n")
        self._saved = True
        return self.value

    def _refresh(self) -> None:
        model = type(self.value)
        found = recover(self.path, lambda path: model.model_validate_json(path.read_bytes()))
        self.message = found.message
        if found.value is not None:
            self.value = found.value


def _write(path: Path, data: bytes) -> None:
    prefix = f".{path.name}."
    descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=".tmp", dir=path.parent)
    temporary, previous = Path(name), Path(f"{name}.old.tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _keep_previous(path, previous)
        temporary.replace(path)
        _flush_folder(path.parent)
        _sweep(path, prefix)
    finally:
        temporary.unlink(missing_ok=True)
        previous.unlink(missing_ok=True)


def _keep_previous(path: Path, link: Path) -> None:
    """Let the backup be today's file, which a second name does without writing anything."""
    try:
        link.hardlink_to(path)
        link.replace(backup_of(path))
    except FileNotFoundError:
        return
    except OSError:  # a disk without hard links; `recover` knows a file that is only a backup
        with contextlib.suppress(FileNotFoundError):
            path.replace(backup_of(path))


def _flush_folder(folder: Path) -> None:
    """Make the new name durable too, where the platform can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sweep(path: Path, prefix: str) -> None:
    """Remove what games that were killed in mid-write have left behind."""
    with contextlib.suppress(OSError):  # another game may sweep at the same time
        now = path.stat().st_mtime
        for leftover in path.parent.glob(f"{prefix}*.tmp"):
            if now - leftover.stat().st_mtime > _STALE:
                leftover.unlink()


def _set_aside(path: Path) -> Path | None:
    names = (path.with_name(f"{path.name}.broken-{number}") for number in count(1))
    try:
        return path.rename(next(name for name in names if not name.exists()))
    except OSError:
        return None


def _first_line(error: Exception) -> str:
    if isinstance(error, DocumentError):
        problem = error.problems[0]
        return (
            problem.message if problem.line is None else f"line {problem.line}: {problem.message}"
        )
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return (str(error).splitlines() or [type(error).__name__])[0]
