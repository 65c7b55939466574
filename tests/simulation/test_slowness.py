"""A grey failure: one of a kind takes longer for everything, and is there all the same."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from tests.simulation.systems import System, journeys, node, system


def slowed(
    kind: str,
    nodes: dict[str, str],
    links: list[str],
    needs: str,
    *,
    struck: dict[str, Any] | None = None,
    **said: Any,
) -> System:
    """From 3.7 s until 6.7 s a kind takes three times as long; one request a second."""
    incident = {
        "id": "grey", "at": "3.7 s", "for": "3 s", "says": "something was slow",
        "slow": {"kind": kind, "times": 3, **(struck or {})},
    }  # fmt: skip
    return system(nodes, links, needs, incidents=[incident], **said)


MUCH = {"times": 29.5, "all": True}


def took(made: System) -> list[int]:
    """How long each request took, in milliseconds."""
    return [round((j.end - j.start) * 1000) for j in journeys(made.run()) if j.end is not None]


def usual_then_slow(usual: int, slow: int) -> list[int]:
    """Of those that set out at 1, 2 ... 10 s, the ones at 4, 5 and 6 s are slow."""
    return [usual] * 3 + [slow] * 3 + [usual] * 4


class TestWhoSuffers:
    """Every behaviour that it can happen to takes three times as long, and then as before."""

    def test_compute(self) -> None:
        made = slowed("front", {"app": "front"}, ["people > app"], "[compute]")
        assert took(made) == usual_then_slow(100, 300)

    def test_a_store(self) -> None:
        links = ["people > app", "app > db"]
        made = slowed("base", {"app": "front", "db": "base"}, links, "[read]")
        assert took(made) == usual_then_slow(200, 600)

    def test_a_replica_answers_and_applies_more_slowly(self) -> None:
        nodes = {"app": "front", "db": "base", "copy": "copy, settings: {lag: 0 s}"}
        links = ["people > app", "app > db", "app > copy", "db > copy"]
        apply = "copy: {does: {apply: {time: fixed 10 ms}}}"
        made = slowed("copy", nodes, links, "[read, write]", kinds=apply)
        assert took(made) == usual_then_slow(200 + 500, 600 + 500)
        run = made.start()
        behind = []
        for committed in (2.7, 5.1):  # by the requests of 2 and 4 s
            run.advance(committed)
            behind.append(round(node(run, "copy").gauge * 1000))
        assert behind == [10, 30]

    def test_a_cache(self) -> None:
        nodes = {"app": "front", "memory": "memory", "db": "base"}
        links = ["people > app", "app > memory", "app > db"]
        made = slowed("memory", nodes, links, "[read]", operation="items: {count: 1, skew: 0}")
        assert took(made) == [210, *usual_then_slow(10, 30)[1:]]

    def test_an_external(self) -> None:
        links = ["people > app", "app > pay"]
        made = slowed("bank", {"app": "front", "pay": "bank"}, links, "[charge]")
        assert took(made) == usual_then_slow(1000, 3000)


class TestAfterwards:
    """What has piled up while it was slow is worked off as fast as ever.

    Whoever begins at 4 s takes 29.5 times as long; those of 5 and 6 s wait, and begin when all is
    well again.
    """

    def test_compute(self) -> None:
        one = "front: {sizes: {one: {vcpu: 1}}}"
        made = slowed(
            "front", {"app": "front"}, ["people > app"], "[compute]", kinds=one, struck=MUCH
        )
        assert took(made) == [100] * 3 + [2950, 2050, 1150, 250] + [100] * 3

    def test_a_store(self) -> None:
        one = "base: {does: {check: {time: fixed 100 ms}}, sizes: {one: {vcpu: 1}}}"
        links = ["people > app", "app > db"]
        nodes = {"app": "front", "db": "base"}
        made = slowed("base", nodes, links, "[check]", kinds=one, struck=MUCH)
        assert took(made) == [100] * 3 + [2950, 2050, 1150, 250] + [100] * 3

    def test_a_cache(self) -> None:
        """The first one misses, and fills it."""
        one = (
            "memory: {does: {read: {time: fixed 100 ms}}, sizes: {one: {price: $1/month, vcpu: 1}}}"
        )
        nodes = {"app": "front", "memory": "memory", "db": "base"}
        links = ["people > app", "app > memory", "app > db"]
        made = slowed(
            "memory", nodes, links, "[read]", kinds=one, struck=MUCH,
            operation="items: {count: 1, skew: 0}",
        )  # fmt: skip
        assert took(made) == [300, 100, 100, 2950, 2050, 1150, 250] + [100] * 3

    def test_a_filter_and_a_proxy(self) -> None:
        for kind in (
            "wall: {behaviour: filter, does: {judge",
            "way: {behaviour: proxy, does: {forward",
        ):
            name = kind.split(":")[0]
            made = slowed(
                name, {"it": name, "app": "front"}, ["people > it", "it > app"], "[compute]",
                kinds=kind + ": {time: fixed 100 ms}}, sizes: {one: {price: $1/month, vcpu: 1}}}",
                struck=MUCH,
            )  # fmt: skip
            assert took(made) == [200] * 3 + [3050, 2150, 1250, 350] + [200] * 3

    def test_a_replica_catches_up(self) -> None:
        """Writes of 4, 5 and 6 s are committed half a second later, and applied for 2.95 s."""
        nodes = {"app": "front", "db": "base", "copy": "copy, settings: {lag: 0 s}"}
        links = ["people > app", "app > db", "app > copy", "db > copy"]
        one = "copy: {does: {apply: {time: fixed 100 ms}}, sizes: {one: {vcpu: 1}}}"
        run = slowed("copy", nodes, links, "[write]", kinds=one, struck=MUCH).start()
        behind = []
        for moment in (3.51, 4.51, 5.51, 6.51, 6.8, 7.46, 7.51, 7.81):
            run.advance(moment)
            behind.append(round(node(run, "copy").gauge * 1000))
        assert behind == [90, 2940, 4890, 6840, 850, 190, 240, 0]

    def test_a_check_sees_how_fast_it_is_now(self) -> None:
        one = "front: {sizes: {one: {vcpu: 1}}}"
        made = slowed(
            "front", {"app": "front"}, ["people > app"], "[compute]", kinds=one, struck=MUCH
        )
        run = made.start()
        run.advance(6.5)
        assert not node(run, "app").answers_check(6.0)
        run.advance(6.75)
        assert node(run, "app").answers_check(0.45)
        assert not node(run, "app").answers_check(0.35)

    def test_in_steps_of_any_size_and_through_a_death(self) -> None:
        """It comes back as slow as it went, with nobody in its line."""
        strikes = [
            {
                "id": "a",
                "at": "2.5 s",
                "for": "5 s",
                "says": "x",
                "slow": {"kind": "front", **MUCH},
            },
            {"id": "b", "at": "4.5 s", "for": "1 s", "says": "x", "kill": {"kind": "front"}},
        ]
        made = system(
            {"app": "front"}, ["people > app"], "[compute]", incidents=strikes,
            kinds="front: {sizes: {one: {vcpu: 1}}}",
        )  # fmt: skip
        whole, steps = made.run(), made.start()
        while not steps.finished:
            steps.advance(steps.world.lane.now + 0.37)
        assert steps.conserved
        assert steps.trace == whole.trace
        assert [each.outcome for each in journeys(whole)] == ["good"] * 2 + ["failed"] * 3 + [
            "good"
        ] * 5
        assert took(made)[5:] == [2950, 2050, 1150, 250, 100]


def test_only_one_instance_is_slow_unless_all_are() -> None:
    links = ["people > lb", "lb > app"]
    nodes = {"lb": "spread", "app": "front, count: 2"}
    one = took(slowed("front", nodes, links, "[compute]"))
    assert sorted(one[3:6]) in ([100, 100, 300], [100, 300, 300])  # in turn, one of two
    made = slowed("front", nodes, links, "[compute]", struck={"all": True})
    assert took(made) == usual_then_slow(100, 300)


def test_who_is_slow_is_drawn_from_the_seed() -> None:
    links = ["people > lb", "lb > app"]
    made = slowed("front", {"lb": "spread", "app": "front, count: 4"}, links, "[compute]")
    struck = {made.run(seed).world.happenings[0].node for seed in range(20)}
    assert len(struck) > 1


def test_it_answers_health_checks_as_long_as_its_line_is_short() -> None:
    """It is there: nobody leaves it out, however often he looks."""
    links = ["people > lb", "lb > app"]
    lb = "spread, settings: {check-every: 500 ms, checks: 1, check-timeout: 100 ms}"
    made = slowed("front", {"lb": lb, "app": "front, count: 2"}, links, "[compute]")
    assert [each.what for each in made.run().world.happenings] == ["slow", "fast"]


def test_two_at_once_multiply_and_end_apart() -> None:
    both = [
        {"id": name, "at": at, "for": "3 s", "says": "x", "slow": {"kind": "front", "times": times}}
        for name, at, times in (("one", "3.5 s", 3), ("other", "4.5 s", 2))
    ]
    made = system({"app": "front"}, ["people > app"], "[compute]", incidents=both)
    assert took(made) == [100, 100, 100, 300, 600, 600, 200, 100, 100, 100]
    assert node(made.run(), "app").slowed_by == {}


def test_it_lasts_to_the_end_unless_it_says_how_long() -> None:
    incident = {"id": "g", "at": "3.5 s", "says": "x", "slow": {"kind": "front", "times": 3}}
    made = system({"app": "front"}, ["people > app"], "[compute]", incidents=[incident])
    assert took(made) == [100] * 3 + [300] * 7


@pytest.mark.parametrize(
    ("struck", "says"),
    [
        ({"times": 1}, "greater than 1|more than 1"),
        ({"times": 1001}, "at most 1,000"),
        ({"kind": "spread"}, "`slow` cannot happen to `spread`"),
    ],
)
def test_what_makes_no_sense_is_refused(struck: dict[str, Any], says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        slowed("front", {"app": "front"}, ["people > app"], "[compute]", struck=struck)
