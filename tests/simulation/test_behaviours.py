"""What happens to a request at each kind of node, worked out by hand from even arrivals."""

from __future__ import annotations

import pytest

from sandbox.documents.kinds import catalogue, catalogue_files
from sandbox.documents.problems import DocumentError
from sandbox.judgement.judge import judge
from sandbox.simulation.behaviours import BEHAVIOURS
from sandbox.simulation.behaviours.batch_station import Shelf, favourites
from tests.simulation import small

HANDS = "id: hand, kind: hand"
KILN = "id: kiln, kind: kiln"
APP, BASE = "id: app, kind: front", "id: base, kind: base"


class TestStations:
    def test_a_line_that_grows(self) -> None:
        """One every second, three seconds each: the n-th waits two seconds more."""
        run = small.run(small.level("[prepare]"), [HANDS], ["people > hand"])
        waits = [v.began - v.arrived for j in run.trace.journeys for v in j.visits]
        assert waits == pytest.approx([2.0 * n for n in range(10)])

    def test_several_hands_share_one_line(self) -> None:
        run = small.run(small.level("[prepare]"), [f"{HANDS}, count: 3"], ["people > hand"])
        assert all(v.began == v.arrived for j in run.trace.journeys for v in j.visits)

    def test_whoever_finds_the_line_full_is_turned_away(self) -> None:
        level = small.level("[prepare]")
        run = small.run(level, [f"{HANDS}, settings: {{queue: 1}}"], ["people > hand"])
        outcomes = [journey.outcome for journey in run.trace.journeys]
        # At 1 s one begins; at 2 s one waits; at 3 s the line is full; at 4 s, as the first is
        # done, the second begins, and so on: from then on one in three finds a place.
        assert outcomes == ["good", "good", "rejected", "good", "rejected", "rejected",
                            "good", "rejected", "rejected", "good"]  # fmt: skip
        assert {j.charged for j in run.trace.journeys if j.outcome == "rejected"} == {"hand"}

    def test_a_node_that_does_nothing_of_it_passes_it_on(self) -> None:
        nodes = [HANDS, "id: van, kind: van"]
        run = small.run(small.level("[deliver]"), nodes, ["people > hand", "hand > van"])
        assert [small.visits(run, j)[0][0] for j in run.trace.journeys] == ["van"] * 10


class TestLines:
    NODES = ("id: hook, kind: hook", HANDS)
    LINKS = ("people > hook", "hook > hand")

    def test_work_waits_in_the_line_and_not_at_the_station(self) -> None:
        level = small.level("[prepare]", length="4 s")
        run = small.run(level, list(self.NODES), list(self.LINKS))
        assert [small.visits(run, journey) for journey in run.trace.journeys] == [
            [("hook", 1, 1, 1), ("hand", 1, 1, 4)],
            [("hook", 2, 4, 4), ("hand", 4, 4, 7)],
            [("hook", 3, 7, 7), ("hand", 7, 7, 10)],
            [("hook", 4, 10, 10), ("hand", 10, 10, 13)],
        ]

    def test_it_waits_no_longer_than_without_the_line(self) -> None:
        level = small.level("[prepare]")
        with_line = small.run(level, list(self.NODES), list(self.LINKS))
        without = small.run(level, [HANDS], ["people > hand"])
        assert [j.end for j in with_line.trace.journeys] == [j.end for j in without.trace.journeys]

    def test_its_own_limit(self) -> None:
        nodes = ["id: hook, kind: hook, settings: {queue: 1}", HANDS]
        level = small.level("[prepare]")
        with_line = small.run(level, nodes, list(self.LINKS))
        nodes = [f"{HANDS}, settings: {{queue: 1}}"]
        without = small.run(level, nodes, ["people > hand"])
        outcomes = [journey.outcome for journey in with_line.trace.journeys]
        assert outcomes == [journey.outcome for journey in without.trace.journeys]
        assert judge(level, with_line.design, with_line).nodes["hook"].rejected == 5

    def test_lateness_is_charged_to_whom_it_waits_for(self) -> None:
        level = small.level("[prepare]", operation=", deadline: 4 s")
        run = small.run(level, list(self.NODES), list(self.LINKS))
        late = [journey for journey in run.trace.journeys if journey.outcome == "late"]
        assert late
        assert {journey.charged for journey in late} == {"hand"}

    @pytest.mark.parametrize(
        "behind",
        [
            "id: van, kind: kiln, settings: {batch: 2}",
            "id: van, kind: hand, settings: {discipline: sharing}",
        ],
    )
    def test_nobody_can_take_one_by_one_from_it(self, behind: str) -> None:
        level = small.level("[bake]" if "kiln" in behind else "[prepare]")
        with pytest.raises(DocumentError, match="one by one"):
            small.run(level, [self.NODES[0], behind], ["people > hook", "hook > van"])


