"""Whatever is broken in a document, it is read or refused in words, with a line; never a crash."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.documents import library
from sandbox.documents.kinds import read_catalogue
from sandbox.documents.places import assets_folder, levels_folder
from sandbox.documents.source import Trail, read_text
from tests.documents import made
from tests.documents.strategies import IDS, RAW


def plain(text: str) -> Any:
    return json.loads(json.dumps(read_text(text).data))


PIZZA = (levels_folder() / "pizza-shop.yaml").read_text("utf-8")
CATALOGUE = (assets_folder() / "catalogue" / "store.yaml").read_text("utf-8")
DESIGN = library.to_yaml(library.load_level_text(PIZZA).starting_design())
RICH = made.queue(
    operations={
        "work": {
            "title": "work",
            "needs": [
                "work",
                {"parallel": ["work", [{"need": "work", "time": "lognormal 1 s cv 2"}]]},
            ],
            "items": {"count": 3},
        }
    },
    clock={"length": "1 min", "starts": "19:00", "frame": "1 s", "measure_from": "2 s"},
    budget="$5/month",
    care="$1/month",
    kinds={
        "server": {
            "behaviour": "batch-station",
            "does": {"work": {"time": {"empirical": ["1 s", "2 s"]}}},
            "settings": {"linger": {"default": "1 s", "step": "1 s"}},
        },
        "app": {"sizes": {"S": {"vcpu": 1}, "L": None}},
    },
)
JUNK = st.one_of(
    RAW,
    st.none(),
    st.sampled_from(["3 s", "-3 s", "1e300 s", "$5/night", "120%", "0/s", "work", "users", "desk"]),
    IDS,
    st.lists(RAW | IDS, max_size=3),
    st.dictionaries(IDS | st.text(max_size=5), RAW | st.lists(RAW, max_size=2), max_size=3),
)


def places(data: Any, path: Trail = ()) -> Iterator[Trail]:
    """Every place in the data except the top."""
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def damaged(data: Any, path: Trail, change: str, junk: Any) -> Any:
    data = copy.deepcopy(data)
    around = data
    for part in path[:-1]:
        around = around[part]
    if change == "delete":
        del around[path[-1]]
    elif change == "rename" and isinstance(around, dict):
        around[str(junk)] = around.pop(path[-1])
    elif change == "double" and isinstance(around, list):
        around.append(around[int(path[-1])])
    else:
        around[path[-1]] = junk
    return data


def read_design(text: str) -> Any:
    return library.load_design_text(text, library.load_level("pizza-shop"))


def read_kinds(text: str) -> Any:
    return read_catalogue(read_text(text))


@settings(max_examples=100)
@given(st.data())
@pytest.mark.parametrize(
    ("text", "read"),
    [
        (PIZZA, library.load_level_text),
        (RICH, library.load_level_text),
        (CATALOGUE, read_kinds),
        (DESIGN, read_design),
    ],
    ids=["pizza-shop", "queue", "catalogue", "design"],
)
def test_damage(text: str, read: Callable[[str], Any], data: st.DataObject) -> None:
    whole = plain(text)
    path = data.draw(st.sampled_from(list(places(whole))))
    change = data.draw(st.sampled_from(["delete", "rename", "double", "replace"]))
    broken = json.dumps(damaged(whole, path, change, data.draw(JUNK)), indent=1)
    for problem in made.outcome(read, broken):
        assert problem.message
        assert problem.line
        assert "Input should" not in problem.message, "Pydantic's own words"


def test_the_documents_are_right_before_they_are_damaged() -> None:
    assert library.load_level_text(RICH).id == "queue"
    assert read_design(DESIGN).level == "pizza-shop"
    assert library.load_level_text(PIZZA).id == "pizza-shop"
    assert read_kinds(CATALOGUE).kinds.items() <= library.catalogue().kinds.items()
