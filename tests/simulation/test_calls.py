"""Calls that are given up and made again: by links, by clients, and with what luck."""

from __future__ import annotations

import statistics
from itertools import pairwise

import pytest

from sandbox.simulation.requests import Request
from sandbox.simulation.run import Run
from tests.simulation.systems import all_free, count, ends, journeys, node, outcomes, system

SLOW = "base: {does: {read: {time: fixed 3 s}}}"
APP_AND_BASE = {"app": "front", "db": "base"}


def arrivals_at(run: Run, name: str) -> list[list[float]]:
    """For each request: when its attempts came to a node."""
    index = run.trace.header.nodes.index(name)
    return [sorted(v.arrived for v in j.visits if v.node == index) for j in journeys(run)]


def works_at(run: Run, name: str) -> list[list[float]]:
    """For each request: how long each of its attempts was worked on at a node."""
    index = run.trace.header.nodes.index(name)
    return [[v.ended - v.began for v in j.visits if v.node == index] for j in journeys(run)]


def test_a_part_of_a_request_has_all_that_a_request_has() -> None:
    whole = Request(1, 2, 3, 4, 5.0, 6)
    whole.note(7, 8)
    part = whole.branch(9)
    whole.step = 9
    told = [[getattr(each, name) for name in Request.__slots__] for each in (part, whole)]
    assert told[0] == told[1]
    part.note(7, 9)
    assert whole.notes == {7: 8}


class TestTimeouts:
    MADE = system(
        {"app": "hand, count: 1", "db": "base"},
        ["people > app", "app > db, timeout: 1 s"],
        "[read]",
        kinds=SLOW,
        length="1 s",
        clock="drain: 9 s",
    )

    def test_the_caller_is_free_and_the_work_goes_on(self) -> None:
        run = self.MADE.start()
        run.advance(1.5)
        app, db = node(run, "app"), node(run, "db")
        assert (app.slots.free, db.slots.free) == (app.slots.size - 1, db.slots.size - 1)
        run.advance(2.5)
        assert (app.slots.free, db.slots.free) == (app.slots.size, db.slots.size - 1)
        run.finish()
        assert all_free(run)
        assert (ends(run), outcomes(run)) == ([2.0], ["failed"])
        assert (db.meter.served, db.meter.service) == (1, 3.0)
        assert (app.meter.served, app.meter.failed) == (0, 1)

    def test_the_reason_is_told_and_the_slow_one_is_charged(self) -> None:
        (journey,) = journeys(self.MADE.run())
        assert (journey.why, journey.charged) == ("no reply within 1 s", "db")

    def test_a_reply_in_time_is_a_reply(self) -> None:
        made = system(
            APP_AND_BASE,
            ["people > app", "app > db, timeout: 201 ms"],
            "[compute, read]",
        )
        assert ends(made.run()) == [round(n + 0.3, 6) for n in range(1, 11)]

    def test_who_waits_in_a_line_is_given_up_too(self) -> None:
        """One connection: the second waits for it, and its caller for no longer than 4 s."""
        kinds = "base: {sizes: {one: {slots: 1}}, does: {read: {time: fixed 3 s}}}"
        made = system(
            APP_AND_BASE,
            ["people > app", "app > db, timeout: 4 s"],
            "[compute, read]",
            kinds=kinds,
            length="3 s",
        )
        run = made.run()
        assert outcomes(run) == ["good", "failed", "failed"]
        assert ends(run) == [4.1, 6.1, 7.1]
        assert node(run, "db").meter.served == 3


