"""Whom a router chooses: by key, by session, by connection, by what it was told once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sandbox.simulation.requests import Request
from sandbox.simulation.run import Run
from tests.simulation.systems import System, count, journeys, node, outcomes, system

AT_ONCE = "front: {does: {compute: {time: 0 s}}}"
KILL = {"kill": {"kind": "front"}, "id": "death", "says": "it died"}


def balanced(
    policy: str = "round-robin",
    settings: str = "",
    *,
    items: int = 0,
    count: int = 4,
    kinds: str = "",
    link: str = "",
    way: str = "spread",
    **said: Any,
) -> System:
    """Some instances of a server behind a router."""
    return system(
        {
            "way": f"{way}, settings: {{policy: {policy}{settings}}}",
            "app": f"front, count: {count}",
        },
        ["people > way", f"way > app{link}"],
        "[compute]",
        operation=f"items: {{count: {items}, skew: 0}}" if items else "",
        kinds=f"{AT_ONCE}\nnames: {{behaviour: dns}}\n{kinds}",
        **said,
    )


def shares(run: Run) -> list[int]:
    """How many requests each instance has seen."""
    return [each.meter.arrivals for each in run.world.instances["app"]]


class TestHash:
    def owners(self, instances: int) -> list[int]:
        """Whom each of a thousand items belongs to."""
        run = balanced("hash", items=1000, count=instances).start()
        (pool,) = set(node(run, "way").pools.values())
        request = Request(0, 0, 0, 0, 0.0, 0)
        owners = []
        for item in range(1000):
            request.item = item
            owners.append(pool.choose(request))
        return owners

    def test_items_are_spread_evenly(self) -> None:
        """Each has 200 points: a share has a deviation of about 7% of the mean, and of draws 6%."""
        for number in Counter(self.owners(4)).values():
            assert 250 * (1 - 4 * 0.09) < number < 250 * (1 + 4 * 0.09)

    @pytest.mark.parametrize("instances", [2, 4, 9])
    def test_one_more_takes_from_each_what_it_needs_and_moves_nothing_else(
        self, instances: int
    ) -> None:
        before, after = self.owners(instances), self.owners(instances + 1)
        moved = [new for old, new in zip(before, after, strict=True) if old != new]
        assert set(moved) == {instances}
        fair = 1000 / (instances + 1)
        assert fair * 0.64 < len(moved) < fair * 1.36

    def test_the_same_item_goes_to_the_same_one(self) -> None:
        """Ten caches of a hundredth of the keys each, and of each key in one of them only."""
        nodes = {f"mem{n}": "memory" for n in range(4)}
        made = [
            system(
                {"way": f"spread, settings: {{policy: {policy}}}", **nodes, "db": "base"},
                ["people > way", *(f"way > {n}" for n in nodes), *(f"{n} > db" for n in nodes)],
                "[read]",
                operation="items: {count: 50, skew: 0}",
                traffic="rate: 100/s",
                kinds="base: {does: {read: {time: 0 s}}}",
            )
            for policy in ("hash", "random")
        ]
        hashed, spread = (node(each.run(), "db").meter.arrivals for each in made)
        assert hashed == 50
        assert spread > 3 * 50

    def test_what_belonged_to_a_dead_one_goes_to_several(self) -> None:
        made = balanced(
            "hash",
            ", check-every: 1 s, checks: 1",
            items=1000,
            traffic="rate: 100/s",
            length="20 s",
            incidents=[{**KILL, "at": "5 s"}],
        )
        run = made.start()
        run.advance(7.0)
        before = shares(run)
        run.advance(19.9)
        grown = [now - then for now, then in zip(shares(run), before, strict=True)]
        (dead,) = [at for at, each in enumerate(run.world.instances["app"]) if not each.is_up]
        assert grown[dead] == 0
        alive = [each for at, each in enumerate(grown) if at != dead]
        assert sum(alive) == pytest.approx(1290, abs=2)
        assert min(alive) > 0.2 * sum(alive)

    def test_what_is_about_nothing_goes_to_one(self) -> None:
        assert sorted(shares(balanced("hash").run())) == [0, 0, 0, 10]


class TestSticky:
    CHECKED = ", check-every: 1 s, checks: 1"

    def test_a_session_stays_where_it_is(self) -> None:
        """Seven users over four servers, by turns: two, two, two and one."""
        made = balanced(
            "sticky", streams=("rate: 70/s, users: {of: user, count: 7, skew: 0}",), length="20 s"
        )
        run = made.run()
        assert count(run, "lost-sessions") == 0
        total = sum(shares(run))
        for share, users in zip(sorted(shares(run)), (1, 2, 2, 2), strict=True):
            expected = total * users / 7
            assert abs(share - expected) < 4 * expected**0.5

    def test_where_nobody_knows_who_asks_it_is_the_item(self) -> None:
        run = balanced("sticky", items=2, traffic="rate: 10/s").run()
        assert sorted(shares(run))[:2] == [0, 0]

    def kill(self, policy: str = "sticky", more: str = CHECKED, lasts: str = "100 s") -> System:
        return balanced(
            policy,
            more,
            streams=("rate: 100/s, users: {of: user, count: 400, skew: 0}",),
            length="40 s",
            incidents=[{**KILL, "at": "20 s", "for": lasts}],
        )

    @pytest.mark.parametrize("seed", range(5))
    def test_a_kill_loses_the_sessions_that_were_there(self, seed: int) -> None:
        """A fourth of all; who has not come back within 20 s has not noticed (one in 150)."""
        lost = count(self.kill().run(seed), "lost-sessions")
        assert 90 <= lost <= 100

    @pytest.mark.parametrize("seed", range(5))
    def test_so_does_one_that_no_check_has_seen(self, seed: int) -> None:
        """It is back before it is missed, and has forgotten."""
        lost = count(self.kill(lasts="500 ms").run(seed), "lost-sessions")
        assert 90 <= lost <= 100

    def test_who_sticks_to_nobody_loses_nothing(self) -> None:
        assert "lost-sessions" not in self.kill("round-robin").run().world.ledger.counts()

    def test_who_is_sent_to_another_has_lost_it_too(self) -> None:
        """With a retry no request fails, and the sessions are gone all the same."""
        run = self.kill(more=", retries: 1").run()
        assert set(outcomes(run)) == {"good"}
        assert 90 <= count(run, "lost-sessions") <= 100


class TestConnections:
    def test_few_connections_spread_badly(self) -> None:
        """Five connections over four servers: one has twice as much, however it is balanced."""
        made = balanced("round-robin", ", connections: 5", traffic="rate: 100/s", length="20 s")
        total, most = 2000, max(shares(made.run()))
        assert abs(most - total * 2 / 5) < 4 * (total * 0.4 * 0.6) ** 0.5

    def test_many_connections_spread_well(self) -> None:
        made = balanced("round-robin", ", connections: 1000", traffic="rate: 100/s", length="20 s")
        for share in shares(made.run()):
            assert abs(share - 500) < 4 * (2000 * 0.25 * 0.75) ** 0.5

    def test_a_server_that_is_back_gets_nothing_from_connections_that_stand(self) -> None:
        made = balanced(
            "least-connections",
            ", connections: 40, check-every: 1 s, checks: 1",
            traffic="rate: 100/s",
            length="30 s",
            incidents=[{**KILL, "at": "10 s", "for": "5 s"}],
        )
        run = made.start()
        run.advance(16.5)
        (dead,) = [at for at, each in enumerate(run.world.instances["app"]) if each.epoch]
        before = shares(run)[dead]
        run.finish()
        assert shares(run)[dead] == before


class TestAnswersThatAreBelieved:
    def made(self, settings: str, length: str = "400 s") -> System:
        return balanced(
            "round-robin",
            settings,
            way="names",
            count=2,
            traffic="rate: 5/s",
            length=length,
            incidents=[{**KILL, "at": "60 s"}],
        )

    def failed(self, run: Run) -> list[float]:
        return [journey.start for journey in journeys(run) if journey.outcome == "failed"]

    @pytest.mark.parametrize("seed", range(3))
    def test_failover_takes_the_checks_and_the_time_to_live(self, seed: int) -> None:
        """Three checks of 30 s see it at 150 s; 60 s later the last answer is too old."""
        more = ", resolvers: 100, ttl: 60 s, check-every: 30 s, checks: 3"
        failed = self.failed(self.made(more).run(seed))
        assert 60 <= min(failed) < 63
        assert 120 + 0.75 * 60 < max(failed) <= 120 + 60 + 0.1
        seen = [moment for moment in failed if moment < 120]
        assert 0.4 < len(seen) / (60 * 5) < 0.6

    def test_without_checks_it_never_ends(self) -> None:
        failed = self.failed(self.made(", resolvers: 100, ttl: 60 s").run())
        assert max(failed) > 390

    def test_the_shorter_it_is_believed_the_sooner_it_is_over(self) -> None:
        checked = ", resolvers: 100, check-every: 30 s, checks: 3"
        losses = [
            len(self.failed(self.made(f"{checked}, ttl: {ttl}").run()))
            for ttl in ("1 s", "60 s", "120 s")
        ]
        assert losses == sorted(losses)
        assert losses[2] > 1.5 * losses[0]


class TestTimeItTakes:
    def test_a_hop(self) -> None:
        made = balanced(kinds="spread: {does: {hop: {time: fixed 200 ms}}}")
        assert {round(j.end - j.start, 6) for j in journeys(made.run()) if j.end} == {0.2}

    def test_a_look_up_is_waited_for_by_who_was_not_told_before(self) -> None:
        made = balanced(
            "round-robin",
            ", resolvers: 1, ttl: 3500 ms",
            way="names",
            kinds="names: {behaviour: dns, does: {look-up: {time: fixed 200 ms}}}",
        )
        took = [round(j.end - j.start, 6) for j in journeys(made.run()) if j.end is not None]
        waited = [at for at, each in enumerate(took) if each]
        assert set(took) == {0, 0.2}
        assert waited in ([0, 4, 8], [1, 5, 9], [2, 6], [3, 7])


class TestGreyNodes:
    """One of four takes fifteen times as long, and answers every check."""

    SLOW = {  # noqa: RUF012
        "id": "grey", "at": "5 s", "says": "one was slow", "slow": {"kind": "front", "times": 15},
    }  # fmt: skip

    def made(self, policy: str, link: str = "", settings: str = "") -> System:
        return balanced(
            policy,
            f", check-every: 1 s, checks: 2{settings}",
            link=link,
            kinds="front: {does: {compute: {time: fixed 20 ms}}, sizes: {one: {vcpu: 4}}}",
            traffic="rate: 40/s",
            length="40 s",
            incidents=[self.SLOW],
        )

    def slow_share(self, run: Run) -> float:
        """The share of requests that took longer than 200 ms, of those after it was slow."""
        took = [j.end - j.start for j in journeys(run) if j.end is not None and j.start > 5.1]
        return sum(each > 0.2 for each in took) / len(took)

    def test_health_checks_do_not_see_it(self) -> None:
        run = self.made("round-robin").run()
        assert "left-out" not in [each.what for each in run.world.happenings]
        assert self.slow_share(run) == pytest.approx(1 / 4, abs=0.01)

    @pytest.mark.parametrize("policy", ["least-connections", "two-choices"])
    def test_who_looks_at_what_is_outstanding_does(self, policy: str) -> None:
        assert self.slow_share(self.made(policy).run()) < 0.12

    def test_so_does_a_breaker_on_its_links(self) -> None:
        """Who breaks with one backend sends to the others, and nothing is refused."""
        link = ", timeout: 200 ms, breaker: {opens_at: 50%, among: 10, rests: 10 s}"
        run = self.made("round-robin", link, ", retries: 1").run()
        assert set(outcomes(run)) == {"good"}
        assert self.slow_share(run) < 0.05


class TestProxies:
    KIND = "relay: {behaviour: proxy, does: {forward: {time: fixed 100 ms}}}"

    def made(self, settings: str = "", kind: str = KIND, **said: Any) -> System:
        return system(
            {"way": f"relay, settings: {{{settings}}}", "app": "front, count: 4"},
            ["people > way", "way > app"],
            "[compute]",
            kinds=f"{AT_ONCE}\n{kind}",
            **said,
        )

    def test_it_works_on_each_request_and_then_chooses(self) -> None:
        run = self.made().run()
        assert {round(j.end - j.start, 6) for j in journeys(run) if j.end} == {0.1}
        assert sorted(shares(run)) == [2, 2, 3, 3]
        assert node(run, "way").meter.service == pytest.approx(1.0)

    def test_what_comes_beyond_its_processors_waits_in_front_of_it(self) -> None:
        """Twice as many as it can do: the last of 200 waits for half of the ten seconds."""
        run = self.made(traffic="rate: 20/s", clock="drain: 20 s").run()
        took = [j.end - j.start for j in journeys(run) if j.end is not None]
        assert max(took) == pytest.approx(0.1 + 199 * 0.05)
        assert node(run, "way").queue_max == pytest.approx(100, abs=1)

    def test_its_line_has_an_end(self) -> None:
        run = self.made("queue: 5", traffic="rate: 20/s").run()
        assert outcomes(run).count("rejected") == pytest.approx(100 - 6, abs=1)
        assert {j.charged for j in journeys(run) if j.outcome == "rejected"} == {"way"}

    def test_it_may_be_slow(self) -> None:
        slow = {"id": "x", "at": "5.5 s", "says": "it", "slow": {"kind": "relay", "times": 3}}
        took = [j.end - j.start for j in journeys(self.made(incidents=[slow]).run()) if j.end]
        assert took == pytest.approx([0.1] * 5 + [0.3] * 5)

    def test_the_catalogue_s_one_is_as_fast_as_measured(self) -> None:
        """At 90% within 2.65 ms, work included, as long as it has processors to spare."""
        made = system(
            {"way": "l7", "app": "front"},
            ["people > way", "way > app"],
            "[compute]",
            kinds=AT_ONCE,
            palette=["l7", "front"],
            traffic="rate: 200/s",
        )
        took = sorted(finish - start for start, finish in _ends(made.run()))
        assert took[int(0.9 * len(took))] == pytest.approx(2.65e-3, rel=0.1)


def _ends(run: Run) -> list[tuple[float, float]]:
    records = run.world.operations[0].meter.records
    return list(zip(records.start, records.finish, strict=True))
