"""Copies that a write waits for: how long that takes, and what happens when they are away."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from tests.simulation.systems import System, all_free, count, ends, node, outcomes, system

KINDS = """
lead:
  behaviour: primary
  does:
    read: {time: fixed 10 ms}
    write: {time: fixed 100 ms}
    begin: {time: 0 s}
    commit: {time: 0 s}
  sizes: {one: {price: $1/month, vcpu: 100, slots: 5}}
copy: {does: {read: {time: fixed 10 ms}, apply: {time: fixed 20 ms}}}
front: {does: {compute: {time: fixed 10 ms}}}
"""


def copied(settings: str, copies: int = 1, needs: str = "[compute, write]", **more: Any) -> System:
    """A write each second, which takes 110 ms, and 50 ms to each copy and back."""
    names = [f"copy{number}" for number in range(1, copies + 1)]
    nodes = {
        "app": "front",
        "db": f"lead, settings: {{{settings}}}",
        **dict.fromkeys(names, "copy"),
    }
    links = ["people > app", "app > db", *(f"db > {name}, latency: 50 ms" for name in names)]
    return system(nodes, links, needs, kinds=KINDS, **more)


def dies(kind: str, at: str = "3500 ms", lasts: str = "3 s") -> list[dict[str, Any]]:
    return [{"id": "k", "at": at, "for": lasts, "says": "dies", "kill": {"kind": kind}}]


def test_nobody_waits_by_default() -> None:
    assert ends(copied("").run())[:2] == [1.11, 2.11]


def test_a_write_waits_for_the_copy_to_apply_it_and_to_say_so() -> None:
    run = copied("acknowledged-by: 1").run()
    assert ends(run)[:2] == [1.18, 2.18]
    assert node(run, "copy1").versions == {}  # nobody has looked
    assert all_free(run)


def test_a_transaction_waits_once() -> None:
    needs = "[compute, begin, write, write, commit]"
    assert ends(copied("acknowledged-by: 1", needs=needs).run())[0] == 1.28


@pytest.mark.parametrize(("needed", "end"), [(1, 1.18), (2, 1.33)])
def test_of_several_the_nearest_count(needed: int, end: float) -> None:
    db = f"lead, settings: {{acknowledged-by: {needed}}}"
    made = system(
        {"app": "front", "db": db, "far": "copy", "near": "copy"},
        ["people > app", "app > db", "db > far, latency: 200 ms", "db > near, latency: 50 ms"],
        "[compute, write]",
        kinds=KINDS,
    )
    assert ends(made.run())[0] == end


def test_without_its_copy_writes_wait_until_it_is_back() -> None:
    run = copied("acknowledged-by: 1", incidents=dies("copy")).run()
    assert outcomes(run) == ["good"] * 10
    assert ends(run)[2:7] == [3.18, 6.57, 6.74, 6.91, 7.18]  # one after the other: it is one row
    assert all_free(run)


def test_they_hold_their_connections_meanwhile() -> None:
    """With two of them, the third write does not even begin."""
    made = system(
        {"app": "front", "db": "lead, settings: {acknowledged-by: 1, queue: 0}", "copy1": "copy"},
        ["people > app", "app > db", "db > copy1"],
        "[compute, write]",
        kinds=KINDS.replace("slots: 5", "slots: 2"),
        incidents=dies("copy"),
    )
    assert outcomes(made.run()) == ["good"] * 5 + ["rejected"] + ["good"] * 4


def test_or_they_go_on_without_after_a_while() -> None:
    """Waiting began at 4.11 s; from 5.61 s on nobody waits."""
    settings = "acknowledged-by: 1, copies-missing: go-on, goes-on-after: 1500 ms"
    run = copied(settings, incidents=dies("copy")).run()
    assert ends(run)[2:7] == [3.18, 5.61, 5.71, 6.11, 7.18]


def test_one_of_two_is_enough() -> None:
    """A quorum of three: whichever copy dies, nobody notices."""
    for seed in range(4):
        run = copied("acknowledged-by: 1", copies=2, incidents=dies("copy")).run(seed)
        assert ends(run) == [pytest.approx(second + 1.18) for second in range(10)]


def test_both_are_not_when_one_is_away() -> None:
    run = copied("acknowledged-by: 2", copies=2, incidents=dies("copy")).run()
    assert max(end for end in ends(run)[3:5] if end) > 6.5


def test_copies_are_what_the_primary_was_when_it_is_quiet() -> None:
    made = copied("acknowledged-by: 1", incidents=dies("copy"), operation="items: {count: 3}")
    run = made.run()
    node(run, "copy1").settle()
    assert node(run, "copy1").versions == node(run, "db").versions
    assert count(run, "lost-writes") == 0


def test_who_has_died_waits_no_more() -> None:
    """The primary dies while three writes wait for a copy that has died before."""
    dead = [*dies("copy"), {**dies("lead", "5500 ms", "500 ms")[0], "id": "later"}]
    run = copied("acknowledged-by: 1", incidents=dead).run()
    assert outcomes(run)[3:7] == ["failed", "failed", "good", "good"]
    assert ends(run)[3:5] == [5.5, 5.5]
    assert all_free(run)


@pytest.mark.parametrize(
    ("settings", "copies", "says"),
    [
        ("acknowledged-by: 2", 1, "waits for 2 copies, and feeds 1"),
        ("failover: alone", 0, "no copy that could take over"),
    ],
)
def test_what_there_is_not_cannot_be_waited_for(settings: str, copies: int, says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        copied(settings, copies).start()


@pytest.mark.parametrize(
    "settings", ["acknowledged-by: -1", "acknowledged-by: 16", "failover: often", "fenced: maybe"]
)
def test_bad_settings_are_refused(settings: str) -> None:
    with pytest.raises(DocumentError):
        copied(settings)
