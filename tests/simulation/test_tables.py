"""Tables: nobody waits, and what is beyond the limit of one partition is refused."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.documents.problems import DocumentError
from tests.simulation.systems import System, count, ends, journeys, outcomes, system

KINDS = """
parts:
  behaviour: table
  does:
    read: {time: fixed 100 ms, limit: 4/s}
    write: {time: fixed 200 ms, limit: 2/s}
    take: {time: fixed 100 ms, limit: 2/s}
  sizes: {one: {price: $1/month}}
"""


def table(needs: str = "[read]", rate: int = 10, settings: str = "", **more: Any) -> System:
    """People who ask so often a second for ten seconds, about one thing."""
    return system(
        {"db": f"parts, settings: {{{settings}}}"},
        ["people > db"],
        needs,
        kinds=f"{KINDS}{more.pop('kinds', '')}",
        traffic=f"rate: {rate}/s",
        **{"operation": "items: {of: thing, count: 1}", **more},
    )


def test_nobody_waits() -> None:
    run = table(rate=4).run()
    assert ends(run) == pytest.approx([j.start + 0.1 for j in journeys(run)], abs=1e-6)


def test_one_key_is_refused_beyond_its_limit() -> None:
    """Four at once, and then four a second of ten that come."""
    run = table().run()
    good = outcomes(run).count("good")
    assert set(outcomes(run)) == {"good", "rejected"}
    assert 4 + 4 * 9.9 - 1 <= good <= 4 + 4 * 9.9 + 1
    (why,) = {j.why for j in journeys(run) if j.outcome == "rejected"}
    assert why == "one partition of db takes 4/s, and no more"


def test_each_need_has_a_limit_of_its_own() -> None:
    run = table("[read, write]", rate=2).run()
    assert set(outcomes(run)) == {"good"}
    run = table("[read, write]", rate=4).run()
    assert 0.4 < outcomes(run).count("good") / len(outcomes(run)) < 0.7


def test_many_keys_are_in_all_partitions() -> None:
    """Forty a second of a thousand keys in ten partitions: four a second for each."""
    keys = {"operation": "items: {of: thing, count: 1000, skew: 0}"}
    spread = table(rate=30, settings="partitions: 10", **keys).run()
    assert outcomes(spread).count("good") > 0.9 * len(outcomes(spread))
    one = table(rate=30, settings="partitions: 1", **keys).run()
    assert outcomes(one).count("good") < 0.2 * len(outcomes(one))


def test_of_sequential_ids_the_newest_are_in_one() -> None:
    keys = {"operation": "items: {of: thing, count: 1000, skew: 1}"}
    good = {}
    for ids in ("random", "sequential"):
        run = table(rate=20, settings=f"partitions: 10, ids: {ids}", **keys).run()
        good[ids] = outcomes(run).count("good")
    assert good["sequential"] < 0.75 * good["random"]


def test_what_is_written_is_read() -> None:
    run = table("[write, read]", rate=2).run()
    assert count(run, "stale-reads") == 0
    assert sum(run.world.instances["db"][0].versions.values()) == 20  # type: ignore[attr-defined]


def test_a_unit_is_taken_in_one_step() -> None:
    run = table("[take]", rate=2, stock=5).run()
    assert count(run, "sold") == 5
    assert count(run, "oversold") == 0


def test_a_limit_belongs_to_tables_alone() -> None:
    with pytest.raises(DocumentError, match="only a table has a limit for each partition"):
        table(kinds="front: {does: {compute: {time: 1 ms, limit: 3/s}}}")
    with pytest.raises(DocumentError, match="out of bounds"):
        table(kinds="other: {behaviour: table, does: {read: {time: 1 ms, limit: 0/s}}}")


def test_steps_of_any_size_give_the_same() -> None:
    made = table(rate=20, settings="partitions: 3", operation="items: {of: thing, count: 50}")
    whole, steps = made.run(3), made.start(3)
    for step in range(1, 150):
        steps.advance(step * 0.0713)
    steps.finish()
    assert steps.trace.frames == whole.trace.frames
    assert steps.trace.journeys == whole.trace.journeys
