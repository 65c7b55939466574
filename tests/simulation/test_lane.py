"""The express lane: times, ties, parking, and the control plane beside it."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.simulation.lane import Journeying, Lane


def walker(lane: Lane, log: list[tuple[float, str]], name: str, *times: float) -> Journeying:
    for time in times:
        log.append((lane.now, name))
        yield time
    log.append((lane.now, name))


def test_times_are_followed() -> None:
    lane, log = Lane(), list[tuple[float, str]]()
    lane.start(walker(lane, log, "a", 3.0, 4.0))
    lane.start(walker(lane, log, "b", 1.0, 3.5))
    lane.run(10.0)
    assert log == [(0, "a"), (0, "b"), (1, "b"), (3, "a"), (3.5, "b"), (4, "a")]
    assert lane.now == 10.0
    assert lane.idle
    assert lane.peek() == math.inf


def test_equal_times_keep_the_order_of_scheduling() -> None:
    lane, log = Lane(), list[tuple[float, str]]()
    for name in "abc":
        lane.start(walker(lane, log, name, 1.0, 1.0, 2.0))
    lane.run(2.0)
    assert "".join(name for _, name in log) == "abc" * 4


def test_a_run_includes_its_last_moment_and_nothing_later() -> None:
    lane, log = Lane(), list[tuple[float, str]]()
    lane.start(walker(lane, log, "a", 1.0, 1.0000001))
    lane.run(1.0)
    assert [time for time, _ in log] == [0.0, 1.0]
    assert lane.peek() == 1.0000001


def test_parked_journeys_wait_until_they_are_woken() -> None:
    lane, log = Lane(), list[str]()
    parked: list[Journeying] = []

    def sleeper() -> Journeying:
        assert lane.current is not None
        parked.append(lane.current)
        yield None
        log.append(f"woken at {lane.now}")

    def waker() -> Journeying:
        yield 5.0
        lane.wake(parked.pop())
        log.append("waker goes on first")

    lane.start(sleeper())
    lane.start(waker())
    lane.run(4.0)
    assert log == []
    assert lane.peek() == 5.0
    lane.run(5.0)
    assert log == ["waker goes on first", "woken at 5.0"]


def test_who_is_woken_comes_after_what_is_scheduled_for_that_moment() -> None:
    lane, log = Lane(), list[tuple[float, str]]()

    def sleeper() -> Journeying:
        yield None
        log.append((lane.now, "sleeper"))

    def waker(journey: Journeying) -> Journeying:
        yield 1.0
        lane.wake(journey)

    asleep = sleeper()
    lane.start(asleep)
    lane.start(waker(asleep))
    lane.start(walker(lane, log, "other", 1.0))
    lane.run(1.0)
    assert log[-2:] == [(1.0, "other"), (1.0, "sleeper")]


def test_starting_another_journey_leaves_the_current_one_current() -> None:
    lane, seen = Lane(), list[bool]()

    def inner() -> Journeying:
        yield lane.now

    def outer() -> Journeying:
        me = lane.current
        lane.start(inner())
        seen.append(lane.current is me and me is not None)
        yield 1.0

    lane.start(outer())
    lane.run(1.0)
    assert seen == [True]
    assert lane.current is None


def test_control_events_come_before_requests_of_the_same_moment() -> None:
    lane, log = Lane(), list[tuple[float, str]]()

    def control() -> Generator[Any, Any, None]:
        for _ in range(3):
            yield lane.control.timeout(1.0)
            log.append((lane.now, "control"))

    lane.control.process(control())
    lane.start(walker(lane, log, "request", 1.0, 2.0, 2.5))
    lane.run(3.0)
    assert log == [
        (0.0, "request"),
        (1.0, "control"),
        (1.0, "request"),
        (2.0, "control"),
        (2.0, "request"),
        (2.5, "request"),
        (3.0, "control"),
    ]
    assert lane.control.now == 3.0


def test_control_starts_journeys() -> None:
    lane, log = Lane(), list[tuple[float, str]]()

    def control() -> Generator[Any, Any, None]:
        yield lane.control.timeout(2.0)
        lane.start(walker(lane, log, "late", 2.5))

    lane.control.process(control())
    lane.run(9.0)
    assert log == [(2.0, "late"), (2.5, "late")]


@given(
    times=st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=5), max_size=8),
    stops=st.lists(st.integers(0, 40), max_size=8),
)
@settings(deadline=None)
def test_stopping_on_the_way_changes_nothing(times: list[list[int]], stops: list[int]) -> None:
    def run(until: list[float]) -> list[tuple[float, str]]:
        lane, log = Lane(), list[tuple[float, str]]()
        for number, hops in enumerate(times):
            lane.start(walker(lane, log, str(number), *(float(hop) for hop in sorted(hops))))
        for moment in until:
            lane.run(moment)
        return log

    assert run([*(float(stop) for stop in sorted(stops)), 50.0]) == run([50.0])