class TestRetries:
    LINKS = ("people > app", "app > db, timeout: 1 s, retries: 2, backoff: 400 ms")

    def test_they_come_after_a_pause_that_doubles(self) -> None:
        made = system(
            APP_AND_BASE,
            list(self.LINKS),
            "[compute, read]",
            kinds=SLOW,
            length="200 s",
        )
        run = made.run()
        first, second = [], []
        for journey, came in zip(journeys(run), arrivals_at(run, "db"), strict=True):
            assert len(came) == 3
            assert came[0] == pytest.approx(journey.start + 0.1)
            one, two = (later - before - 1.0 for before, later in pairwise(came))
            assert journey.end == pytest.approx(came[2] + 1.0)
            first.append(one)
            second.append(two)
        for pauses, middle in ((first, 0.4), (second, 0.8)):
            assert middle * 0.5 <= min(pauses)
            assert max(pauses) <= middle * 1.5
            error = middle / 12**0.5 / len(pauses) ** 0.5  # of an even draw as wide as its middle
            assert abs(statistics.fmean(pauses) - middle) < 4 * error
        assert set(outcomes(run)) == {"failed"}
        assert count(run, "attempts") == 2 * 200
        assert node(run, "db").meter.served == 3 * 200

    def test_what_was_refused_is_tried_again_too(self) -> None:
        """One free place a second from the third on, so that the second attempt finds none."""
        made = system(
            {"app": "front", "pay": "bank"},
            ["people > app", "app > pay, retries: 3, backoff: 1 s"],
            "[compute, charge]",
            kinds="bank: {sizes: {one: {price: $1/month, quota: 1/s}}}",
            traffic="rate: 2/s",
        )
        run = made.run()
        assert node(run, "pay").meter.rejected > 0
        assert outcomes(run).count("good") > 10

    def test_each_attempt_has_work_of_its_own(self) -> None:
        """Retries of the link within retries of the client: all have other work to do."""
        made = system(
            APP_AND_BASE,
            ["people > app", "app > db, timeout: 1 ms, retries: 2"],
            "[compute, read]",
            kinds="base: {does: {read: {time: exponential 2 s}}}",
            traffic="rate: 1/s, retry: {times: 2, after: 1 s}",
            length="20 s",
        )
        works = works_at(made.run(), "db")
        assert all(len(each) == 9 for each in works)
        everything = [round(work, 9) for each in works for work in each]
        assert len(set(everything)) == len(everything) == 180

    def test_the_first_attempt_is_the_one_there_would_have_been(self) -> None:
        kinds = "base: {does: {read: {time: exponential 2 s}}}"
        made = [
            system(
                APP_AND_BASE, ["people > app", f"app > db{more}"], "[compute, read]", kinds=kinds
            )
            for more in ("", ", timeout: 1 ms, retries: 2")
        ]
        calm, hasty = (works_at(each.run(), "db") for each in made)
        for once, several in zip(calm, hasty, strict=True):
            assert once[0] in [pytest.approx(work) for work in several]

    def test_another_link_that_tries_again_changes_no_luck(self) -> None:
        """The draws of an attempt belong to the link that makes it."""
        kinds = "bank: {does: {charge: {time: exponential 2 s}}}"
        works = []
        for more in ("", ", retries: 2, timeout: 100 ms"):
            made = system(
                {**APP_AND_BASE, "pay": "bank"},
                ["people > app", f"app > db{more}", "app > pay, timeout: 1 ms, retries: 3"],
                "[compute, read, charge]",
                kinds=kinds + "\nbase: {does: {read: {time: fixed 50 ms}}}",
                clock="drain: 60 s",
            )
            works.append([sorted(each) for each in works_at(made.run(), "pay")])
        assert works[0] == [pytest.approx(each) for each in works[1]]


