"""Requests take memory: with more slots than memory the process ends, unless less is let in."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from tests.simulation.systems import System, all_free, ends, journeys, outcomes, system

KINDS = """
front:
  does: {compute: {time: fixed 0 s}}
  request_memory: 100 MB
  sizes: {one: {price: $1/month, vcpu: 100, slots: 50, memory: 1 GB}}
  settings: {at-once: {most: 50}}
"""


def crowded(settings: str = "", kinds: str = KINDS, **said: Any) -> System:
    """Four a second, each of which waits 3 s for the bank: up to twelve are inside at once."""
    app = f"front, settings: {{{settings}}}"
    said = {"traffic": "rate: 4/s", "length": "5 s", **said}
    links = ["people > app", "app > pay"]
    kinds += "bank: {does: {charge: {time: fixed 3 s}}}"
    return system({"app": app, "pay": "bank"}, links, "[compute, charge]", kinds=kinds, **said)


def test_one_more_than_there_is_memory_for_ends_the_process() -> None:
    """Ten are inside at 2.5 s; the next one, at 2.75 s, is too much, and all eleven are lost.

    It is back after 5 s: whoever came in between is refused.
    """
    run = crowded(length="10 s").run()
    lost = [(j.start, j.why) for j in journeys(run) if j.outcome != "good"]
    assert lost[:10] == [(0.25 * n, "app died") for n in range(1, 11)]
    assert lost[10] == (2.75, "app died")
    assert {why for _, why in lost[11:]} >= {"app was down: connection refused"}
    assert [(each.time, each.says) for each in run.world.happenings][:2] == [
        (2.75, "app ran out of memory and ended, with 10 inside"),
        (7.75, "app was back, with nothing in memory"),
    ]
    refused = [time for time, why in lost if why.endswith("refused")]
    assert (min(refused), max(refused)) == (3.0, 7.5)


def test_it_happens_again_and_again_as_long_as_the_load_does() -> None:
    run = crowded(length="60 s").run()
    assert [each.what for each in run.world.happenings].count("died") == 8  # 2.75, 10.5 ...
    assert all_free(run)


def test_who_lets_fewer_in_at_once_keeps_the_others_waiting() -> None:
    run = crowded("at-once: 10").run()
    assert set(outcomes(run)) == {"good"}
    assert ends(run)[:11] == [0.25 * n + 3.0 for n in range(1, 11)] + [3.25 + 3.0]


def test_enough_memory_is_no_limit() -> None:
    assert set(outcomes(crowded(kinds=KINDS.replace("1 GB", "5 GB")).run())) == {"good"}


def test_at_once_is_a_limit_by_itself() -> None:
    """Two at once, and nobody may wait for the third place."""
    kinds = KINDS.replace("request_memory: 100 MB", "")
    run = crowded("at-once: 2, queue: 0", kinds=kinds).run()
    assert outcomes(run).count("good") == 2 * 2
    assert {j.why for j in journeys(run) if j.outcome != "good"} == {
        "all threads were taken and the line was full"
    }


@pytest.mark.parametrize("memory", ["0 MB", "512", "12 TB"])
def test_memory_has_its_unit_and_is_there(memory: str) -> None:
    with pytest.raises(DocumentError):
        crowded(kinds=KINDS.replace("1 GB", memory))
