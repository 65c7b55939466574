"""Session stores: who is logged in, who is logged out, and that all of them come back."""

from __future__ import annotations

from typing import Any

from sandbox.simulation.run import Run
from tests.simulation.systems import count, ends, node, outcomes, system

KINDS = """
tokens:
  behaviour: cache
  does: {session: {time: fixed 10 ms}}
  sizes: {one: {price: $1/month, keys: ROOM}}
  settings: {on-write: {default: keep}}
doorman: {behaviour: compute, does: {session: {time: fixed 300 ms}},
          sizes: {one: {price: $1/month, vcpu: 2}}}
"""
LINKS = ["people > app", "app > tokens", "app > auth", "app > db"]


def visiting(settings: str = "", users: int = 4, room: int = 100, **more: Any) -> Run:
    """Somebody each second: 10 ms to look who it is, or 300 ms more to log in; 300 ms of work."""
    return system(
        {
            "app": "front",
            "tokens": f"tokens, settings: {{{settings}}}",
            "auth": "doorman",
            "db": "base",
        },
        LINKS,
        "[session, compute, read]",
        kinds=KINDS.replace("ROOM", str(room)),
        operation=f"items: {{count: {users}, skew: 0}}",
        length="60 s",
        **more,
    ).run()


def dying(at: str, lasts: str) -> list[dict[str, Any]]:
    return [{"id": "dead", "says": "It dies.", "at": at, "for": lasts, "kill": {"kind": "tokens"}}]


def test_who_comes_for_the_first_time_logs_in() -> None:
    run = visiting()
    assert outcomes(run) == ["good"] * 60
    assert node(run, "auth").meter.arrivals == 4
    took = {round(end - n, 2) for n, end in enumerate(ends(run), start=1) if end is not None}
    assert took == {0.61, 0.31}
    assert count(run, "lost-sessions") == 0


def test_a_store_that_dies_logs_everybody_out() -> None:
    run = visiting(incidents=dying("30.9 s", "50 ms"))
    assert outcomes(run) == ["good"] * 60
    assert node(run, "auth").meter.arrivals == 8
    assert count(run, "lost-sessions") == 4


def test_as_long_as_it_is_dead_everybody_logs_in_each_time() -> None:
    """Ten requests from 31 s to 40 s; a session that could not be opened cannot be lost."""
    run = visiting(incidents=dying("30.9 s", "10 s"))
    assert node(run, "auth").meter.arrivals == 4 + 10 + 4
    assert count(run, "lost-sessions") == 4


def test_a_store_that_is_emptied_does_the_same() -> None:
    flush = [{"id": "empty", "says": "It is emptied.", "at": "30.9 s", "flush": {"kind": "tokens"}}]
    run = visiting(incidents=flush)
    assert (node(run, "auth").meter.arrivals, count(run, "lost-sessions")) == (8, 4)


def test_a_store_that_is_too_small_logs_out_whoever_was_away_longest() -> None:
    assert count(visiting(room=4), "lost-sessions") == 0
    run = visiting(room=3)
    assert count(run, "lost-sessions") > 5
    assert node(run, "auth").meter.arrivals == 4 + count(run, "lost-sessions")


def test_a_session_that_is_over_is_not_lost() -> None:
    run = visiting("ttl: 5 s")
    assert node(run, "auth").meter.arrivals > 20
    assert count(run, "lost-sessions") == 0


def test_what_is_read_afterwards_is_what_the_store_says() -> None:
    run = visiting()
    assert (count(run, "reads"), count(run, "stale-reads")) == (60, 0)