class TestClientsThatInsist:
    BROKEN = "bank: {settings: {errors: {least: 100%, default: 100%}}}"
    NODES = {"app": "front", "pay": "bank"}  # noqa: RUF012
    LINKS = ("people > app", "app > pay")

    def test_they_ask_again_as_often_as_they_do(self) -> None:
        made = system(
            self.NODES,
            list(self.LINKS),
            "[compute, charge]",
            kinds=self.BROKEN,
            traffic="rate: 1/s, retry: {times: 3, after: 1 s}",
            length="100 s",
        )
        run = made.run()
        assert set(outcomes(run)) == {"failed"}
        assert count(run, "attempts") == 300
        assert node(run, "pay").meter.arrivals == 400
        assert node(run, "people").meter.arrivals == 100
        for journey in journeys(run):  # four attempts of 1.1 s, and pauses of 1, 2 and 4 s or so
            assert journey.end is not None
            assert 4.4 + 3.5 <= journey.end - journey.start <= 4.4 + 10.5

    def test_who_has_left_asks_no_more(self) -> None:
        """The first attempt fails after 1.1 s; at 1.2 s the client leaves, before the second."""
        made = system(
            self.NODES,
            list(self.LINKS),
            "[compute, charge]",
            kinds=self.BROKEN,
            traffic="rate: 1/s, retry: {times: 3, after: 1 s}, patience: fixed 1200 ms",
        )
        run = made.run()
        assert outcomes(run) == ["abandoned"] * 10
        assert count(run, "attempts") == 0
        assert node(run, "pay").meter.arrivals == 10

    def test_the_answer_is_late_by_all_that_was_tried(self) -> None:
        """Half the calls fail: who needed two attempts has waited for both."""
        made = system(
            self.NODES,
            list(self.LINKS),
            "[compute, charge]",
            kinds="bank: {settings: {errors: {least: 50%, default: 50%}}}",
            traffic="rate: 1/s, retry: {times: 10, after: 10 ms}",
            length="40 s",
        )
        run = made.run()
        assert set(outcomes(run)) == {"good"}
        tried = node(run, "pay").meter.arrivals
        assert tried == 40 + count(run, "attempts") > 50
        took = [journey.end - journey.start for journey in journeys(run) if journey.end]
        assert sum(took) > 1.1 * tried


class TestWhoHandsOn:
    """Stations and lines take work and pass it on; whoever called them waits until all is done."""

    KINDS = """
hook: {behaviour: line}
desk: {behaviour: station, does: {prepare: {time: fixed 300 ms}}}
van: {behaviour: station, does: {deliver: {time: fixed 200 ms}}}
"""
    NODES = {"hook": "hook", "desk": "desk", "van": "van"}  # noqa: RUF012
    ROW = ("hook > desk", "desk > van")

    def test_a_server_may_call_them(self) -> None:
        made = system(
            {"app": "front", **self.NODES},
            ["people > app", "app > hook", *self.ROW],
            "[compute, prepare, deliver]",
            kinds=self.KINDS,
            length="3 s",
        )
        assert ends(made.run()) == [1.6, 2.6, 3.6]

    def test_so_may_one_with_shared_hands(self) -> None:
        made = system(
            {"app": "front", **self.NODES, "desk": "desk, settings: {discipline: sharing}"},
            ["people > app", "app > desk", "desk > van"],
            "[compute, prepare, deliver]",
            kinds=self.KINDS,
            length="3 s",
        )
        assert ends(made.run()) == [1.6, 2.6, 3.6]

    def test_a_queue_may_hand_them_its_messages(self) -> None:
        made = system(
            {"q": "post", **self.NODES},
            ["people > q", "q > hook", *self.ROW],
            "[{need: prepare, deferrable: true}, {need: deliver, deferrable: true}]",
            kinds=self.KINDS,
            traffic="rate: 4/s",
            length="1 s",
        )
        run = made.run()
        assert ends(run) == [0.25, 0.5, 0.75, 1.0]
        assert node(run, "van").meter.served == 4
        # One at a time: each is with them for half a second.
        assert run.lane.now >= 0.25 + 4 * 0.5

    def test_where_nobody_goes_on_nobody_asks_for_ever(self) -> None:
        """The way ends at the desk: that is an answer, and a failure."""
        made = system(
            {"app": "front", "desk": "desk"},
            ["people > app", "app > desk"],
            "[compute, prepare, deliver]",
            kinds=self.KINDS,
            length="3 s",
        )
        assert {(j.outcome, j.why) for j in journeys(made.run())} == {
            ("failed", "nobody can `deliver`")
        }
