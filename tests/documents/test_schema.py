"""The published schemas accept what the game accepts, as it is written."""

from __future__ import annotations

import importlib.util
import json
from typing import Any

import pytest
from hypothesis import given

from sandbox.documents import library
from sandbox.documents.design import Design
from sandbox.documents.kinds import catalogue_files
from sandbox.documents.places import assets_folder, levels_folder
from sandbox.documents.schema import schemas
from sandbox.documents.source import read_text
from tests.documents import made
from tests.documents.json_schema import Checker
from tests.documents.strategies import designs

SCHEMAS = schemas()
CARD = {
    "number": 3,
    "title": "Batching",
    "question": "Now or together?",
    "poles": [{"name": name, "says": "x", "wins_when": "x"} for name in ("now", "together")],
    "symptom": "Everything waits for a free chamber.",
    "levels": ["pizza-shop"],
}


def accepts(name: str, data: Any) -> bool:
    """Whether the schema accepts this; by the `jsonschema` package too where there is one."""
    mine = Checker(SCHEMAS[name]).accepts(data)
    if importlib.util.find_spec("jsonschema"):
        jsonschema = importlib.import_module("jsonschema")
        validator = jsonschema.Draft202012Validator(SCHEMAS[name])
        assert validator.is_valid(data) == mine
    return mine


def plain(text: str) -> Any:
    """The data of a YAML text as JSON has it."""
    return json.loads(json.dumps(read_text(text).data))


@pytest.mark.parametrize("path", sorted(levels_folder().glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_levels(path: Any) -> None:
    assert accepts("level", plain(path.read_text("utf-8")))


def test_the_catalogue_and_cards() -> None:
    for path in catalogue_files():
        assert accepts("catalogue", plain(path.read_text("utf-8")))
    assert accepts("card", CARD)
    for path in (assets_folder() / "cards").glob("*.yaml"):
        assert accepts("card", plain(path.read_text("utf-8")))


@given(designs())
def test_whatever_design_the_game_writes(design: Design) -> None:
    assert accepts("design", plain(library.to_yaml(design)))


def level(**changes: Any) -> Any:
    return json.loads(made.queue(**changes))


def needs(*given: Any) -> dict[str, Any]:
    return {"operations": {"work": {"title": "work", "needs": list(given)}}}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        needs({"need": "work", "time": "erlang-4 4 min"}),
        needs({"need": "work", "time": "3 s"}),
        needs({"need": "work", "time": "lognormal 1 s cv 1.3"}),
        needs({"need": "work", "time": {"empirical": ["1 s", "2.5 ms"]}}),
        needs({"parallel": ["work", ["work", {"need": "work"}]]}),
        {"clock": {"length": "1 min", "starts": "19:00", "frame": "1 s", "measure_from": "3 s"}},
        {"budget": "$3.50/night", "care": "$ 5 / night"},
        {
            "slos": [
                {"id": "a", "says": "a", "metric": "latency", "percentile": 99, "at_most": "1 s"}
            ]
        },
    ],
)
def test_what_both_accept(changes: dict[str, Any]) -> None:
    library.load_level_text(made.queue(**changes))
    assert accepts("level", level(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"title": 3},
        {"nmae": "x"},
        {"clock": {"length": 60}},
        {"clock": {"length": "60"}},
        {"clock": {"length": "60 s", "starts": "7 pm"}},
        {"budget": "$3.50"},
        {"budget": "$5/week"},
        needs(),
        needs(3),
        needs("Work"),
        needs({"need": "work", "time": "sometimes 3 s"}),
        needs({"need": "work", "time": "lognormal 3 s"}),
        needs({"need": "work", "time": {"empirical": []}}),
        needs({"parallel": ["work"]}),
        needs({"parallel": ["work", []]}),
        {"slos": [{"id": "a", "says": "a", "metric": "within"}]},
        {"slos": [{"id": "a", "says": "a", "metric": "lost", "at_most": 0.05}]},
        {"nodes": [{"id": "users", "kind": "users", "at": [1]}]},
        {"nodes": [{"id": "users", "kind": "users", "count": 0}]},
        {"format": 2},
    ],
)
def test_what_both_refuse(changes: dict[str, Any]) -> None:
    assert made.problems(library.load_level_text, made.queue(**changes))
    assert not accepts("level", level(**changes))


def test_every_schema_names_its_dialect_and_says_what_it_describes() -> None:
    assert set(SCHEMAS) == {"level", "design", "catalogue", "card"}
    for schema in SCHEMAS.values():
        assert schema["$schema"].startswith("https://json-schema.org/")
        assert schema["description"]
        assert json.loads(json.dumps(schema)) == schema
