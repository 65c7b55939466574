"""Lines against brute force and by hand: who begins when, who is refused, what is left."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.simulation.lane import Journeying, Lane
from sandbox.simulation.lines import BatchLine, FifoLine, Full, PacedLine, SharedLine, Slots

Visit = Generator[float | None, None, Any]
Jobs = list[tuple[float, float]]
"""(when it comes, how much work it is), in order of arrival."""

jobs_of_any_kind = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 9)), min_size=1, max_size=25
).map(lambda jobs: sorted((arrival / 2, work / 2) for arrival, work in jobs))


@dataclass
class Seen:
    """What became of one job: when it was done, or that there was no room."""

    done: float | None = None
    full: bool = False


def run(jobs: Jobs, serve: Callable[[Lane], Callable[[float], Visit]]) -> list[Seen]:
    """Send jobs into a line and note when each leaves it."""
    lane = Lane()
    visit = serve(lane)
    seen = [Seen() for _ in jobs]

    def job(work: float, note: Seen) -> Journeying:
        try:
            yield from visit(work)
        except Full:
            note.full = True
        else:
            note.done = lane.now

    def source() -> Journeying:
        for (arrival, work), note in zip(jobs, seen, strict=True):
            yield arrival
            lane.start(job(work, note))

    lane.start(source())
    lane.run(10_000.0)
    return seen


def fifo(servers: int, limit: int | None = None) -> Callable[[Lane], Callable[[float], Visit]]:
    def make(lane: Lane) -> Callable[[float], Visit]:
        line = FifoLine(lane, servers, limit)

        def visit(work: float) -> Visit:
            yield line.book(work) + work

        return visit

    return make


def paced(servers: int, limit: int | None = None) -> Callable[[Lane], Callable[[float], Visit]]:
    return lambda lane: PacedLine(lane, servers, limit).serve


def shared(servers: int, limit: int | None = None) -> Callable[[Lane], Callable[[float], Visit]]:
    return lambda lane: SharedLine(lane, servers, limit).serve


def batches(
    chambers: int, batch: int, linger: float = 0.0, limit: int | None = None
) -> Callable[[Lane], Callable[[float], Visit]]:
    return lambda lane: BatchLine(lane, chambers, limit, batch, linger).serve


def by_hand(jobs: Jobs, servers: int, limit: int | None) -> list[Seen]:
    """First come first served, worked out the slow way, without a heap or a closed form."""
    seen: list[Seen] = []
    taken: list[tuple[float, float]] = []
    for arrival, work in jobs:
        begin = arrival
        while sum(b <= begin < e for b, e in taken) >= servers:
            begin = min(e for b, e in taken if b <= begin < e)
        waiting = sum(b > arrival for b, _ in taken)
        if begin > arrival and limit is not None and waiting >= limit:
            seen.append(Seen(full=True))
            continue
        taken.append((begin, begin + work))
        seen.append(Seen(done=begin + work))
    return seen


class TestFirstComeFirstServed:
    @given(jobs_of_any_kind, st.integers(1, 4), st.sampled_from([None, 0, 1, 3]))
    @settings(deadline=None)
    def test_the_closed_form_is_what_would_happen(
        self, jobs: Jobs, servers: int, limit: int | None
    ) -> None:
        assert run(jobs, fifo(servers, limit)) == by_hand(jobs, servers, limit)

    def test_state(self) -> None:
        lane = Lane()
        line = FifoLine(lane, 2, None)
        assert line.state(0.0) == (0, 0, 0.0)
        for work in (4.0, 6.0, 5.0):
            line.book(work)
        assert line.state(0.0) == (1, 2, 0.0)
        lane.run(3.0)
        assert line.state(3.0) == (1, 2, 6.0)
        lane.run(5.0)
        assert line.state(5.0) == (0, 2, 10.0)
        lane.run(7.0)
        assert line.state(7.0) == (0, 1, 13.0)
        lane.run(20.0)
        assert line.state(20.0) == (0, 0, 15.0)
        assert line.queue_max == 1

    def test_refused_work_is_not_booked(self) -> None:
        line = FifoLine(Lane(), 1, 0)
        assert line.book(2.0) == 0.0
        with pytest.raises(Full):
            line.book(9.0)
        assert line.state(0.0) == (0, 1, 0.0)
        assert line.queue_max == 0


class TestShared:
    def test_two_share_one_processor(self) -> None:
        """Alone for a second, then at half speed: the short one is done first."""
        seen = run([(0.0, 3.0), (1.0, 1.0)], shared(1))
        assert [note.done for note in seen] == [4.0, 3.0]

    def test_processors_to_spare_slow_nobody_down(self) -> None:
        seen = run([(0.0, 3.0), (1.0, 1.0), (1.0, 5.0)], shared(3))
        assert [note.done for note in seen] == [3.0, 2.0, 6.0]

    def test_three_on_two(self) -> None:
        """Each runs at two thirds; when one is done, the others have one each."""
        seen = run([(0.0, 2.0), (0.0, 4.0), (0.0, 4.0)], shared(2))
        assert [note.done for note in seen] == pytest.approx([3.0, 5.0, 5.0])

    def test_equals_leave_together_in_order(self) -> None:
        lane, left = Lane(), list[str]()
        line = SharedLine(lane, 1, None)

        def job(name: str) -> Journeying:
            yield from line.serve(1.0)
            left.append(name)

        for name in "abc":
            lane.start(job(name))
        lane.run(3.0)
        assert left == ["a", "b", "c"]

    def test_limit(self) -> None:
        seen = run([(0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (5.0, 1.0)], shared(1, limit=1))
        assert [note.full for note in seen] == [False, False, True, False]
        assert seen[3].done == 6.0

    @given(jobs_of_any_kind, st.integers(1, 3))
    @settings(deadline=None)
    def test_work_is_conserved(self, jobs: Jobs, servers: int) -> None:
        """With one processor the last one leaves when first come first served would be done."""
        done = [note.done or 0.0 for note in run(jobs, shared(servers))]
        for (arrival, work), end in zip(jobs, done, strict=True):
            assert end >= arrival + work - 1e-9
        if servers == 1:
            in_order = [note.done or 0.0 for note in run(jobs, fifo(1))]
            assert max(done) == pytest.approx(max(in_order))

    def test_state(self) -> None:
        lane = Lane()
        line = SharedLine(lane, 2, None)

        def job(work: float) -> Journeying:
            yield from line.serve(work)

        for _ in range(3):
            lane.start(job(2.0))
        assert line.state(0.0) == (1, 2, 0.0)
        lane.run(1.5)
        assert line.state(1.5) == pytest.approx((1, 2, 3.0))
        lane.run(50.0)
        assert line.state(50.0) == pytest.approx((0, 0, 6.0))
        assert line.queue_max == 1

    def test_rounding_keeps_nobody_inside(self) -> None:
        jobs = [(0.1 * n, 0.3) for n in range(2_000)]
        assert all(note.done is not None for note in run(jobs, shared(7)))


class TestBatches:
    def test_a_shut_chamber_stays_shut(self) -> None:
        seen = run([(0.0, 8.0), (1.0, 8.0), (2.0, 8.0)], batches(1, 4))
        assert [note.done for note in seen] == [8.0, 16.0, 16.0]

    def test_it_opens_when_the_last_inside_is_done(self) -> None:
        seen = run([(0.0, 1.0), (0.0, 1.0), (0.0, 5.0)], batches(1, 2))
        assert [note.done for note in seen] == [1.0, 6.0, 6.0]

    def test_it_lingers_for_the_rest_of_the_batch(self) -> None:
        seen = run([(0.0, 4.0), (1.0, 4.0), (7.0, 4.0)], batches(1, 3, linger=2.0))
        # Two leave at 2 s with a place free; the third waits its own two seconds.
        assert [note.done for note in seen] == [6.0, 6.0, 13.0]

    def test_a_full_batch_does_not_linger(self) -> None:
        seen = run([(0.0, 4.0), (1.0, 4.0)], batches(1, 2, linger=60.0))
        assert [note.done for note in seen] == [5.0, 5.0]

    def test_lingering_counts_from_arrival_not_from_the_opening(self) -> None:
        """Who has waited in front of a shut chamber has lingered long enough."""
        seen = run([(0.0, 4.0), (0.0, 4.0), (1.0, 4.0)], batches(1, 2, linger=2.0))
        assert [note.done for note in seen] == [4.0, 4.0, 8.0]

    def test_several_chambers_open_each_for_itself(self) -> None:
        seen = run([(0.0, 8.0), (0.0, 8.0), (3.0, 8.0), (4.0, 8.0)], batches(2, 2))
        assert [note.done for note in seen] == [8.0, 8.0, 16.0, 16.0]

    def test_limit(self) -> None:
        arrivals = [(0.0, 8.0), (1.0, 8.0), (2.0, 8.0)]
        seen = run(arrivals, batches(1, 1, limit=1))
        assert [note.full for note in seen] == [False, False, True]

    @given(jobs_of_any_kind, st.integers(1, 3), st.sampled_from([None, 0, 2]))
    @settings(deadline=None)
    def test_batches_of_one_are_first_come_first_served(
        self, jobs: Jobs, chambers: int, limit: int | None
    ) -> None:
        assert run(jobs, batches(chambers, 1, limit=limit)) == run(jobs, fifo(chambers, limit))

    @given(jobs_of_any_kind, st.integers(1, 3), st.integers(1, 4), st.integers(0, 4))
    @settings(deadline=None)
    def test_everybody_comes_out(self, jobs: Jobs, chambers: int, batch: int, linger: int) -> None:
        seen = run(jobs, batches(chambers, batch, linger=float(linger)))
        for (arrival, work), note in zip(jobs, seen, strict=True):
            assert note.done is not None
            assert note.done >= arrival + work

    def test_state(self) -> None:
        lane = Lane()
        line = BatchLine(lane, 2, None, 2, 0.0)

        def job() -> Journeying:
            yield from line.serve(8.0)

        for _ in range(5):
            lane.start(job())
        # Nobody lingers: the first two begin alone, the others wait for an open chamber.
        assert line.state(0.0) == (3, 2, 0.0)
        lane.run(4.0)
        assert line.state(4.0) == (3, 2, 8.0)
        lane.run(8.0)
        assert line.state(8.0) == (0, 3, 16.0)
        lane.run(100.0)
        assert line.state(100.0) == (0, 0, 32.0)
        assert line.queue_max == 3


class TestSlots:
    def test_the_first_in_line_holds_it_next(self) -> None:
        lane, log = Lane(), list[tuple[float, str]]()
        slots = Slots(lane, 1, None)

        def job(name: str, hold: float) -> Journeying:
            yield from slots.take()
            log.append((lane.now, name))
            yield lane.now + hold
            slots.give()

        for name, hold in (("a", 2.0), ("b", 3.0), ("c", 1.0)):
            lane.start(job(name, hold))
        assert slots.waiting == 2
        lane.run(10.0)
        assert log == [(0.0, "a"), (2.0, "b"), (5.0, "c")]
        assert (slots.free, slots.waiting, slots.queue_max) == (1, 0, 2)

    def test_who_comes_at_the_moment_of_a_return_does_not_jump_the_line(self) -> None:
        lane, log = Lane(), list[str]()
        slots = Slots(lane, 1, None)

        def job(name: str, arrival: float) -> Journeying:
            yield arrival
            yield from slots.take()
            log.append(name)
            yield lane.now + 2.0
            slots.give()

        for name, arrival in (("a", 0.0), ("b", 1.0), ("c", 2.0)):
            lane.start(job(name, arrival))
        lane.run(20.0)
        assert log == ["a", "b", "c"]

    def test_limit(self) -> None:
        lane = Lane()
        slots = Slots(lane, 1, 0)
        refused: list[bool] = []

        def job() -> Journeying:
            try:
                yield from slots.take()
            except Full:
                refused.append(True)
            else:
                yield math.inf

        lane.start(job())
        lane.start(job())
        assert refused == [True]
        assert slots.free == 0


class TestPaced:
    """First come first served, by who may be slow for a while."""

    @given(jobs_of_any_kind, st.integers(1, 3))
    @settings(max_examples=50, deadline=None)
    def test_at_the_usual_pace_it_is_the_closed_form(self, jobs: Jobs, servers: int) -> None:
        assert run(jobs, paced(servers)) == run(jobs, fifo(servers))

    def test_a_full_line_takes_nobody_else_but_what_is_owed(self) -> None:
        seen = run([(0.0, 2.0), (0.5, 2.0), (1.0, 2.0)], paced(1, limit=1))
        assert [(each.done, each.full) for each in seen] == [
            (2.0, False),
            (4.0, False),
            (None, True),
        ]
        lane = Lane()
        line = PacedLine(lane, 1, 0)
        for _ in range(3):
            line.owe(1.0)
        assert (line.state(0.0), line.queue_max, line.free_at) == ((2, 1, 0.0), 2, 3.0)
        lane.run(10.0)
        assert line.state(10.0) == (0, 0, 3.0)

    def test_what_waits_takes_as_long_as_when_its_turn_comes(self) -> None:
        """What has begun is done at the speed at which it began, for better or worse."""
        lane = Lane()
        line = PacedLine(lane, 1, None)
        ends: list[float] = []

        def job() -> Journeying:
            yield from line.serve(1.0)
            ends.append(lane.now)

        line.pace = 10.0
        jobs = [job() for _ in range(4)]
        for each in jobs:
            lane.start(each)
        assert [line.done_at(each) for each in jobs] == [10.0, 20.0, 30.0, 40.0]
        lane.run(9.0)
        line.pace = 1.0
        assert [line.done_at(each) for each in jobs] == [10.0, 11.0, 12.0, 13.0]
        assert line.free_at == 13.0
        lane.run(11.5)
        line.pace = 2.0
        assert line.state(11.5) == (1, 1, 11.5)
        lane.run(20.0)
        assert ends == [10.0, 11.0, 12.0, 14.0]
