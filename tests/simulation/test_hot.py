"""A hot item, and caches that are emptied."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from sandbox.simulation.run import Run
from tests.simulation.systems import node, outcomes, system
from tests.simulation.test_caches import ASIDE, BOTH, IN_LINE, nodes, read_from_source


def asked(run: Run, times: tuple[float, float]) -> dict[int, int]:
    """How often each key was asked for in a stretch of time: writes tell."""
    run.advance(times[0])
    before = dict(node(run, "db").versions)
    run.advance(times[1])
    after = node(run, "db").versions
    return {
        key: after[key] - before.get(key, 0) for key in after if after[key] > before.get(key, 0)
    }


class TestHotItem:
    def made(self, count: int = 100, skew: float = 0.0, **hot: Any) -> Run:
        incident = {"id": "viral", "says": "It goes viral.", "at": "20 s", "for": "20 s"}
        said = {"operation": "order", "share": "30%", **hot}
        return system(
            {"app": "front", "db": "base"},
            ["people > app", "app > db"],
            "[compute, write]",
            kinds="base: {does: {write: {time: 0 s}}}\nfront: {does: {compute: {time: 0 s}}}",
            traffic="rate: 50/s",
            operation=f"items: {{count: {count}, skew: {skew}}}",
            length="60 s",
            incidents=[{**incident, "hot": said}],
        ).start()

    def test_a_share_of_requests_are_about_it_for_a_while(self) -> None:
        """Of 1,000 requests 30% and 1% of the rest: 4 sigma are 58."""
        run = self.made(item=42)
        assert asked(run, (0, 20)).get(41, 0) < 30
        assert asked(run, (20, 40))[41] == pytest.approx(307, abs=58)
        assert asked(run, (40, 60)).get(41, 0) < 30

    @pytest.mark.parametrize("item", [1, 2, 99, 100])
    def test_whichever_it_is(self, item: int) -> None:
        got = asked(self.made(skew=1.0, item=item), (20, 40))
        assert max(got, key=got.__getitem__) == item - 1

    def test_all_others_ask_for_what_they_would(self) -> None:
        hot, calm = self.made(item=42), self.made(item=42, share="0.0001%")
        before = asked(hot, (0, 20)), asked(calm, (0, 20))
        assert before[0] == before[1]
        hot_keys, calm_keys = asked(hot, (20, 40)), asked(calm, (20, 40))
        assert all(hot_keys[key] <= calm_keys[key] for key in hot_keys if key != 41)

    def test_it_is_told_when_it_begins_and_ends(self) -> None:
        run = self.made().finish()
        assert [(each.time, each.what) for each in run.world.happenings] == [
            (20.0, "hot"),
            (40.0, "cool"),
        ]

    @pytest.mark.parametrize(
        ("count", "hot", "why"),
        [
            (100, {"operation": "oder"}, "no operation `oder`"),
            (100, {"item": 101}, "no item 101"),
            (1, {}, "not about several items"),
            (100, {"share": "0%"}, "share"),
            (100, {"item": 0}, "item"),
        ],
    )
    def test_what_cannot_be_is_refused(self, count: int, hot: dict[str, Any], why: str) -> None:
        with pytest.raises(DocumentError, match=why):
            self.made(count, **hot)


class TestFlush:
    FLUSH = ({"id": "empty", "says": "It is emptied.", "at": "5.5 s", "flush": {"kind": "memory"}},)

    @BOTH
    def test_what_was_there_is_read_again(self, links: list[str]) -> None:
        run = system(nodes(), links, "[compute, read]", incidents=self.FLUSH).run()
        assert read_from_source(run) == [1, 6]
        assert outcomes(run) == ["good"] * 10

    def test_writes_that_are_not_flushed_are_lost(self) -> None:
        run = system(
            nodes("on-write: write-back, flush-after: 8 s"),
            IN_LINE,
            "[compute, write]",
            incidents=self.FLUSH,
        ).run()
        assert run.world.ledger.counts()["lost-writes"] == 5

    def test_only_caches_can_be_emptied(self) -> None:
        flush = [{**self.FLUSH[0], "flush": {"kind": "base"}}]
        with pytest.raises(DocumentError, match="cannot happen to `base`"):
            system(nodes(), ASIDE, "[compute, read]", incidents=flush)
