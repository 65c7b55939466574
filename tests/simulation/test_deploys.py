"""A new version comes: all at once or batch by batch, bad or not understood by the old one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.deploys import Deployed
from sandbox.simulation.run import Run
from tests.simulation.systems import System, all_free, journeys, node, system

KINDS = """
front:
  does: {compute: {time: fixed 100 ms}}
  settings:
    deploy: {choices: [bang, rolling]}
    batch: {least: 1%, most: 100%}
    drain: {least: 0 s, most: 1 min}
    watch: {least: 0 s, most: 1 min}
    restart: {least: 0 s, most: 1 min}
"""


def deployed(
    settings: str,
    count: int = 4,
    version: str = "",
    rate: str = "8/s",
    besides: Sequence[dict[str, Any]] = (),
    **said: Any,
) -> System:
    """At 20 s a new version is rolled out to four servers that are asked in turn."""
    incident = {
        "id": "v2", "at": "20 s", "says": "version 2 was ready",
        "deploy": {"kind": "front", **_said(version)},
    }  # fmt: skip
    app = f"front, count: {count}, settings: {{{settings}}}"
    said = {"length": "120 s", "incidents": [incident, *besides], "kinds": KINDS, **said}
    links = ["people > lb", "lb > app"]
    return system({"lb": "spread", "app": app}, links, "[compute]", traffic=f"rate: {rate}", **said)


def _said(version: str) -> dict[str, str]:
    return dict(part.split(": ") for part in version.split(", ")) if version else {}


def lost(run: Run) -> list[tuple[float, str]]:
    """When requests that came to nothing had set out, and why they did."""
    return [(j.start, j.why) for j in journeys(run) if j.outcome != "good"]


def told(run: Run) -> list[tuple[float, str]]:
    """What was told, and when."""
    return [(each.time, each.says) for each in run.world.happenings]


class TestBang:
    def test_all_are_down_until_they_have_restarted(self) -> None:
        run = deployed("deploy: bang").run()
        times = [time for time, _ in lost(run)]
        assert (min(times), max(times)) == (20.0, 24.875)  # who comes as they come back is served
        assert len(times) == 5 * 8
        assert told(run) == [
            (20.0, "version 2 was ready"),
            (35.0, "app ran the new version everywhere"),
        ]
        assert all_free(run)

    def test_who_was_inside_is_lost(self) -> None:
        run = deployed("deploy: bang", rate="11/s").run()
        inside = [(round(time, 3), why) for time, why in lost(run) if time < 20.0]
        assert inside == [(19.909, "app.3 died")]

    def test_who_is_dead_is_back_no_sooner_and_runs_the_new_version_then(self) -> None:
        death = {
            "id": "death", "at": "15 s", "for": "40 s", "says": "one died",
            "kill": {"kind": "front"},
        }  # fmt: skip
        run = deployed("deploy: bang", besides=[death]).start()
        run.advance(50.0)
        servers = run.world.instances["app"]
        assert sum(each.is_up for each in servers) == 3
        run.finish()
        assert sum(each.epoch for each in servers) == 4
        assert all(each.is_up and each.is_new for each in servers if isinstance(each, Deployed))

    def test_a_bad_build_is_taken_back_which_restarts_all_again(self) -> None:
        run = deployed("deploy: bang", version="errors: 100%").run()
        whys = [(time, why) for time, why in lost(run)]
        assert len(whys) == (5 + 10 + 5) * 8
        assert {why for time, why in whys if 25 <= time < 35} == {
            "the new version of app failed it"
        }
        assert told(run)[1] == (40.0, "the new version of app failed too much and was taken back")

    def test_the_share_that_fails_is_drawn_by_request(self) -> None:
        made = deployed("deploy: bang, watch: 60 s", version="errors: 50%")
        runs = [made.run(seed) for seed in (1, 2)]
        failed = [
            {time for time, why in lost(run) if why == "the new version of app failed it"}
            for run in runs
        ]
        assert failed[0] != failed[1]
        assert all(160 < len(each) < 320 for each in failed)  # 480 came: 240 with an error of 11


class TestRolling:
    SETTINGS = "deploy: rolling, batch: 25%, drain: 10 s, watch: 10 s"

    def test_nobody_is_lost_and_each_restarts_in_turn(self) -> None:
        run = deployed(self.SETTINGS, length="140 s").run()
        assert lost(run) == []
        assert [server.epoch for server in run.world.instances["app"]] == [1] * 4
        assert told(run)[-1] == (120.0, "app ran the new version everywhere")  # 25 s each

    def test_who_drains_gets_nothing_and_the_others_more(self) -> None:
        run = deployed(self.SETTINGS).start()
        run.advance(20.0)
        before = [server.meter.arrivals for server in run.world.instances["app"]]
        run.advance(35.0)
        came = [server.meter.arrivals for server in run.world.instances["app"]]
        gained = [after - was for was, after in zip(before, came, strict=True)]
        assert gained[0] == 0
        assert sum(gained) == 15 * 8
        assert max(gained[1:]) - min(gained[1:]) <= 2

    def test_who_does_not_finish_in_time_is_lost(self) -> None:
        slow = KINDS.replace("fixed 100 ms", "fixed 12 s")
        run = deployed(self.SETTINGS.replace("10 s, watch", "2 s, watch"), kinds=slow).run()
        assert {why for _, why in lost(run)} == {f"app.{n + 1} died" for n in range(4)}

    def test_a_bad_build_stops_after_the_first_batch(self) -> None:
        run = deployed(self.SETTINGS, version="errors: 100%").run()
        assert len(lost(run)) == 10 * 8 // 4
        assert told(run)[-1] == (60.0, "the new version of app failed too much and was taken back")
        assert [server.epoch for server in run.world.instances["app"]] == [2, 0, 0, 0]

    def test_a_few_errors_are_not_noticed(self) -> None:
        run = deployed(self.SETTINGS, version="errors: 1%").run()
        assert told(run)[-1][1] == "app ran the new version everywhere"

    def test_batches_are_parts_of_those_in_service(self) -> None:
        run = deployed(self.SETTINGS.replace("25%", "50%")).run()
        assert told(run)[-1][0] == 70.0
        run = deployed(self.SETTINGS.replace("25%", "1%"), count=2).run()
        assert told(run)[-1][0] == 70.0

    def test_two_versions_that_do_not_understand_each_other(self) -> None:
        """While one of four, then two, then three are new: of all that come, 2 p (1 - p) fail."""
        made = deployed(self.SETTINGS, version="incompatible: 100%", length="140 s")
        found = [lost(made.run(seed)) for seed in range(10)]
        assert {why for each in found for _, why in each} == {"it met two versions of app"}
        # Three in service while one restarts: a mix of 1:2, 2:1 for 15 s each, and none at the
        # ends; four in service while they are watched: 1:3, 2:2, 3:1 for 10 s each.
        expected = 8 * (15 * (4 / 9 + 4 / 9) + 10 * (3 / 8 + 1 / 2 + 3 / 8))
        mean = sum(len(each) for each in found) / len(found)
        assert mean == pytest.approx(expected, abs=4 * (expected / len(found)) ** 0.5)
        assert all(35.0 <= time < 120.0 for each in found for time, _ in each)

    def test_who_meets_no_two_versions_loses_nothing_by_it(self) -> None:
        run = deployed("deploy: bang", version="incompatible: 100%").run()
        assert {why for _, why in lost(run)} == {
            f"app.{n + 1} was down: connection refused" for n in range(4)
        }


class TestLeaks:
    KINDS = KINDS + "  sizes: {one: {price: $1/month, vcpu: 100, slots: 10}}\n"

    def made(self, settings: str) -> System:
        """Every request of the new version keeps its slot: ten of them, and two a second."""
        return deployed(settings, version="leaks: 100%", kinds=self.KINDS, length="60 s")

    def test_slots_are_gone_one_by_one_until_nobody_is_served(self) -> None:
        """Back at 25 s with ten slots, two a second: at 30 s nothing is left, and no errors yet."""
        run = self.made("deploy: bang, watch: 1 s").run()
        served = [j.start for j in journeys(run) if j.outcome == "good" and j.start >= 25.0]
        assert len(served) == 4 * 10
        assert max(served) == 29.875
        assert told(run)[-1] == (26.0, "app ran the new version everywhere")
        assert [server.leaked for server in run.world.instances["app"]] == [10] * 4  # type: ignore[attr-defined]

    def test_who_watches_for_long_enough_sees_a_check_fail(self) -> None:
        run = self.made("deploy: bang, watch: 10 s").run()
        assert told(run)[-1] == (40.0, "the new version of app failed too much and was taken back")
        assert [server.leaked for server in run.world.instances["app"]] == [0] * 4  # type: ignore[attr-defined]
        assert all(j.outcome == "good" for j in journeys(run) if j.start > 40.0)
        assert all_free(run)

    def test_the_old_version_leaks_nothing(self) -> None:
        run = self.made(TestRolling.SETTINGS.replace("watch: 10 s", "watch: 4 s")).start()
        run.advance(39.0)  # the first is new since 35 s
        leaked = [server.leaked for server in run.world.instances["app"]]  # type: ignore[attr-defined]
        assert leaked[0] > 0
        assert leaked[1:] == [0, 0, 0]


class TestTogether:
    def test_what_is_started_meanwhile_is_new(self) -> None:
        kinds = KINDS.replace("fixed 100 ms", "fixed 1 s")
        kinds += "  sizes: {one: {price: $1/month, vcpu: 1}}\n  boot: fixed 20 s\n"
        kinds = kinds.replace("  settings:\n", "  settings:\n    scale-to: {most: 9}\n")
        settings = TestRolling.SETTINGS + ", scale-to: 5"
        run = deployed(settings, kinds=kinds, rate="3.5/s").start()
        run.advance(60.0)
        *_, fifth = run.world.instances["app"]
        assert (35.0, "app.5 was started") in told(run)
        assert fifth.is_new  # type: ignore[attr-defined]
        assert fifth.epoch == 0

    def test_in_steps_and_at_once_are_the_same(self) -> None:
        made = deployed(TestRolling.SETTINGS, version="errors: 3%, incompatible: 50%")
        steps = made.start(4)
        for second in range(0, 130, 7):
            steps.advance(float(second))
        steps.finish()
        at_once = made.run(4)
        assert lost(steps) == lost(at_once)
        assert steps.trace.frames == at_once.trace.frames


def test_a_deploy_happens_to_what_runs_code() -> None:
    with pytest.raises(DocumentError, match="`deploy` cannot happen to `base`"):
        deployed("", incidents=[{"id": "v", "at": "1 s", "says": "x", "deploy": {"kind": "base"}}])


def test_where_nothing_is_deployed_servers_are_what_they_always_are() -> None:
    run = system({"app": "front"}, ["people > app"], "[compute]").start()
    assert type(node(run, "app")).__name__ == "Compute"
