"""Rows that one at a time may change, and transactions that hold them until they are over."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.simulation.run import Run
from tests.simulation.systems import (
    System,
    all_free,
    count,
    ends,
    journeys,
    node,
    outcomes,
    system,
)

AT_ONCE = "phases: [{at: 0 s, rate: 0/s}, {at: 1 s, rate: 1000/s}, {at: 1.0045 s, rate: 0/s}]"
"""Four within 4 ms."""


class TestRows:
    def made(self, needs: str, items: str, **more: Any) -> System:
        links = ["people > app", "app > db"]
        operation = f"items: {{{items}}}"
        nodes = {"app": "front", "db": "base"}
        return system(
            nodes, links, needs, operation=operation, traffic=AT_ONCE, length="2 s", **more
        )

    def test_writers_of_one_row_wait_for_each_other(self) -> None:
        """500 ms each."""
        run = self.made("[compute, write]", "count: 1").run()
        took = [end for end in ends(run) if end is not None]
        assert took == pytest.approx([1.6, 2.1, 2.6, 3.1], abs=0.005)
        assert node(run, "db").versions == {0: 4}
        assert all_free(run)

    def test_writers_of_many_rows_do_not(self) -> None:
        run = self.made("[compute, write]", "count: 1000000, skew: 0").run()
        took = [end for end in ends(run) if end is not None]
        assert took == pytest.approx([1.6] * 4, abs=0.005)
        assert sorted(node(run, "db").versions.values()) == [1] * 4

    def test_readers_wait_for_nobody(self) -> None:
        run = self.made("[compute, read]", "count: 1").run()
        assert [end for end in ends(run) if end] == pytest.approx([1.3] * 4, abs=0.005)

    def test_who_waits_for_a_row_holds_a_connection(self) -> None:
        """With two connections the third writer waits for one, and so does a reader."""
        kinds = "base: {sizes: {one: {slots: 2}}}"
        thing = {"of": "thing", "count": 1}
        made = system(
            {"app": "front", "db": "base"},
            ["people > app", "app > db"],
            kinds=kinds,
            operations={
                "edit": {"title": "edit", "needs": ["compute", "write"], "items": thing},
                "view": {"title": "view", "needs": ["compute", "read"], "items": thing},
            },
            streams=(
                AT_ONCE.replace("1.0045", "1.0025") + ", mix: {edit: 1}",
                "phases: [{at: 0 s, rate: 0/s}, {at: 1.1 s, rate: 1000/s},"
                " {at: 1.1015 s, rate: 0/s}], mix: {view: 1}",
            ),
            length="2 s",
        )
        run = made.run()
        assert outcomes(run) == ["good"] * 3
        last = journeys(run)[-1]
        assert last.operation == "view"
        assert last.end == pytest.approx(1.6 + 0.2, abs=0.005)

    def test_a_wait_for_a_row_is_a_wait(self) -> None:
        """It is measured, and charged to the store."""
        made = self.made("[compute, write]", "count: 1")
        report = made.report()
        assert report.nodes["db"].wait.mean == pytest.approx((0 + 0.5 + 1 + 1.5) / 4, abs=0.005)

    def test_who_finds_no_room_leaves_no_row_behind(self) -> None:
        """A store without connections, whose processor's line is full: the row must be free."""
        kinds = (
            "base: {sizes: {one: {vcpu: 1, slots: null}},"
            " settings: {queue: {default: 0}}, does: {read: {time: fixed 3 s}}}"
        )
        made = system(
            {"app": "front", "db": "base"},
            ["people > app", "app > db"],
            kinds=kinds,
            operations={
                "edit": {"title": "edit", "needs": ["compute", "write"]},
                "view": {"title": "view", "needs": ["compute", "read"]},
            },
            streams=("rate: 0.2/s, mix: {view: 1}", "rate: 1/s, mix: {edit: 1}"),
        )
        run = made.run()
        edits = [j.outcome for j in journeys(run) if j.operation == "edit"]
        # The read of 5 s keeps the processor from 5.1 s to 8.1 s; another one comes at 10 s.
        assert edits == ["good"] * 4 + ["rejected"] * 3 + ["good"] * 2 + ["rejected"]
        assert node(run, "db").rows == {}


BUY = "[compute, begin, take, charge, commit]"
PARTS = {"app": "front", "db": "base", "pay": "bank"}
WIRES = ("people > app", "app > db", "app > pay")


def buying(links: tuple[str, ...] = WIRES, needs: str = BUY, pay: str = "", **more: Any) -> System:
    """Buyers each second; a unit is taken and paid for in one transaction, which takes 1.4 s."""
    nodes = {**PARTS, "pay": f"bank, settings: {{{pay}}}"}
    said = {"stock": 10, "length": "4 s", **more}
    return system(nodes, list(links), needs, **said)


