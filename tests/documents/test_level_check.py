"""Levels: every name in them means something, and what does not is named."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents import library
from tests.documents import made

SLO = made.QUEUE["slos"][0]
WINNER = {"says": "more", "par": "$1/month", "ablation": {"says": "less", "loses": "quick"}}
PROOFS: dict[str, Any] = {
    "naive": {"says": "nothing", "loses": "quick"},
    "winners": {"one": WINNER, "two": WINNER},
}
PAID = {
    "behaviour": "station",
    "does": {"work": {"time": "1 s"}},
    "sizes": {"S": {"price": "$9/day"}},
}


def proofs(**changes: Any) -> dict[str, Any]:
    return {"proofs": {**PROOFS, **changes}}


def winner(**changes: Any) -> dict[str, Any]:
    return proofs(winners={"one": WINNER, "two": {**WINNER, **changes}})


def traffic(**changes: Any) -> dict[str, Any]:
    return {"traffic": [{**made.QUEUE["traffic"][0], **changes}]}


def needs(*given: Any) -> dict[str, Any]:
    return {"operations": {"work": {"title": "work", "needs": list(given)}}}


def test_the_level_of_these_tests_is_right() -> None:
    level = library.load_level_text(made.queue(proofs=PROOFS))
    assert level.proofs is not None
    assert list(level.proofs.winners) == ["one", "two"]


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        (traffic(mix={"wrok": 1}), "traffic.0.mix.wrok", "no operation `wrok` (did you mean `wo"),
        ({"slos": [{**SLO, "operation": "play"}]}, "slos.0.operation", "no operation `play`"),
        ({"volume": {"play": 9}}, "volume.play", "no operation `play` (known: work)"),
        (traffic(**{"from": "usres"}), "traffic.0.from", "no fixed node `usres` (did you mean `u"),
        (traffic(**{"from": "desk"}), "traffic.0.from", "no fixed node `desk`"),
        (
            {"nodes": [{"id": "users", "kind": "server"}]},
            "traffic.0.from",
            "`users` is no clients node",
        ),
        ({"nodes": [{"id": "users", "kind": "user"}]}, "nodes.0.kind", "no kind `user`"),
        ({"nodes": [{"id": "users", "kind": "users"}] * 2}, "nodes.1.id", "two nodes are called"),
        (
            {"nodes": [{"id": "users", "kind": "users", "settings": {"a": 1}}]},
            "nodes.0.settings.a",
            "`users` has no setting `a`",
        ),
        ({"palette": ["servr"]}, "palette.0", "no kind `servr` (did you mean `server`?)"),
        (
            {"start": {"nodes": [{"id": "desk", "kind": "severe"}]}},
            "start.nodes.0.kind",
            "there is no kind `severe` (did you mean `server`?)",
        ),
        (
            {"start": {"links": [{"from": "users", "to": "desk"}]}},
            "start.links.0.to",
            "there is no node `desk`",
        ),
        (needs("wok"), "operations.work.needs.0", "can do `wok` (did you mean `work`?)"),
        (needs("prepare"), "operations.work.needs.0", "no kind of this level can do `prepare`"),
        (
            needs({"parallel": ["work", ["work", "rest"]]}),
            "operations.work.needs.0.parallel.1.1",
            "no kind of this level can do `rest`",
        ),
        ({"slos": [SLO, SLO]}, "slos.1.id", "two SLOs are called `quick`"),
        (
            {"slos": [{**SLO, "window": {"from": "9 s", "to": "8 s"}}]},
            "slos.0.window.to",
            "ends before it starts",
        ),
        (
            {"slos": [{**SLO, "window": {"from": "60 s"}}]},
            "slos.0.window.from",
            "no client arrives any more",
        ),
        (
            {"clock": {"length": "60 s", "measure_from": "60 s"}},
            "clock.measure_from",
            "nothing would be measured",
        ),
        ({"clock": {"length": "1 h", "frame": "1 ms"}}, "clock.frame", "more than 10000 frames"),
        ({"budget": "$9/night", "care": "$1/day"}, "care", "$1/day, but the budget is for a night"),
        (
            {"budget": "$9/night", "kinds": {"server": PAID}},
            "kinds.server",
            "the price of `server` S is $9/day, but the budget is for a night",
        ),
        ({"budget": "$9/night", "palette": ["app"]}, "palette.0", "`app` S is $30/month"),
        ({"budget": "$9/night", **proofs()}, "proofs.winners.one.par", "$1/month, but the budget"),
        (
            proofs(naive={"says": "a", "loses": "qick"}),
            "proofs.naive.loses",
            "did you mean `quick`",
        ),
        (
            proofs(losers={"x": {"says": "a", "loses": "quick", "set": {"dsk": {"count": 2}}}}),
            "proofs.losers.x.set.dsk",
            "there is no node `dsk` here (did you mean `desk`?)",
        ),
        (
            winner(set={"desk": {"settings": {"queu": 3}}}),
            "proofs.winners.two.set.desk.settings.queu",
            "`server` has no setting `queu`",
        ),
        (
            winner(set={"desk": {"count": 101}}),
            "proofs.winners.two.set.desk.count",
            "101 is too many",
        ),
        (
            winner(nodes=[{"id": "desk", "kind": "cook"}]),
            "proofs.winners.two.nodes.0.kind",
            "this level has no `cook` to place",
        ),
        (
            winner(links=[{"from": "users", "to": "dsk"}]),
            "proofs.winners.two.links.0.to",
            "there is no node `dsk`",
        ),
        (winner(nodes=[]), "proofs.winners.two", "there is no node `desk`"),
        (
            winner(
                nodes=[{"id": "bell", "kind": "server"}],
                links=[],
                ablation={"says": "a", "loses": "quick", "without": ["desk"]},
            ),
            "proofs.winners.two.ablation.without.0",
            "there is no node `desk` here (known: bell)",
        ),
        (
            proofs(bigger={"says": "a", "counts": {"dsk": [1, 2], "desk": [2, 1]}}),
            "proofs.bigger.counts.dsk",
            "there is no node `dsk`",
        ),
        (
            proofs(bigger={"says": "a", "counts": {"desk": [2, 1]}}),
            "proofs.bigger.counts.desk",
            "from at least 1 upwards",
        ),
    ],
)
def test_what_is_wrong_with_a_level(changes: dict[str, Any], path: str, says: str) -> None:
    found = made.said(made.problems(library.load_level_text, made.queue(**changes)))
    assert says in found[path]


def test_what_costs_nothing_may_be_of_any_period() -> None:
    level = library.load_level_text(made.queue(budget="$9/night", palette=["rail"]))
    assert level.budget == (9, "night")


def test_an_ablation_is_of_the_winner_not_of_the_start() -> None:
    bell = [{"id": "bell", "kind": "server"}]
    ablation = {"says": "less", "loses": "quick", "set": {"bell": {"count": 1}}}
    change = winner(nodes=bell, links=[{"from": "users", "to": "bell"}], ablation=ablation)
    assert library.load_level_text(made.queue(**change)).proofs is not None


def test_several_problems_have_their_lines_in_the_order_of_the_file() -> None:
    text = (
        library.to_yaml(library.load_level_text(made.queue(volume={"work": 3})))
        .replace("work: 3", "wrok: 3")
        .replace("needs:\n    - {need: work}", "needs:\n    - wok")
        .replace("to: desk", "to: dsk")
    )
    found = made.problems(library.load_level_text, text, None, "my.yaml")
    rows = text.splitlines()
    assert [rows[(each.line or 0) - 1].strip() for each in found] == [
        "- wok",
        "wrok: 3",
        "- {from: users, to: dsk}",
    ]
