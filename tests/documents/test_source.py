"""Reading YAML text: what its values are, what is refused, and on which line."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents import source
from sandbox.documents.kinds import catalogue_files
from sandbox.documents.places import levels_folder
from sandbox.documents.source import read_text
from tests.documents import made


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("19:00", "19:00"),
        ("on", "on"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("2026-05-01", "2026-05-01"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("0b1", "0b1"),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("-3", -3),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("'3'", "3"),
        ('"true"', "true"),
        ("!!str 3", "3"),
        ("! 3", "3"),
        ("!!float 3", 3),
        ("[1, [2]]", (1, (2,))),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
        ("!!map {}", {}),
        ("|\n two\n lines\n", "two\nlines\n"),
    ],
)
def test_values_are_those_of_the_core_schema(text: str, value: Any) -> None:
    read = read_text(f"x: {text}").data["x"]
    assert read == value
    assert type(read) is type(value)


def test_keys_are_text() -> None:
    assert read_text("{1: a, true: b, ~: c, 19:00: d}").data == {
        "1": "a",
        "true": "b",
        "~": "c",
        "19:00": "d",
    }


def test_json_is_read_too() -> None:
    data = {"a": [1, 2.5, None, True, 'ü\n"x"'], "b": {"c": []}}
    assert read_text(json.dumps(data)).data == {"a": (1, 2.5, None, True, 'ü\n"x"'), "b": {"c": ()}}
    assert read_text(json.dumps(data, indent=2)).line(("b", "c")) == 10


def test_every_path_has_its_line() -> None:
    read = read_text("a: 1\nb:\n  - c: 2\n\n  - d: [3,\n        4]\n")
    assert read.lines == {
        (): 1,
        ("a",): 1,
        ("b",): 2,
        ("b", 0): 3,
        ("b", 0, "c"): 3,
        ("b", 1): 5,
        ("b", 1, "d"): 5,
        ("b", 1, "d", 0): 5,
        ("b", 1, "d", 1): 6,
    }
    assert read.line(("b", 1, "missing", "deeper")) == 5
    assert read.line(("nowhere",)) == 1


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nx: !!python/object/apply:os.system [ls]", 2, "tag `tag:yaml.org,2002:python/ob"),
        ("x: !mine 3", 1, "tag `!mine` is not read"),
        ("x: !!int three", 1, "not what its tag"),
        ("x: !!int '3'", 1, "not what its tag"),
        ("x: !!int 2.5", 1, "not what its tag"),
        ("x: !!bool 1", 1, "not what its tag"),
        ("x: !!seq {}", 1, "not what its tag"),
        ("x: !!timestamp 2026-05-01", 1, "is not read here"),
        ("x: !!binary aGk=", 1, "is not read here"),
        ("!!set {a, b}", 1, "is not read here"),
        ("!mine x: 3", 1, "neither a tag nor an anchor"),
        ("x: &a 3", 1, "anchors"),
        ("b: 1\n&a x: 3", 2, "neither a tag nor an anchor"),
        ("a: 1\nb: &x [1]\nc: *x", 2, "anchors"),
        ("a: *x", 1, "aliases"),
        ("*x : 1", 1, "single word"),
        ("<<: *x", 1, "aliases"),
        ("a: 1\nb: 2\na: 3", 3, "`a` is here twice"),
        ("{a: 1, 'a': 2}", 1, "`a` is here twice"),
        ("[a, b]: 1", 1, "single word"),
        ("a: 1\n---\nb: 2", 2, "one document"),
        ("a: 1e999", 1, "too large"),
        ("a: " + "9" * 5000, 1, "too large"),
        ("a: 0x" + "f" * 5000, 1, "too large"),
        ("a: b: c", 1, "not YAML"),
        ("a:\n\t- b", 2, "not YAML"),
        ("a: [1,\n2", 2, "not YAML"),
        ("a: 'open", 1, "not YAML"),
        ("a: @b", 1, "not YAML"),
        ("a: 1\nb: \x07", 2, "no plain text"),
        ("a: \ud800", 1, "no plain text"),
    ],
)
def test_what_no_document_needs_is_refused(text: str, line: int, says: str) -> None:
    found = made.problems(read_text, text, "my.yaml")
    assert says in found[0].message
    assert (found[0].file, found[0].line) == ("my.yaml", line)


def test_tabs_are_explained() -> None:
    assert "spaces" in made.problems(read_text, "a:\n\t- b")[0].hint


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but this\n", "---\n", "~", "\ufeff"])
def test_an_empty_file_is_called_empty(text: str) -> None:
    assert "empty" in made.problems(read_text, text)[0].message


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000])
def test_deep_nesting_is_refused(text: str) -> None:
    assert "nested" in made.problems(read_text, text)[0].message


def test_endless_lists_are_refused() -> None:
    assert "100,000 values" in made.problems(read_text, "[" + "1," * 200_000 + "]")[0].message


def test_nesting_as_deep_as_a_document_needs_is_read() -> None:
    assert read_text("[" * source.MAX_DEPTH + "]" * source.MAX_DEPTH).data


def test_exploding_anchors_are_refused_at_the_first() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    found = made.problems(read_text, "\n".join(rows))
    assert [(each.line, each.path) for each in found] == [(1, ("a0",))]


def test_all_that_can_be_told_at_once_is_told_in_the_order_of_the_file() -> None:
    found = made.problems(read_text, "a: !x 1\nb: 1e999\na: 2\nc: !y 3")
    assert [each.line for each in found] == [1, 2, 3, 4]


def test_no_more_problems_are_listed_than_one_can_read() -> None:
    found = made.problems(read_text, "\n".join("a: 1" for _ in range(100)))
    assert len(found) == source.MAX_PROBLEMS + 1
    assert found[-1].message == "and 79 more"
    found = made.problems(read_text, "\n".join("a: 1" for _ in range(1000)))
    assert found[-1].message == "and many more"


@given(st.text() | st.text("[]{}:,-&*!|>'\"#%@? \n\tab1"))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    assert all(each.message for each in made.outcome(read_text, text))


@pytest.mark.parametrize(
    "path",
    [*levels_folder().glob("*.yaml"), *catalogue_files()],
    ids=lambda path: path.stem,
)
def test_both_parsers_read_the_same(path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text("utf-8")
    fast = read_text(text)
    monkeypatch.setattr(source, "_PARSER", yaml.SafeLoader)
    assert read_text(text) == fast