def left(run: Run) -> int:
    """Units that are in stock in the end."""
    stock: int = node(run, "db").stock
    return stock


class TestTransactions:
    def test_the_row_is_held_until_the_commit(self) -> None:
        """Begin, take and commit 100 ms each, the payment 1 s: the next waits for 1.2 s of it."""
        run = buying().run()
        assert ends(run) == [2.4, 3.6, 4.8, 6.0]
        assert (left(run), count(run, "units-paid"), count(run, "lost-orders")) == (6, 4, 0)
        assert all_free(run)

    def test_so_is_the_connection(self) -> None:
        """With one connection they are one after the other from `begin` on: 1.3 s each."""
        run = buying(kinds="base: {sizes: {one: {slots: 1}}}").run()
        assert ends(run) == [2.4, 3.7, 5.0, 6.3]
        assert all_free(run)

    def test_without_a_transaction_only_the_taking_is_in_turn(self) -> None:
        run = buying(needs="[compute, take, charge]").run()
        assert ends(run) == [2.2, 3.2, 4.2, 5.2]

    def test_in_the_middle_of_it_everything_is_held(self) -> None:
        run = buying().start()
        run.advance(2.0)
        db = node(run, "db")
        assert (db.slots.size - db.slots.free, list(db.rows), len(db.transactions)) == (1, [-1], 1)

    def test_a_commit_in_the_same_call_lets_go_in_time(self) -> None:
        """Everything in one call to the store, and a read after the commit on the connection."""
        needs = "[compute, begin, write, commit, read]"
        made = system(
            {"app": "front", "db": "base"},
            ["people > app", "app > db"],
            needs,
            kinds="base: {sizes: {one: {slots: 1}}}",
            traffic="rate: 2/s",
            length="2 s",
        )
        run = made.run()
        assert ends(run) == [round(0.6 + 0.9 * n, 6) for n in range(1, 5)]
        assert all_free(run)

    def test_what_is_written_is_seen_after_the_commit_and_not_before(self) -> None:
        """The transaction of 5 s writes at 5.7 s, pays until 6.7 s, and is committed at 6.8 s."""
        thing = {"of": "thing", "count": 1}
        made = system(
            PARTS,
            list(WIRES),
            operations={
                "view": {"title": "view", "needs": ["compute", "read"], "items": thing},
                "edit": {
                    "title": "edit",
                    "needs": ["compute", "begin", "write", "charge", "commit"],
                    "items": thing,
                },
            },
            streams=("rate: 10/s, mix: {view: 1}", "rate: 0.2/s, mix: {edit: 1}"),
            length="8 s",
        )
        run = made.start()
        for moment, version in ((5.65, 0), (5.75, 0), (6.75, 0), (6.85, 1)):
            run.advance(moment)
            assert node(run, "db").versions.get(0, 0) == version, moment
        run.finish()
        assert count(run, "stale-reads") == 0


