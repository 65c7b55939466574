"""Settings: reading, bounds, writing, and what one press of + or - makes of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents import library
from sandbox.documents.catalogue import Setting
from sandbox.documents.design import Node
from sandbox.documents.settings import (
    read_setting,
    setting_specs,
    setting_value,
    stepped,
    write_setting,
)

CATALOGUE = library.catalogue()


def spec(kind: Any, **fields: Any) -> Setting:
    return Setting(type=kind, help="A setting.", **fields)


CHOICE = spec("choice", choices=("fifo", "sharing", "lifo"))
COUNT = spec("count", least=1, most=250)
LIMIT = spec("limit", least=0, most=1000)
NUMBER = spec("number", least=0.5, most=8)
SHARE = spec("share", least="0%", most="80%", step="20%")
DURATION = spec("duration", least="0 s", most="1 h")
FLAG = spec("flag")
ALL = [CHOICE, COUNT, LIMIT, NUMBER, SHARE, DURATION, FLAG]


@pytest.mark.parametrize(
    ("setting", "raw", "value"),
    [
        (CHOICE, "lifo", "lifo"),
        (COUNT, 250, 250),
        (LIMIT, 0, 0),
        (LIMIT, "unbounded", None),
        (NUMBER, 2, 2),
        (NUMBER, 0.5, 0.5),
        (SHARE, "60%", 0.6),
        (DURATION, "300 ms", 0.3),
        (FLAG, True, True),
    ],
)
def test_reading_and_writing(setting: Setting, raw: Any, value: Any) -> None:
    assert read_setting(setting, raw) == value
    assert write_setting(setting, value) == raw


@pytest.mark.parametrize(
    ("setting", "raw", "says"),
    [
        (CHOICE, "fif", "none of fifo, sharing, lifo; did you mean `fifo`"),
        (CHOICE, 3, "none of"),
        (CHOICE, ["fifo"], "none of"),
        (COUNT, 0, "at least 1"),
        (COUNT, 251, "at most 250"),
        (COUNT, True, "a whole number is expected"),
        (COUNT, 2.0, "a whole number is expected"),
        (COUNT, "unbounded", "a whole number is expected"),
        (LIMIT, 1001, "at most 1000"),
        (LIMIT, "none", "a whole number or `unbounded`"),
        (NUMBER, "2", "a number is expected"),
        (NUMBER, 0.4, "at least 0.5"),
        (NUMBER, float("nan"), "a number is expected"),
        (NUMBER, False, "a number is expected"),
        (SHARE, "81%", "at most 80%"),
        (SHARE, 60, "percent sign"),
        (DURATION, "61 min", "at most 1 h"),
        (DURATION, 5, "needs its unit"),
        (FLAG, "on", "neither true nor false"),
        (FLAG, 1, "neither true nor false"),
    ],
)
def test_what_would_be_right_is_said(setting: Setting, raw: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_setting(setting, raw)


@pytest.mark.parametrize(
    ("setting", "presses"),
    [
        (CHOICE, ["fifo", "sharing", "lifo", "fifo"]),
        (FLAG, [False, True, False]),
        (COUNT, [8, 9, 10, 20, 30]),
        (COUNT, [90, 100, 200, 250, 250]),
        (LIMIT, [900, 1000, "unbounded", 0, 1]),
        (NUMBER, [6, 7, 8, 8]),
        (SHARE, ["0%", "20%", "40%", "60%", "80%", "80%"]),
        (DURATION, ["0 s", "1 ms", "2 ms", "5 ms"]),
        (DURATION, ["500 ms", "1 s", "2 s", "5 s", "10 s", "20 s", "30 s", "1 min", "2 min"]),
        (DURATION, ["30 min", "1 h", "1 h"]),
    ],
)
def test_pressing_plus(setting: Setting, presses: list[Any]) -> None:
    for before, after in pairwise(presses):
        assert stepped(setting, before, 1) == after


@pytest.mark.parametrize(
    ("setting", "presses"),
    [
        (CHOICE, ["fifo", "lifo", "sharing"]),
        (COUNT, [30, 20, 10, 9, 8]),
        (COUNT, [2, 1, 1]),
        (LIMIT, [1, 0, "unbounded", 1000, 900]),
        (NUMBER, [1.5, 0.5, 0.5]),
        (SHARE, ["60%", "40%", "20%", "0%", "0%"]),
        (DURATION, ["5 ms", "2 ms", "1 ms", "0 s", "0 s"]),
    ],
)
def test_pressing_minus(setting: Setting, presses: list[Any]) -> None:
    for before, after in pairwise(presses):
        assert stepped(setting, before, -1) == after


@given(st.sampled_from(ALL), st.lists(st.sampled_from([1, -1]), max_size=30))
def test_no_press_leaves_the_bounds(setting: Setting, presses: list[int]) -> None:
    raw: Any = {"choice": "fifo", "flag": False, "duration": "1 s", "share": "0%"}.get(
        setting.type, 1
    )
    for press in presses:
        raw = stepped(setting, raw, press)
        assert write_setting(setting, read_setting(setting, raw)) == raw


def test_a_kind_lays_its_settings_over_its_behaviours() -> None:
    oven = setting_specs(CATALOGUE, "oven")
    assert list(oven) == ["queue", "batch", "linger", "ahead"]
    assert oven["ahead"] == CATALOGUE.kinds["oven"].settings["ahead"]
    assert oven["ahead"] != CATALOGUE.behaviours["batch-station"].settings["ahead"]
    assert oven["queue"] == CATALOGUE.behaviours["batch-station"].settings["queue"]


def test_the_value_of_a_node_is_what_it_is_set_to_or_the_default() -> None:
    node = Node(id="oven", kind="oven", settings={"ahead": "60%"})
    assert setting_value(CATALOGUE, node, "ahead") == 0.6
    assert setting_value(CATALOGUE, node, "queue") is None
    assert setting_value(CATALOGUE, node, "linger") == 0
    with pytest.raises(KeyError):
        setting_value(CATALOGUE, node, "policy")


@pytest.mark.parametrize("kind", CATALOGUE.kinds)
def test_every_setting_of_the_catalogue_can_be_pressed_from_its_default(kind: str) -> None:
    for setting in setting_specs(CATALOGUE, kind).values():
        for direction in (1, -1):
            read_setting(setting, stepped(setting, setting.default, direction))
