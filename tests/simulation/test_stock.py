"""Units for sale: who gets one, who is told what, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.simulation.run import Run
from tests.simulation.systems import System, all_free, count, journeys, node, outcomes, system

PARTS = {"app": "front", "db": "base", "pay": "bank"}
WIRES = ["people > app", "app > db", "app > pay"]


def sale(needs: str, stock: int = 3, **more: Any) -> System:
    """Ten buyers within a second; a payment takes one."""
    said = {"traffic": "rate: 10/s", "length": "1 s", "clock": "drain: 20 s", **more}
    nodes = said.pop("nodes", PARTS)
    return system(nodes, said.pop("links", WIRES), needs, stock=stock, **said)


def counted(run: Run, *names: str) -> list[int]:
    """Some counters of the ledger."""
    return [count(run, name) for name in names]


class TestOverselling:
    def test_check_then_pay_then_count_off_sells_what_is_not_there(self) -> None:
        """All ten have looked before the first has paid."""
        run = sale("[compute, check, charge, decrement]").run()
        assert counted(run, "sold", "sold-out", "oversold") == [10, 0, 7]
        assert node(run, "db").stock == -7
        assert count(run, "units-paid") == 3  # of the three that there were

    def test_the_slower_the_payment_the_worse(self) -> None:
        """The third counts his unit off at 0.6 s + payment; whoever has looked by then buys one.

        The k-th has looked at 0.1 k + 0.2 s.
        """
        oversold = []
        for time in ("50 ms", "350 ms", "1 s"):
            kinds = f"bank: {{does: {{charge: {{time: fixed {time}}}}}}}"
            run = sale("[compute, check, charge, decrement]", kinds=kinds).run()
            oversold.append(count(run, "oversold"))
        assert oversold == [1, 4, 7]

    def test_to_look_and_take_in_one_step_does_not(self) -> None:
        run = sale("[compute, take, charge]").run()
        assert counted(run, "sold", "sold-out", "oversold", "units-paid") == [3, 7, 0, 3]
        assert node(run, "db").stock == 0
        assert counted(run, "double-charges", "lost-orders") == [0, 0]

    def test_the_first_who_come_get_them(self) -> None:
        run = sale("[compute, take, charge]").run()
        paid = [order for order, known in run.world.ledger.orders.items() if known.charges]
        assert paid == [0, 1, 2]

    def test_sold_out_is_an_answer_and_nothing_more_is_done(self) -> None:
        run = sale("[compute, take, charge]").run()
        assert outcomes(run) == ["good"] * 10
        assert node(run, "pay").meter.arrivals == 3
        late = journeys(run)[-1]
        assert late.end == pytest.approx(late.start + 0.1 + 0.1)

    def test_two_stores_each_think_they_have_all_of_it(self) -> None:
        nodes = {"app": "front", "lb": "spread", "one": "base", "two": "base", "pay": "bank"}
        links = ["people > app", "app > lb", "lb > one", "lb > two", "app > pay"]
        run = sale("[compute, take, charge]", nodes=nodes, links=links).run()
        assert counted(run, "sold", "oversold") == [6, 3]

    def test_a_branch_that_finds_nothing_left_is_the_answer(self) -> None:
        """Looked for and paid at the same time: the buyer is told, and has paid for nothing."""
        run = sale("[compute, {parallel: [take, charge]}]").run()
        assert counted(run, "sold", "sold-out", "oversold") == [3, 7, 0]
        assert count(run, "lost-orders") == 7


class TestGivingBack:
    NODES = {**PARTS, "app": "front, settings: {give-back: true}"}  # noqa: RUF012
    NEEDS = "[compute, take, charge]"
    HALF = "bank: {settings: {declines: {least: 50%, default: 50%}}}"

    def test_what_nobody_paid_for_somebody_else_gets(self) -> None:
        """Two hundred want ten, and every second card is declined."""
        said: dict[str, Any] = {
            "kinds": self.HALF,
            "traffic": "rate: 2/s",
            "length": "100 s",
            "stock": 10,
        }
        without = sale(self.NEEDS, **said).run()
        run = sale(self.NEEDS, nodes=self.NODES, **said).run()
        assert count(run, "units-paid") == 10
        assert count(without, "units-paid") == 10 - count(without, "declined") < 10
        assert count(run, "declined") > count(without, "declined")
        for each in (run, without):
            assert counted(each, "oversold", "lost-orders", "double-charges") == [0, 0, 0]
        assert node(run, "db").stock == 0

    def test_nor_is_it_kept_when_the_payment_fails(self) -> None:
        kinds = "bank: {settings: {errors: {least: 100%, default: 100%}}}"
        run = sale(self.NEEDS, nodes=self.NODES, kinds=kinds, length="2 s").run()
        assert set(outcomes(run)) <= {"failed", "good"}
        assert node(run, "db").stock == 3
        assert all(order.taken == 0 for order in run.world.ledger.orders.values())

    def test_giving_back_is_work_for_the_store(self) -> None:
        kinds = "bank: {settings: {errors: {least: 100%, default: 100%}}}"
        said: dict[str, Any] = {"kinds": kinds, "traffic": "rate: 1/s", "length": "3 s"}
        runs = [sale(self.NEEDS, nodes=nodes, **said).run() for nodes in (PARTS, self.NODES)]
        busy = [node(run, "db").reading(20.0).busy for run in runs]
        assert busy == pytest.approx([0.3, 0.6])

    def test_only_where_there_is_a_wire_to_the_stock(self) -> None:
        """A worker takes the payment; without a wire it cannot put anything back."""
        nodes = {
            "app": "front", "db": "base", "q": "post",
            "work": "hand, settings: {give-back: true}", "pay": "bank",
        }  # fmt: skip
        links = ["people > app", "app > db", "app > q", "q > work", "work > pay"]
        needs = "[compute, take, {need: charge, deferrable: true}]"
        kinds = "bank: {settings: {declines: {least: 100%, default: 100%}}}"
        run = sale(needs, nodes=nodes, links=links, kinds=kinds).run()
        assert node(run, "db").stock == 0
        run = sale(needs, nodes=nodes, links=[*links, "work > db"], kinds=kinds).run()
        assert node(run, "db").stock == 3
        assert count(run, "lost-orders") == 0  # all who were told `pending` know it by now
        assert all_free(run)

    def test_a_buyer_who_tries_again_has_what_he_gets_then(self) -> None:
        """The first attempt gave its unit back; the second one counts like any other."""
        kinds = "bank: {settings: {errors: {least: 60%, default: 60%}}}"
        run = sale(
            self.NEEDS,
            stock=50,
            nodes=self.NODES,
            kinds=kinds,
            traffic="rate: 1/s, retry: {times: 10, after: 100 ms}",
            length="30 s",
            clock="drain: 120 s",
        ).run()
        assert count(run, "attempts") > 10
        assert outcomes(run) == ["good"] * 30
        assert counted(run, "sold", "units-paid", "lost-orders", "oversold") == [30, 30, 0, 0]
        assert node(run, "db").stock == 20

    def test_a_full_store_refuses_what_is_given_back(self) -> None:
        """Nobody asks again: the unit is gone, and nothing breaks."""
        kinds = (
            "base: {sizes: {one: {vcpu: 1, slots: null}}, settings: {queue: {default: 0}},"
            " does: {check: {time: fixed 30 s}}}\n"
            "bank: {settings: {errors: {least: 100%, default: 100%}}}"
        )
        made = system(
            self.NODES,
            WIRES,
            kinds=kinds,
            operations={
                "buy": {"title": "buy", "needs": ["compute", "take", "charge"]},
                "look": {"title": "look", "needs": ["compute", "check"]},
            },
            streams=(
                "rate: 1/s, mix: {buy: 1}",
                "phases: [{at: 0 s, rate: 0/s}, {at: 500 ms, rate: 1/s}, {at: 1600 ms, rate: 0/s}],"
                " mix: {look: 1}",
            ),
            length="2 s",
            stock=3,
            clock="drain: 60 s",
        )  # the look of 1.5 s keeps the one processor when the payment of 1 s has failed
        run = made.run()
        assert outcomes(run) == ["failed", "good", "rejected"]
        assert node(run, "db").stock == 2
