"""What the ledger counts, for service levels on data: names, words, and what each is of.

The formula of each counter stands in `simulation/ledger.py`, beside what counts it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Counter:
    """Something that must not happen (or not often), as the ledger counts it."""

    says: str
    """What is counted, behind a number: `3 charged twice`."""
    happened: str
    """The same as a sentence for what happened in a run."""
    of_stock: bool = False
    """Whether it makes sense only where something is for sale."""


@dataclass(frozen=True)
class Ratio:
    """A share of something that the ledger counts: `part` of `whole`, both counters' names."""

    part: str
    whole: str
    says: str
    of_stock: bool = False


COUNTERS: dict[str, Counter] = {
    "oversold": Counter(
        "units sold that there were not", "units were promised that there were not", of_stock=True
    ),
    "double-charges": Counter("charged twice", "times somebody was charged again"),
    "lost-orders": Counter(
        "promised and never settled, or paid for nothing",
        "orders were promised and never settled, or paid for nothing",
        of_stock=True,
    ),
    "blind-seconds": Counter(
        "seconds blind", "seconds long clients were failed and nobody had been called"
    ),
    "lost-messages": Counter("messages lost", "messages were given up, and nobody kept them"),
    "expired-messages": Counter("messages too old", "messages were dropped: they were too old"),
    "dead-letters": Counter("dead letters", "messages were given up, and kept"),
    "double-effects": Counter("done twice", "times something was done again that had been done"),
    "out-of-order": Counter(
        "out of order", "times something was done after what was asked for later"
    ),
    "lost-writes": Counter("writes lost", "writes were lost that had been acknowledged"),
    "lost-sessions": Counter("logged out", "people were logged out who had done nothing for it"),
}

RATIOS: dict[str, Ratio] = {
    "units-paid": Ratio("units-paid", "stock", "units paid", of_stock=True),
    "stale-reads": Ratio("stale-reads", "reads", "reads gave what was no longer true"),
    "double-effects": Ratio("double-effects", "effects", "were done again"),
    "out-of-order": Ratio("out-of-order", "effects", "came out of order"),
}
