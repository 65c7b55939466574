"""What a level says of its data and nobody could count, refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from tests.simulation.systems import system

PARTS, WIRES = {"app": "front", "db": "base"}, ["people > app", "app > db"]
KINDS = "base: {does: {count: {time: fixed 1 ms}, revoke: {time: fixed 1 ms}}}"


def refused(words: str, needs: str = "[compute, write]", **said: Any) -> None:
    """The level cannot be read, and this is why."""
    with pytest.raises(DocumentError, match=words):
        system(PARTS, WIRES, needs, kinds=KINDS, **said)


def test_a_sample_is_one_in_some() -> None:
    refused("out of bounds", "[compute, {need: count, one_in: 0}]")
    refused("one_in", "[compute, {need: write, one_in: 2}]")
    refused("one_in", "[compute, {parallel: [write, {need: count, one_in: 2}]}]")


def test_users_are_some() -> None:
    refused("out of bounds", traffic="rate: 1/s, users: {of: user, count: 0}")
    refused("out of bounds", traffic="rate: 1/s, users: {of: user, count: 3, skew: -1}")


def test_the_same_users_are_as_many_in_every_stream() -> None:
    streams = tuple(f"rate: 1/s, users: {{of: user, count: {count}}}" for count in (3, 4))
    refused("there are 3 `user` with a skew of 1 elsewhere", streams=streams)


def test_nobody_owes_what_there_is_not() -> None:
    refused("owes", operation="owes: [money]")


def test_a_grace_is_for_what_is_withdrawn() -> None:
    refused("withdraws nothing", operation="grace: 5 min")
    refused("a duration is a number and a unit", "[compute, revoke]", operation="grace: -5 s")
    made = system(PARTS, WIRES, "[compute, revoke]", kinds=KINDS, operation="grace: 5 min")
    assert made.level.operations["order"].grace == 300.0


def test_a_counter_is_known_where_a_feature_adds_what_it_counts() -> None:
    slo = {"id": "l", "says": "l", "metric": "count", "of": "access-leaks", "at_most": 0}
    refused("so there is no `access-leaks`", slos=[slo])
    scope = {"s": {"title": "s", "says": "s", "needs": {"order": ["revoke"]}}}
    made = system(PARTS, WIRES, "[compute, write]", kinds=KINDS, slos=[slo], scope=scope)
    assert list(made.level.scope) == ["s"]


def test_what_is_kept_back_is_saved_by_somebody() -> None:
    users = "rate: 1/s, users: {of: user, count: 3}"
    refused("saves nothing that could be kept back", "[compute, read]", operation="every: 3 s")
    refused("nobody knows who asks", operation="every: 3 s")
    refused("saves nothing that could be safe", "[compute, read]", operation="safe: 3 s")
    refused("out of bounds", operation="safe: 0 s")
    twice = "[compute, write, {need: count, one_in: 3}]"
    refused("not kept back as well", twice, operation="every: 3 s", traffic=users)
    slo = {"id": "u", "says": "u", "metric": "share", "of": "unsaved", "at_most": "1%"}
    refused("nothing here has to be saved soon", slos=[slo])
    made = system(PARTS, WIRES, "[compute, write]", operation="every: 3 s", traffic=users)
    assert made.level.operations["order"].every == 3.0
