"""What accounts should hold.

* transfers = those that clients were told are done, or will be
* wrong balances = accounts that do not hold the sum of what was moved: each transfer counts once
  that was answered; one that was not counts if it has been carried out, and once at most
* lost updates = times an account was overwritten that had changed since it was looked at
"""

from __future__ import annotations

from collections import Counter

from sandbox.simulation.draws import Draws, uniform
from sandbox.simulation.effects.keys import BALANCES, ENTRIES
from sandbox.simulation.oracles.oracle import Kept, Oracle, took_effect
from sandbox.simulation.requests import Request

MOST = 100
"""The largest amount that is moved, in units; the smallest is one."""

Transfer = tuple[int, int, int]
"""The account it takes from, the one it gives to, and the units that it moves."""


class Money(Oracle):
    """Knows what each transfer is about, and what has become of it.

    It takes from the account that the request is about and gives to another one, each of them as
    likely as any; accounts begin with nothing and may hold less than nothing.
    """

    def __init__(self, seed: int, accounts: dict[int, tuple[int, int]]) -> None:
        self._accounts = accounts
        """By operation: the first account, and how many there are."""
        self._other: Draws = uniform(seed, "account that gets it")
        self._amount: Draws = uniform(seed, "amount")
        self._should: Counter[int] = Counter()
        """What each account should hold."""
        self._unknown: list[tuple[int, Transfer]] = []
        """Transfers, by request, of which no client knows whether they were carried out."""
        self.transfers = 0

    def of(self, request: Request) -> Transfer:
        """What a request moves: the same at each attempt."""
        first, count = self._accounts[request.operation]
        stream, number = request.origin, request.number
        further = 1 + int(self._other.at(stream, number) * (count - 1))
        target = first + (request.item - first + further) % count
        return request.item, target, 1 + int(self._amount.at(stream, number) * MOST)

    def answered(self, request: Request, now: float) -> None:
        """It is done, or will be."""
        if not took_effect(request):
            self.lost(request)
            return
        self.transfers += 1
        self._move(self.of(request))

    def lost(self, request: Request) -> None:
        """It may be done or not, and nobody can tell before the end."""
        self._unknown.append((request.order, self.of(request)))

    def _move(self, transfer: Transfer) -> None:
        source, target, amount = transfer
        self._should[source] -= amount
        self._should[target] += amount

    def counted(self, kept: Kept) -> dict[str, int]:
        """Look into every account."""
        for order, transfer in self._unknown:
            if kept.total(ENTRIES + order):
                self._move(transfer)
            else:  # a trace of it would be wrong
                self._should[transfer[0]] += 0
                self._should[transfer[1]] += 0
        self._unknown.clear()
        wrong = sum(kept.total(BALANCES + account) != s for account, s in self._should.items())
        return {"transfers": self.transfers, "wrong-balances": wrong, "lost-updates": 0}
