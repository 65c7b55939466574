"""What is right by construction is right whatever happens: deaths, timeouts, people who leave."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.simulation.systems import System, all_free, count, system

KINDS = """
front: {does: {judge: {time: exponential 40 ms}}}
base:
  does:
    read: {time: exponential 5 ms}
    balance: {time: exponential 5 ms}
    transfer: {time: exponential 20 ms}
    set-balance: {time: exponential 20 ms}
    edit: {time: exponential 10 ms}
    compare: {time: exponential 10 ms}
    merge: {time: exponential 20 ms}
    audit: {time: exponential 10 ms}
    count: {time: exponential 10 ms}
    write: {time: exponential 10 ms}
    copy: {time: exponential 10 ms}
    permit: {time: exponential 5 ms}
    revoke: {time: exponential 10 ms}
    grant: {time: exponential 10 ms}
    begin: {time: fixed 1 ms}
    commit: {time: fixed 1 ms}
"""
RIGHT = {
    "[compute, judge, transfer]": "wrong-balances",
    "[compute, begin, balance, judge, set-balance, commit]": "wrong-balances",
    "[compute, begin, judge, transfer, audit, commit]": "missing-audits",
    "[compute, read, judge, compare]": "lost-edits",
    "[compute, read, judge, merge]": "lost-edits",
    "[compute, begin, write, judge, audit, commit]": "missing-audits",
    "[compute, begin, write, judge, copy, commit]": "drifted",
    "[compute, begin, count, judge, commit]": "uncounted",
}
"""Ways that get nothing wrong, and what they would get wrong."""
WRONG = {
    "[compute, balance, judge, set-balance]": "wrong-balances",
    "[compute, read, judge, edit]": "lost-edits",
}


def anything(needs: str, seed: int) -> System:
    """A system in which something happens, with people who want the same few things."""
    rng = Random(seed)
    dies = rng.choice(["front", "base"])
    incidents = [
        {"id": f"d{n}", "says": "d", "at": f"{rng.uniform(1, 9):.3f} s", "for": "700 ms",
         "kill": {"kind": dies}}
        for n in range(rng.randint(0, 3))
    ]  # fmt: skip
    timeout = rng.choice(["", ", timeout: 60 ms", ", timeout: 300 ms"])
    patience = rng.choice(["", ", patience: exponential 200 ms"])
    users = rng.choice(["", ", users: {of: author, count: 5}"])
    said: dict[str, Any] = {"incidents": incidents} if incidents else {}
    return system(
        {"app": f"front, count: {rng.randint(1, 2)}", "lb": "spread", "db": "base"},
        ["people > lb", "lb > app", f"app > db{timeout}"],
        needs,
        kinds=KINDS,
        operation=f"owes: [audit, count, copy], items: {{of: thing, count: {rng.randint(2, 6)}}}",
        traffic=f"rate: {rng.randint(10, 60)}/s, arrivals: poisson{patience}{users}",
        length="10 s",
        clock="drain: 60 s",
        **said,
    )


@pytest.mark.parametrize("needs", RIGHT)
def test_nothing_is_wrong(needs: str) -> None:
    for seed in range(8):
        run = anything(needs, seed).run(seed)
        assert count(run, RIGHT[needs]) == 0, seed
        assert count(run, "lost-updates") == 0, seed
        assert all_free(run), seed


@pytest.mark.parametrize("needs", WRONG)
def test_something_is(needs: str) -> None:
    """The same happenings show what others get wrong, nearly always."""
    found = [count(anything(needs, seed).run(seed), WRONG[needs]) > 0 for seed in range(8)]
    assert sum(found) >= 7


@pytest.mark.parametrize("needs", [*RIGHT, *WRONG])
def test_steps_of_any_size_give_the_same(needs: str) -> None:
    whole, parts = anything(needs, 3).run(3), anything(needs, 3).start(3)
    rng, time = Random(7), 0.0
    while not parts.finished:
        time += rng.expovariate(5.0)
        parts.advance(time)
        assert parts.conserved
    assert parts.world.ledger.counts() == whole.world.ledger.counts()
    assert parts.trace.journeys == whole.trace.journeys