class TestBatches:
    def run(self, settings: str, traffic: str = "rate: 1/s") -> list[tuple[float, float]]:
        """When each request was begun and done."""
        level = small.level("[bake]", traffic, length="6 s")
        run = small.run(level, [f"{KILN}, settings: {{{settings}}}"], ["people > kiln"])
        return [(v.began, v.ended) for j in run.trace.journeys for v in j.visits]

    def test_who_comes_late_waits_until_it_opens(self) -> None:
        assert self.run("batch: 3") == [(1, 9), (9, 17), (9, 17), (9, 17), (17, 25), (17, 25)]

    def test_it_lingers_for_its_batch(self) -> None:
        times = self.run("batch: 3, linger: 1 h")
        assert times == [(3, 11)] * 3 + [(11, 19)] * 3

    def test_it_lingers_no_longer_than_it_may(self) -> None:
        times = self.run("batch: 3, linger: 1500 ms")
        assert times == [(2.5, 10.5)] * 2 + [(10.5, 18.5)] * 3 + [(18.5, 26.5)]

    def test_the_last_ones_are_not_forgotten(self) -> None:
        """Nobody comes any more, and the batch never fills."""
        assert self.run("batch: 4, linger: 20 s")[-1] == (25, 33)


class TestAhead:
    MORE = "volume: {order: 10}"
    ITEMS = ", items: {count: 2, skew: 0}"

    def run(self, ahead: str, length: str = "10 s") -> tuple[list[list[str]], int]:
        """Where each request was, and what is left on the shelf."""
        level = small.level("[take, prepare, bake]", length=length, operation=self.ITEMS,
                            more=self.MORE)  # fmt: skip
        nodes = ["id: desk, kind: desk, count: 9", f"{HANDS}, count: 9",
                 f"{KILN}, count: 9, settings: {{ahead: {ahead}}}"]  # fmt: skip
        run = small.run(level, nodes, ["people > desk", "desk > hand", "hand > kiln"])
        kiln = run.world.instances["kiln"][0]
        left = sum(shelf.left for shelf in kiln.shelves)  # type: ignore[attr-defined]
        return [[name for name, *_ in small.visits(run, j)] for j in run.trace.journeys], left

    def test_nothing_is_made_ahead_unless_somebody_says_so(self) -> None:
        ways, left = self.run("0%")
        assert ways == [["desk", "hand", "kiln"]] * 10
        assert left == 0

    def test_what_is_on_the_shelf_is_taken_and_then_it_is_out(self) -> None:
        """40% of ten are made, all of the first item; about half the orders are for it."""
        ways, left = self.run("40%", length="30 s")
        assert ways.count(["desk"]) == 4
        assert ways.count(["desk", "hand", "kiln"]) == 26
        assert left == 0

    def test_what_nobody_takes_is_left(self) -> None:
        ways, left = self.run("80%", length="3 s")
        assert ways.count(["desk"]) + left == 8
        assert left >= 5

    def test_favourites_first(self) -> None:
        assert favourites(100, 0.6, 3, 0.0) == {0: 33, 1: 27, 2: 0}
        made = favourites(90, 0.8, 12, 1.0)
        assert sum(made.values()) == 72
        assert made[0] == max(made.values())
        assert favourites(90, 0.0, 12, 1.0) == dict.fromkeys(range(12), 0)

    def test_shelf(self) -> None:
        shelf = Shelf({0: 1, 1: 0})
        assert [shelf.take(item) for item in (0, 0, 1, 7)] == [True, False, False, False]
        assert (shelf.made, shelf.left) == (1, 0)


