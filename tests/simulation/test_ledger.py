"""The ledger's formulas, each beside the smallest history that shows it."""

from __future__ import annotations

import pytest

from sandbox.simulation.ledger import SOLD, Ledger
from sandbox.simulation.requests import DECLINED, PENDING, SOLD_OUT, Request


def request(number: int = 0, item: int = 0, start: float = 0.0) -> Request:
    """A request of somebody, or one more attempt of the same one."""
    return Request(0, number, 0, 0, start, item)


def told(ledger: Ledger, number: int, answer: str) -> Request:
    """A buyer who is told something."""
    buyer = request(number)
    buyer.answer = None if answer == SOLD else answer
    ledger.tells(buyer)
    return buyer


class TestStaleReads:
    def reads(self, known: int, seen: int) -> tuple[int, int]:
        ledger = Ledger(None)
        reader = request()
        reader.known, reader.seen = known, seen
        ledger.answered(reader, writes=False)
        return ledger.reads, ledger.stale_reads

    @pytest.mark.parametrize(
        ("known", "seen", "stale"), [(0, 0, 0), (2, 1, 1), (2, 2, 0), (2, 3, 0), (1, 0, 1)]
    )
    def test_older_than_what_was_known_when_it_set_out(
        self, known: int, seen: int, stale: int
    ) -> None:
        assert self.reads(known, seen) == (1, stale)

    def test_who_read_nothing_is_no_reader(self) -> None:
        assert self.reads(3, -1) == (0, 0)

    def test_a_write_is_known_once_its_writer_has_the_answer(self) -> None:
        ledger = Ledger(None)
        for version in (1, 3, 2):  # answers may come in another order
            writer = request(item=7)
            writer.wrote = version
            ledger.answered(writer, writes=True)
        assert ledger.acknowledged == {7: 3}
        assert ledger.reads == 0


class TestOversold:
    def test_promises_beyond_the_stock(self) -> None:
        """Sold or pending, and not given back."""
        ledger = Ledger(2)
        for number, answer in enumerate([SOLD, PENDING, SOLD, SOLD_OUT, DECLINED]):
            told(ledger, number, answer)
        assert ledger.oversold == 1
        ledger.gave_back(0)
        assert ledger.oversold == 0

    def test_not_beyond_is_none(self) -> None:
        ledger = Ledger(5)
        told(ledger, 0, SOLD)
        assert ledger.oversold == 0
        assert Ledger(None).oversold == 0

    def test_who_took_it_after_giving_back_has_it(self) -> None:
        ledger = Ledger(1)
        for number in (0, 1):
            ledger.took(request(number))
            told(ledger, number, SOLD)
        assert ledger.oversold == 1
        ledger.gave_back(0)
        assert ledger.oversold == 0
        ledger.took(request(0))
        assert ledger.oversold == 1


class TestUnitsPaid:
    def order(self, ledger: Ledger, number: int, took: bool, paid: bool, said: str) -> None:
        if took:
            ledger.took(request(number))
        if paid:
            ledger.charged(request(number), 1.0)
        if said:
            told(ledger, number, said)

    def test_had_told_and_paid(self) -> None:
        ledger = Ledger(9)
        self.order(ledger, 0, took=True, paid=True, said=SOLD)
        self.order(ledger, 1, took=True, paid=True, said=PENDING)
        self.order(ledger, 2, took=False, paid=True, said=SOLD)
        self.order(ledger, 3, took=True, paid=False, said=SOLD)
        self.order(ledger, 4, took=True, paid=True, said="")
        self.order(ledger, 5, took=True, paid=True, said=SOLD_OUT)
        assert ledger.units_paid == 2

    def test_no_more_than_there_were(self) -> None:
        ledger = Ledger(2)
        for number in range(5):
            self.order(ledger, number, took=True, paid=True, said=SOLD)
        assert ledger.units_paid == 2

    def test_not_what_was_given_back_or_undone(self) -> None:
        ledger = Ledger(9)
        for number in range(3):
            self.order(ledger, number, took=True, paid=True, said=SOLD)
        ledger.gave_back(0)
        ledger.undone(1, 1)
        assert ledger.units_paid == 1


class TestCharges:
    def test_beyond_the_first_of_each_order(self) -> None:
        ledger = Ledger(9)
        for number, times in enumerate([0, 1, 2, 4]):
            for _ in range(times):
                ledger.charged(request(number), 1.0)
        assert ledger.double_charges == 0 + 0 + 1 + 3

    def test_all_attempts_of_one_order_are_one(self) -> None:
        ledger = Ledger(9)
        first = request(4)
        ledger.charged(first, 1.0)
        ledger.charged(first.again(0, attempts=3 << 16), 2.0)
        assert ledger.double_charges == 1

    def test_settled_is_from_asking_to_the_first_charge(self) -> None:
        ledger = Ledger(9)
        for now in (7.5, 9.0):
            ledger.charged(request(start=5.0), now)
        assert ledger.settled == [2.5]

    def test_they_count_without_a_stock_too(self) -> None:
        ledger = Ledger(None)
        assert "double-charges" not in ledger.counts()
        for _ in range(2):
            ledger.charged(request(), 1.0)
        assert ledger.counts()["double-charges"] == 1


class TestLostOrders:
    def lost(self, said: str, paid: bool, back: bool = False) -> int:
        ledger = Ledger(9)
        ledger.took(request())
        if said:
            told(ledger, 0, said)
        if paid:
            ledger.charged(request(), 1.0)
        if back:
            ledger.gave_back(request().order)
        return ledger.lost_orders

    @pytest.mark.parametrize("promise", [SOLD, PENDING])
    def test_promised_and_never_paid(self, promise: str) -> None:
        assert self.lost(promise, paid=False) == 1
        assert self.lost(promise, paid=True) == 0
        assert self.lost(promise, paid=False, back=True) == 0

    @pytest.mark.parametrize("answer", ["", SOLD_OUT, DECLINED])
    def test_paid_and_not_promised(self, answer: str) -> None:
        assert self.lost(answer, paid=True) == 1
        assert self.lost(answer, paid=False) == 0

    def test_paid_and_given_back(self) -> None:
        assert self.lost(SOLD, paid=True, back=True) == 1


class TestTold:
    def test_who_was_told_what_last(self) -> None:
        ledger = Ledger(9)
        told(ledger, 0, PENDING)
        ledger.declined(request(0))
        assert ledger.orders[0].told == DECLINED
        assert ledger.lost_orders == 0

    def test_who_has_not_been_told_yet_is_told_with_the_answer(self) -> None:
        ledger = Ledger(9)
        buyer = request(0)
        ledger.declined(buyer)
        assert ledger.orders[0].told == ""
        told(ledger, 0, DECLINED)
        assert ledger.counts()["declined"] == 1

    def test_those_who_come_too_late_leave_nothing_behind(self) -> None:
        ledger = Ledger(9)
        told(ledger, 3, SOLD_OUT)
        assert (ledger.orders, ledger.counts()["sold-out"]) == ({}, 1)
