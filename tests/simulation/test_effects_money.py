"""Money: transfers in one step, in one transaction, and as a look and a later write."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.draws import uniform
from sandbox.simulation.effects.keys import BALANCES
from sandbox.simulation.run import Run
from tests.simulation.systems import System, all_free, count, ends, node, outcomes, system

PARTS = {"app": "front", "db": "base", "pay": "bank"}
WIRES = ["people > app", "app > db", "app > pay"]
KINDS = """
base:
  does:
    balance: {time: fixed 200 ms}
    transfer: {time: fixed 500 ms}
    set-balance: {time: fixed 500 ms}
"""
ONE_STEP, LOOK_AND_WRITE = "[compute, transfer]", "[compute, balance, set-balance]"
LOCKED = "[compute, begin, balance, set-balance, commit]"


def bank(needs: str, accounts: int = 2, **more: Any) -> System:
    """Ten transfers within a second; between two accounts, unless a test says otherwise."""
    said = {"traffic": "rate: 10/s", "length": "1 s", "clock": "drain: 60 s", **more}
    said.setdefault("operation", f"items: {{of: account, count: {accounts}, skew: 0}}")
    kinds = KINDS + said.pop("kinds", "")
    nodes, links = said.pop("nodes", PARTS), said.pop("links", WIRES)
    return system(nodes, links, needs, kinds=kinds, **said)


def balances(run: Run) -> list[int]:
    """What the accounts hold, in their order."""
    return [node(run, "db").versions.get(BALANCES + each, 0) for each in range(2)]


def moved(run: Run) -> list[int]:
    """What all transfers together should have done to the two accounts."""
    accounts, amounts = uniform(run.seed, "item of order"), uniform(run.seed, "amount")
    held = [0, 0]
    for number in range(10):
        source, amount = int(accounts.at(0, number) * 2), 1 + int(amounts.at(0, number) * 100)
        held[source] -= amount
        held[1 - source] += amount
    return held


class TestRight:
    @pytest.mark.parametrize("needs", [ONE_STEP, LOCKED, "[compute, begin, transfer, commit]"])
    def test_every_unit_is_where_it_should_be(self, needs: str) -> None:
        run = bank(needs).run()
        assert outcomes(run) == ["good"] * 10
        assert balances(run) == moved(run)
        assert sum(balances(run)) == 0
        assert balances(run)[0] != 0
        for name, number in {"transfers": 10, "wrong-balances": 0, "lost-updates": 0}.items():
            assert count(run, name) == number
        assert all_free(run)

    def test_both_rows_are_locked_meanwhile(self) -> None:
        """Each transfer waits for the one before: the k-th is done at 0.2 + 0.5 k seconds."""
        run = bank(ONE_STEP).run()
        assert ends(run) == pytest.approx([0.2 + 0.5 * k for k in range(1, 11)])

    def test_in_a_transaction_the_look_waits_too(self) -> None:
        """A lock is held for 0.2 + 0.5 + 0.1 s; that is what safety costs."""
        run = bank(LOCKED).run()
        assert ends(run) == pytest.approx([0.3 + 0.8 * k for k in range(1, 11)])

    @pytest.mark.parametrize("needs", [ONE_STEP, LOCKED])
    def test_nobody_waits_in_a_circle(self, needs: str) -> None:
        """A hundred transfers, back and forth between three accounts."""
        run = bank(needs, accounts=3, traffic="rate: 50/s", length="2 s", clock="").run()
        assert outcomes(run) == ["good"] * 100
        assert count(run, "wrong-balances") == 0
        assert all_free(run)


class TestLostUpdates:
    def test_a_look_and_a_later_write_lose_what_others_did_meanwhile(self) -> None:
        """The k-th looks at 0.2 + 0.1 k s; the first write is done at 0.9 s, one each 0.5 s."""
        run = bank(LOOK_AND_WRITE).run()
        assert outcomes(run) == ["good"] * 10
        assert balances(run) != moved(run)
        assert count(run, "wrong-balances") == 2
        # all have looked before the second write; whoever writes then overwrites both accounts
        assert count(run, "lost-updates") == 2 * 9

    def test_money_does_not_vanish_where_both_sides_are_lost_together(self) -> None:
        assert sum(balances(bank(LOOK_AND_WRITE).run())) == 0

    def test_one_after_the_other_nothing_is_lost(self) -> None:
        run = bank(LOOK_AND_WRITE, traffic="rate: 1/s", length="10 s").run()
        assert (count(run, "wrong-balances"), count(run, "lost-updates")) == (0, 0)

    def test_a_look_outside_the_transaction_helps_nobody(self) -> None:
        run = bank("[compute, balance, begin, set-balance, commit]").run()
        assert count(run, "wrong-balances") == 2

    def test_a_look_at_a_replica_neither(self) -> None:
        """It knows of each write a second later."""
        run = bank(
            LOOK_AND_WRITE,
            nodes={"app": "front", "db": "base", "copy": "copy, settings: {lag: 1 s}"},
            links=["people > app", "app > db", "app > copy", "db > copy"],
            kinds="copy: {does: {balance: {time: fixed 200 ms, rank: 1}}}",
            traffic="rate: 1/s",
            length="10 s",
        ).run(seed=2)
        assert count(run, "lost-updates") == 2 * 9
        assert count(run, "wrong-balances") == 2


class TestWhatNobodyKnows:
    def test_what_is_rolled_back_leaves_no_trace(self) -> None:
        needs = "[compute, begin, transfer, charge, commit]"
        kinds = "bank: {settings: {errors: {least: 100%, default: 100%}}}"
        run = bank(needs, kinds=kinds).run()
        assert outcomes(run) == ["failed"] * 10
        assert balances(run) == [0, 0]
        assert (count(run, "wrong-balances"), count(run, "transfers")) == (0, 0)

    def test_who_left_may_have_moved_it_once(self) -> None:
        run = bank(ONE_STEP, traffic="rate: 10/s, patience: 300 ms").run()
        assert outcomes(run) == ["abandoned"] * 10
        assert balances(run) == moved(run)
        assert count(run, "wrong-balances") == 0

    def test_moved_twice_is_wrong(self) -> None:
        """The work goes on when its caller has given up, and is done once more."""
        wires = ["people > app", "app > db, timeout: 400 ms, retries: 1, backoff: 10 ms"]
        nodes = {"app": "front", "db": "base"}
        run = bank(ONE_STEP, nodes=nodes, links=wires, traffic="rate: 1/s", length="1 s").run()
        assert balances(run) == [
            2 * each for each in balances(bank(ONE_STEP, traffic="rate: 1/s", length="1 s").run())
        ]
        assert count(run, "wrong-balances") == 2

    def test_what_is_put_off_has_to_be_done_by_the_end(self) -> None:
        needs = "[compute, {need: transfer, deferrable: true}]"
        nodes = {"app": "front", "q": "post", "work": "hand", "db": "base"}
        links = ["people > app", "app > q", "q > work", "work > db"]
        run = bank(needs, nodes=nodes, links=links).run()
        assert (count(run, "transfers"), count(run, "wrong-balances")) == (10, 0)
        run = bank(needs, nodes=nodes, links=links, clock="drain: 1 s").run()
        assert (count(run, "transfers"), count(run, "wrong-balances")) == (10, 2)


class TestDocuments:
    @pytest.mark.parametrize("operation", ["", "items: {of: account, count: 1}"])
    def test_there_are_two_accounts_at_least(self, operation: str) -> None:
        with pytest.raises(DocumentError, match="at least two"):
            bank(ONE_STEP, operation=operation)

    def test_where_no_money_moves_no_balance_is_wrong(self) -> None:
        slo = {"id": "b", "says": "b", "metric": "count", "of": "wrong-balances", "at_most": 0}
        with pytest.raises(DocumentError, match="nothing here needs `transfer`"):
            bank("[compute, balance]", slos=[slo])
        assert bank(ONE_STEP, slos=[slo]).report().passed is not None

    def test_the_same_bits_in_steps_of_any_size(self) -> None:
        whole, parts = bank(LOOK_AND_WRITE).run(), bank(LOOK_AND_WRITE).start()
        for step in range(1, 700):
            parts.advance(step / 10)
        assert parts.finished
        assert parts.world.ledger.counts() == whole.world.ledger.counts()
        assert balances(parts) == balances(whole)
