"""What is owed beside the thing itself: records, counts, second copies."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.draws import uniform
from sandbox.simulation.effects.keys import CLICKS, COPIES
from sandbox.simulation.run import Run
from tests.simulation.systems import System, count, ends, node, outcomes, system

KINDS = """
base:
  does:
    audit: {time: fixed 100 ms}
    count: {time: fixed 100 ms}
    copy: {time: fixed 100 ms}
    read-copy: {time: fixed 100 ms}
"""
PARTS, WIRES = {"app": "front", "db": "base"}, ["people > app", "app > db"]


def owing(needs: str, owes: str, **more: Any) -> System:
    """One request a second for ten seconds, each of which owes something."""
    said = {"clock": "drain: 60 s", **more}
    kinds = KINDS + said.pop("kinds", "")
    operation = f"owes: [{owes}], {said.pop('operation', '')}"
    nodes, links = said.pop("nodes", PARTS), said.pop("links", WIRES)
    return system(nodes, links, needs, kinds=kinds, operation=operation, **said)


def queued(need: str, settings: str, **more: Any) -> System:
    """The need is put off: a queue hands it to a worker, who does it at a store of its own."""
    nodes = {
        "app": "front", "db": "base", "q": f"post, settings: {{{settings}}}",
        "work": "hand", "side": "other",
    }  # fmt: skip
    links = ["people > app", "app > db", "app > q", "q > work", "work > side"]
    kinds = f"other: {{behaviour: store, does: {{{need}: {{time: fixed 100 ms}}}}}}"
    needs = f"[compute, write, {{need: {need}, deferrable: true}}]"
    return system(
        nodes,
        links,
        needs,
        kinds=kinds,
        operation=f"owes: [{need}]",
        clock="drain: 60 s",
        **more,
    )


def counted(run: Run, *names: str) -> list[int]:
    """Some counters of the ledger."""
    return [count(run, name) for name in names]


KILLED: dict[str, Any] = {
    "incidents": [
        {"id": "k", "says": "k", "at": "4650 ms", "for": "500 ms", "kill": {"kind": "other"}}
    ]
}
"""The store at the side dies while it works for the fourth, from 4.6 s to 4.7 s."""


class TestAudits:
    def test_in_the_same_way_there_is_one_of_each(self) -> None:
        run = owing("[compute, write, audit]", "audit").run()
        assert counted(run, "audited", "missing-audits") == [10, 0]

    def test_it_costs_the_one_who_waits_for_it(self) -> None:
        with_it, without = (
            owing("[compute, write, audit]", "audit"),
            owing("[compute, write]", "audit"),
        )
        took = [ends(each.run())[0] for each in (with_it, without)]
        assert took == pytest.approx([1.7, 1.6])

    def test_who_owes_one_and_writes_none_has_none(self) -> None:
        run = owing("[compute, write]", "audit").run()
        assert counted(run, "audited", "missing-audits") == [10, 10]

    def test_what_was_lost_owes_nothing(self) -> None:
        run = owing("[compute, write]", "audit", traffic="rate: 1/s, patience: 300 ms").run()
        assert outcomes(run) == ["abandoned"] * 10
        assert counted(run, "audited", "missing-audits") == [0, 0]

    def test_nor_does_what_came_to_nothing(self) -> None:
        run = owing("[compute, take, audit]", "audit", stock=3).run()
        assert counted(run, "sold", "audited", "missing-audits") == [3, 3, 0]

    def test_a_record_that_was_rolled_back_is_none(self) -> None:
        """Paid in the middle: where the payment fails, neither is there."""
        parts = {**PARTS, "pay": "bank, settings: {errors: 100%}"}
        needs = "[compute, begin, write, audit, charge, commit]"
        run = owing(needs, "audit", nodes=parts, links=[*WIRES, "app > pay"]).run()
        assert outcomes(run) == ["failed"] * 10
        assert node(run, "db").versions == {}

    def test_a_queue_that_hands_it_out_once_loses_what_failed(self) -> None:
        run = queued("audit", "delivery: at-most-once", **KILLED).run()
        assert outcomes(run) == ["good"] * 10
        assert counted(run, "audited", "missing-audits") == [10, 1]

    def test_a_queue_that_hands_it_out_again_does_not(self) -> None:
        run = queued("audit", "delivery: at-least-once", **KILLED).run()
        assert counted(run, "audited", "missing-audits") == [10, 0]


class TestCounts:
    def test_each_is_counted(self) -> None:
        run = owing("[compute, count]", "count").run()
        assert counted(run, "clicks", "uncounted", "near-counts") == [10, 0, 10]
        assert node(run, "db").versions == {CLICKS: 10}

    def test_counts_of_one_item_wait_for_each_other(self) -> None:
        run = owing("[compute, count]", "count", traffic="rate: 100/s", length="100 ms").run()
        assert ends(run) == pytest.approx([0.11 + 0.1 * k for k in range(1, 11)])

    def test_twice_is_wrong_as_well(self) -> None:
        """A caller that gives up after 50 ms, and the count is done all the same."""
        links = ["people > app", "app > db, timeout: 50 ms, retries: 1, backoff: 200 ms"]
        run = owing("[compute, count]", "count", links=links).run()
        assert outcomes(run) == ["failed"] * 10
        assert node(run, "db").versions == {CLICKS: 20}
        assert counted(run, "clicks", "uncounted") == [0, 10]  # each may be there once

    def test_who_left_may_be_counted_or_not(self) -> None:
        for needs in ("[compute, count]", "[compute]"):
            run = owing(needs, "count", traffic="rate: 1/s, patience: 50 ms").run()
            assert count(run, "uncounted") == 0

    def test_who_counts_nothing_is_off_by_all(self) -> None:
        run = owing("[compute]", "count").run()
        assert counted(run, "clicks", "uncounted", "near-counts") == [10, 10, 0]

    def test_a_queue_that_hands_it_out_once_loses_some(self) -> None:
        lossy = queued("count", "delivery: at-most-once", **KILLED).run()
        assert counted(lossy, "clicks", "uncounted", "near-counts") == [10, 1, 0]
        again = queued("count", "delivery: at-least-once", **KILLED).run()
        assert counted(again, "clicks", "uncounted", "near-counts") == [10, 0, 10]


class TestSampling:
    NEEDS = "[compute, {need: count, one_in: 10}]"

    def test_one_counts_for_ten(self) -> None:
        run = owing(self.NEEDS, "count", traffic="rate: 100/s", length="10 s").run()
        drawn = uniform(1, "sample of order")
        chosen = sum(drawn.at(0, number) < 0.1 for number in range(1000))
        assert 0 < chosen < 200
        assert node(run, "db").meter.arrivals == chosen
        assert node(run, "db").versions == {CLICKS: 10 * chosen}
        assert counted(run, "clicks", "uncounted") == [1000, abs(10 * chosen - 1000)]

    def test_it_is_off_by_as_much_as_chance_says(self) -> None:
        """Of n clicks sampled one in k: n +- sqrt(n (k - 1))."""
        made = owing(self.NEEDS, "count", traffic="rate: 100/s", length="10 s")
        off = [count(made.run(seed), "uncounted") for seed in range(1, 21)]
        sigma = math.sqrt(1000 * 9)
        assert max(off) < 4 * sigma
        assert sigma / 2 < math.sqrt(sum(each**2 for each in off) / len(off)) < 2 * sigma

    def test_the_others_do_not_wait(self) -> None:
        run = owing(self.NEEDS, "count", traffic="rate: 10/s", length="10 s").run()
        spared = [end for n, end in enumerate(ends(run), start=1) if end == round(n / 10 + 0.1, 6)]
        assert len(spared) == 100 - node(run, "db").meter.arrivals

    def test_who_is_spared_all_is_answered_at_once(self) -> None:
        nodes, links = {"db": "base"}, ["people > db"]
        run = owing("[{need: count, one_in: 10}]", "count", nodes=nodes, links=links).run()
        assert outcomes(run) == ["good"] * 10

    def test_no_other_draw_is_another(self) -> None:
        """Who is counted pays what he would have paid."""
        whole = owing("[compute, count]", "count").run()
        some = owing(self.NEEDS, "count").run()
        assert [j.start for j in whole.trace.journeys] == [j.start for j in some.trace.journeys]

    @pytest.mark.parametrize(
        "needs",
        ["[{need: compute, one_in: 2}]", "[{parallel: [compute, {need: count, one_in: 2}]}]"],
    )
    def test_only_what_is_counted_can_be_sampled(self, needs: str) -> None:
        with pytest.raises(DocumentError, match="one_in"):
            owing(needs, "count")


class TestCopies:
    BOTH = "[compute, write, copy]"

    def test_one_after_the_other_they_are_the_same(self) -> None:
        run = owing(self.BOTH, "copy").run()
        assert counted(run, "copies", "drifted") == [1, 0]
        assert node(run, "db").versions == {0: 10, COPIES: 10}

    def test_nobody_writes_the_second_one(self) -> None:
        assert counted(owing("[compute, write]", "copy").run(), "copies", "drifted") == [1, 1]

    def test_the_second_write_fails(self) -> None:
        """The first one is there, and nobody undoes it."""
        nodes = {"app": "front", "db": "base", "side": "other"}
        links = ["people > app", "app > db", "app > side"]
        kinds = "other: {behaviour: store, does: {copy: {time: fixed 100 ms}}}"
        run = system(
            nodes,
            links,
            self.BOTH,
            kinds=kinds,
            operation="owes: [copy], items: {of: page, count: 5, skew: 0}",
            **KILLED,
        ).run()
        assert sorted(outcomes(run)) == ["failed"] + ["good"] * 9
        pages = [uniform(1, "item of order").at(0, number) * 5 // 1 for number in range(10)]
        assert counted(run, "copies", "drifted") == [len(set(pages)), pages[3] not in pages[4:]]

    def test_the_last_one_to_come_stays(self) -> None:
        """Messages that come back stand at the end of the line: an older one comes last."""
        run = queued("copy", "delivery: at-least-once, visibility: 8 s", **KILLED).run()
        assert node(run, "db").versions[0] == 10
        assert node(run, "side").versions[COPIES] < 10
        assert counted(run, "copies", "drifted") == [1, 1]

    def test_what_is_read_of_it_may_be_stale(self) -> None:
        """Written at 5.6 s, and the copy as much later as it takes."""
        nodes = {"app": "front", "db": "base", "q": "post", "work": "hand", "side": "other"}
        links = ["people > app", "app > db", "app > side", "app > q", "q > work", "work > side"]
        links[2] += ", carries: [view]"
        operations = {
            "view": {"title": "view", "needs": ["compute", "read-copy"]},
            "save": {
                "title": "save",
                "needs": ["compute", "write", {"need": "copy", "deferrable": True}],
            },
        }
        streams = ("rate: 1/s, mix: {view: 1}", "rate: 0.2/s, mix: {save: 1}")
        for slow, stale in (("100 ms", 0), ("2 s", 2)):
            does = f"copy: {{time: fixed {slow}}}, read-copy: {{time: fixed 100 ms}}"
            size = "sizes: {one: {price: $1/month, vcpu: 9}}"
            kinds = f"other: {{behaviour: store, does: {{{does}}}, {size}}}"
            run = system(nodes, links, kinds=kinds, operations=operations, streams=streams).run()
            assert counted(run, "reads", "stale-reads") == [10, stale]


@pytest.mark.parametrize(
    ("of", "metric", "owed"),
    [("missing-audits", "count", "audit"), ("uncounted", "count", "count"),
     ("near-counts", "share", "count"), ("drift", "share", "copy")],
)  # fmt: skip
def test_who_owes_nothing_misses_nothing(of: str, metric: str, owed: str) -> None:
    slo = {"id": "o", "says": "o", "metric": metric, "of": of}
    bound = {"at_most": 0} if metric == "count" else {"at_most": "50%"}
    with pytest.raises(DocumentError, match=f"no operation owes a `{owed}`"):
        system(PARTS, WIRES, "[compute, write]", kinds=KINDS, slos=[{**slo, **bound}])
    assert owing("[compute, write]", owed, slos=[{**slo, **bound}]).report().slos[0].near
