"""Laws of durations as they are written."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from sandbox.documents.laws import Law, fixed
from tests.documents.strategies import laws


@given(laws())
@example(Law(shape="lognormal", mean=1.0, sigma=6.777725722405768))  # a cv beyond what is read
def test_what_is_written_reads_back_equal(law: Law) -> None:
    assert Law.model_validate(law.model_dump(mode="json")) == law


@pytest.mark.parametrize(
    ("text", "shape", "mean", "variation"),
    [
        ("8 min", "fixed", 480, 0),
        ("fixed 90 s", "fixed", 90, 0),
        ("deterministic 1 s", "fixed", 1, 0),
        ("exponential 10 ms", "exponential", 0.01, 1),
        ("erlang-4 4 min", "erlang", 240, 0.25),
        ("lognormal 1 s sigma 1", "lognormal", 1, math.e - 1),
        ("lognormal 2 s cv 1.3", "lognormal", 2, 1.69),
    ],
)
def test_laws_in_words(text: str, shape: str, mean: float, variation: float) -> None:
    law = Law.model_validate(text)
    assert (law.shape, law.mean) == (shape, mean)
    assert law.squared_variation == pytest.approx(variation)


@pytest.mark.parametrize(
    "text",
    ["fixed 0.05 ms", "lognormal 27 ms cv 0.5", "lognormal 2 s cv 1.3", "lognormal 1 s sigma 1.0"],
)
def test_a_law_is_written_as_it_was_said(text: str) -> None:
    assert str(Law.model_validate(text)) == text


def test_an_empirical_law_is_its_sample() -> None:
    law = Law.model_validate({"empirical": ["1 s", "2 s", "6 s"]})
    assert list(law.values) == [1, 2, 6]
    assert law.mean == 3
    assert law.squared_variation == pytest.approx(14 / 3 / 9)


def test_a_law_may_take_no_time() -> None:
    assert fixed(0).squared_variation == 0
    assert Law.model_validate({"empirical": ["0 s"]}).squared_variation == 0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("sometimes 3 s", "`sometimes` is no law"),
        ("erlang-0 3 s", "1 to 1000 stages"),
        ("erlang-1001 3 s", "1 to 1000 stages"),
        ("exponential", "a number and a unit"),
        ("exponential 3 s cv 2", "only a lognormal"),
        ("lognormal 3 s", "only a lognormal"),
        ("lognormal 3 s cv 1e300", "cv is at most 1000"),
        ("lognormal 3 s sigma 11", "sigma is at most 10"),
        ("exponential 3 parsecs", "no unit of time"),
        ({"empirical": []}, "lists its durations"),
        ({"empirical": "1 s"}, "lists its durations"),
        ({"empirical": [3]}, "needs its unit"),
        ({"empirical": ["1 s"], "mean": 3}, "one of"),
        (3, "one of"),
        (None, "one of"),
    ],
)
def test_what_is_wrong_is_said(wrong: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Law.model_validate(wrong)


def test_the_programs_own_way_of_writing_is_refused_in_files() -> None:
    inside = {"shape": "fixed", "mean": 3.0}
    assert Law.model_validate(inside) == fixed(3)
    with pytest.raises(ValidationError, match="one of"):
        Law.model_validate(inside, context={"file": "my.yaml"})


@given(st.sampled_from(["fixed", "exponential", "erlang", "lognormal"]))
def test_only_an_empirical_law_has_values(shape: Any) -> None:
    with pytest.raises(ValidationError, match="has values"):
        Law(shape=shape, mean=1, values=(1.0,))
