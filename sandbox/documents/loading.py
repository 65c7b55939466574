"""Reading files: sizes, encodings, and documents in formats of older versions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.documents.base import FORMAT
from sandbox.documents.problems import DocumentError, Problem
from sandbox.documents.source import Source, read_text

Upgrade = Callable[[str, dict[str, Any]], dict[str, Any]]
UPGRADES: dict[int, Upgrade] = {}
"""From each older format to the next: given what the document is (`level`, `design` ...) and its
data, the data in the next format."""


def read_bytes(path: Path, most: int) -> bytes:
    """The bytes of a file of at most `most` bytes. Raises DocumentError in a player's words."""
    try:
        if path.is_dir():
            raise DocumentError.single("this is a folder, not a file", file=path)
        size = path.stat().st_size
        if size > most:
            raise _too_large(size, most, path)
        with path.open("rb") as stream:
            # What is no regular file has no size beforehand, and any file may still be growing.
            data = stream.read(most + 1)
    except FileNotFoundError:
        raise DocumentError.single("there is no such file", file=path) from None
    except PermissionError:
        raise DocumentError.single("this file may not be read by you", file=path) from None
    except (OSError, ValueError) as error:  # ValueError: a name no file can have
        reason = getattr(error, "strerror", None) or "no file can have this name"
        raise DocumentError.single(f"this file cannot be read: {reason}", file=path) from None
    if len(data) > most:
        raise _too_large(len(data), most, path)
    return data


def _too_large(size: int, most: int, path: Path) -> DocumentError:
    return DocumentError.single(
        f"this file is too large: {size / 1e6:.1f} MB, at most {most / 1e6:g} MB are read",
        file=path,
    )


def decode(data: bytes, file: str) -> str:
    """Text from UTF-8, with or without a byte order mark. Raises DocumentError."""
    if b"\0" in data:
        raise DocumentError.single("this is no text file", file=file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem("this is not UTF-8 text", hint="save it as UTF-8", file=file, line=line)
        raise DocumentError([problem]) from None


def read_file(path: Path, most: int, file: str | None = None) -> Source:
    """Read a YAML file of at most `most` bytes; `file` is how messages call it."""
    name = str(path) if file is None else file
    return read_text(decode(read_bytes(path, most), name), name)


def upgraded(source: Source, what: str) -> Source:
    """The source in the current format. Raises DocumentError for one this program cannot read."""
    data = source.data
    if not isinstance(data, dict):
        source.refuse([Problem(f"a {what} is expected here", hint="lines of `name: value`")])
    version = data.get("format", FORMAT)
    if type(version) is not int:
        source.refuse([Problem("the format is a whole number", ("format",), f"write {FORMAT}")])
    if version > FORMAT:
        hint = f"this program reads up to {FORMAT}; a newer one is needed"
        source.refuse([Problem(f"format {version} is newer than this program", ("format",), hint)])
    while version < FORMAT:
        if version not in UPGRADES:
            hint = f"the current one is {FORMAT}"
            source.refuse([Problem(f"there is no format {version}", ("format",), hint)])
        data = {**UPGRADES[version](what, data), "format": version + 1}
        version += 1
    return Source(data, source.lines, source.file)
