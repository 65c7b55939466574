"""What holds a caller back: exact pauses, budgets of retries, breakers, bulkheads."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.run import Run
from tests.simulation.systems import System, count, ends, journeys, node, outcomes, system

APP_AND_BANK = {"app": "front", "pay": "bank"}
BROKEN = "bank: {does: {charge: {time: 0 s}}, settings: {errors: {least: 100%, default: 100%}}}"
AT_ONCE = "front: {does: {compute: {time: 0 s}}}"


def calling(link: str, *, kinds: str = BROKEN, traffic: str = "rate: 10/s", **said: Any) -> System:
    """An app that calls a bank along a link that says more."""
    links = ["people > app", f"app > pay, {link}"]
    kinds = f"{AT_ONCE}\n{kinds}"
    return system(APP_AND_BANK, links, "[compute, charge]", kinds=kinds, traffic=traffic, **said)


def arrivals(run: Run, name: str) -> int:
    """How many requests a node has seen."""
    return int(node(run, name).meter.arrivals)


class TestPauses:
    def test_without_jitter_they_double_exactly(self) -> None:
        slow = "bank: {does: {charge: {time: fixed 3 s}}}"
        link = "timeout: 1 s, retries: 3, backoff: 400 ms, jitter: false"
        run = calling(link, kinds=slow, traffic="rate: 1/s", clock="drain: 20 s").run()
        pay = run.trace.header.nodes.index("pay")
        for journey in journeys(run):
            came = sorted(visit.arrived for visit in journey.visits if visit.node == pay)
            pauses = [later - before - 1.0 for before, later in pairwise(came)]
            assert pauses == pytest.approx([0.4, 0.8, 1.6])


class TestBudgets:
    def test_retries_are_a_share_of_calls_and_a_few(self) -> None:
        run = calling("retries: 3, backoff: 10 ms, budget: 10%", length="100 s").run()
        calls = arrivals(run, "app")
        assert 10 + 0.1 * calls - 1 <= count(run, "attempts") <= 10 + 0.1 * calls
        assert arrivals(run, "pay") == calls + count(run, "attempts")

    @pytest.mark.parametrize("seed", range(5))
    def test_rare_faults_are_retried_as_without_one(self, seed: int) -> None:
        rare = BROKEN.replace("100%", "3%")
        with_one, without = (
            calling(f"retries: 3, backoff: 10 ms{more}", kinds=rare, length="60 s").run(seed)
            for more in ("", ", budget: 10%")
        )
        assert count(with_one, "attempts") == count(without, "attempts") > 0
        assert ends(with_one) == ends(without)

    def test_clients_of_a_link_may_have_one(self) -> None:
        made = system(
            {"app": "front", "pay": "bank"},
            ["people > app, retries: 3, backoff: 10 ms, budget: 10%", "app > pay"],
            "[compute, charge]",
            kinds=f"{AT_ONCE}\n{BROKEN}",
            traffic="rate: 10/s",
            length="100 s",
        )
        assert 108 <= count(made.run(), "attempts") <= 110

    def test_so_may_a_queue(self) -> None:
        made = system(
            {"q": "post, settings: {delivery: at-most-once}", "work": "hand", "pay": "bank"},
            ["people > q", "q > work, retries: 3, backoff: 10 ms, budget: 10%", "work > pay"],
            "[{need: charge, deferrable: true}]",
            kinds=BROKEN,
            traffic="rate: 10/s",
            length="100 s",
        )
        assert 108 <= count(made.run(), "attempts") <= 110


class TestBreakers:
    LINK = "breaker: {opens_at: 50%, among: 10, rests: 5 s}"

    def broken_for_a_while(self, link: str = LINK) -> System:
        return calling(
            link,
            kinds="bank: {does: {charge: {time: fixed 10 ms}}}",
            length="30 s",
            incidents=[
                {"id": "death", "at": "10 s", "for": "7 s", "says": "it", "kill": {"kind": "bank"}}
            ],
        )

    def test_it_opens_rests_and_tries_one(self) -> None:
        """Ten calls fail; then one every five seconds is let through, and fails as well."""
        run = calling(self.LINK, length="16 s").run()
        assert arrivals(run, "app") == 160
        assert arrivals(run, "pay") == 10 + 3  # at 1.0 s, and at 6, 11 and 16 s
        assert outcomes(run).count("failed") == 13
        assert outcomes(run).count("rejected") == 160 - 13

    def test_what_it_refuses_takes_no_time_and_is_charged_to_the_caller(self) -> None:
        run = calling(self.LINK).run()
        refused = [journey for journey in journeys(run) if journey.outcome == "rejected"]
        assert refused
        for journey in refused:
            assert journey.end == journey.start
            assert journey.charged == "app"
            assert journey.why == "app called pay no more: too much had failed"
        app = node(run, "app").meter
        assert (app.rejected, app.failed) == (len(refused), arrivals(run, "pay"))

    def test_it_closes_when_the_one_it_tries_succeeds(self) -> None:
        """Dead from 10 s to 17 s: open at 10.4 s (five of ten), tried at 15.4 s and at 20.4 s."""
        run = self.broken_for_a_while().run()
        refused = [j.start for j in journeys(run) if j.outcome == "rejected"]
        assert (min(refused), max(refused)) == pytest.approx((10.5, 20.3))
        assert outcomes(run).count("failed") == 5 + 1
        told = [(each.time, each.says) for each in run.world.happenings if not each.what]
        (opened, says), (closed, says_again) = told
        assert (opened, closed) == pytest.approx((10.4, 20.41))
        assert says == "app calls pay no more for a while: too much failed"
        assert says_again == "app calls pay again"

    def test_where_nothing_fails_it_changes_nothing(self) -> None:
        kinds = "bank: {does: {charge: {time: exponential 300 ms}}}"
        restrained, free = (
            calling(f"timeout: 10 s{more}", kinds=kinds).run()
            for more in ("", f", {self.LINK}, bulkhead: 1000")
        )
        assert ends(restrained) == ends(free)
        assert restrained.trace.frames == free.trace.frames

    def test_what_was_sent_before_it_opened_says_nothing_later(self) -> None:
        """Replies come after 3 s, timeouts after 1 s: those of before do not open it again."""
        made = calling(
            "timeout: 1 s, breaker: {opens_at: 100%, among: 5, rests: 2 s}",
            kinds="bank: {does: {charge: {time: fixed 3 s}}}",
            length="3 s",
            clock="drain: 60 s",
        )
        run = made.run()
        # Sent from 0.1 s on; five have failed at 1.5 s, when 14 were under way or done. The next
        # one is sent at 3.5 s, when nobody asks any more.
        assert 14 <= arrivals(run, "pay") <= 15
        breaker = run.world.instances["app"][0].onward[_step(run, "charge")].guard.breaker  # type: ignore[union-attr]
        assert breaker is not None
        assert breaker.is_open
        assert breaker.era == 1

    def test_it_ends_retries(self) -> None:
        """The retries of the calls that opened it are not made while it rests."""
        run = calling(f"retries: 3, backoff: 1 s, jitter: false, {self.LINK}", length="3 s").run()
        assert arrivals(run, "pay") == 10
        assert count(run, "attempts") == 0

    def test_each_instance_has_its_own(self) -> None:
        """Two callers by turns: each of them needs ten failures of its own."""
        made = system(
            {"way": "spread", "app": "front, count: 2", "pay": "bank"},
            ["people > way", "way > app", f"app > pay, {self.LINK}"],
            "[compute, charge]",
            kinds=f"{AT_ONCE}\n{BROKEN}",
            traffic="rate: 10/s",
            length="4 s",
        )
        run = made.run()
        assert arrivals(run, "pay") == 20
        assert sum(frame.links[2] for frame in run.trace.frames) == 40
        one, two = run.world.instances["app"]
        assert (one.meter.rejected, two.meter.rejected) == (10, 10)
        assert {j.charged for j in journeys(run) if j.outcome == "rejected"} == {"app.1", "app.2"}

    def test_clients_have_one_together(self) -> None:
        made = system(
            {"pay": "bank"},
            [f"people > pay, {self.LINK}"],
            "[charge]",
            kinds=BROKEN,
            traffic="rate: 10/s",
            length="4 s",
        )
        run = made.run()
        assert arrivals(run, "pay") == 10
        assert {j.charged for j in journeys(run) if j.outcome == "rejected"} == {"people"}

    def test_a_caller_that_was_dead_begins_anew(self) -> None:
        made = calling(
            self.LINK,
            length="4 s",
            incidents=[
                {"id": "x", "at": "2 s", "for": "1 s", "says": "it", "kill": {"kind": "front"}}
            ],
        )
        assert arrivals(made.run(), "pay") == 20


def _step(run: Run, need: str) -> int:
    return next(step.index for step in run.world.plan.steps if step.need == need)


class TestBulkheads:
    TAKES = "bank: {does: {charge: {time: fixed 1 s}}}"

    def test_no_more_than_so_many_are_under_way(self) -> None:
        run = calling("bulkhead: 3", kinds=self.TAKES, length="10 s").run()
        assert outcomes(run).count("good") == 3 * 10
        refused = [journey for journey in journeys(run) if journey.outcome == "rejected"]
        assert len(refused) == 70
        for journey in refused:
            assert (journey.end, journey.charged) == (journey.start, "app")
            assert journey.why == "app had 3 calls to pay under way, and no more"

    def test_who_is_given_up_is_no_longer_under_way(self) -> None:
        """Each waits half a second only, though the work goes on."""
        run = calling("bulkhead: 3, timeout: 500 ms", kinds=self.TAKES).run()
        assert arrivals(run, "pay") == 60

    def test_the_pauses_before_retries_count(self) -> None:
        """Three calls that fail at once, and their retries after 950 ms: three a second."""
        link = "bulkhead: 3, retries: 1, backoff: 950 ms, jitter: false"
        run = calling(link).run()
        assert arrivals(run, "pay") == 2 * 30

    def test_each_backend_of_a_router_has_its_own(self) -> None:
        made = system(
            {"way": "spread", "app": "front, count: 2"},
            ["people > way", "way > app, bulkhead: 3"],
            "[compute]",
            kinds="front: {does: {compute: {time: fixed 950 ms}}}",
            traffic="rate: 10/s",
        )
        run = made.run()
        assert outcomes(run).count("good") == 2 * 3 * 10
        assert {j.charged for j in journeys(run) if j.outcome == "rejected"} == {"way"}

    def test_branches_of_a_fork_refuse_a_request_once(self) -> None:
        """That nothing is counted twice is asserted for every run."""
        made = system(
            {"app": "front", "pay": "bank", "db": "base"},
            ["people > app", "app > pay, bulkhead: 1", "app > db, bulkhead: 1"],
            "[compute, {parallel: [charge, read]}]",
            traffic="rate: 10/s",
        )
        assert "rejected" in outcomes(made.run())

    def test_who_waits_for_the_same_fetch_is_held_back_with_it(self) -> None:
        """Two memories, one behind the other: who was about to fetch is refused after a while."""
        coalesce = "settings: {coalesce: true, ttl: 1 s}"
        made = system(
            {"app": "front", "b": f"slow, {coalesce}", "a": f"memory, {coalesce}", "db": "base"},
            ["people > app", "app > db, bulkhead: 1", "app > b", "app > a"],
            "[read]",
            kinds="slow: {behaviour: cache, does: {read: {time: fixed 100 ms, rank: 0}}}",
            operation="items: {count: 5, skew: 0}",
            traffic="rate: 25/s",
        )
        run = made.run()
        assert node(run, "app").meter.rejected == outcomes(run).count("rejected") > 10

    @pytest.mark.parametrize("step", [0.01, 0.37, 5.0])
    def test_steps_of_any_size(self, step: float) -> None:
        kinds = "bank: {does: {charge: {time: exponential 1 s}}}"
        link = "bulkhead: 8, timeout: 1 s, retries: 2, budget: 20%, breaker: {rests: 1 s}"
        made = calling(link, kinds=kinds)
        at_once, stepwise = made.run(), made.start()
        while not stepwise.finished:
            stepwise.advance(stepwise.lane.now + step)
        assert stepwise.trace == at_once.trace


class TestWhatALinkCarries:
    OPERATIONS = {  # noqa: RUF012
        "view": {"title": "view", "needs": ["compute", "read"]},
        "edit": {"title": "edit", "needs": ["compute", "write"]},
    }
    NODES = {"app": "front", "old": "base", "new": "base"}  # noqa: RUF012

    def made(self, *links: str) -> System:
        return system(
            self.NODES,
            ["people > app", *links],
            operations=self.OPERATIONS,
            traffic="rate: 2/s, mix: {view: 1, edit: 1}",
            length="50 s",
        )

    def test_two_able_targets_are_told_apart(self) -> None:
        run = self.made("app > old, carries: [view]", "app > new, carries: [edit]").run()
        assert set(outcomes(run)) == {"good"}
        asked = [each.meter.arrivals for each in run.world.operations]
        assert [arrivals(run, "old"), arrivals(run, "new")] == asked
        assert run.world.plan.routes["view"] == ("people", "app", "old")

    def test_one_that_carries_all_beside_one_that_carries_some_is_no_choice(self) -> None:
        with pytest.raises(DocumentError, match="could send `read`"):
            self.made("app > old", "app > new, carries: [view]").run()

    def test_what_nothing_carries_has_no_way(self) -> None:
        run = self.made("app > old, carries: [view]").run()
        assert run.world.plan.unrouted == {"edit": "write"}
        assert {j.outcome for j in journeys(run) if j.operation == "edit"} == {"failed"}

    def test_it_holds_further_on_too(self) -> None:
        """What the second link does not carry is not sent along the first one."""
        made = system(
            {"app": "front", "mid": "front", "old": "base", "new": "base"},
            [
                "people > app",
                "app > mid",
                "mid > old, carries: [view]",
                "app > new, carries: [edit]",
            ],
            operations={
                "view": {"title": "view", "needs": ["compute", "read"]},
                "edit": {"title": "edit", "needs": ["compute", "write"]},
            },
            traffic="rate: 2/s, mix: {view: 1, edit: 1}",
        )
        run = made.run()
        assert run.world.plan.routes["edit"] == ("people", "app", "new")
        assert set(outcomes(run)) == {"good"}

    def test_a_cache_beside_the_way_is_looked_into_for_what_its_link_carries(self) -> None:
        made = system(
            {"app": "front", "db": "base", "mem": "memory"},
            ["people > app", "app > db", "app > mem, carries: [view]"],
            operations={name: {"title": name, "needs": ["read"]} for name in ("view", "list")},
            traffic="rate: 2/s, mix: {view: 1, list: 1}",
            length="50 s",
        )
        run = made.run()
        views, lists = (each.meter.arrivals for each in run.world.operations)
        assert arrivals(run, "mem") == views
        assert lists < arrivals(run, "db") < lists + views

    def test_a_router_respects_it(self) -> None:
        made = system(
            {"way": "spread", "one": "front", "two": "front"},
            ["people > way", "way > one, carries: [view]", "way > two"],
            operations={
                "view": {"title": "view", "needs": ["compute"]},
                "edit": {"title": "edit", "needs": ["compute"]},
            },
            traffic="rate: 2/s, mix: {view: 1, edit: 1}",
            length="50 s",
        )
        run = made.run()
        views, edits = (each.meter.arrivals for each in run.world.operations)
        assert arrivals(run, "one") == (views + 1) // 2
        assert arrivals(run, "two") == edits + views // 2


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("budget: 0%", "more than 0"),
        ("budget: 110%", "at most `100%`"),
        ("bulkhead: 0", "at least 1"),
        ("breaker: {opens_at: 0%}", "more than 0"),
        ("breaker: {among: 0}", "at least 1"),
        ("breaker: {rests: 0 s}", "more than 0"),
        ("carries: []", "at least 1"),
        ("carries: [odrer]", "there is no operation `odrer`"),
    ],
)
def test_what_makes_no_sense_is_refused(link: str, says: str) -> None:
    with pytest.raises(DocumentError) as refused:
        calling(link)
    assert says in str(refused.value)


@pytest.mark.parametrize("name", ["breaker: {}", "bulkhead: 3"])
@pytest.mark.parametrize("kind", ["post", "log"])
def test_a_queue_holds_nothing_back(kind: str, name: str) -> None:
    with pytest.raises(DocumentError, match="holds nothing back"):
        system(
            {"q": kind, "work": "hand"},
            ["people > q", f"q > work, {name}"],
            "[{need: compute, deferrable: true}]",
            kinds="log: {behaviour: log}",
        )


@pytest.mark.parametrize("name", ["breaker: {}", "bulkhead: 3"])
def test_who_sends_no_reply_is_not_waited_for(name: str) -> None:
    with pytest.raises(DocumentError, match="nobody waits for one"):
        system(
            {"desk": "desk"},
            [f"people > desk, {name}"],
            "[prepare]",
            kinds="desk: {behaviour: station, does: {prepare: {time: 1 s}}}",
        )
