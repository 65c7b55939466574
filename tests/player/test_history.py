"""Undo and redo, against a plain list of everything the board has been."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.documents.check import check_design
from sandbox.documents.library import load_level
from sandbox.player.edits import (
    AddLink,
    AddNode,
    DuplicateNode,
    Edit,
    MoveNode,
    RemoveLink,
    RemoveNode,
    RenameNode,
    ReplaceDesign,
    SetCount,
    SetLink,
    SetSetting,
    SetSize,
)
from sandbox.player.history import History
from sandbox.player.pieces import EditError

LEVEL = load_level("pizza-shop")
START = LEVEL.starting_design()

ids = st.sampled_from(["guests", "phone", "rail", "cooks", "oven", "cook", "oven-2", "nobody"])
kinds = st.sampled_from(["clerk", "rail", "cook", "oven", "app"])
places = st.none() | st.tuples(st.integers(-1, 5), st.integers(0, 3))
settings = st.tuples(
    st.sampled_from(["ahead", "queue", "discipline", "batch"]),
    st.sampled_from(["60%", 4, "unbounded", "sharing", None, "nonsense"]),
)
edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(AddNode, ids, kinds, places, st.none() | ids),
    st.builds(RemoveNode, ids),
    st.builds(MoveNode, ids, places.filter(lambda at: at is not None)),
    st.builds(RenameNode, ids, ids),
    st.builds(DuplicateNode, ids, ids, places),
    st.builds(SetCount, ids, st.integers(0, 20)),
    st.builds(SetSize, ids, st.sampled_from([None, "one", "XXL"])),
    st.builds(lambda node, pair: SetSetting(node, *pair), ids, settings),
    st.builds(AddLink, ids, ids),
    st.builds(RemoveLink, ids, ids),
    st.builds(SetLink, ids, ids, st.just("weight"), st.sampled_from([None, 2, 0])),
    st.just(ReplaceDesign(START, "start over")),
)
likely: st.SearchStrategy[Edit | str] = st.sampled_from(
    ["undo", "undo", "redo", *(SetCount("cooks", count) for count in range(1, 5))]
)
"""Back and forth among a few boards, which only a mistake in the history mixes up."""


@given(st.lists(st.booleans().flatmap(lambda any_edit: edits if any_edit else likely), max_size=40))
def test_undo_and_redo_give_back_exactly_what_was(steps: list[Edit | str]) -> None:
    history = History(START, LEVEL)
    was, now = [START.model_dump_json()], 0
    for step in steps:
        if step == "undo":
            assert (history.undo() is not None) == (now > 0)
            now = max(0, now - 1)
        elif step == "redo":
            assert (history.redo() is not None) == (now < len(was) - 1)
            now = min(len(was) - 1, now + 1)
        elif not isinstance(step, str):
            try:
                after = step.apply(history.design, LEVEL).model_dump_json()
            except EditError:
                with pytest.raises(EditError):
                    history.do(step)
            else:
                history.do(step)
                if after != was[now]:
                    was[now + 1 :] = [after]
                    now += 1
        assert history.design.model_dump_json() == was[now]
        assert check_design(LEVEL, history.design) == []
        assert (history.can_undo, history.can_redo) == (now > 0, now < len(was) - 1)
        assert len(history.labels) == now
    while history.undo():
        now -= 1
        assert history.design.model_dump_json() == was[now]
    assert history.design is START
    while history.redo():
        now += 1
        assert history.design.model_dump_json() == was[now]
    assert now == len(was) - 1


def test_labels_and_what_undo_says() -> None:
    history = History(START, LEVEL)
    history.do(SetCount("cooks", 3))
    history.do(SetCount("oven", 8))
    assert list(history.labels) == ["count cooks 2 -> 3", "count oven 4 -> 8"]
    assert history.undo() == "count oven 4 -> 8"
    assert list(history.labels) == ["count cooks 2 -> 3"]
    assert history.redo() == "count oven 4 -> 8"
    assert history.redo() is None


def test_what_was_undone_is_gone_after_another_edit() -> None:
    history = History(START, LEVEL)
    history.do(SetCount("cooks", 3))
    history.undo()
    made = history.do(SetCount("cooks", 4))
    assert made == history.design == SetCount("cooks", 4).apply(START, LEVEL)
    assert not history.can_redo
    assert history.labels == ("count cooks 2 -> 4",)


def test_an_edit_that_changes_nothing_keeps_what_can_be_redone() -> None:
    history = History(START, LEVEL)
    history.do(SetCount("cooks", 3))
    history.undo()
    history.do(SetCount("cooks", 2))
    assert history.can_redo
    assert not history.can_undo


def test_there_is_no_last_undo() -> None:
    history = History(START, LEVEL)
    for number in range(2000):
        history.do(SetCount("cooks", 1 + number % 2))
    while history.undo():
        pass
    assert history.design is START
