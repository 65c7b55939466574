"""Quantities with their units: what is read, what is refused, and that writing reads back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents import units

AMOUNTS = st.floats(min_value=0, max_value=1e15)
PAIRS: list[tuple[Callable[[Any], Any], Callable[[Any], str], st.SearchStrategy[Any]]] = [
    (units.parse_duration, units.format_duration, AMOUNTS),
    (units.parse_rate, units.format_rate, AMOUNTS),
    (units.parse_money, units.format_money, AMOUNTS),
    (units.parse_share, units.format_share, st.floats(min_value=0, max_value=1)),
    (
        units.parse_price,
        units.format_price,
        st.tuples(AMOUNTS, st.sampled_from(units.PERIODS)),
    ),
]


@given(data=st.data())
@pytest.mark.parametrize(("parse", "write", "values"), PAIRS)
def test_what_is_written_reads_back_to_the_same_bits(
    parse: Callable[[Any], Any],
    write: Callable[[Any], str],
    values: st.SearchStrategy[Any],
    data: st.DataObject,
) -> None:
    value = data.draw(values)
    assert parse(write(value)) == value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("300 ms", 0.3),
        ("8 min", 480),
        ("3h", 10800),
        ("1.5 d", 129600),
        ("0 s", 0),
        ("1e3 s", 1000),
    ],
)
def test_durations_are_seconds(text: str, seconds: float) -> None:
    assert units.parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.3, "300 ms"), (480, "8 min"), (5400, "1.5 h"), (0.0, "0 s"), (1.5, "1.5 s")],
)
def test_durations_are_written_as_people_say_them(seconds: float, text: str) -> None:
    assert units.format_duration(seconds) == text


@pytest.mark.parametrize(("text", "rate"), [("2000/s", 2000), ("45/h", 0.0125), ("90 / min", 1.5)])
def test_rates_are_per_second(text: str, rate: float) -> None:
    assert units.parse_rate(text) == rate


def test_shares_and_money() -> None:
    assert units.parse_share("90%") == 0.9
    assert units.parse_share("0.1 %") == 0.001
    assert units.parse_money("$3.50") == 3.5
    assert units.parse_price("$620/night") == (620, "night")
    assert units.format_share(0.07) == "7%"


@pytest.mark.parametrize(
    ("parse", "wrong", "says"),
    [
        (units.parse_duration, 8, "needs its unit"),
        (units.parse_duration, "8", "a number and a unit"),
        (units.parse_duration, "8 minutes", "`minutes` is no unit of time"),
        (units.parse_duration, "-8 min", "a number and a unit"),
        (units.parse_duration, "", "a number and a unit"),
        (units.parse_duration, "1e999 s", "too large"),
        (units.parse_duration, "٣ s", "a number and a unit"),
        (units.parse_rate, 45, "needs its unit"),
        (units.parse_rate, "45 h", "a number and a unit"),
        (units.parse_rate, "45/week", "`/week` is no unit"),
        (units.parse_share, 0.9, "percent sign"),
        (units.parse_share, "0.9", "percent sign"),
        (units.parse_share, "101%", "at most `100%`"),
        (units.parse_share, "1e999%", "at most `100%`"),
        (units.parse_money, "620", "dollar sign"),
        (units.parse_money, "$620/night", "without a period"),
        (units.parse_price, "$620", "per what"),
        (units.parse_price, "$620/fortnight", "`fortnight` is no period"),
        (units.parse_price, None, "dollar sign"),
    ],
)
def test_what_is_wrong_is_said(parse: Callable[[Any], Any], wrong: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says.replace("$", r"\$")):
        parse(wrong)
