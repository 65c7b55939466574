"""Edits: what was saved on top of what, and what of it is there in the end."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.run import Run
from tests.simulation.systems import System, all_free, count, node, outcomes, system

PARTS, WIRES = {"app": "front", "db": "base"}, ["people > app", "app > db"]
KINDS = """
base:
  does: {edit: {time: fixed 100 ms}, compare: {time: fixed 100 ms}, merge: {time: fixed 200 ms}}
"""
USERS = "users: {of: author, count: 2, skew: 0}"


def doc(needs: str, users: str = "", rate: str = "10/s", retry: str = "", **more: Any) -> System:
    """Ten edits of one document; within a second, unless a test says otherwise."""
    traffic = ", ".join(part for part in (f"rate: {rate}", users, retry) if part)
    said = {"traffic": traffic, "length": "1 s", "clock": "drain: 60 s", **more}
    return system(PARTS, WIRES, needs, kinds=KINDS, **said)


def lost(run: Run) -> tuple[int, int]:
    """How many edits were saved, and how many of them are not there in the end."""
    return count(run, "edits"), count(run, "lost-edits")


class TestWithinOneRequest:
    """Each reads and then saves; a read takes 0.2 s."""

    def test_the_last_one_who_saves_wins(self) -> None:
        """The k-th has read at 0.3 + 0.1 k s, and saves 0.1 s later.

        So at 0.1 s apart, each has read just before the one before him has saved: at a third of a
        second apart, after it.
        """
        run = doc("[compute, read, edit]").run()
        assert outcomes(run) == ["good"] * 10
        assert lost(run) == (10, 5)  # every other one is on top of the one before the last
        assert lost(doc("[compute, read, edit]", rate="3/s", length="10 s").run()) == (30, 0)

    def test_a_check_of_the_version_refuses_instead(self) -> None:
        run = doc("[compute, read, compare]").run()
        assert lost(run) == (5, 0)
        assert sorted(outcomes(run)) == ["good"] * 5 + ["rejected"] * 5
        assert all_free(run)

    def test_who_is_refused_reads_again_and_saves(self) -> None:
        retry = "retry: {times: 10, after: 100 ms}"
        run = doc("[compute, read, compare]", retry=retry).run()
        assert outcomes(run) == ["good"] * 10
        assert lost(run) == (10, 0)
        assert count(run, "attempts") >= 5

    def test_a_merge_keeps_them_all(self) -> None:
        run = doc("[compute, read, merge]").run()
        assert outcomes(run) == ["good"] * 10
        assert lost(run) == (10, 0)

    def test_a_transaction_alone_is_no_help(self) -> None:
        """A read takes no lock in it, so others save in between."""
        assert lost(doc("[compute, begin, read, edit, commit]").run())[1] > 0


class TestOnTheScreen:
    """Two authors who only save, on top of what each has seen last."""

    def test_each_overwrites_what_he_has_not_seen(self) -> None:
        """In the end there is what the last one has on his screen: all that he ever saved."""
        run = doc("[compute, edit]", USERS, rate="1/s", length="10 s").run()
        who = [run.world.users._of[0][1].at(0, n) >= 0.5 for n in range(10)]
        last = who[-1]
        assert 0 < who.count(last) < 9
        there = who.index(last)  # what he found when he opened it
        assert lost(run) == (10, 10 - there - who.count(last))

    def test_one_author_loses_nothing(self) -> None:
        users = "users: {of: author, count: 1}"
        assert lost(doc("[compute, edit]", users).run()) == (10, 0)

    def test_who_is_refused_has_it_on_his_screen_then(self) -> None:
        retry = "retry: {times: 10, after: 100 ms}"
        run = doc("[compute, compare]", USERS, rate="1/s", length="10 s", retry=retry).run()
        assert lost(run) == (10, 0)
        who = [run.world.users._of[0][1].at(0, n) >= 0.5 for n in range(10)]
        turns = sum(one != other for one, other in zip(who[1:], who, strict=False))
        # whoever comes after the other has to look first; who comes for the first time has not
        assert count(run, "attempts") == turns - 1

    def test_who_reads_has_it_on_his_screen(self) -> None:
        run = system(
            PARTS, WIRES,
            kinds=KINDS,
            operations={
                "save": {"title": "save", "needs": ["compute", "edit"]},
                "look": {"title": "look", "needs": ["compute", "read"]},
            },
            streams=(f"rate: 1/s, mix: {{look: 1, save: 1}}, {USERS}",),
            length="200 s",
        ).run()  # fmt: skip
        alone = doc("[compute, edit]", USERS, rate="0.5/s", length="200 s").run()
        assert lost(run)[1] / lost(run)[0] < 0.8 * lost(alone)[1] / lost(alone)[0]

    def test_without_users_whoever_saves_has_just_opened_it(self) -> None:
        assert lost(doc("[compute, edit]").run()) == (10, 0)


class TestRollingBack:
    def test_what_was_never_committed_is_no_edit(self) -> None:
        parts = {**PARTS, "pay": "bank, settings: {errors: 100%}"}
        run = system(
            parts, [*WIRES, "app > pay"], "[compute, begin, edit, charge, commit]",
            kinds=KINDS, length="3 s",
        ).run()  # fmt: skip
        assert outcomes(run) == ["failed"] * 3
        assert lost(run) == (0, 0)
        assert node(run, "db").versions == {}


def test_edits_are_versions_like_any_other() -> None:
    """A read that does not see an acknowledged edit is stale."""
    run = system(
        {"app": "front", "mem": "memory, settings: {on-write: keep}", "db": "base"},
        ["people > app", "app > mem", "app > db"],
        kinds=KINDS,
        operations={
            "save": {"title": "save", "needs": ["compute", "edit"]},
            "look": {"title": "look", "needs": ["compute", "read"]},
        },
        streams=("rate: 1/s, mix: {look: 1}", "rate: 0.2/s, mix: {save: 1}"),
    ).run()
    assert count(run, "stale-reads") == 5


def test_a_level_without_edits_loses_none() -> None:
    slo = {"id": "e", "says": "e", "metric": "share", "of": "lost-edits", "at_most": "1%"}
    with pytest.raises(DocumentError, match="nothing here needs `edit` or `compare` or `merge`"):
        doc("[compute, read]", slos=[slo])
    result = doc("[compute, read, edit]", slos=[slo]).report().slos[0]
    assert (result.measured, result.passed) == (0.5, False)
    assert result.near == "5 of 10 edits lost"
