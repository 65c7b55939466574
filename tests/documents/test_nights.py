"""Second nights by name or file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.documents import library
from sandbox.documents.design import Design
from sandbox.documents.problems import DocumentError
from tests.nights import TODO


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for the game's own levels."""
    folder = tmp_path / "levels"
    folder.mkdir()
    (folder / "todo.yaml").write_text(TODO, encoding="utf-8")
    monkeypatch.setattr(library, "levels_folder", lambda: folder)
    return folder


def test_by_id_and_by_file(shelf: Path) -> None:
    night = library.load_level("todo-night-2")
    assert (night.id, night.title) == ("todo-night-2", "Todo, twice")
    assert library.night_of("todo") == "todo-night-2"
    beside = library.night_of(shelf / "todo.yaml")
    assert beside == str(shelf / "todo-night-2.yaml")
    assert library.load_level(beside) == night
    assert library.load_level(Path(beside)) == night


def test_its_first_night_is_known(shelf: Path) -> None:
    first = library.load_level("todo")
    assert library.first_night("todo-night-2") == first
    assert library.first_night(shelf / "todo-night-2.yaml") == first
    for word in ("todo", "nobody-night-2", "-night-2", "", shelf / "todo.yaml"):
        assert library.first_night(word) is None


def test_a_level_that_is_there_under_that_name_is_no_night(shelf: Path) -> None:
    own = TODO.replace("id: todo\n", "id: own\n")
    (shelf / "todo-night-2.yaml").write_text(own, encoding="utf-8")
    assert library.first_night("todo-night-2") is None
    assert library.load_level("todo-night-2").id == "own"


def test_a_level_without_one_says_so(shelf: Path) -> None:
    (shelf / "plain.yaml").write_text(TODO.partition("night:")[0].replace("todo\n", "plain\n", 1))
    with pytest.raises(DocumentError, match="`plain` has no second night"):
        library.load_level("plain-night-2")


def test_one_that_cannot_be_played_is_refused(shelf: Path) -> None:
    broken = TODO.replace("{from: users, rate: 20/s", "{from: nobody, rate: 20/s")
    (shelf / "todo.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(DocumentError, match="there is no fixed node `nobody`"):
        library.load_level("todo-night-2")


def test_it_comes_after_its_level(monkeypatch: pytest.MonkeyPatch, shelf: Path) -> None:
    library._shipped_levels.cache_clear()
    assert [level.id for level in library.all_levels()] == ["todo", "todo-night-2"]
    library._shipped_levels.cache_clear()


def test_a_design_is_checked_on_it(shelf: Path, tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text("level: todo-night-2\nnodes: [{id: a, kind: app}]\n", encoding="utf-8")
    assert isinstance(library.load(path), Design)
    path.write_text("level: todo-night-2\nnodes: [{id: a, kind: oven}]\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="no `oven` to place"):
        library.load(path)
