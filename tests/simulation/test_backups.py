"""Backups: what is left of what somebody drops, and when it is there again."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.run import Run
from tests.simulation.systems import System, all_free, count, node, outcomes, system

KINDS = """
base: {does: {read: {time: fixed 10 ms}, write: {time: fixed 100 ms}}}
copy: {does: {read: {time: fixed 10 ms, rank: 1}}}
front: {does: {compute: {time: fixed 10 ms}}}
safe: {behaviour: backup}
"""
LINKS = ["people > app", "app > db", "db > bak"]
OPERATIONS = {
    "view": {"title": "view", "needs": ["compute", "read"], "items": {"of": "thing", "count": 3}},
    "edit": {"title": "edit", "needs": ["compute", "write"], "items": {"of": "thing", "count": 3}},
}


def dropped(backup: str = "", links: list[str] = LINKS, **more: Any) -> System:
    """A write each second, acknowledged 110 ms later; all data is gone after 25.5 s.

    Twenty megabytes take a second to read back.
    """
    drop = {"id": "drop", "at": "25500 ms", "says": "oops", "delete": {"kind": "base", **DROPPED}}
    nodes = {
        "app": "front",
        "db": "base",
        "bak": f"safe, settings: {{begins-after: 0 s, {backup}}}",
    }
    said = {"streams": ("rate: 1/s, mix: {edit: 1}",), "incidents": [drop], "nodes_": {}, **more}
    nodes |= said.pop("nodes_")
    return system(nodes, links, kinds=KINDS, operations=OPERATIONS, length="40 s", **said)


DROPPED = {"megabytes": 40}


def whens(run: Run, what: str) -> list[float]:
    return [round(each.time, 6) for each in run.world.happenings if each.what == what]


def test_what_came_after_the_last_snapshot_is_lost() -> None:
    """The last one at 20 s has 19 of the 25 writes; the 20th is under way then."""
    run = dropped("snapshot-every: 10 s").run()
    assert count(run, "lost-writes") == 25 - 19
    assert (whens(run, "deleted"), whens(run, "restored")) == ([25.5], [27.5])
    assert count(run, "seconds-without-data") == 2
    assert outcomes(run).count("rejected") == 2
    assert sum(node(run, "db").versions.values()) % (1 << 40) == 19 + 13
    assert all_free(run)


def test_the_log_loses_less_and_takes_longer() -> None:
    """Sent at 25 s: one write is under way. Fourteen writes after the snapshot at 10 s: 1.4 s."""
    run = dropped("snapshot-every: 10 s, log-every: 5 s").run()
    assert count(run, "lost-writes") == 1
    assert whens(run, "restored") == [pytest.approx(25.5 + 2 + 0.1 * 5)]


def test_the_log_of_a_long_time_takes_as_long() -> None:
    run = dropped("snapshot-every: 1 h, log-every: 5 s").run()
    assert count(run, "lost-writes") == 1
    assert whens(run, "restored") == [pytest.approx(25.5 + 2 + 0.1 * 24)]


def test_last_nights_backup_has_nothing_of_today() -> None:
    run = dropped().run()
    assert count(run, "lost-writes") == 25


def test_what_is_gone_is_not_dropped_again() -> None:
    drops = [
        {"id": name, "at": at, "says": "oops", "delete": {"kind": "base", **DROPPED}}
        for name, at in (("once", "25500 ms"), ("again", "26 s"))
    ]
    run = dropped("snapshot-every: 10 s", incidents=drops).run()
    assert (whens(run, "deleted"), whens(run, "restored")) == ([25.5], [27.5])
    assert outcomes(run).count("rejected") == 2


def test_without_a_backup_nothing_comes_back() -> None:
    run = dropped(links=LINKS[:2]).run()
    assert count(run, "lost-writes") == 25
    assert count(run, "seconds-without-data") == 15
    assert outcomes(run)[25:] == ["rejected"] * 15
    assert whens(run, "restored") == []


def test_copies_lose_it_too_and_have_it_again() -> None:
    run = dropped(
        "snapshot-every: 10 s",
        links=[*LINKS, "app > copy", "db > copy"],
        nodes_={"copy": "copy"},
        streams=("rate: 1/s, mix: {edit: 1}", "rate: 10/s, mix: {view: 1}"),
    ).run()
    assert node(run, "copy").meter.rejected == 20
    assert node(run, "copy").meter.served > 350
    assert count(run, "lost-writes") == 6
    assert count(run, "stale-reads") == 0


def test_what_was_lost_is_not_stale() -> None:
    """A reader after the restore cannot be blamed for what is counted as lost already."""
    run = dropped(
        "snapshot-every: 10 s", streams=("rate: 1/s, mix: {edit: 1}", "rate: 10/s, mix: {view: 1}")
    ).run()
    assert count(run, "stale-reads") == 0
    assert count(run, "reads") > 350


def test_it_says_how_old_it_is() -> None:
    run = dropped("snapshot-every: 10 s, log-every: 4 s").start()
    ages = []
    for moment in (3, 5, 9, 11):
        run.advance(moment)
        ages.append(node(run, "bak").gauge)
    assert ages == [3, 1, 1, 1]


def test_only_a_store_can_be_saved() -> None:
    with pytest.raises(DocumentError, match="keeps nothing that a backup could save"):
        dropped(links=["people > app", "app > db", "app > bak"])


def test_how_long_it_lasts_is_not_said() -> None:
    drop = {"id": "d", "at": "1 s", "for": "3 s", "says": "oops"}
    with pytest.raises(DocumentError, match="it depends on the backup"):
        dropped(incidents=[{**drop, "delete": {"kind": "base", **DROPPED}}])
