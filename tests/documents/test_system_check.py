"""What is wrong with a system of servers, its incidents and its service levels, and where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.documents import library
from sandbox.documents.level import Level
from sandbox.documents.level_check import check_night
from tests.documents import made

SYSTEM: dict[str, Any] = {
    "id": "system",
    "title": "A system",
    "brief": "Something is sold.",
    "clock": {"length": "60 s"},
    "stock": 10,
    "operations": {
        "look": {"title": "look", "needs": ["compute", "read"]},
        "buy": {
            "title": "buy",
            "needs": ["compute", "take", {"need": "charge", "deferrable": True}],
        },
    },
    "traffic": [{"from": "users", "rate": "1/s", "mix": {"look": 1, "buy": 1}}],
    "palette": ["app", "sql", "payment", "queue", "worker", "balancer"],
    "nodes": [{"id": "users", "kind": "users"}],
    "start": {
        "nodes": [{"id": "app", "kind": "app"}, {"id": "db", "kind": "sql"}],
        "links": [{"from": "users", "to": "app"}, {"from": "app", "to": "db"}],
    },
}
NIGHT = {"title": "more", "grown_from": "one", "change": {}}


def text(**changes: Any) -> str:
    return json.dumps({**SYSTEM, **changes})


def incident(**what: Any) -> dict[str, Any]:
    return {"incidents": [{"id": "it", "says": "it strikes", "at": "10 s", **what}]}


def buy(*needs: Any) -> dict[str, Any]:
    operations = {**SYSTEM["operations"], "buy": {"title": "buy", "needs": list(needs)}}
    return {"operations": operations}


def feature(**what: Any) -> dict[str, Any]:
    return {"scope": {"more": {"title": "more", "says": "More.", **what}}}


def slo(**what: Any) -> dict[str, Any]:
    return {"slos": [{"id": "it", "says": "it", **what}]}


def links(*more: dict[str, Any]) -> dict[str, Any]:
    start = SYSTEM["start"]
    return {"start": {**start, "links": [*start["links"], *more]}}


LATER = {"need": "charge", "deferrable": True}


def test_the_level_of_these_tests_is_right() -> None:
    assert library.load_level_text(text()).stock == 10


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        # incidents
        (
            incident(kill={"kind": "apps"}),
            "incidents.0.kill.kind",
            "there is no kind `apps` (did you mean `app`?)",
        ),
        (
            incident(quota={"kind": "paymnt", "rate": "1/s"}),
            "incidents.0.quota.kind",
            "there is no kind `paymnt` (did you mean `payment`?)",
        ),
        (
            incident(kill={"kind": "balancer"}),
            "incidents.0.kill.kind",
            "`kill` cannot happen to `balancer`",
        ),
        (
            incident(kill={"kind": "users"}),
            "incidents.0.kill.kind",
            "`kill` cannot happen to `users`",
        ),
        (
            incident(quota={"kind": "app", "rate": "1/s"}),
            "incidents.0.quota.kind",
            "`quota` cannot happen to `app` (it can happen to `payment`)",
        ),
        (
            {"incidents": [*incident(kill={"kind": "app"})["incidents"]] * 2},
            "incidents.1.id",
            "two incidents are called `it` (give it another name)",
        ),
        (
            {
                "incidents": [
                    {**incident(launches={"kind": "app"})["incidents"][0], "for": "20 s"},
                    {**incident(launches={"kind": "app"})["incidents"][0], "id": "b", "at": "29 s"},
                ]
            },
            "incidents.1.at",
            "another `launches` about `app` is not over by then",
        ),
        (
            incident(bots={"from": "users", "share": "100%"}),
            "incidents.0.bots.share",
            "`100%` is out of bounds (less than 100%)",
        ),
        (
            incident(bulk={"kind": "sql", "need": "read", "rate": "9999999/s"}),
            "incidents.0.bulk.rate",
            "`9999999/s` is out of bounds (at most 100000/s)",
        ),
        (
            incident(quota={"kind": "payment", "rate": "0/s"}),
            "incidents.0.quota.rate",
            "`0/s` is out of bounds (more than 0)",
        ),
        (
            incident(spike={"from": "user", "requests": 5, "operation": "look"}),
            "incidents.0.spike.from",
            "there is no traffic from `user` (did you mean `users`?)",
        ),
        (
            incident(spike={"from": "users", "requests": 5, "operation": "lok"}),
            "incidents.0.spike.operation",
            "there is no operation `lok` (did you mean `look`?)",
        ),
        (
            incident(spike={"from": "users", "requests": 0, "operation": "look"}),
            "incidents.0.spike.requests",
            "at least 1",
        ),
        (
            incident(
                at="55 s",
                spike={"from": "users", "requests": 5, "operation": "look", "over": "6 s"},
            ),
            "incidents.0.spike.over",
            "the last of these come when no client arrives any more",
        ),
        (
            incident(at="60 s", kill={"kind": "app"}),
            "incidents.0.at",
            "this happens when no client arrives any more",
        ),
        (incident(), "incidents.0", "an incident is exactly one of `kill`, "),
        (
            incident(kill={"kind": "app"}, quota={"kind": "payment", "rate": "1/s"}),
            "incidents.0",
            "an incident is exactly one of `kill`, ",
        ),
        # needs that may be done later
        (buy("compute", LATER, "take"), "operations.buy.needs.2", "`take` comes after a need that"),
        (
            buy("compute", {"parallel": ["read", LATER]}, "take"),
            "operations.buy.needs.2",
            "`take` comes after a need that may be done later",
        ),
        (
            buy("compute", {"parallel": ["read", [LATER, "take"]]}),
            "operations.buy.needs.1.parallel.1.1",
            "`take` comes after a need that may be done later",
        ),
        # features
        (feature(adds={"lok": 1.0}), "scope.more.adds.lok", "no operation `lok` (did you mean `l"),
        (
            feature(adds={"look": -0.5}),
            "scope.more.adds.look",
            "`-0.5` is out of bounds (at least 0)",
        ),
        (feature(needs={"by": ["read"]}), "scope.more.needs.by", "no operation `by` (did you mea"),
        (
            feature(needs={"look": ["rad"]}),
            "scope.more.needs.look.0",
            "no kind of this level can do `rad` (did you mean `read`?)",
        ),
        (
            feature(needs={"buy": ["record"]}),
            "scope.more.needs.buy.0",
            "`record` comes after a need that may be done later",
        ),
        # ways
        (
            {"operations": {**SYSTEM["operations"], "buy": {"title": "buy"}}},
            "operations.buy",
            "an operation has either `needs` or `ways`, and not both",
        ),
        (
            {
                "operations": {
                    **SYSTEM["operations"],
                    "buy": {
                        "title": "buy",
                        "ways": {
                            "one": {"title": "one", "says": "One.", "needs": ["compute", "pay"]}
                        },
                    },
                }
            },
            "operations.buy.ways.one.needs.1",
            "no kind of this level can do `pay`",
        ),
        (
            {"start": {**SYSTEM["start"], "ways": {"buy": "one"}}},
            "start.ways.buy",
            "`buy` cannot be done in a way `one`",
        ),
        # service levels
        (slo(metric="count", of="oversell", at_most=0), "slos.0.of", "oversold"),
        (slo(metric="count", of="oversold", at_most=-1), "slos.0.at_most", "at least 0"),
        (
            slo(metric="share", of="units-paid"),
            "slos.0",
            "a share has either `at_least` or `at_most`",
        ),
        (
            slo(metric="share", of="stale-reads", at_least="1%", at_most="2%"),
            "slos.0",
            "a share has either `at_least` or `at_most`",
        ),
        (
            {"stock": None, **slo(metric="share", of="units-paid", at_least="99%")},
            "slos.0.of",
            "there is no stock, so no `units-paid` (add `stock`)",
        ),
        (
            {"stock": None, **slo(metric="count", of="oversold", at_most=0)},
            "slos.0.of",
            "there is no stock, so no `oversold`",
        ),
        (
            {"stock": None, **slo(metric="count", of="lost-orders", at_most=0)},
            "slos.0.of",
            "there is no stock, so no `lost-orders`",
        ),
        ({"stock": 0}, "stock", "at least 1"),
        # clients and links that try again
        (
            {"traffic": [{**SYSTEM["traffic"][0], "retry": {"times": 0, "after": "1 s"}}]},
            "traffic.0.retry.times",
            "`0` is out of bounds (at least 1)",
        ),
        (
            {"traffic": [{**SYSTEM["traffic"][0], "retry": {"times": 1, "after": "0 s"}}]},
            "traffic.0.retry.after",
            "`0 s` is out of bounds (more than 0)",
        ),
        (
            links({"from": "db", "to": "app", "timeout": "0 s"}),
            "start.links.2.timeout",
            "more than 0",
        ),
        (links({"from": "db", "to": "app", "retries": 11}), "start.links.2.retries", "at most 10"),
    ],
)
def test_what_is_wrong_with_a_system(changes: dict[str, Any], path: str, says: str) -> None:
    found = made.said(made.problems(library.load_level_text, text(**changes)))
    assert says in found[path]
    assert len(found) == 1


@pytest.mark.parametrize(
    "changes",
    [
        incident(kill={"kind": "app"}),
        incident(kill={"kind": "sql"}, **{"for": "5 s"}),
        incident(kill={"kind": "payment"}),
        incident(kill={"kind": "cache"}),
        incident(quota={"kind": "payment", "rate": "1/s"}),
        incident(at="59 s", spike={"from": "users", "requests": 9, "operation": "buy"}),
        buy("compute", {"parallel": [LATER, "read"]}),
        buy("compute", LATER, LATER),
        feature(needs={"buy": [{"need": "record", "deferrable": True}]}),
        feature(needs={"look": ["record"]}),
        {"stock": None, **slo(metric="count", of="double-charges", at_most=0)},
        {"stock": None, **slo(metric="share", of="stale-reads", at_most="1%")},
    ],
)
def test_what_is_right(changes: dict[str, Any]) -> None:
    level: Level = library.load_level_text(text(**changes))
    assert level.id == "system"


class TestCallsThatGiveUp:
    KINDS = {"desk": {"behaviour": "station", "does": {"compute": {"time": "1 s"}}}}  # noqa: RUF012

    def found(self, **link: Any) -> dict[str, str]:
        level = library.load_level_text(
            text(kinds=self.KINDS, palette=[*SYSTEM["palette"], "desk"])
        )
        design = {
            "level": "system",
            "nodes": [{"id": "app", "kind": "app"}, {"id": "desk", "kind": "desk"}],
            "links": [{"from": "users", "to": "app"}, {"from": "app", "to": "desk", **link}],
        }
        said = json.dumps(design)
        return made.said(made.outcome(library.load_design_text, said, level))

    def test_nobody_waits_for_who_hands_on(self) -> None:
        assert self.found(timeout="1 s") == {
            "links.1.timeout": "`desk` takes work and sends no reply, so nobody waits for one "
            "(take `timeout` out)"
        }
        assert list(self.found(retries=1)) == ["links.1.retries"]
        assert self.found() == {}


class TestTheSecondNight:
    WINNER = {"says": "as it is", "par": "$9/month", "ablation": {"says": "x", "loses": "q"}}  # noqa: RUF012

    def found(self, **night: Any) -> dict[str, str]:
        winners = {"one": self.WINNER, "two": self.WINNER}
        proofs = {"naive": {"says": "x", "loses": "q"}, "winners": winners}
        slos = [{"id": "q", "says": "q", "metric": "good", "at_least": "9%"}]
        level = library.load_level_text(text(slos=slos, proofs=proofs, night={**NIGHT, **night}))
        return made.said(list(check_night(level)))

    def test_a_right_one(self) -> None:
        assert self.found(change={"stock": 20}) == {}

    def test_a_winner_that_there_is_not(self) -> None:
        assert self.found(grown_from="on") == {
            "night.grown_from": "there is no winner `on` (did you mean `one`?)"
        }

    def test_a_change_that_cannot_be_read(self) -> None:
        assert list(self.found(change={"stock": 0})) == ["night.change.stock"]

    def test_a_change_that_makes_no_sense(self) -> None:
        traffic = [{"from": "nobody", "rate": "1/s", "mix": {"look": 1}}]
        assert list(self.found(change={"traffic": traffic})) == ["night.change.traffic.0.from"]
