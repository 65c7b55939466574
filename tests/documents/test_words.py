"""What is wrong with a document, in words: each with its line, its path and what would be right."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents import library
from sandbox.documents.words import suggestion
from tests.documents import made

DESIGN = """\
level: queue
nodes:
  - {id: desk, kind: server, colour: red}
  - {id: Desk, kind: server, count: 2.5}
  - id: bell
    kind: server
    count: many
    at: [1]
links:
  - {from: users, too: desk}
  - {from: users, to: desk, weight: 0, latency: quick}
nmae: mine
"""


def test_several_problems_are_shown_together_in_the_order_of_the_file() -> None:
    found = made.problems(library.load_design_text, DESIGN, file="my.yaml")
    assert [str(each) for each in found] == [
        "my.yaml:3: nodes.0.colour: `colour` is not known here "
        "(known: id, kind, size, count, at, zones, settings)",
        "my.yaml:4: nodes.1.id: `Desk` is no name for this "
        "(lower case letters, digits and single dashes, such as `queue-2`)",
        "my.yaml:4: nodes.1.count: a whole number is expected here, not `2.5`",
        "my.yaml:7: nodes.2.count: a whole number is expected here, not `many`",
        "my.yaml:8: nodes.2.at.1: entry number 2 is missing",
        "my.yaml:10: links.0.to: `to` is missing",
        "my.yaml:10: links.0.too: `too` is not known here (did you mean `to`?)",
        "my.yaml:11: links.1.latency: `quick` is no law of durations; write `fixed 8 min`, "
        "`exponential 4 min`, `erlang-4 4 min`, `lognormal 1 s sigma 1`, `lognormal 1 s cv 1.3` "
        "or `empirical: [1 s, 2 s]`",
        "my.yaml:11: links.1.weight: `0` is out of bounds (more than 0)",
        "my.yaml:12: nmae: `nmae` is not known here (did you mean `name`?)",
    ]


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"title": 3}, "title", "a text is expected here, not `3` (put it in quotes)"),
        ({"title": ["a"]}, "title", "a text is expected here, not a list"),
        ({"title": ""}, "title", "this is too short (at least 1 character)"),
        ({"brief": "x" * 4001}, "brief", "this is too long (at most 4000 characters)"),
        ({"nodes": None}, "nodes", "a list is expected here, not nothing"),
        ({"nodes": {}}, "nodes", "a list is expected here, not a mapping (`name: value`)"),
        ({"nodes": []}, "nodes", "this is too short (at least 1 entry)"),
        (
            {"nodes": ["users"]},
            "nodes.0",
            "a mapping (`name: value`) is expected here, not `users`",
        ),
        ({"clock": "1 h"}, "clock", "a mapping (`name: value`) is expected here, not `1 h`"),
        ({"clock": {}}, "clock.length", "`length` is missing"),
        ({"clock": {"length": "0 s"}}, "clock.length", "`0 s` is out of bounds (more than 0)"),
        ({"clock": {"length": 60}}, "clock.length", "a duration needs its unit (ms, s, min, h, d)"),
        ({"clock": {"length": "1 hour"}}, "clock.length", "`hour` is no unit of time; known are"),
        (
            {"clock": {"length": "1 s", "starts": "7 pm"}},
            "clock.starts",
            "`7 pm` is no time of day (write it as `19:00`)",
        ),
        (
            {"clock": {"length": "1 s", "unit": "mins"}},
            "clock.unit",
            "`mins` is not known here (did you mean `min`?)",
        ),
        ({"operations": {"Work": {}}}, "operations.Work", "`Work` is no name for this"),
        ({"budget": "620"}, "budget", "money is a dollar sign and a number"),
        ({"order": True}, "order", "a whole number is expected here, not `true`"),
        ({"slos": [{"id": "a"}]}, "slos.0", "`metric` is missing (within, good, lost or latency)"),
        ({"slos": ["a"]}, "slos.0", "a mapping (`name: value`) is expected here, not `a`"),
        (
            {"slos": [{"metric": "latencies"}]},
            "slos.0.metric",
            "`latencies` is no metric (did you mean `latency`?)",
        ),
    ],
)
def test_what_a_model_refuses(changes: dict[str, Any], path: str, says: str) -> None:
    found = made.said(made.problems(library.load_level_text, made.queue(**changes)))
    assert says in found[path]


@pytest.mark.parametrize(
    ("slo", "path", "says"),
    [
        ({"metric": "within", "within": 3}, "slos.0.within", "a duration needs its unit"),
        ({"metric": "within", "within": "3 s"}, "slos.0.at_least", "`at_least` is missing"),
        ({"metric": "lost", "at_most": 0.05}, "slos.0.at_most", "percent sign"),
        ({"metric": "latency", "percentile": 100}, "slos.0.percentile", "(less than 100)"),
        ({"metric": "good", "atleast": "9%"}, "slos.0.atleast", "(did you mean `at_least`?)"),
    ],
)
def test_places_inside_an_slo_are_those_of_the_file(
    slo: dict[str, Any], path: str, says: str
) -> None:
    text = made.queue(slos=[{"id": "a", "says": "a", **slo}])
    assert says in made.said(made.problems(library.load_level_text, text))[path]


@pytest.mark.parametrize(
    ("needs", "path", "says"),
    [
        ([3], "operations.work.needs.0", "a mapping (`name: value`) is expected here, not `3`"),
        ([{"ned": "work"}], "operations.work.needs.0.ned", "did you mean `need`?"),
        ([{"need": "work", "time": 3}], "operations.work.needs.0.time", "a law of durations is"),
        (
            [{"parallel": ["work", [{"need": "work", "tme": 3}]]}],
            "operations.work.needs.0.parallel.1.0.tme",
            "did you mean `time`?",
        ),
        ([{"parallel": ["work"]}], "operations.work.needs.0.parallel", "at least 2 entries"),
        ([{"parallel": ["work", []]}], "operations.work.needs.0.parallel.1", "at least 1 entry"),
    ],
)
def test_places_inside_needs_are_those_of_the_file(needs: Any, path: str, says: str) -> None:
    text = made.queue(operations={"work": {"title": "work", "needs": needs}})
    assert says in made.said(made.problems(library.load_level_text, text))[path]


@pytest.mark.parametrize(
    ("traffic", "says"),
    [
        ({}, "exactly one of `rate`, `phases` and `counts`"),
        ({"rate": "1/s", "phases": [{"at": "0 s", "rate": "1/s"}]}, "exactly one of"),
        ({"phases": [{"at": "1 s", "rate": "1/s"}]}, "phases start at `0 s`"),
        ({"phases": [{"at": "0 s", "rate": "1/s"}] * 2}, "follow each other"),
        ({"rate": "1/s", "mix": {"work": -1}}, "not negative"),
        ({"rate": "1/s", "mix": {"work": 0}}, "not all zero"),
    ],
)
def test_traffic_that_makes_no_sense(traffic: dict[str, Any], says: str) -> None:
    text = made.queue(traffic=[{"from": "users", "mix": {"work": 1}, **traffic}])
    assert says in made.said(made.problems(library.load_level_text, text))["traffic.0"]


def test_names_inside_the_program_are_not_those_of_the_file() -> None:
    text = "level: queue\nlinks: [{source: users, target: desk}]"
    found = made.said(made.problems(library.load_design_text, text))
    assert set(found) == {"links.0.from", "links.0.to", "links.0.source", "links.0.target"}


def test_suggestions() -> None:
    assert suggestion("clrk", ["cook", "clerk"]) == "did you mean `clerk`?"
    assert suggestion("CLERK", ["cook", "clerk"]) == "did you mean `clerk`?"
    assert suggestion("zebra", ["cook", "clerk"]) == "known: cook, clerk"
    assert suggestion("zebra", []) == "none is known"
    assert suggestion("zebra", [f"node-{n}" for n in range(50)]) == "50 are known"
    assert suggestion(3, ["three"]) == "known: three"
