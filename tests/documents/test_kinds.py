"""Kinds of a level: its own, and those of the catalogue as it changes them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents import library
from sandbox.documents.catalogue import Kind
from sandbox.documents.kinds import catalogue, kinds_for
from sandbox.documents.laws import fixed
from sandbox.documents.settings import setting_specs
from sandbox.documents.units import format_price
from tests.documents import made


def kinds(given: dict[str, Any], **changes: Any) -> dict[str, Kind]:
    """The kinds of the level `queue` with these besides its own."""
    text = made.queue(kinds={**made.QUEUE["kinds"], **given}, **changes)
    return kinds_for(library.load_level_text(text)).kinds


def test_a_level_without_kinds_has_the_catalogue() -> None:
    assert kinds_for(library.load_level("pizza-shop")) is catalogue()


def test_a_local_kind_needs_only_its_behaviour() -> None:
    kind = kinds({"web-server": {"behaviour": "compute"}})["web-server"]
    assert (kind.title, kind.behaviour, kind.first_size) == ("Web server", "compute", "one")
    assert format_price(kind.sizes["one"].price) == "$0/month"
    budgeted = kinds({}, budget="$5/night")["server"]
    assert format_price(budgeted.sizes["one"].price) == "$0/night"


def test_a_queueing_network_is_short_to_write() -> None:
    level = library.load_level_text(
        """
        id: two-desks
        title: Two desks
        brief: One after the other.
        clock: {length: 10 min}
        operations: {visit: {title: a visit, needs: [ask, pay]}}
        traffic: [{from: users, rate: 1/s, mix: {visit: 1}}]
        kinds:
          desk: {behaviour: station, does: {ask: {time: exponential 1 s}}}
          till: {behaviour: station, does: {pay: {time: fixed 1 s}}}
        nodes: [{id: users, kind: users}]
        start:
          nodes: [{id: desk, kind: desk, count: 2}, {id: till, kind: till}]
          links: [{from: users, to: desk}, {from: desk, to: till}]
        """
    )
    assert kinds_for(level).kinds["till"].does["pay"].time == fixed(1)


def test_a_kind_of_the_catalogue_is_changed_by_merging() -> None:
    change = {
        "title": "Our servers",
        "does": {"render": {"time": "fixed 3 ms"}},
        "sizes": {"S": {"vcpu": 1}, "L": None},
        "settings": {"queue": {"default": 10}},
    }
    level = library.load_level_text(made.queue(kinds={**made.QUEUE["kinds"], "app": change}))
    mine, theirs = kinds_for(level).kinds["app"], catalogue().kinds["app"]
    assert mine.title == "Our servers"
    assert mine.summary == theirs.summary
    assert mine.does == {**theirs.does, "render": mine.does["render"]}
    assert list(mine.sizes) == ["S", "M"]
    assert mine.sizes["S"].vcpu == 1
    assert mine.sizes["S"].price == theirs.sizes["S"].price
    assert mine.sizes["M"] == theirs.sizes["M"]
    before = setting_specs(catalogue(), "app")["queue"]
    assert mine.settings == {"queue": before.model_copy(update={"default": 10})}
    assert theirs.title == "App server"


@pytest.mark.parametrize(
    ("given", "path", "says"),
    [
        ({"desk": {}}, "kinds.desk.behaviour", "`behaviour` is missing"),
        (
            {"cok": {"count_most": 3}},
            "kinds.cok.behaviour",
            "`behaviour` is missing (to change a kind of the catalogue: did you mean `cook`?)",
        ),
        (
            {"desk": {"behaviour": "stations"}},
            "kinds.desk.behaviour",
            "`stations` is not known here (did you mean `station`?)",
        ),
        ({"desk": {"behaviour": ["station"]}}, "kinds.desk.behaviour", "not a list"),
        ({"desk": 3}, "kinds.desk", "a mapping (`name: value`) is expected here, not `3`"),
        ({"cook": {"does": {"prepare": {"time": 3}}}}, "kinds.cook.does.prepare.time", "a law of"),
        ({"cook": {"sizes": {"one": None}}}, "kinds.cook.sizes", "at least 1 entry"),
        ({"cook": {"sizes": {"one": {"price": "60"}}}}, "kinds.cook.sizes.one.price", "dollar"),
        (
            {"cook": {"sizes": {"two": {"price": "$9/day"}}}},
            "kinds.cook.sizes.two.price",
            "another size of this kind is paid by the night",
        ),
        ({"cook": {"settings": 3}}, "kinds.cook.settings", "a mapping (`name: value`)"),
        ({"cook": {"settings": {"queue": 3}}}, "kinds.cook.settings.queue", "a mapping"),
        (
            {"cook": {"settings": {"que": {"type": "flag", "help": "x", "default": True}}}},
            "kinds.cook.settings.que",
            "a station has no setting `que` (did you mean `queue`?)",
        ),
        (
            {"cook": {"settings": {"queue": {"type": "count", "default": 3}}}},
            "kinds.cook.settings.queue.type",
            "this setting is a limit, not a count",
        ),
        (
            {"cook": {"settings": {"queue": {"default": -1}}}},
            "kinds.cook.settings.queue.default",
            "at least 0",
        ),
        (
            {"oven": {"settings": {"linger": {"most": 60}}}},
            "kinds.oven.settings.linger.most",
            "a duration needs its unit",
        ),
        (
            {"oven": {"settings": {"linger": {"step": "a bit"}}}},
            "kinds.oven.settings.linger.step",
            "a duration is a number and a unit",
        ),
        (
            {"cook": {"settings": {"discipline": {"choices": []}}}},
            "kinds.cook.settings.discipline",
            "a choice lists its `choices`",
        ),
        ({"cook": {"glyph": ["C", "♨"]}}, "kinds.cook.glyph.1", "one ASCII character"),
        ({"cook": {"glyph": ["CC", "C"]}}, "kinds.cook.glyph.0", "one Unicode character"),
    ],
)
def test_what_is_wrong_with_a_kind(given: dict[str, Any], path: str, says: str) -> None:
    text = made.queue(kinds={**made.QUEUE["kinds"], **given})
    found = made.said(made.problems(library.load_level_text, text))
    assert says in found[path]


def test_a_problem_of_a_kind_has_its_line() -> None:
    text = library.to_yaml(library.load_level_text(made.queue()))
    broken = text.replace("exponential 1 s", "exponential 1")
    (found,) = made.problems(library.load_level_text, broken, None, "my.yaml")
    assert found.path == ("kinds", "server", "does", "work", "time")
    assert "exponential 1" in broken.splitlines()[(found.line or 0) - 1]
