"""Whoever asks several waits for the slowest, or for enough of them; what one of them says is old.

Through shard sets and quorum stores with room for everybody, so that nobody waits in a line.
"""

from __future__ import annotations

import zlib

import pytest

from sandbox.simulation.run import Run
from tests.simulation.systems import System, count, journeys, system
from tests.theory import closed_forms as theory
from tests.theory.networks import Measured


def seeds(case: str, how_many: int = 20) -> list[int]:
    """Seeds that belong to a case, so that no two share their luck."""
    first = zlib.crc32(case.encode())
    return [first + index for index in range(how_many)]


def several(behaviour: str, number: int, settings: str, **more: str) -> System:
    """So many of a kind, of which each takes an exponential time with mean 1 s."""
    kind = f"""
    kin:
      behaviour: {behaviour}
      count_most: 100
      does: {{read: {{time: exponential 1 s}}, write: {{time: exponential 1 s}}}}
      sizes: {{one: {{price: $1/month, vcpu: 1000}}}}
    """
    return system(
        {"db": f"kin, count: {number}, settings: {{{settings}}}"},
        ["people > db"],
        more.pop("needs", "[read]"),
        kinds=kind,
        traffic="arrivals: poisson, rate: 20/s",
        length="50 s",
        clock="frame: 50 s",
    )


def times(run: Run) -> list[float]:
    """What every request took, in seconds."""
    return list(run.world.operations[0].meter.latencies.values())


def mean(run: Run) -> float:
    found = times(run)
    return sum(found) / len(found)


@pytest.mark.parametrize("shards", [2, 10])
def test_a_scatter_takes_as_long_as_the_slowest_shard(shards: int) -> None:
    """And what is rare at one shard, the time that 90% of its answers stay below, is common."""
    made, slow = several("shards", shards, ""), theory.slowest_percentile(1, 1.0, 0.9)
    runs = [times(made.run(seed)) for seed in seeds(f"scatter {shards}")]
    mean_of_all = Measured.over(sum(found) / len(found) for found in runs)
    mean_of_all.assert_agrees(theory.harmonic(shards), power=0.01)
    slower = Measured.over(sum(time > slow for time in found) / len(found) for found in runs)
    slower.assert_agrees(theory.any_slower(shards, 0.9), power=0.02)


@pytest.mark.parametrize(
    ("copies", "level", "needed"), [(3, "one", 1), (3, "quorum", 2), (5, "quorum", 3)]
)
class TestQuorums:
    def test_reads_of_all_take_as_long_as_the_last_that_is_needed(
        self, copies: int, level: str, needed: int
    ) -> None:
        made = several("quorum", copies, f"reads: {level}, asks: all")
        measured = Measured.over(mean(made.run(seed)) for seed in seeds(f"all {copies} {needed}"))
        measured.assert_agrees(theory.kth_fastest(copies, needed), power=0.01)

    def test_reads_of_few_wait_for_all_of_these(self, copies: int, level: str, needed: int) -> None:
        made = several("quorum", copies, f"reads: {level}")
        measured = Measured.over(
            mean(made.run(seed)) for seed in seeds(f"needed {copies} {needed}")
        )
        measured.assert_agrees(theory.harmonic(needed), power=0.01)

    def test_writes_go_to_all(self, copies: int, level: str, needed: int) -> None:
        made = several("quorum", copies, f"writes: {level}", needs="[write]")
        measured = Measured.over(mean(made.run(seed)) for seed in seeds(f"writes {copies} {level}"))
        measured.assert_agrees(theory.kth_fastest(copies, needed), power=0.01)


@pytest.mark.parametrize(("writes", "copies"), [(0.5, 3), (2.0, 3), (2.0, 5)])
def test_one_copy_is_behind_what_another_has_acknowledged(writes: float, copies: int) -> None:
    made = system(
        {"db": f"kin, count: {copies}, settings: {{reads: one, writes: one}}"},
        ["people > db"],
        kinds="""
        kin:
          behaviour: quorum
          does: {read: {time: 0 s}, write: {time: exponential 300 ms}}
          sizes: {one: {price: $1/month, vcpu: 1000}}
        """,
        operations={
            "view": {"title": "view", "needs": ["read"]},
            "edit": {"title": "edit", "needs": ["write"]},
        },
        streams=(
            "arrivals: poisson, rate: 10/s, mix: {view: 1}",
            f"arrivals: poisson, rate: {writes}/s, mix: {{edit: 1}}",
        ),
        length="300 s",
        clock="frame: 100 s",
    )

    def stale(run: Run) -> float:
        assert len(journeys(run)) > 0
        return count(run, "stale-reads") / count(run, "reads")

    measured = Measured.over(stale(made.run(seed)) for seed in seeds(f"one {writes} {copies}", 16))
    measured.assert_agrees(theory.stale_of_one(writes, 0.3, copies))
