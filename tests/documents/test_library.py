"""Documents by name or file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.documents import library, places
from sandbox.documents.cards import Card
from sandbox.documents.catalogue import Catalogue
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.source import read_text
from sandbox.documents.words import validated
from tests.documents import made
from tests.documents.test_schema import CARD


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that stands in for the game's own cards."""
    (tmp_path / "cards").mkdir()
    monkeypatch.setattr(library, "assets_folder", lambda: tmp_path)
    library.cards.cache_clear()
    yield tmp_path / "cards"
    library.cards.cache_clear()


def card(number: int) -> str:
    source = read_text(json.dumps({**CARD, "number": number}))
    return library.to_yaml(validated(Card, source))


def test_every_shipped_level_is_found_by_its_id() -> None:
    files = [path.stem for path in places.levels_folder().glob("*.yaml")]
    assert sorted(library.level_ids()) == sorted(files)
    for level_id in files:
        assert library.load_level(level_id).id == level_id


def test_levels_come_in_the_order_they_are_played() -> None:
    orders = [library.load_level(level_id).order for level_id in library.level_ids()]
    assert orders == sorted(orders)


def test_a_level_is_found_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "queue.yaml").write_text(made.queue())
    (tmp_path / "bare").write_text(made.queue())
    assert library.load_level(tmp_path / "queue.yaml").id == "queue"
    assert library.load_level(str(tmp_path / "queue.yaml")).id == "queue"
    monkeypatch.chdir(tmp_path)
    assert library.load_level("queue.yaml").id == "queue"
    assert library.load_level("bare").id == "queue"
    assert library.load_level(Path("bare")).id == "queue"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("pizza-shp", "there is no level `pizza-shp` (did you mean `pizza-shop`?)"),
        ("nowhere.yaml", "nowhere.yaml: there is no such file"),
        ("", ".: this is a folder, not a file"),
        ("no/such/level", "no/such/level: there is no such file"),
        ("a\0b", "no file can have this name"),
    ],
)
def test_a_level_that_is_not_there(name: str, says: str) -> None:
    (found,) = made.problems(library.load_level, name)
    assert says in str(found)


def test_problems_of_a_shipped_level_name_it_shortly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.yaml").write_text("id: broken")
    monkeypatch.setattr(library, "levels_folder", lambda: tmp_path)
    assert made.problems(library.load_level, "broken")[0].file == "levels/broken.yaml"


def test_any_document_is_recognised(tmp_path: Path) -> None:
    texts = {
        "level": (made.queue(), Level),
        "design": ("level: pizza-shop", Design),
        "design-elsewhere": ("level: elsewhere", Design),
        "card": (card(3), Card),
        "catalogue": (library.to_yaml(library.catalogue()), Catalogue),
    }
    for name, (text, kind) in texts.items():
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, "utf-8")
        assert type(library.load(path)) is kind


def test_a_recognised_design_is_checked_on_its_level(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("level: pizza-shop\nnodes: [{id: a, kind: clrk}]")
    assert "did you mean `clerk`" in str(made.problems(library.load, path)[0])
    path.write_text("level: [pizza-shop]")
    assert "a text is expected" in made.problems(library.load, path)[0].message


def test_the_catalogue_is_read_once() -> None:
    assert library.catalogue() is library.catalogue()


def test_cards_by_number(shelf: Path) -> None:
    (shelf / "a.yaml").write_text(card(4))
    (shelf / "b.yaml").write_text(card(2))
    assert list(library.cards()) == [2, 4]
    level = library.load_level_text(made.queue(cards=[2, 3]))
    assert made.said(library.missing_cards(level)) == {"cards.1": "there is no card 3 yet"}


def test_two_cards_of_one_number(shelf: Path) -> None:
    (shelf / "a.yaml").write_text(card(4))
    (shelf / "b.yaml").write_text(card(4))
    (found,) = made.problems(library.cards)
    assert (found.file, found.path) == ("assets/cards/b.yaml", ("number",))


def test_the_games_own_cards_can_be_read() -> None:
    for number, each in library.cards().items():
        assert each.number == number


def test_a_design_read_for_a_level_need_not_name_it(tmp_path: Path) -> None:
    level = library.load_level_text(made.queue())
    file = tmp_path / "design.yaml"
    file.write_text("nodes: [{id: desk, kind: server}]")
    assert library.load_design(file, level).level == "queue"
    assert made.said(made.problems(library.load, file)) == {"level": "`level` is missing"}
    file.write_text("{}")
    assert made.said(made.problems(library.load_design, file, level)) == {
        "level": "`level` is missing"
    }