class TestRolledBack:
    """Nothing came of it: no row, no connection and no unit may be missing afterwards."""

    def assert_undone(self, run: Run, sold: int) -> None:
        assert all_free(run)
        assert not node(run, "db").transactions
        assert left(run) == 10 - sold
        orders = run.world.ledger.orders.values()
        assert sum(order.taken for order in orders) == sold
        assert count(run, "oversold") == 0

    def test_when_the_payment_fails(self) -> None:
        run = buying(pay="errors: 100%").run()
        assert outcomes(run) == ["failed"] * 4
        assert ends(run) == [2.3, 3.4, 4.5, 5.6]  # the row is free 1.1 s after it was taken
        self.assert_undone(run, sold=0)

    def test_when_the_payment_is_declined(self) -> None:
        run = buying(pay="declines: 100%").run()
        assert outcomes(run) == ["good"] * 4
        assert count(run, "declined") == 4
        self.assert_undone(run, sold=0)

    def test_nothing_is_given_back_twice(self) -> None:
        """The code would put the unit back; the transaction has done so already."""
        for pay in ("errors: 100%", "declines: 100%"):
            made = system(
                {**PARTS, "app": "front, settings: {give-back: true}",
                 "pay": f"bank, settings: {{{pay}}}"},
                list(WIRES), BUY, stock=10, length="4 s",
            )  # fmt: skip
            self.assert_undone(made.run(), sold=0)

    def test_when_all_is_sold(self) -> None:
        run = buying(stock=1).run()
        assert [journey.outcome for journey in journeys(run)] == ["good"] * 4
        assert (count(run, "sold"), count(run, "sold-out")) == (1, 3)
        assert left(run) == 0
        assert all_free(run)

    def test_when_it_waited_too_long_for_the_row(self) -> None:
        """The payment takes 5 s, and the next ones wait no longer than 800 ms in the store."""
        links = ("people > app", "app > db, timeout: 800 ms", "app > pay")
        run = buying(links, kinds="bank: {does: {charge: {time: fixed 5 s}}}", length="3 s").run()
        assert outcomes(run) == ["good", "failed", "failed"]
        assert ends(run) == [6.4, 2.9, 3.9]
        self.assert_undone(run, sold=1)

    def test_when_it_was_given_up_at_the_beginning(self) -> None:
        """The `begin` that nobody waits for any more must not hold a connection for ever."""
        links = ("people > app", "app > db, timeout: 50 ms", "app > pay")
        run = buying(links).run()
        assert outcomes(run) == ["failed"] * 4
        self.assert_undone(run, sold=0)

    def test_when_it_is_tried_again(self) -> None:
        """The attempt that was given up and the next one are two transactions."""
        links = (
            "people > app",
            "app > db, timeout: 250 ms, retries: 3, backoff: 400 ms",
            "app > pay",
        )
        kinds = "base: {does: {begin: {time: exponential 150 ms}}}"
        run = buying(links, kinds=kinds, length="40 s", clock="drain: 60 s").run(seed=3)
        sold = outcomes(run).count("good")
        assert 5 < sold < 40
        assert count(run, "attempts") > 20
        assert count(run, "sold") == min(10, sold)
        self.assert_undone(run, sold=min(10, sold))

    def test_when_the_caller_is_given_up(self) -> None:
        """It is the app that hears nothing of the payment; its own caller waits for 3 s."""
        made = system(
            {"door": "front", **PARTS, "app": "hand, count: 1",
             "pay": "bank, settings: {lost-replies: 100%}"},
            ["people > door", "door > app, timeout: 3 s", "app > db", "app > pay, timeout: 4 s"],
            BUY, stock=10, length="2 s", clock="drain: 20 s",
        )  # fmt: skip
        run = made.run()
        assert outcomes(run) == ["failed", "failed"]
        assert (left(run), all_free(run)) == (10, True)
        assert count(run, "lost-orders") == 2  # paid for nothing

    def test_not_while_somebody_is_still_at_it(self) -> None:
        """The door waits for 1 s only; the app knows nothing of that, and commits after 1.3 s."""
        made = system(
            {"door": "front", **PARTS, "app": "hand"},
            ["people > door", "door > app, timeout: 1 s", "app > db", "app > pay"],
            BUY, stock=10, length="2 s", clock="drain: 20 s",
        )  # fmt: skip
        run = made.run()
        assert outcomes(run) == ["failed", "failed"]
        assert ends(run) == [2.1, 3.1]
        assert (left(run), all_free(run)) == (8, True)
        assert count(run, "lost-orders") == 2  # paid, counted off, and told nothing

    def test_not_what_somebody_else_has_begun(self) -> None:
        """The app holds the transaction, and asks another server twice, which died meanwhile."""
        incidents = [
            {"id": "k", "at": "1500 ms", "for": "100 ms", "says": "dies", "kill": {"kind": "tax"}}
        ]
        made = system(
            {**PARTS, "tax": "tax"},
            [*WIRES, "app > tax, retries: 1, backoff: 1 s"],
            "[compute, begin, take, tax, charge, commit]",
            kinds="tax: {behaviour: compute, does: {tax: {time: fixed 1 s}}}",
            traffic="phases: [{at: 0 s, rate: 1/s}, {at: 1100 ms, rate: 0/s}]",
            stock=10,
            length="2 s",
            incidents=incidents,
        )
        run = made.run()
        assert (outcomes(run), count(run, "attempts")) == (["good"], 1)
        assert (left(run), all_free(run)) == (9, True)

    def test_when_the_caller_dies(self) -> None:
        """At 2 s the first waits for a payment, whose answer never comes, and the second begins.

        The database notices at once that the connection is gone.
        """
        incidents = [{"id": "k", "at": "2050 ms", "says": "dies", "kill": {"kind": "front"}}]
        made = buying(pay="lost-replies: 100%", incidents=incidents, clock="drain: 9 s")
        run = made.start()
        run.advance(2.04)
        assert node(run, "db").rows
        run.advance(2.06)
        assert not node(run, "db").rows
        run.finish()
        assert outcomes(run) == ["failed"] * 4
        assert ends(run) == [2.05, 2.05, 3.0, 4.0]
        self.assert_undone(run, sold=0)

    def test_when_the_caller_dies_while_it_waits_for_the_row(self) -> None:
        kinds = "bank: {does: {charge: {time: fixed 5 s}}}\nfront: {does: {compute: {time: 0 s}}}"
        made = system(
            {"lb": "spread", **PARTS, "app": "front, count: 2"},
            ["people > lb", "lb > app", *WIRES[1:]],
            BUY, kinds=kinds, stock=10, length="3 s",
            traffic="phases: [{at: 0 s, rate: 1/s}, {at: 2100 ms, rate: 0/s}]",
            incidents=[{"id": "k", "at": "2500 ms", "says": "dies", "kill": {"kind": "front"}}],
        )  # fmt: skip
        who = {made.run(seed).world.happenings[0].says: seed for seed in range(20)}
        # The first holds the row from 1.1 s on, the second waits for it from 2.1 s on.
        run = made.run(who["app.2 died"])
        assert outcomes(run) == ["good", "failed"]
        self.assert_undone(run, sold=1)
        run = made.run(who["app.1 died"])
        assert outcomes(run) == ["failed", "good"]
        assert ends(run)[1] == 7.7
        self.assert_undone(run, sold=1)

    def test_when_the_store_dies(self) -> None:
        """The payment comes through, and then there is nothing left to commit."""
        incidents = [
            {"id": "k", "at": "2 s", "for": "200 ms", "says": "dies", "kill": {"kind": "base"}}
        ]
        run = buying(incidents=incidents).run()
        assert outcomes(run) == ["failed", "failed", "good", "good"]
        assert ends(run)[:2] == [2.3, 2.1]
        assert journeys(run)[0].why == "its transaction was rolled back"
        self.assert_undone(run, sold=2)
        assert count(run, "lost-orders") == 1

    def test_a_write_that_is_rolled_back_is_seen_by_nobody(self) -> None:
        needs = "[compute, begin, write, charge, commit]"
        run = buying(needs=needs, pay="errors: 100%").run()
        assert outcomes(run) == ["failed"] * 4
        assert node(run, "db").versions == {}
        assert all_free(run)

    def test_in_a_branch(self) -> None:
        """One branch has begun, the other one fails."""
        needs = "[compute, {parallel: [[begin, take], [charge]]}, commit]"
        run = buying(needs=needs, pay="errors: 100%").run()
        assert outcomes(run) == ["failed"] * 4
        self.assert_undone(run, sold=0)
        run = buying(needs=needs).run()
        assert outcomes(run) == ["good"] * 4
        self.assert_undone(run, sold=4)

    @pytest.mark.parametrize(
        "links",
        [
            ["people > app", "app > db, retries: 1"],
            ["people > app", "app > lb", "lb > db", "lb > other"],
            ["people > lb", "lb > db", "lb > other"],
            ["people > db"],
        ],
        ids=["an app that tries again", "behind a router", "by a router", "a client itself"],
    )
    def test_when_it_begins_and_is_refused_in_the_same_call(self, links: list[str]) -> None:
        """To begin takes no time; a reader of the same moment then has the one processor."""
        kinds = (
            "base: {sizes: {one: {vcpu: 1, slots: null}}, settings: {queue: {default: 0}},"
            " does: {begin: {time: 0 s}, read: {time: fixed 150 ms}}}"
        )
        nodes = {"app": "front", "lb": "spread, settings: {retries: 1}", "db": "base",
                 "other": "base"}  # fmt: skip
        first = ["compute"] if "people > app" in links else []
        run = system(
            {name: said for name, said in nodes.items() if name in " ".join(links)},
            links,
            kinds=kinds,
            operations={
                "edit": {"title": "edit", "needs": [*first, "begin", "write", "commit"]},
                "view": {"title": "view", "needs": [*first, "read"]},
            },
            streams=("rate: 1/s, mix: {edit: 1}", "rate: 1/s, mix: {view: 1}",
                     "rate: 1/s, mix: {view: 1}"),
        ).run()  # fmt: skip
        edits = [j.outcome for j in journeys(run) if j.operation == "edit"]
        assert edits == ["rejected"] * 10
        assert node(run, "db").meter.arrivals > 10
        assert not any(db.transactions for db in run.world.nodes if hasattr(db, "transactions"))
        assert all_free(run)


def test_who_waited_for_a_store_that_died_locks_nothing_when_it_is_back() -> None:
    """One connection; those who waited for it are woken, one by one, when the store has died."""
    incidents = [
        {"id": "k", "at": "2 s", "for": "100 ms", "says": "dies", "kill": {"kind": "base"}}
    ]
    run = system(
        {"app": "front", "db": "base"},
        ["people > app", "app > db"],
        "[compute, write]",
        kinds="base: {sizes: {one: {slots: 1}}}",
        traffic="rate: 4/s",
        length="4 s",
        incidents=incidents,
    ).run()
    assert outcomes(run)[-7:] == ["good"] * 7
    assert all_free(run)
