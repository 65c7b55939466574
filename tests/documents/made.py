"""Small documents for tests, made from what differs; and what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.documents.problems import DocumentError, Problem

QUEUE: dict[str, Any] = {
    "id": "queue",
    "title": "A queue",
    "brief": "People queue.",
    "clock": {"length": "60 s"},
    "operations": {"work": {"title": "work", "needs": ["work"]}},
    "traffic": [{"from": "users", "rate": "1/s", "mix": {"work": 1}}],
    "slos": [
        {"id": "quick", "says": "quick", "metric": "within", "within": "9 s", "at_least": "90%"}
    ],
    "kinds": {"server": {"behaviour": "station", "does": {"work": {"time": "exponential 1 s"}}}},
    "palette": ["server"],
    "nodes": [{"id": "users", "kind": "users"}],
    "start": {
        "nodes": [{"id": "desk", "kind": "server"}],
        "links": [{"from": "users", "to": "desk"}],
    },
}
"""A level that is a queueing network of one station."""


def queue(**changes: Any) -> str:
    """The text of the level `queue` with other values at its top."""
    return json.dumps({**QUEUE, **changes})


def problems(read: Callable[..., object], *arguments: Any, **named: Any) -> list[Problem]:
    """The problems for which reading is refused; a test that is not refused fails."""
    with pytest.raises(DocumentError) as caught:
        read(*arguments, **named)
    return caught.value.problems


def outcome(read: Callable[..., object], *arguments: Any) -> list[Problem]:
    """The problems for which reading is refused, or none; any other error goes through."""
    try:
        read(*arguments)
    except DocumentError as error:
        return error.problems
    return []


def said(found: list[Problem]) -> dict[str, str]:
    """The message with its hint at each path, which is dotted."""
    return {
        ".".join(map(str, each.path)): f"{each.message} ({each.hint})"
        if each.hint
        else each.message
        for each in found
    }
