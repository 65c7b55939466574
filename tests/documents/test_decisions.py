"""What a player decides about a level: the ways of its operations, and what is built at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.documents.decisions import beside_the_brief, built, decided
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_design_text, load_level_text
from sandbox.judgement.cost import cost, total
from sandbox.judgement.estimate import estimate
from sandbox.judgement.judge import judge
from sandbox.simulation.run import simulate
from tests.documents import made

SHOP: dict[str, Any] = {
    "id": "shop",
    "title": "A shop",
    "brief": "People look and buy.",
    "clock": {"length": "100 s"},
    "operations": {
        "look": {"title": "look", "needs": ["compute"]},
        "buy": {
            "title": "buy",
            "ways": {
                "quick": {"title": "quick", "says": "Only that.", "needs": ["compute"]},
                "slow": {"title": "slow", "says": "Twice.", "needs": ["compute", "compute"]},
            },
        },
    },
    "traffic": [
        {"from": "users", "arrivals": "deterministic", "rate": "8/s", "mix": {"look": 3, "buy": 1}},
        {
            "from": "users",
            "arrivals": "deterministic",
            "phases": [{"at": "0 s", "rate": "2/s"}, {"at": "50 s", "rate": "6/s"}],
            "mix": {"buy": 1},
        },
    ],
    "scope": {
        "search": {
            "title": "search",
            "says": "People search.",
            "asked": True,
            "chosen": True,
            "adds": {"look": 0.5},
        },
        "feed": {
            "title": "feed",
            "says": "Everybody is told.",
            "chosen": True,
            "needs": {"buy": ["note"], "look": ["note"]},
        },
        "stars": {"title": "stars", "says": "People vote.", "asked": True, "adds": {"look": 0.25}},
    },
    "slos": [{"id": "scope", "says": "features", "metric": "scope"}],
    "kinds": {
        "server": {
            "behaviour": "compute",
            "does": {"compute": {"time": "fixed 10 ms"}, "note": {"time": "fixed 1 ms"}},
            "sizes": {"one": {"price": "$5/month", "vcpu": 10}},
        }
    },
    "palette": ["server"],
    "nodes": [{"id": "users", "kind": "users"}],
    "start": {
        "nodes": [{"id": "app", "kind": "server"}],
        "links": [{"from": "users", "to": "app"}],
    },
}


def shop(**changes: Any) -> Level:
    return load_level_text(json.dumps({**SHOP, **changes}))


def design(level: Level, **changes: Any) -> Design:
    return level.starting_design().model_copy(update=changes)


def needs(level: Level, operation: str) -> list[str]:
    return [need.need for need in level.operations[operation].all_needs()]


class TestWays:
    @pytest.mark.parametrize(
        ("ways", "expected"),
        [
            ({}, ["compute"]),
            ({"buy": "quick"}, ["compute"]),
            ({"buy": "slow"}, ["compute", "compute"]),
            ({"buy": "sluggish"}, ["compute"]),
        ],
    )
    def test_one_is_taken_and_by_default_the_first(
        self, ways: dict[str, str], expected: list[str]
    ) -> None:
        level = shop()
        played = decided(level, design(level, ways=ways, scope=()))
        assert needs(played, "buy") == expected
        assert needs(played, "look") == ["compute"]
        assert not any(operation.ways for operation in played.operations.values())

    def test_the_start_may_take_another_one(self) -> None:
        level = shop(start={**SHOP["start"], "ways": {"buy": "slow"}})
        assert level.starting_design().ways == {"buy": "slow"}
        assert needs(decided(level, design(level, scope=())), "buy") == ["compute", "compute"]


class TestFeatures:
    def test_by_default_what_the_start_has_is_built(self) -> None:
        level = shop()
        assert built(level, design(level)) == ("search", "feed")
        assert built(level, design(level, scope=())) == ()
        assert built(level, design(level, scope=("stars", "search"))) == ("search", "stars")

    def test_what_is_missing_and_what_nobody_asked_for(self) -> None:
        level = shop()
        assert beside_the_brief(level, design(level)) == ["feed", "stars"]
        assert beside_the_brief(level, design(level, scope=("search", "stars"))) == []
        assert beside_the_brief(level, design(level, scope=())) == ["search", "stars"]

    def test_needs_come_after_those_there_are(self) -> None:
        level = shop()
        played = decided(level, design(level, ways={"buy": "slow"}, scope=("feed",)))
        assert needs(played, "buy") == ["compute", "compute", "note"]
        assert needs(played, "look") == ["compute", "note"]

    def test_requests_come_besides_those_there_are(self) -> None:
        """Half and a quarter of as many looks again, from everybody who asks for anything."""
        level = shop()
        played = decided(level, design(level, scope=("search", "stars")))
        first, second = played.traffic
        assert first.rate == pytest.approx(8 * 1.75)
        assert first.mix == {"look": 3 + 0.75 * 4, "buy": 1}
        assert [phase.rate for phase in second.phases] == pytest.approx([2 * 1.75, 6 * 1.75])
        assert second.mix == {"buy": 1, "look": 0.75}
        assert (first.patience, second.rate) == (None, None)

    def test_those_who_came_anyway_come_as_before(self) -> None:
        level = shop()
        for scope, looks, buys in (((), 600, 600), (("stars",), 900, 600)):
            report = judge(level, played := design(level, scope=scope), simulate(level, played, 1))
            got = {name: each.arrivals for name, each in report.operations.items()}
            assert sum(got.values()) == looks + buys
            assert got["buy"] == pytest.approx(buys, abs=60)

    def test_a_level_that_leaves_nothing_to_decide_is_itself(self) -> None:
        level = load_level_text(made.queue())
        assert decided(level, level.starting_design()) is level

    def test_what_is_decided_stays_so(self) -> None:
        level = shop()
        board = design(level, ways={"buy": "slow"}, scope=("stars", "feed"))
        once = decided(level, board)
        assert decided(once, board) is once


class TestWhatFollows:
    def test_the_estimate_follows(self) -> None:
        """At the peak 8/s and 6/s: 80 ms + 60 ms of work a second on ten processors."""
        level = shop()
        nothing = design(level, scope=())
        for board, seconds in (
            (nothing, 14 * 0.01),
            (design(level, scope=("stars",)), 14 * 1.25 * 0.01),
            (nothing.model_copy(update={"ways": {"buy": "slow"}}), (14 + 8) * 0.01),
        ):
            assert estimate(level, board)["app"] == pytest.approx(seconds / 10)

    def test_the_price_does_not(self) -> None:
        level = shop()
        assert total(cost(level, design(level))) == total(cost(level, design(level, scope=())))

    @pytest.mark.parametrize(
        ("scope", "passed", "near"),
        [
            (("search", "stars"), True, "what was asked for, and no more"),
            (("search",), False, "missing: stars"),
            (("search", "stars", "feed"), False, "nobody asked for: feed"),
            (("feed",), False, "missing: search, stars; nobody asked for: feed"),
        ],
    )
    def test_the_verdict_tells(self, scope: tuple[str, ...], passed: bool, near: str) -> None:
        level = shop()
        board = design(level, scope=scope)
        report = judge(level, board, simulate(level, board, 1))
        (slo,) = report.slos
        assert (slo.passed, slo.near, report.passed) == (passed, near, passed)
        assert slo.measured == len(report.scope)


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"ways": {"sell": "quick"}}, "ways.sell", "there is no operation `sell` (known: look, b"),
        ({"ways": {"buy": "quik"}}, "ways.buy", "cannot be done in a way `quik` (did you mean `q"),
        ({"ways": {"look": "quick"}}, "ways.look", "`look` cannot be done in a way `quick`"),
        ({"scope": ["serch"]}, "scope.0", "there is no feature `serch` (did you mean `search`?)"),
    ],
)
def test_decisions_that_a_level_does_not_leave(
    changes: dict[str, Any], path: str, says: str
) -> None:
    text = json.dumps({"level": "shop", **changes})
    found = made.said(made.problems(load_design_text, text, shop()))
    assert says in found[path]
