"""Somebody else's service: its quota, its errors, declined cards, replies that get lost."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.simulation.behaviours.gate import Bucket
from tests.simulation.systems import System, count, ends, journeys, node, outcomes, system

QUOTA = "bank: {sizes: {one: {price: $1/month, quota: 2/s}}, does: {charge: {time: fixed 100 ms}}}"


def paying(pay: str = "", wire: str = "app > pay", **more: Any) -> System:
    """An app and a payment of 1 s."""
    nodes = {"app": "front", "pay": f"bank, settings: {{{pay}}}"}
    return system(nodes, ["people > app", wire], "[compute, charge]", **more)


class TestQuota:
    def test_a_bucket_of_tokens(self) -> None:
        """Two a second, at most two at once."""
        bucket = Bucket(2.0, 2.0, 0.0)
        assert [bucket.take(now) for now in (0.0, 0.0, 0.0, 0.49, 0.5, 0.75, 1.0)] == [
            True, True, False, False, True, False, True,
        ]  # fmt: skip
        assert bucket.next_at(1.0) == 1.5
        assert [bucket.take(now) for now in (9.0, 9.0, 9.0)] == [True, True, False]

    def test_waiting_for_a_token_always_ends(self) -> None:
        """Whatever rounding does to a third."""
        bucket, now = Bucket(3.0, 1.0, 0.0), 0.0
        for _ in range(300):
            now = bucket.next_at(now)
            bucket.spend(now)
        assert now == pytest.approx(299 / 3)

    def test_what_is_beyond_it_is_refused(self) -> None:
        """Ten a second: two at once, then every fifth, as the tokens come."""
        run = paying(kinds=QUOTA, traffic="rate: 10/s", length="3 s").run()
        good = [round(j.start, 3) for j in journeys(run) if j.outcome == "good"]
        assert good[:3] == [0.1, 0.2, 0.6]
        assert len(good) == 7  # one more than two a second: at first the bucket was full
        refused = [journey for journey in journeys(run) if journey.outcome == "rejected"]
        assert {journey.why for journey in refused} == {"pay takes 2/s, and no more"}
        assert {journey.charged for journey in refused} == {"pay"}
        assert count(run, "double-charges") == 0

    def test_refusing_costs_no_time(self) -> None:
        run = paying(kinds=QUOTA, traffic="rate: 10/s").run()
        took = [j.end - j.start for j in journeys(run) if j.outcome == "rejected" and j.end]
        assert took == pytest.approx([0.1] * len(took))

    def test_however_much_it_takes_it_is_no_slower(self) -> None:
        run = paying(traffic="rate: 500/s", length="1 s").run()
        assert {round(j.end - j.start, 6) for j in journeys(run) if j.end} == {1.1}


class TestErrors:
    def test_so_many_calls_fail_and_charge_nobody(self) -> None:
        run = paying("errors: 20%", traffic="rate: 5/s", length="200 s").run()
        failed = outcomes(run).count("failed")
        assert abs(failed - 200) < 4 * (1000 * 0.2 * 0.8) ** 0.5
        orders = run.world.ledger.orders.values()
        assert sum(order.charges for order in orders) == 1000 - failed

    def test_trying_again_helps(self) -> None:
        wire = "app > pay, retries: 3, backoff: 100 ms"
        run = paying("errors: 20%", wire, traffic="rate: 5/s", length="200 s").run()
        assert outcomes(run).count("failed") <= 10  # 1.6 to be expected
        assert abs(count(run, "attempts") - 248) < 4 * (1000 * 0.25 * 1.25) ** 0.5

    def test_changing_how_many_fail_changes_nobody_elses_luck(self) -> None:
        """Who fails at 10% fails at 20% too."""
        few, many = (
            {j.number for j in journeys(paying(f"errors: {share}", length="300 s").run())
             if j.outcome == "failed"}
            for share in ("10%", "20%")
        )  # fmt: skip
        assert few < many


class TestDeclines:
    def test_a_card_stays_declined_however_often_it_is_tried(self) -> None:
        """Clients who got an error try again, and so does the app; a decline is an answer."""
        wire = "app > pay, retries: 5, backoff: 10 ms"
        declined = []
        for errors in ("0%", "60%"):
            made = system(
                {"app": "front", "db": "base",
                 "pay": f"bank, settings: {{declines: 30%, errors: {errors}}}"},
                ["people > app", "app > db", wire],
                "[compute, take, charge]",
                stock=500,
                traffic="rate: 1/s, retry: {times: 10, after: 10 ms}",
                length="200 s",
                clock="drain: 120 s",
            )  # fmt: skip
            run = made.run()
            assert set(outcomes(run)) == {"good"}
            orders = run.world.ledger.orders.items()
            declined.append({number for number, order in orders if order.told == "declined"})
            assert count(run, "declined") == len(declined[-1])
            assert all(not order.charges for _, order in orders if order.told == "declined")
        assert declined[0] == declined[1]
        assert abs(len(declined[0]) - 60) < 4 * (200 * 0.3 * 0.7) ** 0.5


class TestLostReplies:
    def test_without_a_timeout_the_caller_waits_for_ever(self) -> None:
        run = paying("lost-replies: 100%", clock="drain: 1000 s", length="3 s").run()
        assert outcomes(run) == ["in-flight"] * 3
        assert len(run.world.ledger.orders) == 3
        assert all(order.charges == 1 for order in run.world.ledger.orders.values())

    def test_and_holds_what_he_holds(self) -> None:
        """Two threads, and then nobody gets in any more."""
        made = system(
            {"app": "hand", "pay": "bank, settings: {lost-replies: 100%}"},
            ["people > app", "app > pay"],
            "[charge]",
            clock="drain: 100 s",
        )
        run = made.run()
        app = node(run, "app")
        assert (app.slots.free, app.slots.waiting) == (0, 8)
        assert node(run, "pay").meter.arrivals == 2

    def test_with_a_timeout_it_has_failed_though_it_is_done(self) -> None:
        run = paying("lost-replies: 100%", "app > pay, timeout: 2 s", length="3 s").run()
        assert outcomes(run) == ["failed"] * 3
        assert ends(run) == [3.1, 4.1, 5.1]
        assert all(order.charges == 1 for order in run.world.ledger.orders.values())

    def test_who_tries_again_pays_again(self) -> None:
        wire = "app > pay, timeout: 2 s, retries: 2, backoff: 10 ms"
        run = paying("lost-replies: 100%", wire, length="3 s").run()
        assert count(run, "double-charges") == 2 * 3

    def test_unless_the_calls_carry_a_key(self) -> None:
        wire = "app > pay, timeout: 2 s, retries: 2, backoff: 10 ms"
        run = paying("lost-replies: 100%, idempotency: true", wire, length="3 s").run()
        assert node(run, "pay").meter.arrivals == 9
        assert count(run, "double-charges") == 0
        assert all(order.charges == 1 for order in run.world.ledger.orders.values())

    @pytest.mark.parametrize(("idempotency", "doubles"), [("true", 0), ("false", 10)])
    def test_a_key_helps_when_two_attempts_are_under_way_at_once(
        self, idempotency: str, doubles: int
    ) -> None:
        """Given up after half a second, and tried again: both are there when the first charges."""
        wire = "app > pay, timeout: 500 ms, retries: 1, backoff: 10 ms"
        run = paying(f"idempotency: {idempotency}", wire).run()
        assert set(outcomes(run)) == {"failed"}
        assert count(run, "double-charges") == doubles
        assert all(order.charges for order in run.world.ledger.orders.values())

    def test_some_of_many(self) -> None:
        wire = "app > pay, timeout: 2 s, retries: 1, backoff: 10 ms"
        run = paying("lost-replies: 10%", wire, traffic="rate: 5/s", length="200 s").run()
        twice = count(run, "double-charges")
        assert abs(twice - 100) < 4 * (1000 * 0.1 * 0.9) ** 0.5
        assert abs(outcomes(run).count("failed") - 10) < 4 * 10**0.5
