"""What there must be beside the thing itself, for everybody who was told that it is done.

* audited = answered requests that owe a record; missing audits = those without one in the end
* clicks = answered requests that owe a count
* uncounted = by how much the counts of all items are off, up or down, taken together. Those of
  whom no client knows whether they were counted may be in a count or not
* off in total = by how much the sum of all counts is off
* near counts = clicks on items whose count is off by no more than a twentieth of its clicks
* copies = items of which a second copy is owed and that were written
* drifted = those whose second copy is of another version than the original in the end
"""

from __future__ import annotations

from collections import Counter

from sandbox.simulation.effects.keys import AUDITS, CLICKS, COPIES
from sandbox.simulation.oracles.oracle import Kept, Oracle, took_effect
from sandbox.simulation.requests import Request

NEAR = 0.05
"""How far a count may be off and still be near, as a share of the truth."""


class Audits(Oracle):
    """Knows whose record there must be."""

    def __init__(self) -> None:
        self._owed: list[int] = []

    def answered(self, request: Request, now: float) -> None:
        """There must be a record of it."""
        if took_effect(request):
            self._owed.append(request.order)

    def counted(self, kept: Kept) -> dict[str, int]:
        """Look for every record."""
        missing = sum(not kept.total(AUDITS + order) for order in self._owed)
        return {"audited": len(self._owed), "missing-audits": missing}


class Clicks(Oracle):
    """Knows how often each item was asked for."""

    def __init__(self) -> None:
        self._clicks: Counter[int] = Counter()
        self._unknown: Counter[int] = Counter()
        """Clicks of which nobody knows whether they were counted."""

    def answered(self, request: Request, now: float) -> None:
        """It must be counted."""
        if took_effect(request):
            self._clicks[request.item] += 1

    def lost(self, request: Request) -> None:
        """It may be counted."""
        self._unknown[request.item] += 1

    def counted(self, kept: Kept) -> dict[str, int]:
        """Hold every count against the truth."""
        off = near = counted = 0
        for item in self._clicks.keys() | self._unknown.keys():
            count, clicks = kept.total(CLICKS + item), self._clicks[item]
            wrong = max(0, clicks - count, count - clicks - self._unknown[item])
            off += wrong
            counted += count
            near += clicks if wrong <= NEAR * clicks else 0
        clicks = self._clicks.total()
        return {
            "clicks": clicks,
            "uncounted": off,
            "off-in-total": max(0, clicks - counted, counted - clicks - self._unknown.total()),
            "near-counts": near,
        }


class Copies(Oracle):
    """Knows what should be there twice."""

    def __init__(self) -> None:
        self._items: set[int] = set()

    def answered(self, request: Request, now: float) -> None:
        """Both should be the same in the end."""
        self._items.add(request.item)

    def lost(self, request: Request) -> None:
        """Whether it was done or not, it should be so in both."""
        self._items.add(request.item)

    def counted(self, kept: Kept) -> dict[str, int]:
        """Hold every copy against its original."""
        pairs = [(kept.newest(item), kept.newest(COPIES + item)) for item in self._items]
        written = [(original, copy) for original, copy in pairs if original or copy]
        drifted = sum(original != copy for original, copy in written)
        return {"copies": len(written), "drifted": drifted}
