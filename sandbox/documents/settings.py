"""What a player can decide about a node: reading, bounds, writing, and one press of + or -."""

from __future__ import annotations

import math
from typing import Any

from sandbox.documents.catalogue import UNBOUNDED, Catalogue, Setting
from sandbox.documents.design import Node
from sandbox.documents.units import (
    format_duration,
    format_rate,
    format_share,
    parse_duration,
    parse_rate,
    parse_share,
)
from sandbox.documents.words import nearest

Value = str | int | float | bool | None
"""A choice, a count, a number, a share (0 to 1), seconds, a flag; None: a limit not there."""


def setting_specs(catalogue: Catalogue, kind_name: str) -> dict[str, Setting]:
    """All settings of a kind: its behaviour's, overlaid by its own. KeyError if unknown."""
    kind = catalogue.kinds[kind_name]
    return {**catalogue.behaviours[kind.behaviour].settings, **kind.settings}


def setting_value(catalogue: Catalogue, node: Node, name: str) -> Value:
    """What a node is set to, as the program counts: read from the design or the default.

    Raises KeyError for a setting the kind does not have, ValueError for one out of bounds.
    """
    spec = setting_specs(catalogue, node.kind)[name]
    return read_setting(spec, node.settings.get(name, spec.default))


def read_setting(spec: Setting, raw: Any) -> Value:
    """A setting as the program counts. Raises ValueError saying what would be right."""
    value = _parsed(spec, raw)
    for bound, words, beyond in ((spec.least, "at least", -1), (spec.most, "at most", 1)):
        if bound is None or value is None:
            continue
        edge = _parsed(spec, bound)
        if (_number(value) - _number(edge)) * beyond > 0:
            raise ValueError(f"`{raw}` is out of bounds: {words} {bound}")
    return value


def write_setting(spec: Setting, value: Value) -> str | int | float | bool:
    """A value as it is written in a design: what `read_setting` reads back to the same."""
    if value is None:
        return UNBOUNDED
    if spec.type == "share":
        return format_share(_number(value))
    if spec.type == "duration":
        return format_duration(_number(value))
    if spec.type == "rate":
        return format_rate(_number(value))
    return value


def stepped(spec: Setting, raw: Any, direction: int) -> str | int | float | bool:
    """The setting after one press of + (direction 1) or - (-1).

    Choices, flags and limits go round; everything else stops at its bounds. Without a `step` of
    its own, a number grows in round steps: 8, 9, 10, 20 ... 90, 100, 200.
    """
    value = read_setting(spec, raw)
    if spec.type == "choice":
        at = spec.choices.index(str(value))
        return spec.choices[(at + direction) % len(spec.choices)]
    if spec.type == "flag":
        return not value
    least, most = (
        None if b is None else _number(_parsed(spec, b)) for b in (spec.least, spec.most)
    )
    if value is None:  # a limit that is not there stands between its most and its least
        return write_setting(spec, int((least if direction > 0 else most) or 0))
    moved = _moved(spec, _number(value), direction)
    if spec.type == "limit" and not _within(moved, least, most):
        return UNBOUNDED
    moved = max(moved, -math.inf if least is None else least)
    moved = min(moved, math.inf if most is None else most)
    return write_setting(spec, int(moved) if spec.type in ("count", "limit") else moved)


def _parsed(spec: Setting, raw: Any) -> Value:
    """The value without a look at its bounds."""
    match spec.type:
        case "choice":
            if raw in spec.choices and isinstance(raw, str):
                return raw
            near = nearest(raw, spec.choices)
            hint = f"; did you mean `{near}`?" if near else ""
            raise ValueError(f"`{raw}` is none of {', '.join(spec.choices)}{hint}")
        case "flag":
            if isinstance(raw, bool):
                return raw
            raise ValueError(f"`{raw}` is neither true nor false")
        case "share":
            return parse_share(raw)
        case "duration":
            return parse_duration(raw)
        case "rate":
            return parse_rate(raw)
        case "number":
            if isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw):
                return raw
            raise ValueError(f"a number is expected, such as 2.5, not `{raw}`")
        case _:
            return _whole(spec, raw)


def _whole(spec: Setting, raw: Any) -> int | None:
    if spec.type == "limit" and raw == UNBOUNDED:
        return None
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    other = f" or `{UNBOUNDED}`" if spec.type == "limit" else ""
    raise ValueError(f"a whole number{other} is expected, such as 4, not `{raw}`")


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _within(value: float, least: float | None, most: float | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


_DURATIONS = (
    *(0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60),
    *(120, 300, 600, 1200, 1800, 3600, 7200, 18000, 43200, 86400),
)
"""Seconds that are round in the unit they are written in."""


def _moved(spec: Setting, value: float, direction: int) -> float:
    if spec.step is not None:
        return round(value + direction * _number(_parsed(spec, spec.step)), 12)
    if spec.type == "share":
        return round(value + direction * 0.1, 12)
    if spec.type == "duration":
        if direction > 0:
            return min((each for each in _DURATIONS if each > value), default=value)
        return max((each for each in _DURATIONS if each < value), default=value)
    size = abs(value) - (0.5 if direction < 0 else 0)
    step = 10.0 ** max(0, math.floor(math.log10(size))) if size >= 1 else 1.0
    return round(value + direction * step, 12)
