"""What the ledger counts, for service levels on data: names, words, and what each is of.

The formula of each counter stands in `simulation/ledger.py` or `simulation/oracles/`, beside what
counts it.
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
    needs: tuple[str, ...] = ()
    """Needs of which an operation must have one, or else there is nothing to count."""
    owes: str = ""
    """What an operation must owe (see `Operation.owes`), or else there is nothing to count."""
    is_wrong: bool = True
    """Whether it is worth telling where no service level is about it."""


@dataclass(frozen=True)
class Ratio:
    """A share of something that the ledger counts: `part` of `whole`, both counters' names."""

    part: str
    whole: str
    says: str
    of_stock: bool = False
    needs: tuple[str, ...] = ()
    owes: str = ""


MOVING = ("transfer", "set-balance")
SAVING = ("edit", "compare", "merge")
REVOKING = ("revoke", "grant")
"""Needs by what they do, as in `simulation/effects/`."""

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
    "wake-ups": Counter(
        "times somebody was woken up", "messages woke up those who watch", is_wrong=False
    ),
    "missed-runs": Counter("runs left out", "runs of a schedule were left out"),
    "overlapping-runs": Counter(
        "runs begun beside another",
        "runs of a schedule were begun while another went on",
        is_wrong=False,
    ),
    "double-effects": Counter("done twice", "times something was done again that had been done"),
    "out-of-order": Counter(
        "out of order",
        "times something was done after what was asked for later",
        is_wrong=False,
    ),
    "lost-writes": Counter("writes lost", "writes were lost that had been acknowledged"),
    "diverged-writes": Counter(
        "diverged writes", "writes were made on a side that another one knew nothing of"
    ),
    "seconds-without-data": Counter("s without data", "seconds went by without any data"),
    "humans-refused": Counter("people taken for bots", "people were turned away as bots"),
    "lost-sessions": Counter("logged out", "people were logged out who had done nothing for it"),
    "wrong-balances": Counter(
        "accounts with a wrong balance", "accounts held what they should not", needs=MOVING
    ),
    "lost-updates": Counter(
        "updates lost",
        "times an account was overwritten that had changed since it was looked at",
        needs=MOVING,
    ),
    "lost-edits": Counter("edits lost", "edits that were saved have vanished", needs=SAVING),
    "access-leaks": Counter(
        "let in without permission",
        "times somebody was let in whose permission had been withdrawn",
        needs=REVOKING,
    ),
    "missing-audits": Counter(
        "without a record", "requests were carried out of which there is no record", owes="audit"
    ),
    "uncounted": Counter(
        "counted wrongly", "clicks were not counted, or counted twice", owes="count"
    ),
    "plaintext-hops": Counter(
        "wires that anybody can listen to", "wires carried in plain text what is secret"
    ),
}

RATIOS: dict[str, Ratio] = {
    "units-paid": Ratio("units-paid", "stock", "units paid", of_stock=True),
    "stale-reads": Ratio("stale-reads", "reads", "reads gave what was no longer true"),
    "double-effects": Ratio("double-effects", "effects", "were done again"),
    "out-of-order": Ratio("out-of-order", "effects", "came out of order"),
    "stale-own-reads": Ratio(
        "stale-own-reads", "own-reads", "reads missed what their reader had written himself"
    ),
    "lost-edits": Ratio("lost-edits", "edits", "edits lost", needs=SAVING),
    "unsaved": Ratio("unsaved", "typed", "times something typed was not saved soon enough"),
    "near-counts": Ratio(
        "near-counts", "clicks", "clicks on what is counted within 5%", owes="count"
    ),
    "count-error": Ratio(
        "off-in-total", "clicks", "clicks are missing in total, or too many", owes="count"
    ),
    "drift": Ratio("drifted", "copies", "copies differ from the original", owes="copy"),
}
