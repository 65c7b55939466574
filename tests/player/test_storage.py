"""Writing and reading files so that nothing is lost, whatever the disk does."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from sandbox.player.storage import JsonFile, SaveError, backup_of, home, recover, write_safely


class Notes(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: tuple[str, ...] = ()

    def plus(self, line: str) -> Notes:
        return Notes(lines=(*self.lines, line))


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def whole(path: Path) -> str:
    """Read a text that ends as all texts of these tests do."""
    text = path.read_text(encoding="utf-8")
    if not text.endswith("."):
        raise ValueError("cut off")
    return text


def fail_with(number: int) -> object:
    def failing(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return failing


def test_home_is_chosen_or_the_platforms_own(tmp_path: Path) -> None:
    assert home({"SANDBOX_HOME": str(tmp_path)}) == tmp_path
    assert home({"SANDBOX_HOME": "~/games"}) == Path.home() / "games"
    assert home({"SANDBOX_HOME": " "}).name == "system-design-sandbox"


def test_the_version_before_stays(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "board"
    for text in ("first.", "second.", "third."):
        write_safely(path, text)
    assert path.read_text(encoding="utf-8") == "third."
    assert backup_of(path).read_text(encoding="utf-8") == "second."
    assert listed(path.parent) == ["board", "board.bak"]


@given(texts=st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("any") / "board"
    for text in texts:
        write_safely(path, text)
    assert path.read_bytes() == texts[-1].encode()
    if len(texts) > 1:
        assert backup_of(path).read_bytes() == texts[-2].encode()


def test_letters_that_no_file_can_hold_do_not_stop_a_save(tmp_path: Path) -> None:
    write_safely(tmp_path / "board", "half a letter: \ud800.")
    assert whole(tmp_path / "board").startswith("half a letter")


def test_a_disk_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "hardlink_to", fail_with(errno.EPERM))
    test_the_version_before_stays(tmp_path)


@pytest.mark.parametrize(
    ("module", "function", "number", "words"),
    [
        (os, "fsync", errno.ENOSPC, "the disk is full"),
        (os, "fsync", errno.EIO, os.strerror(errno.EIO).lower()),
        (os, "replace", errno.EROFS, "the disk is read-only"),
        (tempfile, "mkstemp", errno.EACCES, "writing is not allowed there"),
    ],
)
def test_a_failed_save_says_why_and_leaves_the_old_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    function: str,
    number: int,
    words: str,
) -> None:
    path = tmp_path / "board"
    write_safely(path, "old.")
    with monkeypatch.context() as broken:
        broken.setattr(module, function, fail_with(number))
        with pytest.raises(SaveError, match=words):
            write_safely(path, "new.")
    assert whole(path) == "old."
    assert [name for name in listed(tmp_path) if name.endswith(".tmp")] == []
    write_safely(path, "new.")
    assert whole(path) == "new."


def test_a_save_that_fails_at_the_very_last_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "board"
    write_safely(path, "old.")
    replace = os.replace

    def failing(source: str, target: str) -> None:
        if Path(target) == path:
            raise OSError(errno.EIO, "broken")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(SaveError):
        write_safely(path, "new.")
    assert recover(path, whole).value == "old."
    assert [name for name in listed(tmp_path) if name.endswith(".tmp")] == []


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write into any folder"
)
def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    path = tmp_path / "board"
    write_safely(path, "old.")
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(SaveError, match="writing is not allowed there"):
            write_safely(path, "new.")
        assert recover(path, whole).value == "old."
    finally:
        tmp_path.chmod(0o755)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way", encoding="utf-8")
    with pytest.raises(SaveError):
        write_safely(tmp_path / "home" / "board", "new.")


def test_leftovers_of_killed_games_go_when_they_are_old(tmp_path: Path) -> None:
    old, fresh = tmp_path / ".board.abc.tmp", tmp_path / ".board.def.tmp"
    for path in (old, fresh):
        path.write_text("half", encoding="utf-8")
    os.utime(old, (0, 0))
    write_safely(tmp_path / "board", "whole.")
    assert listed(tmp_path) == [fresh.name, "board"]


def test_nothing_there_is_nothing_to_say(tmp_path: Path) -> None:
    found = recover(tmp_path / "board", whole)
    assert (found.value, found.message) == (None, "")


def test_a_broken_file_is_kept_and_the_backup_opened(tmp_path: Path) -> None:
    path = tmp_path / "board"
    write_safely(path, "first.")
    write_safely(path, "second.")
    for number in (1, 2):
        path.write_text(f"bro{number}", encoding="utf-8")
        found = recover(path, whole)
        assert found.value == "first."
        assert "board cannot be read (cut off)" in found.message
        assert f"kept as board.broken-{number}" in found.message
        assert "version before it was opened" in found.message
        assert (tmp_path / f"board.broken-{number}").read_text(encoding="utf-8") == f"bro{number}"
    assert recover(path, whole).message == "", "said once is enough"


def test_a_backup_alone_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "board"
    write_safely(backup_of(path), "first.")
    assert recover(path, whole).value == "first."


def test_two_broken_files_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "board"
    path.write_text("bro", encoding="utf-8")
    backup_of(path).write_text("ken", encoding="utf-8")
    found = recover(path, whole)
    assert found.value is None
    assert "start afresh" in found.message
    assert listed(tmp_path) == ["board.bak.broken-1", "board.broken-1"]


def test_a_folder_in_the_place_of_a_file_is_moved_aside_too(tmp_path: Path) -> None:
    path = tmp_path / "board"
    path.mkdir()
    assert recover(path, whole).value is None
    write_safely(path, "new.")
    assert whole(path) == "new."


def test_two_games_at_once_leave_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "board"
    texts = {letter: letter * 20_000 + "." for letter in "ab"}
    write_safely(path, texts["a"])
    errors: list[Exception] = []

    def play(letter: str) -> None:
        try:
            for _ in range(40):
                write_safely(path, texts[letter])
        except SaveError as error:
            errors.append(error)

    games = [threading.Thread(target=play, args=(letter,)) for letter in texts]
    for game in games:
        game.start()
    while any(game.is_alive() for game in games):
        assert recover(path, whole).value in texts.values()
    for game in games:
        game.join()
    assert errors == []
    assert listed(tmp_path) == ["board", "board.bak"]


def test_a_json_file_remembers(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    JsonFile(path, Notes()).update(lambda notes: notes.plus("hello"))
    assert JsonFile(path, Notes()).value.lines == ("hello",)


def test_two_json_files_add_to_each_other(tmp_path: Path) -> None:
    one, other = (JsonFile(tmp_path / "notes.json", Notes()) for _ in range(2))
    one.update(lambda notes: notes.plus("one"))
    other.update(lambda notes: notes.plus("other"))
    assert one.update(lambda notes: notes.plus("again")).lines == ("one", "other", "again")


def test_a_json_file_that_could_not_be_saved_forgets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = JsonFile(tmp_path / "notes.json", Notes())
    file.update(lambda notes: notes.plus("one"))
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fail_with(errno.ENOSPC))
        with pytest.raises(SaveError):
            file.update(lambda notes: notes.plus("two"))
        assert file.value.lines == ("one", "two")
    file.update(lambda notes: notes.plus("three"))
    assert JsonFile(tmp_path / "notes.json", Notes()).value.lines == ("one", "two", "three")


@pytest.mark.parametrize(
    "broken", [b"", b"{", b"\xff", b'{"words": 1}', b"[" * 100_000, b"\0" * 50]
)
def test_a_broken_json_file_is_moved_aside(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "notes.json"
    path.write_bytes(broken)
    file = JsonFile(path, Notes())
    assert file.value == Notes()
    assert "notes.json.broken-1" in file.message
    assert (tmp_path / "notes.json.broken-1").read_bytes() == broken
