"""The player's designs on the disk: the board of each level, and designs with names."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents.level import Level
from sandbox.documents.problems import DocumentError
from sandbox.player.edits import AddNode, Edit, RenameNode, SetCount, SetLink, SetSetting
from sandbox.player.saves import Autosave, Saves, safe_name
from sandbox.player.storage import SaveError


@pytest.fixture
def saves(tmp_path: Path) -> Saves:
    return Saves(tmp_path)


def test_a_level_never_begun_has_no_board(saves: Saves, pizza: Level) -> None:
    found = saves.load(pizza)
    assert (found.value, found.message) == (None, "")


def test_a_board_comes_back_as_it_was(saves: Saves, pizza: Level) -> None:
    edits: tuple[Edit, ...] = (
        SetCount("cooks", 4),
        SetSetting("oven", "ahead", "60%"),
        SetSetting("rail", "queue", 4),
        SetLink("rail", "cooks", "latency", "lognormal 1 s cv 1.3"),
        SetLink("rail", "cooks", "weight", 0.1),
        AddNode("oven-2", "oven", (4, 2)),
        RenameNode("cooks", "kitchen"),
    )
    design = pizza.starting_design()
    for edit in edits:
        design = edit.apply(design, pizza)
    saves.save(design)
    assert saves.load(pizza).value == design


def test_boards_lie_where_the_player_finds_them(saves: Saves, pizza: Level, tmp_path: Path) -> None:
    saves.save(pizza.starting_design())
    assert (tmp_path / "designs" / "pizza-shop.yaml").is_file()


def test_the_folder_follows_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDBOX_HOME", str(tmp_path / "mine"))
    assert Saves().folder == tmp_path / "mine" / "designs"


def test_a_board_edited_into_nonsense_gives_way_to_the_one_before(
    saves: Saves, pizza: Level, tmp_path: Path
) -> None:
    start = pizza.starting_design()
    saves.save(start)
    saves.save(SetCount("cooks", 3).apply(start, pizza))
    path = tmp_path / "designs" / "pizza-shop.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: oven", "kind: ovn"), "utf-8")
    found = saves.load(pizza)
    assert found.value == start
    assert "there is no kind `ovn`" in found.message
    assert "pizza-shop.yaml.broken-1" in found.message


@pytest.mark.parametrize("broken", [b"", b"\0\0\0", b"[" * 200_000, b"format: 99\n", b"a: &b [*b]"])
def test_any_broken_board_is_kept(
    saves: Saves, pizza: Level, tmp_path: Path, broken: bytes
) -> None:
    saves.save(pizza.starting_design())
    path = tmp_path / "designs" / "pizza-shop.yaml"
    path.write_bytes(broken)
    found = saves.load(pizza)
    assert found.value is None
    assert "start afresh" in found.message
    assert path.with_name("pizza-shop.yaml.broken-1").read_bytes() == broken


def test_autosave_says_what_is_wrong_and_tries_again(
    saves: Saves, pizza: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    autosave = Autosave(saves)
    start = pizza.starting_design()
    more = SetCount("cooks", 3).apply(start, pizza)
    assert autosave(start)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        assert not autosave(more)
        assert "the disk is full" in autosave.problem
        assert "stays as it is" in autosave.problem
    assert saves.load(pizza).value == start
    assert autosave(more)
    assert autosave.problem == ""
    assert saves.load(pizza).value == more


def test_designs_are_put_by_under_names(saves: Saves, pizza: Level) -> None:
    start = pizza.starting_design()
    more = SetCount("cooks", 3).apply(start, pizza)
    assert saves.names(pizza) == []
    assert saves.save_as(more, "More Cooks!") == "more-cooks"
    assert saves.save_as(start, " as it was ") == "as-it-was"
    assert saves.names(pizza) == ["as-it-was", "more-cooks"]
    assert saves.load_named(pizza, "more-cooks") == more.model_copy(update={"name": "More Cooks!"})
    assert saves.load(pizza).value is None, "the board is another file"


def test_a_name_is_taken_until_the_player_says_so(saves: Saves, pizza: Level) -> None:
    start = pizza.starting_design()
    more = SetCount("cooks", 3).apply(start, pizza)
    saves.save_as(start, "plan")
    with pytest.raises(SaveError, match="`plan` already"):
        saves.save_as(more, "Plan")
    assert saves.load_named(pizza, "plan").nodes == start.nodes
    saves.save_as(more, "Plan", replace=True)
    assert saves.load_named(pizza, "plan").nodes == more.nodes


def test_a_name_that_is_not_there(saves: Saves, pizza: Level) -> None:
    with pytest.raises(DocumentError, match="there is no such file"):
        saves.load_named(pizza, "plan")


@given(st.text(max_size=40))
def test_any_name_is_safe_or_refused(name: str) -> None:
    try:
        safe = safe_name(name)
    except SaveError:
        return
    assert all(letter.isalnum() or letter == "-" for letter in safe)
    assert safe.strip("-") == safe
    assert safe
    assert len(f".{safe}.yaml.12345678.tmp.old.tmp".encode()) <= 255
    assert safe_name(safe) == safe


@pytest.mark.parametrize("name", ["", "  ", "../..", "🍕", "x" * 41])
def test_names_that_no_file_can_have(name: str) -> None:
    with pytest.raises(SaveError):
        safe_name(name)


@pytest.mark.parametrize(
    ("name", "safe"),
    [("Größe 2", "grösse-2"), ("../../etc/passwd", "etc-passwd"), ("计划", "计划")],
)
def test_names_in_any_script(name: str, safe: str) -> None:
    assert safe_name(name) == safe