class TestCalls:
    def test_a_thread_is_held_while_the_database_works(self) -> None:
        level = small.level("[compute, read]", length="3 s")
        run = small.run(level, [APP, BASE], ["people > app", "app > base"])
        assert [small.visits(run, journey) for journey in run.trace.journeys] == [
            [("base", 2, 2, 4), ("app", 1, 1, 4)],
            [("base", 3, 4, 6), ("app", 2, 2, 6)],
            [("base", 4, 6, 8), ("app", 3, 3, 8)],
        ]

    def test_the_slower_of_two_branches_decides(self) -> None:
        level = small.level("[compute, {parallel: [read, write]}]", length="1 s")
        nodes = [APP, BASE, "id: files, kind: files"]
        run = small.run(level, nodes, ["people > app", "app > base", "app > files"])
        (journey,) = run.trace.journeys
        assert journey.end == 1 + 1 + 5

    def test_clients_may_ask_two_at_once(self) -> None:
        level = small.level("[{parallel: [prepare, bake]}, deliver]", length="1 s")
        nodes = [f"id: {name}, kind: {name}" for name in ("hand", "kiln", "van")]
        links = ["people > hand", "people > kiln", "hand > van", "kiln > van"]
        run = small.run(level, nodes, links)
        (journey,) = run.trace.journeys
        assert journey.end == 1 + 8 + 1
        assert run.conserved
        run = small.run(level, nodes[::2], ["people > hand", "hand > van"])
        assert [journey.why for journey in run.trace.journeys] == ["nobody can `bake`"]

    def test_a_refusal_further_on_is_the_answer(self) -> None:
        level = small.level("[compute, read]", length="4 s")
        nodes = [APP, f"{BASE}, settings: {{queue: 0}}"]
        run = small.run(level, nodes, ["people > app", "app > base"])
        assert [journey.outcome for journey in run.trace.journeys] == ["good", "rejected"] * 2
        assert {j.charged for j in run.trace.journeys if j.outcome == "rejected"} == {"base"}

    def test_instances_take_turns_behind_a_router(self) -> None:
        level = small.level("[compute]", length="4 s")
        nodes = ["id: spread, kind: spread", f"{APP}, count: 2"]
        run = small.run(level, nodes, ["people > spread", "spread > app"])
        names = [visit[0] for j in run.trace.journeys for visit in small.visits(run, j)]
        assert names == ["app.1", "app.2", "app.1", "app.2"]


class TestClients:
    def test_who_has_waited_too_long_leaves_and_the_work_is_done_all_the_same(self) -> None:
        level = small.level("[prepare]", "rate: 1/s, patience: fixed 4 s")
        run = small.run(level, [HANDS], ["people > hand"])
        assert [j.outcome for j in run.trace.journeys] == ["good"] + ["abandoned"] * 9
        left = [journey for journey in run.trace.journeys if journey.outcome == "abandoned"]
        assert [journey.end - journey.start for journey in left if journey.end] == [4.0] * 9
        assert judge(level, run.design, run).nodes["hand"].served == 10

    def test_who_leaves_at_the_very_moment_of_the_answer_has_left(self) -> None:
        """Patience of exactly the time it takes: leaving was decided first."""
        level = small.level("[prepare]", "rate: 1/s, patience: fixed 3 s", length="1 s")
        run = small.run(level, [HANDS], ["people > hand"])
        assert [journey.outcome for journey in run.trace.journeys] == ["abandoned"]

    def test_nobody_can_do_it(self) -> None:
        level = small.level("[take, bake]")
        run = small.run(level, ["id: desk, kind: desk, count: 9"], ["people > desk"])
        assert {(j.outcome, j.why) for j in run.trace.journeys} == {("failed", "nobody can `bake`")}


class TestTheEnd:
    def test_without_a_deadline_everything_is_done(self) -> None:
        run = small.run(small.level("[prepare]"), [HANDS], ["people > hand"])
        assert [journey.outcome for journey in run.trace.journeys] == ["good"] * 10
        assert run.lane.now == 31.0

    def test_with_a_deadline_it_is_over_at_the_last_one(self) -> None:
        """Arrivals end at 10 s, the deadline is 9 s: over at 19 s, six are done by then."""
        level = small.level("[prepare]", operation=", deadline: 9 s")
        run = small.run(level, [HANDS], ["people > hand"])
        assert run.lane.now == 19.0
        order = judge(level, run.design, run).operations["order"]
        # The n-th is done after 3n + 1 s, having taken 2n + 1 s.
        assert (order.good, order.late, order.in_flight) == (4, 6, 0)
        assert [j.end for j in run.trace.journeys if not j.why] == [4, 7, 10, 13, 16, 19]

    def test_a_drain_of_its_own(self) -> None:
        level = small.level("[prepare]", clock=", drain: 5 s")
        run = small.run(level, [HANDS], ["people > hand"])
        assert run.lane.now == 15.0
        order = judge(level, run.design, run).operations["order"]
        assert (order.good, order.late, order.in_flight) == (4, 0, 6)

    def test_what_comes_during_the_warm_up_is_not_measured(self) -> None:
        level = small.level("[prepare]", clock=", measure_from: 5 s")
        run = small.run(level, [f"{HANDS}, count: 9"], ["people > hand"])
        order = judge(level, run.design, run).operations["order"]
        assert order.arrivals == 6  # at 5, 6, 7, 8, 9 and 10 s
        assert len(run.trace.journeys) == 10


def test_each_behaviour_has_its_file_in_the_catalogue() -> None:
    files = {path.stem: path for path in catalogue_files()}
    assert files.keys() == BEHAVIOURS.keys() == catalogue().behaviours.keys()
