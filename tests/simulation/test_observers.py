"""Monitoring: when somebody is called, and how long nobody knew."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.simulation.behaviours.observer import BLIND
from sandbox.simulation.run import Run
from tests.simulation.systems import System, system

KINDS = """
eye:
  behaviour: observer
  settings: {every: {least: 1 s, most: 5 min, default: 5 s}}
"""
DEATH = [
    {"id": "death", "says": "it died", "at": "20.5 s", "for": "30 s", "kill": {"kind": "front"}}
]


def watched(*said: str, **level: Any) -> System:
    """A server that dies at 20.5 s and is back 30 s later, with or without an observer."""
    nodes = {"app": "front"} | {f"eye-{at}": each for at, each in enumerate(said)}
    more: dict[str, Any] = {"incidents": DEATH, **level}
    return system(
        nodes,
        ["people > app"],
        "[compute]",
        kinds=KINDS,
        traffic="rate: 10/s",
        length="80 s",
        **more,
    )


def called(run: Run) -> list[tuple[float, str]]:
    """When somebody was called, and when all was well again."""
    return [
        (each.time, each.what) for each in run.world.happenings if each.what in ("called", "calm")
    ]


def blind(run: Run) -> int:
    return run.world.ledger.counts()[BLIND]


class TestOutside:
    def test_it_calls_after_so_many_bad_looks(self) -> None:
        """Looks at 25 and 30 s are bad, up to that at 55 s; those at 60 and 65 s are not."""
        run = watched("eye, settings: {sees: outside}").run()
        assert called(run) == [(30.0, "called"), (65.0, "calm")]

    def test_blind_is_from_the_first_failure_to_the_call(self) -> None:
        """The death is at 20.5 s: the seconds that end at 21 to 30 s are bad, and 30 s is known."""
        run = watched("eye, settings: {sees: outside}").run()
        assert blind(run) in (9, 10)

    def test_one_look_is_quicker(self) -> None:
        run = watched("eye, settings: {sees: outside, looks: 1}").run()
        assert called(run)[0] == (25.0, "called")

    def test_what_is_below_the_threshold_is_nobody_s_business(self) -> None:
        run = watched("eye, settings: {sees: outside, threshold: 100%}").run()
        assert called(run) == []


class TestInside:
    def test_it_sees_a_death_without_any_client(self) -> None:
        made = watched("eye, settings: {looks: 1}", clock="frame: 1 s")
        assert called(made.run())[0] == (25.0, "called")

    def test_it_is_blind_when_it_is_down_itself(self) -> None:
        both = [*DEATH, {**DEATH[0], "id": "eye", "kill": {"kind": "eye"}}]
        run = watched("eye", incidents=both).run()
        assert called(run) == []
        assert blind(run) >= 29

    def test_it_forgets_whom_it_has_called(self) -> None:
        """Killed after it has called, while the server is still dead: nobody is on it any more."""
        later = {**DEATH[0], "id": "eye", "at": "40 s", "for": "5 s", "kill": {"kind": "eye"}}
        run = watched("eye", incidents=[*DEATH, later]).run()
        assert called(run)[0] == (30.0, "called")
        assert blind(run) >= 14


class TestNobody:
    def test_without_an_observer_all_of_it_is_blind(self) -> None:
        """Counted where a service level asks for it: 30 seconds."""
        slo = {
            "id": "blind",
            "says": "seconds blind",
            "metric": "count",
            "of": BLIND,
            "at_most": 20,
        }
        report = watched(slos=[slo]).report()
        (result,) = report.slos
        assert not result.passed
        assert result.measured == pytest.approx(30, abs=1)

    def test_nothing_is_counted_where_nobody_asks(self) -> None:
        assert BLIND not in watched().run().world.ledger.counts()
