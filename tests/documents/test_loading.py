"""Reading files: whatever lies on a disk is read or refused in words; older formats."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents import library, loading
from sandbox.documents.loading import read_bytes, read_file, upgraded
from sandbox.documents.source import Source, read_text
from tests.documents import made


def write(folder: Path, data: bytes) -> Path:
    path = folder / "my.yaml"
    path.write_bytes(data)
    return path


def test_text_is_utf8_with_or_without_a_mark(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, "a: ü".encode()), 100).data == {"a": "ü"}
    assert read_file(write(tmp_path, "a: ü".encode("utf-8-sig")), 100).data == {"a": "ü"}
    assert read_file(write(tmp_path, b"a: 1\r\nb: 2\r\n"), 100).lines["b",] == 2


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"", None, "empty"),
        (b"a: 1\nb: \xff", 2, "not UTF-8"),
        ("a: ü".encode("latin-1"), 1, "not UTF-8"),
        ("a: 1".encode("utf-16"), None, "no text file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None, "no text file"),
        (b"\x1f\x8b\x08\x08", 1, "not UTF-8"),
        (b"\x7fELF", 1, "no plain text"),
    ],
)
def test_what_is_no_text_is_refused(
    tmp_path: Path, data: bytes, line: int | None, says: str
) -> None:
    path = write(tmp_path, data)
    (found,) = made.problems(read_file, path, 100)
    assert says in found.message
    assert (found.file, found.line) == (str(path), line)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    found = made.outcome(lambda: read_text(loading.decode(data, "my.yaml")))
    assert all(each.message for each in found)


def test_a_huge_file_is_refused_by_its_size_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    opened: list[Path] = []
    monkeypatch.setattr(Path, "open", lambda self, *_: opened.append(self))
    for read in (library.load_level, library.load_design):
        (found,) = made.problems(read, path)
        assert "too large: 50.0 MB" in found.message
    assert opened == []


def test_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, b"a: 1234567")
    small = os.stat_result((*path.stat()[:6], 1, *path.stat()[7:]))
    monkeypatch.setattr(Path, "stat", lambda _, **__: small)
    assert "too large" in made.problems(read_bytes, path, 5)[0].message
    assert read_bytes(path, 10) == b"a: 1234567"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert made.problems(read_bytes, tmp_path, 9)[0].message == "this is a folder, not a file"
    nowhere = tmp_path / "nowhere.yaml"
    assert made.problems(read_bytes, nowhere, 9)[0].message == "there is no such file"
    for name in ("a\0b", "a" * 5000):
        assert "cannot be read" in made.problems(read_bytes, tmp_path / name, 9)[0].message


def test_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path, b"a: 1")
    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be read" in made.problems(read_bytes, path, 9)[0].message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("format: 2", "newer than this program"),
        ("format: 0", "there is no format 0"),
        ("format: -1", "there is no format -1"),
        ("format: one", "whole number"),
        ("format: 1.0", "whole number"),
        ("format: true", "whole number"),
        ("[1]", "a design is expected"),
        ("text", "a design is expected"),
    ],
)
def test_formats_that_cannot_be_read(text: str, says: str) -> None:
    (found,) = made.problems(upgraded, read_text(text, "my.yaml"), "design")
    assert says in found.message
    assert str(found).startswith("my.yaml:1:")


def test_a_newer_format_says_only_that() -> None:
    (found,) = made.problems(library.load_design_text, "format: 7\nlevel: 3\nnew: thing")
    assert found.message == "format 7 is newer than this program"


def test_without_a_format_it_is_the_first() -> None:
    assert library.load_design_text("level: queue").format == 1


def test_older_formats_are_upgraded_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(what: str, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "level": data["level"] + "-shop", "name": what}

    def parted(_: str, data: dict[str, Any]) -> dict[str, Any]:
        return {"level": data["board"]}

    monkeypatch.setattr(loading, "UPGRADES", {0: named, -1: parted})
    design = library.load_design_text("format: -1\nboard: pizza")
    assert (design.format, design.level, design.name) == (1, "pizza-shop", "design")


def test_an_upgrade_keeps_the_lines() -> None:
    read = read_text("a: 1\nb: 2")
    assert upgraded(read, "design") == Source({"a": 1, "b": 2}, read.lines)
